"""Sections of the questions asked: their shares, wording, groups, amounts, and how they changed."""
