"""Chances of counts and of findings: Poisson, Fisher, several looks (methods 10.2 to 10.4)."""

from __future__ import annotations

from math import exp, floor, lgamma, log

import numpy as np

import survey.numeric.special_functions as special
from survey.numeric.array_types import Floats

# Fisher's probabilities this much apart count as equal: they are sums of logarithms.
SAME = 1 + 1e-7
# Points on which the chance of a finding in several looks is integrated.
GRID = 801


def poisson_at_most(count: int, mean: float) -> float:
    """Return the chance of at most so many events, mean above 0."""
    return min(1.0, sum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(count + 1)))


def poisson_at_least(count: int, mean: float) -> float:
    """Return the chance of at least so many events, to its last digits where it is small; mean above 0."""
    if count <= mean:
        return 1 - poisson_at_most(count - 1, mean)
    total, k = 0.0, count
    while (term := exp(k * log(mean) - mean - lgamma(k + 1))) > total * 1e-17:
        total, k = total + term, k + 1
    return total


def busy_hour(count: float, expected: float, dispersion: float) -> float:
    """Return the chance of so many answers in an hour: P(Poisson(e/d) ≥ ⌊c/d⌋), d the dispersion."""
    return poisson_at_least(floor(count / dispersion), expected / dispersion)


def dispersion(counts: Floats, expected: Floats) -> float:
    """Return Pearson's dispersion of counts around what is expected, 1 or more."""
    known = np.isfinite(expected) & (expected > 0)
    if not known.any():
        return 1.0
    return max(1.0, float(((counts[known] - expected[known]) ** 2 / expected[known]).mean()))


def fisher_two_sided(before: tuple[int, int], after: tuple[int, int]) -> float:
    """Return Fisher's two-sided p-value of two counts, each (ticks, answers)."""
    (a, n), (b, m) = before, after

    def chance(x: int) -> float:
        return _log_choose(n, x) + _log_choose(m, a + b - x) - _log_choose(n + m, a + b)

    possible = range(max(0, a + b - m), min(n, a + b) + 1)
    seen = exp(chance(a)) * SAME
    return min(1.0, sum(p for x in possible if (p := exp(chance(x))) <= seen))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def chance_of_a_finding(looks: int, confidence: float = 0.95) -> float:
    """Return the chance that one of several equal looks finds a difference where there is none.

    The sum of k standard normals is carried from look to look while it stays within z √k (Armitage,
    McPherson & Rowe 1969), on a grid.
    """
    z = float(special.ndtri((1 + confidence) / 2))
    points, weight = np.linspace(-z, z, GRID, retstep=True)
    density = np.exp(-(points**2) / 2) / np.sqrt(2 * np.pi)
    for k in range(1, looks):
        before, points = points, np.linspace(-z, z, GRID) * np.sqrt(k + 1)
        step = np.exp(-((points[:, None] - before) ** 2) / 2) / np.sqrt(2 * np.pi)
        density, weight = step @ (density * _ends(weight)), points[1] - points[0]
    return 1 - float((density * _ends(weight)).sum())


def _ends(weight: float) -> Floats:
    """Return the weights of the trapezoidal rule."""
    weights = np.full(GRID, weight)
    weights[[0, -1]] /= 2
    return weights
