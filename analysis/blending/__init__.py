"""Volunteers beside a random sample: bias measured, estimates joined, and what the joining rests on."""
