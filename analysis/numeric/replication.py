"""Covariance from replicate weights (methods 2.5)."""

from __future__ import annotations

import numpy as np

import survey.numeric.special_functions as special
from analysis.numeric.records import Records
from analysis.numeric.stages import summed
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

    Summed over the people of a unit first, whose weights are the same in every replicate.
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
    replicates, moved = _totals(u, records)
    full = (records.base * records.factor) @ u
    if over is None:
        return _without_noise(spread(moved, full, replicates), u, records)
    moved, held = _moved_ratios(moved, over, records)
    return _without_noise(spread(moved, full, replicates, held), u, records)


def _moved_ratios(total: Floats, over: Floats, records: Records) -> tuple[Floats, Bools]:
    """Return θ_r - θ of each ratio from its total of u in each replicate, (R, m), and where there is one."""
    whole, part = (records.base * records.factor) @ over, _totals(over, records)[1]
    held: Bools = np.asarray(part > 1e-12 * np.abs(whole))
    ratio = np.divide(whole, part, out=np.zeros(part.shape), where=held)
    return total * ratio, held


def logit_errors(share: Floats, u: Floats, over: Floats, records: Records) -> Floats:
    """Return the standard error of the log odds of shares, estimated again in every replicate, (m,).

    Without what the margins' own error adds.

    NaN where a share is 0 or 1, or becomes so in a replicate: its log odds are then infinite.
    """
    replicates, total = _totals(u, records)
    moved, held = _moved_ratios(total, over, records)
    used = replicates.coefficients > 0
    again = share + moved
    finite = ((again > 1e-12) & (again < 1 - 1e-12) | ~held)[used].all(axis=0) & (share > 0) & (share < 1)
    usable = held & finite
    odds = special.logit(np.where(usable, again, 0.5))
    full = special.logit(np.where(finite, share, 0.5))
    found = np.sqrt(np.diag(spread(odds, full, replicates, held)))
    return np.asarray(np.where(finite, found, np.nan), dtype=np.float64)


def _without_noise(found: Floats, u: Floats, records: Records) -> Floats:
    """Return the covariance with exact zeros where replicates differ by rounding only."""
    still = np.diag(found) <= 1e-24 * ((records.base * records.factor) @ np.abs(u)) ** 2
    found[still, :] = 0.0
    found[:, still] = 0.0
    return found


def spread(moved: Floats, full: Floats, replicates: Replicates, held: Bools | None = None) -> Floats:
    """Return Σ_r c_r (θ_r - θ)(θ_r - θ)', θ_r the rows of `moved` and θ `full` or their mean."""
    used = replicates.coefficients > 0
    inside = np.ones(moved.shape, dtype=bool) if held is None else held
    centre = full
    if replicates.centre == "replicates":
        counted = np.maximum(inside[used].sum(axis=0), 1)
        centre = np.where(inside[used], moved[used], 0.0).sum(axis=0) / counted
    apart = np.where(inside, moved - centre, 0.0)
    apart *= np.sqrt(used.sum() / np.maximum(inside[used].sum(axis=0), 1))
    return np.asarray(apart.T @ (apart * replicates.coefficients[:, None]), dtype=np.float64)
