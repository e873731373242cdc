"""Intervals for shares and for their differences (methods 3.1, 3.2, 3.4, 3.10).

Notation: p share, n effective number of answers, t quantile of Student's t. All functions take
arrays of one shape and return (lower, upper) of that shape.
"""

from __future__ import annotations

import numpy as np

import survey.numeric.special_functions as special
from survey.numeric.array_types import Bools, Floats

EDGE = 1e-12


def t_quantile(confidence: float | Floats, df: Floats) -> Floats:
    """Return the two-sided quantile of Student's t; the normal one where df is infinite."""
    return upper_quantile(np.full(np.shape(df), (1 - confidence) / 2), df)


def upper_quantile(tail: Floats, df: Floats) -> Floats:
    """Return what Student's t exceeds with probability `tail`; the normal one where df is infinite."""
    with np.errstate(invalid="ignore"):
        t = -special.stdtrit(df, tail)
    return np.asarray(np.where(np.isinf(df), -special.ndtri(tail), t), dtype=np.float64)


def wilson(p: Floats, n: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Return Wilson's interval at an effective number of answers (Wilson 1927; methods 3.1)."""
    centre = p + t**2 / (2 * n)
    half = t * np.sqrt(np.maximum(p * (1 - p), 0) / n + t**2 / (4 * n**2))
    low, high = (centre - half) / (1 + t**2 / n), (centre + half) / (1 + t**2 / n)
    return np.where(p <= EDGE, 0.0, np.maximum(low, 0)), np.where(p >= 1 - EDGE, 1.0, np.minimum(high, 1))


def wilson_size(p: Floats, limits: tuple[Floats, Floats], t: Floats) -> Floats:
    """Return the effective number of answers at which Wilson's interval has the limits given; inf if equal.

    The width w holds w²(1 + a)² = 4 a p (1 - p) + a² with a = t²/n, which is solved for a.
    """
    width = limits[1] - limits[0]
    spread = np.where((p <= EDGE) | (p >= 1 - EDGE), 0.0, 4 * p * (1 - p))
    square = width**2 - 1
    middle = 2 * width**2 - spread
    a = (-middle - np.sqrt(np.maximum(middle**2 - 4 * square * width**2, 0))) / (2 * square)
    with np.errstate(divide="ignore"):  # a share that weighting fixes has no width
        return np.asarray(t**2 / a, dtype=np.float64)


def logit(p: Floats, error: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Return the interval that is symmetric in log odds, expit(logit p ± t se/(p(1-p))); NaN at 0 and 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        centre, half = special.logit(p), t * error / (p * (1 - p))
        return special.expit(centre - half), special.expit(centre + half)


def arcsine(p: Floats, error: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Return the interval that is symmetric in arcsin √p, kept from folding back at 0 and 1; NaN there."""
    with np.errstate(divide="ignore", invalid="ignore"):
        centre, half = np.arcsin(np.sqrt(p)), t * error / (2 * np.sqrt(p * (1 - p)))
        low, high = (np.sin(np.clip(a, 0, np.pi / 2)) ** 2 for a in (centre - half, centre + half))
    return low, high


def agresti_coull(p: Floats, n: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Return the interval of Agresti and Coull (1998) at an effective number of answers."""
    larger = n + t**2
    centre = (n * p + t**2 / 2) / larger
    half = t * np.sqrt(centre * (1 - centre) / larger)
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def likelihood(p: Floats, n: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Return the shares q with a log likelihood within t²/2 of that of p, at an effective sample size.

    2n [p log(p/q) + (1-p) log((1-p)/(1-q))] ≤ t², found by bisection.
    """
    p, n, t = np.broadcast_arrays(p, n, t)

    def outside(q: Floats) -> Bools:
        deviance = special.rel_entr(p, q) + special.rel_entr(1 - p, 1 - q)
        return np.asarray(2 * n * deviance > t**2, dtype=bool)

    limits = []
    for end in (0.0, 1.0):
        far, near = np.full(p.shape, end), np.array(p, dtype=np.float64)
        for _ in range(80):
            middle = (far + near) / 2
            beyond = outside(middle)
            far, near = np.where(beyond, middle, far), np.where(beyond, near, middle)
        limits.append(np.where(np.abs(p - end) <= EDGE, end, near))
    return limits[0], limits[1]


def clopper_pearson(p: Floats, n: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the interval of Clopper and Pearson (1934) for n p successes, n not necessarily whole."""
    x, tail = n * p, (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(p <= EDGE, 0.0, special.betaincinv(np.maximum(x, 1e-300), n - x + 1, tail))
        high = np.where(p >= 1 - EDGE, 1.0, special.betaincinv(x + 1, np.maximum(n - x, 1e-300), 1 - tail))
    return low, high


def korn_graubard(
    p: Floats, n: Floats, n_eff: Floats, df: Floats, confidence: float
) -> tuple[Floats, Floats]:
    """Return the interval of Korn and Graubard (1998) as NCHS applies it (methods 3.2).

    Parameters
    ----------
    n : float array
        People in the base: the effective number is capped at it, and is it where p is 0 or 1.
    n_eff : float array
        p(1-p)/V.
    df : float array
        Degrees of freedom of the design in the domain.
    """
    ratio = (t_quantile(confidence, n - 1) / t_quantile(confidence, df)) ** 2
    edge = (p <= EDGE) | (p >= 1 - EDGE)
    return clopper_pearson(p, np.where(edge, n, np.minimum(n, n_eff * ratio)), confidence)


def mover(
    p1: Floats,
    limits1: tuple[Floats, Floats],
    p2: Floats,
    limits2: tuple[Floats, Floats],
    correlation: Floats,
) -> tuple[Floats, Floats]:
    """Return limits of p1 - p2 recovered from each share's own (Zou & Donner 2008; methods 3.10).

    Parameters
    ----------
    correlation : float array
        Of the two estimates; with 0 and Wilson limits this is Newcombe's interval.
    """
    (low1, high1), (low2, high2) = limits1, limits2
    a, b, c, d = p1 - low1, high2 - p2, high1 - p1, p2 - low2
    below = np.sqrt(np.maximum(a**2 + b**2 - 2 * correlation * a * b, 0))
    above = np.sqrt(np.maximum(c**2 + d**2 - 2 * correlation * c * d, 0))
    difference = p1 - p2
    return np.maximum(difference - below, -1), np.minimum(difference + above, 1)


def without_skewness(t: Floats, skewness: Floats) -> Floats:
    """Return Student's t of a mean freed of the skewness of that mean: g(t) of Hall 1992 (methods 3.10).

    Rising in t, and t itself where there is no skewness.
    """
    return np.asarray(t + skewness * t**2 / 3 + skewness**2 * t**3 / 27 + skewness / 6, dtype=np.float64)


def with_skewness(z: Floats, skewness: Floats) -> Floats:
    """Return the t of which `without_skewness` gives z."""
    g = np.where(np.abs(skewness) < EDGE, 1.0, skewness)
    t = 3 / g * (np.cbrt(1 + g * (z - g / 6)) - 1)
    return np.asarray(np.where(np.abs(skewness) < EDGE, z, t), dtype=np.float64)
