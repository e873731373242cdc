"""Arithmetic of two samples: volunteers, and a random sample beside them."""
