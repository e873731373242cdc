"""An export while its link is open: counts, precision, gaps, and what changed since the last file."""
