"""What each command of `parent-intent` does."""
