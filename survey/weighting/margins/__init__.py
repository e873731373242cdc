"""Population margins, and the categories of a sample that are weighted to them."""
