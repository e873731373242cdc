"""Sections on demand at a fee and on places."""
