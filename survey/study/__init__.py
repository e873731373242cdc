"""A study file read and checked: what was asked, whom to set aside, what to weight to."""
