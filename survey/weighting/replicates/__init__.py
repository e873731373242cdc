"""Replicate weights: given in a file, made from the design, rerun through a recipe."""
