"""Words, numbers and phrases of each output language."""
