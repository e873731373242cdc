"""Who is excluded before weighting, by rules fixed in advance."""
