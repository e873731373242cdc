"""Arithmetic on arrays: numpy and scipy only, no labels and no files."""
