"""A band that holds a whole curve of shares at once (methods 8.2).

Notation: S the shares at m points of the curve, R the correlations of neighbouring estimates, t Student's t
of so many degrees of freedom, c the critical value of the band.
"""

from __future__ import annotations

from math import inf
from typing import Literal, get_args

import numpy as np

import survey.numeric.special_functions as special
from analysis.numeric.demand.planning_range import gauss
from analysis.numeric.intervals import EDGE, upper_quantile
from survey.numeric.array_types import Floats

Band = Literal["hunter_worsley", "bonferroni"]
BANDS: tuple[Band, ...] = get_args(Band)
NODES = 64


def both_beyond_less_one(c: float, correlation: Floats, df: float) -> Floats:
    """Return P(|T1| > c) - P(|T1| > c and |T2| > c) of bivariate t with each correlation, shape (m,).

    The derivative of a bivariate t probability by its correlation has a closed form (Plackett 1954;
    Genz 2004); from 1, where both are one, it is integrated to the correlation over its arc sine, in
    which the integrand is smooth.
    """
    nodes, weights = gauss(NODES)
    start = np.arcsin(np.clip(correlation, -1.0, 1.0))[:, None]
    half = (np.pi / 2 - start) / 2
    sine = np.sin(start + half * (nodes + 1))
    with np.errstate(divide="ignore"):
        same, opposite = c**2 / (1 + sine), c**2 / (1 - sine)
    if np.isinf(df):
        integrand = np.exp(-same) - np.exp(-opposite)
    else:
        integrand = (1 + 2 * same / df) ** (-df / 2) - (1 + 2 * opposite / df) ** (-df / 2)
    return np.asarray((half * integrand) @ weights / np.pi, dtype=np.float64)


def critical_value(
    correlation: Floats, *, df: float = inf, confidence: float = 0.95, band: Band = "hunter_worsley"
) -> float:
    """Return the multiple c of the errors at which m intervals hold together.

    "hunter_worsley" takes from Bonferroni's bound what neighbours have in common (Hunter 1976; Worsley
    1982): Σ_j P(|T_j| > c) - Σ_j P(|T_j| > c, |T_j+1| > c) = 1 - confidence. It is at least the exact
    value, needs no random numbers, and is close to it where neighbours are highly correlated.

    Parameters
    ----------
    correlation : float array, shape (m - 1,)
        Of each estimate with the next.
    """
    rate, m = 1 - confidence, len(correlation) + 1
    most = float(upper_quantile(np.array(rate / (2 * m)), np.array(df)))
    if band == "bonferroni" or m == 1:
        return most
    least = float(upper_quantile(np.array(rate / 2), np.array(df)))

    def excess(c: float) -> float:
        one = 2 * (special.ndtr(-c) if np.isinf(df) else special.stdtr(df, -c))
        return float(one + both_beyond_less_one(c, correlation, df).sum() - rate)

    from scipy.optimize import brentq

    return least if excess(least) <= 0 else float(brentq(excess, least, most, xtol=1e-12))


def logit_band(share: Floats, covariance: Floats, c: float) -> tuple[Floats, Floats]:
    """Return expit(logit S ∓ c se/(S(1-S))), shape (m,) each; the shares are strictly between 0 and 1."""
    simple = share * (1 - share)
    logit, half = np.log(share / (1 - share)), c * np.sqrt(np.diag(covariance)) / simple
    return special.expit(logit - half), special.expit(logit + half)


def monotone(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return the band tightened to what a falling curve leaves: L*(F) = max L(F' ≥ F), U*(F) = min U(F' ≤ F).

    The band holds a falling curve exactly when the tightened one does.
    """
    return np.maximum.accumulate(low[::-1])[::-1], np.minimum.accumulate(high)


def curve_band(
    share: Floats, covariance: Floats, *, df: float, confidence: float, band: Band
) -> tuple[Floats, Floats]:
    """Return the band of a falling curve, shape (m,) each; NaN where a share is 0, 1 or unknown.

    Parameters
    ----------
    share : float array, shape (m,)
    covariance : float array, shape (m, m)
    """
    low, high = np.full(len(share), np.nan), np.full(len(share), np.nan)
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    inside = np.flatnonzero((share > EDGE) & (share < 1 - EDGE) & (error > 0))
    if len(inside):
        v = covariance[np.ix_(inside, inside)]
        neighbours = np.diag(v, 1) / (error[inside][:-1] * error[inside][1:])
        c = critical_value(neighbours, df=df, confidence=confidence, band=band)
        low[inside], high[inside] = monotone(*logit_band(share[inside], v, c))
    return low, high
