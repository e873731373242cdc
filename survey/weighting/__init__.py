"""From screened answers to a weighted sample that remembers how it was weighted."""
