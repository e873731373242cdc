"""Estimates looked up and named for print; nothing is printed here."""
