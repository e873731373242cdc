"""Regression on a weighted sample, and shares adjusted by it."""
