"""Who is set aside before weighting, by rules fixed beforehand."""
