"""A study file read and checked: what was asked, whom to exclude, what to weight to."""
