"""A random sample beside an open questionnaire."""
