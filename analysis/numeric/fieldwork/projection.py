"""Sizes to come, precision at the end, worth of one more answer (methods 10.1, 10.2).

Notation: n answers, deff design effect, m = n/deff, p share, t quantile; shares are 0-1.
"""

from __future__ import annotations

from math import ceil, inf, log

import numpy as np

from analysis.numeric.intervals import t_quantile, wilson, wilson_size
from survey.numeric.array_types import Floats

# Days behind the recent rate of answers.
RECENT = 3


def sizes_to_come(by_day: Floats, n: float, left: float) -> tuple[float, float]:
    """Return the fewest and the most answers expected at the end (methods 10.1).

    n + left x the smaller and the larger of the mean of all days and of the last three.

    Parameters
    ----------
    by_day : float array
        Answers on each day that is over.
    n, left : float
        Answers so far; days still to come, part of a day counted as a part.
    """
    rates = float(by_day.mean()), float(by_day[-RECENT:].mean())
    return n + left * min(rates), n + left * max(rates)


def drift(n: float, deff: float, first_n: float, first_deff: float) -> float:
    """Return by how much the design effect grows with the logarithm of n; 0 where nothing was added."""
    return (deff - first_deff) / log(n / first_n) if n > first_n > 0 else 0.0


def effect_at(size: float, n: float, deff: float, slope: float) -> float:
    """Return the design effect expected at a size, never below 1."""
    return max(1.0, deff + slope * log(size / n))


def half_width(p: float, m: float, confidence: float = 0.95) -> float:
    """Return half the width of Wilson's interval at m effective answers, 0-1."""
    t = t_quantile(confidence, np.array(inf))
    low, high = wilson(np.array(p), np.array(m), t)
    return float(high - low) / 2


def effective_for_half(p: float, half: float, confidence: float = 0.95) -> float:
    """Return the effective answers at which Wilson's interval has this half-width."""
    t = t_quantile(confidence, np.array(inf))
    return float(wilson_size(np.array(p), (np.array(0.0), np.array(2 * half)), t))


def poststratified_size(population: Floats, counts: Floats) -> float:
    """Return Kish's effective number after post-stratification, 1/sum P²/n; 0 with an empty category."""
    if (counts[population > 0] <= 0).any():
        return 0.0
    inside = counts > 0
    return 1 / float((population[inside] ** 2 / counts[inside]).sum())


def worth_of_one_more(population: Floats, counts: Floats, effective: float) -> Floats:
    """Return by how much one more answer of each category raises the effective number (methods 10.2).

    (effective P/n)², the derivative of 1/sum P²/n; inf where nobody has answered yet.
    """
    rate = np.divide(population, counts, out=np.full(len(counts), inf), where=counts > 0)
    return np.asarray((effective * rate) ** 2, dtype=np.float64)


def short_of(minimum: float, count: float, n: float, planned: float) -> int:
    """Return how many answers a category will lack of a minimum at the planned number, at this pace."""
    return max(0, ceil(minimum - count * planned / n - 1e-9))


def standardised(early: Floats, late_shares: Floats) -> float:
    """Return the late share at the early answers' channels: sum n p/sum n."""
    return float(early @ late_shares / early.sum())
