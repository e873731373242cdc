"""Differences between estimates: groups, options, waves, ranks."""
