"""Sections on how far the figures can be trusted."""
