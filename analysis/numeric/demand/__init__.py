"""Arithmetic of demand curves and of places: bands, distributions from intervals, planning ranges."""
