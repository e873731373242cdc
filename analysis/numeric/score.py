"""Score tests of a difference of two shares, the intervals that invert them, their power (methods 3.10, 4.8).

Notation: p share, m effective number of answers, d difference, P share under the hypothesis, z the normal
quantile of alpha over the tests of a family: Holm's first step, which is cautious. Functions of the test
take arrays of one shape and return arrays of it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isinf, sqrt

import numpy as np

import survey.numeric.special_functions as special
from analysis.numeric.intervals import EDGE
from survey.numeric.array_types import Bools, Floats

# Below this the skewness term is a division of two numbers near 0, and the correction is nil.
NO_SKEWNESS = 1e-10
HALVINGS = 52  # of an interval no longer than 2: to the last bit of a limit


def two_sided_p_value(statistic: Floats, df: Floats) -> Floats:
    """Return the chance of a statistic further from 0 under Student's t; under the normal where df is inf."""
    far = -np.abs(statistic)
    normal = 2 * special.ndtr(far)
    return np.asarray(np.where(np.isinf(df), normal, 2 * special.stdtr(df, far)), dtype=np.float64)


def shares_under(p1: Floats, m1: Floats, p2: Floats, m2: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Return the likeliest shares that differ by d: the pooled share at 0, else a cubic's root.

    Farrington & Manning 1990, Statistics in Medicine 9, 1447-1454.
    """
    ratio = m2 / m1
    a = 1 + ratio
    b = -(a + p1 + ratio * p2 + d * (ratio + 2))
    c = d**2 + d * (2 * p1 + a) + p1 + ratio * p2
    turn = b / (3 * a)
    v = turn**3 - b * c / (6 * a**2) - p1 * d * (1 + d) / (2 * a)
    u = np.copysign(np.sqrt(np.maximum(turn**2 - c / (3 * a), 0.0)), v)
    angle = np.divide(v, u**3, out=np.zeros(np.shape(v)), where=u != 0)
    first = 2 * u * np.cos((np.pi + np.arccos(np.clip(angle, -1, 1))) / 3) - turn
    first = np.clip(first, np.maximum(d, 0.0), np.minimum(1 + d, 1.0))
    pooled = (p1 + ratio * p2) / a
    return np.where(d == 0, pooled, first), np.where(d == 0, pooled, first - d)


def score(p1: Floats, m1: Floats, p2: Floats, m2: Floats, *, d: Floats, correlation: Floats) -> Floats:
    """Return the skewness-corrected score of the hypothesis that the shares differ by d (methods 3.10).

    Miettinen & Nurminen 1985 with Gart & Nam's correction (Biometrics 46, 1990, 637-643). Where a
    share is 0 or 1 the corrected or the plain score, whichever is nearer 0.
    """
    p1, m1, p2, m2, d, correlation = np.broadcast_arrays(p1, m1, p2, m2, d, correlation)
    first, second = shares_under(p1, m1, p2, m2, d)
    v1, v2 = first * (1 - first) / m1, second * (1 - second) / m2
    variance = np.maximum(v1 + v2 - 2 * correlation * np.sqrt(np.maximum(v1 * v2, 0.0)), 0.0)
    gap = np.where(np.abs(p1 - p2 - d) <= EDGE, 0.0, p1 - p2 - d)
    varies = variance > 0
    plain = np.divide(gap, np.sqrt(variance), out=_infinitely_far(gap), where=varies)
    third = v1 * (1 - 2 * first) / m1 - v2 * (1 - 2 * second) / m2
    skewness = np.divide(third, 6 * variance**1.5, out=np.zeros(gap.shape), where=varies)
    at_end = (np.minimum(p1, 1 - p1) <= EDGE) | (np.minimum(p2, 1 - p2) <= EDGE)
    return corrected(plain, skewness, at_end)


def corrected(plain: Floats, skewness: Floats, at_end: Bools) -> Floats:
    """Return scores corrected for skewness; where a share is 0 or 1 that or the plain one, the nearer to 0.

    Parameters
    ----------
    skewness : float array
        Third central moment over 6 variance^1.5.
    """
    skewed = (np.abs(skewness) >= NO_SKEWNESS) & np.isfinite(plain)
    a, x = np.where(skewed, skewness, 1.0), np.where(skewed, plain, 0.0)
    z = np.where(skewed, (-1 + np.sqrt(np.maximum(1 + 4 * a * (x + a), 0.0))) / (2 * a), plain)
    return np.where(at_end & (np.abs(plain) < np.abs(z)), plain, z)


def score_limits(
    p1: Floats, m1: Floats, p2: Floats, m2: Floats, *, correlation: Floats, quantile: Floats
) -> tuple[Floats, Floats]:
    """Return the smallest and largest difference with a score within the quantile."""
    p1, m1, p2, m2, r, q = np.broadcast_arrays(p1, m1, p2, m2, correlation, quantile)

    def accepted(d: Floats) -> Bools:
        return np.asarray(np.abs(score(p1, m1, p2, m2, d=d, correlation=r)) <= q)

    return outermost(accepted, np.asarray(p1 - p2))


def paired_score(p10: Floats, p01: Floats, m: Floats, *, d: Floats) -> Floats:
    """Return the score of the hypothesis that two shares of the same people differ by d (methods 3.10).

    Tango 1998, Statistics in Medicine 17, 891-908; at d = 0 McNemar's without continuity correction.

    Parameters
    ----------
    p10, p01 : float array
        Shares of the people counted by the first only, and by the second only.
    """
    p10, p01, m, d = np.broadcast_arrays(p10, p01, m, d)
    b = -p10 - p01 + (2 - p10 + p01) * d
    c = -p01 * d * (1 - d)
    second_only = (np.sqrt(np.maximum(b**2 - 8 * c, 0.0)) - b) / 4
    variance = np.maximum(2 * second_only + d * (1 - d), 0.0) / m
    gap = np.where(np.abs(p10 - p01 - d) <= EDGE, 0.0, p10 - p01 - d)
    return np.asarray(np.divide(gap, np.sqrt(variance), out=_infinitely_far(gap), where=variance > 0))


def paired_score_limits(p10: Floats, p01: Floats, m: Floats, *, quantile: Floats) -> tuple[Floats, Floats]:
    """Return the smallest and largest difference of the same people's shares within the quantile."""
    p10, p01, m, q = np.broadcast_arrays(p10, p01, m, quantile)

    def accepted(d: Floats) -> Bools:
        return np.asarray(np.abs(paired_score(p10, p01, m, d=d)) <= q)

    return outermost(accepted, np.asarray(p10 - p01))


def _infinitely_far(gap: Floats) -> Floats:
    """Return the score of a gap that no sample of such shares could give; 0 where there is none."""
    return np.where(gap == 0, 0.0, np.copysign(np.inf, gap))


def outermost(accepted: Callable[[Floats], Bools], estimate: Floats) -> tuple[Floats, Floats]:
    """Return the ends of the differences accepted, by bisection from the estimate out to -1 and 1."""
    limits = []
    for end in (-1.0, 1.0):
        far, near = np.full(estimate.shape, end), estimate
        near = np.where(accepted(far), far, near)
        for _ in range(HALVINGS):
            middle = (far + near) / 2
            inside = accepted(middle)
            far, near = np.where(inside, far, middle), np.where(inside, middle, near)
        limits.append(near)
    return limits[0], limits[1]


def power_of_difference(
    p1: float, m1: float, p2: float, m2: float, *, alpha: float = 0.05, family: int = 1
) -> float:
    """Return the chance that the test of a family finds that p1 and p2 differ (methods 4.8).

    Φ((|d| - z √(P(1-P)(1/m1 + 1/m2)))/√(p1(1-p1)/m1 + p2(1-p2)/m2)), P the pooled share.

    Parameters
    ----------
    m1, m2 : float
        inf for a share without sampling error.
    family : int
        Tests that are adjusted together.
    """
    z = float(special.ndtri(1 - alpha / (2 * family)))
    pooled = p1 if isinf(m1) else p2 if isinf(m2) else (m1 * p1 + m2 * p2) / (m1 + m2)
    without = sqrt(pooled * (1 - pooled) * (1 / m1 + 1 / m2))
    spread = sqrt(p1 * (1 - p1) / m1 + p2 * (1 - p2) / m2)
    gap = abs(p1 - p2) - z * without
    if spread == 0:
        return float(gap > 0)
    return float(special.ndtr(gap / spread))


def answers_for_difference(
    p1: float,
    p2: float,
    *,
    deff: float,
    m2: float | None = None,
    ratio: float = 1.0,
    alpha: float = 0.05,
    family: int = 1,
    power: float = 0.8,
) -> float:
    """Return the answers behind p1 at which the test has the power given; inf where no number is enough.

    n with |d| = z √(P(1-P)(1/m1 + 1/m2)) + z_power √(p1(1-p1)/m1 + p2(1-p2)/m2), m1 = n/deff, not rounded
    (methods 4.8).

    Parameters
    ----------
    deff : float
        Design effect of p1.
    m2 : float, optional
        Effective number behind p2, as of a wave that is over; else `ratio` times that behind p1.
    """

    def reached(m1: float) -> bool:
        other = ratio * m1 if m2 is None else m2
        return power_of_difference(p1, m1, p2, other, alpha=alpha, family=family) >= power

    if p1 == p2 or not reached(inf):
        return inf
    few, many = 0.0, 1.0
    while not reached(many):
        few, many = many, 2 * many
        if many > 1e15:
            return inf
    for _ in range(100):
        middle = (few + many) / 2
        few, many = (few, middle) if reached(middle) else (middle, many)
    return deff * many
