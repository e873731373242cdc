"""Estimates of several imputed data sets as one (Rubin 1987; Barnard & Rubin 1999; methods 7.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isinf, sqrt

import numpy as np

from survey.errors import EstimateError


@dataclass(frozen=True, slots=True)
class PooledEstimate:
    """An estimate over imputations.

    Attributes
    ----------
    within, between : float
        Mean variance of the estimates, and their own variance.
    df : float
        Barnard and Rubin's; inf where the imputations agree and those of the complete data are infinite.
    missing : float
        Fraction of information missing.
    """

    estimate: float
    std_error: float
    within: float
    between: float
    df: float
    missing: float


def pool(estimates: Sequence[float], variances: Sequence[float], *, df: float = inf) -> PooledEstimate:
    """Return one estimate from those of M imputed data sets (methods 7.3).

    T = U + (1 + 1/M) B; l = (1 + 1/M) B/T; df of 1/((M-1)/l²) and (d+1)/(d+3) d (1-l), d being the
    complete data's.

    Raises
    ------
    EstimateError
        If there are fewer than two estimates, or a variance is not above 0.
    """
    q, u = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    m = len(q)
    if m < 2 or u.shape != q.shape:
        raise EstimateError("pool", key="honesty.pool", estimates=m, variances=len(u))
    if not (np.isfinite(q).all() and (u > 0).all() and df > 0):
        raise EstimateError("pool", key="honesty.pool_variance")
    within, between = float(u.mean()), float(q.var(ddof=1))
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    inverse = share**2 / (m - 1)
    if not isinf(df):
        inverse += 1 / ((df + 1) / (df + 3) * df * (1 - share))
    pooled_df = 1 / inverse if inverse > 0 else inf
    ratio = (1 + 1 / m) * between / within
    missing = (ratio + 2 / (pooled_df + 3)) / (ratio + 1)
    return PooledEstimate(float(q.mean()), sqrt(total), within, between, pooled_df, missing)
