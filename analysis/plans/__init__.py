"""The tables of a study file that say what to estimate."""
