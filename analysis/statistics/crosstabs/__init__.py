"""Crosstabs: a question by spans of columns, with letters for tested differences."""
