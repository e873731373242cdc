"""Score test of a straight line through the shares of several waves, and the lines it does not reject.

Notation: p shares and m effective numbers of answers, shape (rows, waves); t the time of each wave, 0 at the
first and 1 at the last; d how far the line rises from the first to the last, shape (rows,) (methods 3.10).
"""

from __future__ import annotations

import numpy as np

from analysis.numeric.intervals import EDGE
from analysis.numeric.score import corrected, outermost
from survey.numeric.array_types import Bools, Floats

HALVINGS = 60
INSIDE = 1e-12  # how far a share under the hypothesis stays from 0 and 1


def shares_on_line(p: Floats, m: Floats, t: Floats, d: Floats) -> Floats:
    """Return the likeliest shares on a line that rises by d, shape (rows, waves)."""
    low, high = np.maximum(-d, 0.0) + INSIDE, np.minimum(1 - d, 1.0) - INSIDE
    low = np.minimum(low, high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        line = _line(middle, d, t)
        rising = (m * (p - line) / (line * (1 - line))).sum(axis=1) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    pooled = (m * p).sum(axis=1) / m.sum(axis=1)
    return _line(np.where(d == 0, pooled, (low + high) / 2), d, t)


def score_trend(p: Floats, m: Floats, t: Floats, d: Floats) -> Floats:
    """Return the skewness-corrected score of the hypothesis that the line rises by d, shape (rows,).

    At d = 0 the test of Cochran (1954) and Armitage (1955) at effective numbers; of two waves the score of
    their difference. Where a share is 0 or 1 the corrected or the plain score, whichever is nearer 0.
    """
    line = shares_on_line(p, m, t, d)
    spread = line * (1 - line)
    away = t - _middle(m / spread, t)
    variance = (m / spread * away**2).sum(axis=1)
    plain = (m / spread * away * (p - line)).sum(axis=1) / np.sqrt(variance)
    third = (m * away**3 * (1 - 2 * line) / spread**2).sum(axis=1)
    at_end: Bools = np.asarray((np.minimum(p, 1 - p) <= EDGE).any(axis=1))
    return corrected(plain, third / (6 * variance**1.5), at_end)


def likeliest_rise(p: Floats, m: Floats, t: Floats) -> Floats:
    """Return how far the likeliest line rises, shape (rows,)."""
    low, high = np.full(len(p), -1.0), np.ones(len(p))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        line = shares_on_line(p, m, t, middle)
        weight = m / (line * (1 - line))
        above = (weight * (t - _middle(weight, t)) * (p - line)).sum(axis=1) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def rise_limits(
    p: Floats, m: Floats, t: Floats, *, estimate: Floats, quantile: Floats
) -> tuple[Floats, Floats]:
    """Return the least and the greatest rise with a score within the quantile."""

    def accepted(d: Floats) -> Bools:
        return np.asarray(np.abs(score_trend(p, m, t, d)) <= quantile)

    return outermost(accepted, estimate)


def rise_weights(p: Floats, m: Floats, t: Floats, d: Floats) -> Floats:
    """Return by how much the likeliest rise moves with the share of each wave, shape (rows, waves)."""
    line = shares_on_line(p, m, t, d)
    weight = m / (line * (1 - line))
    away = t - _middle(weight, t)
    return np.asarray(weight * away / (weight * away**2).sum(axis=1, keepdims=True))


def _line(start: Floats, d: Floats, t: Floats) -> Floats:
    """Return the shares of a line, those at 0 and 1 moved inside."""
    return np.clip(start[:, None] + d[:, None] * t, INSIDE, 1 - INSIDE)


def _middle(weight: Floats, t: Floats) -> Floats:
    return np.asarray((weight * t).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True))
