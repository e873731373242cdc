"""Covariance from replicate weights (methods 2.5)."""

from __future__ import annotations

import numpy as np

import survey.numeric.special_functions as special
from analysis.numeric.records import Records
from analysis.numeric.stages import summed, without_noise
from survey.numeric.array_types import Bools, Floats
from survey.numeric.multipliers import replicate_rows
from survey.numeric.sampling import Replicates


def replicate_weights(records: Records) -> tuple[Replicates, Floats]:
    """Return the replicates of a sample and each record's weights in them, shape (r, R)."""
    replicates = records.sampling.replicates
    assert replicates is not None
    return replicates, records.count[:, None] * replicate_rows(replicates.weights, records.units[0])


def _totals(z: Floats, records: Records) -> tuple[Replicates, Floats]:
    """Return the replicates, and the weighted totals of z in each of them, shape (R, m).

    Summed over the respondents of a unit first, who share one weight in every replicate.
    """
    replicates = records.sampling.replicates
    assert replicates is not None
    sums = summed(z, records.units[0], len(replicates.weights), records.count.astype(np.float64))
    return replicates, replicates.weights.T @ sums


def of_ratios(u: Floats, over: Floats | None, records: Records) -> Floats:
    """Return the covariance of totals, or of ratios from their linearised values, shape (m, m).

    A ratio θ = Y/X has u = (y - θ x)/X. In a replicate Y_r/X_r - θ = (X/X_r) Σ w_r u exactly, so
    nothing need be estimated again.

    Parameters
    ----------
    u : float array, shape (r, m)
    over : float array, shape (r, m), or None
        The x of each ratio; None for totals. A replicate in which X_r is 0 has no such ratio and
        is left out of its variance, the others standing in for it.
    """
    replicates, estimate = _totals(u, records)
    weight = records.base * records.factor
    defined = None
    if over is not None:
        estimate, defined = _ratios(estimate, over, records)
    covariance = replicate_covariance(estimate, weight @ u, replicates, defined)
    # Where replicates differ by rounding only there is no error.
    return without_noise(covariance, np.diag(covariance) <= 1e-24 * (weight @ np.abs(u)) ** 2)


def _ratios(total: Floats, over: Floats, records: Records) -> tuple[Floats, Bools]:
    """Return θ_r - θ of each ratio from its totals of u in the replicates, (R, m), and where X_r > 0."""
    x, x_r = (records.base * records.factor) @ over, _totals(over, records)[1]
    defined: Bools = np.asarray(x_r > 1e-12 * np.abs(x))
    return total * np.divide(x, x_r, out=np.zeros(x_r.shape), where=defined), defined


def logit_errors(share: Floats, u: Floats, over: Floats, records: Records) -> Floats:
    """Return the standard error of the log odds of shares, estimated again in every replicate, (m,).

    Without what the margins' own error adds.

    NaN where a share is 0 or 1, or becomes so in a replicate: its log odds are then infinite.
    """
    replicates, total = _totals(u, records)
    deviation, defined = _ratios(total, over, records)
    used, share_r = replicates.coefficients > 0, share + deviation
    inside = (share_r > 1e-12) & (share_r < 1 - 1e-12) | ~defined
    finite = inside[used].all(axis=0) & (share > 0) & (share < 1)
    odds_r = special.logit(np.where(defined & finite, share_r, 0.5))
    odds = special.logit(np.where(finite, share, 0.5))
    error = np.sqrt(np.diag(replicate_covariance(odds_r, odds, replicates, defined)))
    return np.asarray(np.where(finite, error, np.nan), dtype=np.float64)


def replicate_covariance(
    estimate: Floats, full: Floats, replicates: Replicates, defined: Bools | None = None
) -> Floats:
    """Return Σ_r c_r (θ_r - θ)(θ_r - θ)', θ the full sample's estimate or the mean of θ_r (methods 2.5).

    Parameters
    ----------
    estimate : float array, shape (R, m)
        θ_r.
    full : float array, shape (m,)
    defined : bool array, shape (R, m), optional
        Where a replicate has the estimate; the others stand in for it where it has not.
    """
    used = replicates.coefficients > 0
    defined = np.ones(estimate.shape, dtype=bool) if defined is None else defined
    number = np.maximum(defined[used].sum(axis=0), 1)
    centre = full
    if replicates.centre == "replicates":
        centre = np.where(defined[used], estimate[used], 0.0).sum(axis=0) / number
    deviation = np.where(defined, estimate - centre, 0.0)
    deviation *= np.sqrt(used.sum() / number)
    return np.asarray(deviation.T @ (deviation * replicates.coefficients[:, None]), dtype=np.float64)
