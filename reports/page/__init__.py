"""Pages set in type."""
