"""The printed sections of a briefing."""
