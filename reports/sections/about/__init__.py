"""Sections on the survey itself: context, methods, respondents, disclosure."""
