"""Questionnaire exports, one module a platform, and what their files have in common."""
