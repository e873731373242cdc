"""From the cells of an export to coded answers."""
