"""How wrong a share of people who chose to answer could be, and what would have to be true for it."""
