"""A fieldwork so far, as a page and as text for a terminal: the same words and figures."""
