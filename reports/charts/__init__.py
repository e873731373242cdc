"""Charts drawn from estimates."""
