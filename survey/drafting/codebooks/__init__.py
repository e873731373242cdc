"""Codebooks: a platform's own description of a questionnaire."""
