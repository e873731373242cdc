"""The variance of a sample drawn in stages, from the totals of its units (methods 2.1, 2.2)."""

from __future__ import annotations

import numpy as np

from analysis.numeric.records import Records
from survey.numeric.array_types import Bools, Floats, Ints


def by_stage(residual: Floats, records: Records) -> Floats:
    """Return the variance of a sample drawn in stages, from the totals z of its units (methods 2.1).

    The first stage adds (1-f_h) n_h/(n_h-1) Σ (z_hi-z̄_h)(z_hi-z̄_h)' in each stratum h; the next the
    same within each unit, times the fraction drawn above it; and so on (Särndal, Swensson & Wretman
    1992, 4.3).
    """
    z = (records.base * records.factor)[:, None] * residual
    parent, drawn = records.stratum, np.ones(len(records.sampling.fractions[0]))
    total = np.zeros((residual.shape[1], residual.shape[1]))
    for k, fraction in enumerate(records.sampling.fractions):
        scale, lonely = drawn * (1 - fraction), records.sampling.lonely if k == 0 else "remove"
        if k == len(records.units):
            total += _of_people(residual, z, parent, scale, records, lonely)
            break
        unit = records.units[k]
        above = np.zeros(int(unit.max()) + 1, dtype=np.int64)
        above[unit] = parent
        total += _of_units(summed(z, unit, len(above)), above, scale, lonely)
        parent, drawn = unit, (drawn * fraction)[above]
        if not drawn.any():
            break
    # Where units do not differ, centring leaves rounding noise of their squares.
    square = (records.base_square * records.factor**2) @ residual**2
    return without_noise(total, np.diag(total) <= 1e-24 * square)


def without_noise(covariance: Floats, constant: Bools) -> Floats:
    """Return the covariance with exact zeros for estimates that vary by rounding only.

    Parameters
    ----------
    constant : bool array, shape (m,)
        Which these are.
    """
    covariance[constant, :] = 0.0
    covariance[:, constant] = 0.0
    return covariance


def summed(z: Floats, group: Ints, groups: int, weight: Floats | float = 1.0) -> Floats:
    """Return weighted sums of the rows of z in each group, shape (groups, m), in the order of the rows."""
    # A column at a time: np.add.at over rows takes several times as long.
    sums = np.empty((groups, z.shape[1]))
    for j, column in enumerate(z.T):
        sums[:, j] = np.bincount(group, weights=weight * column, minlength=groups)
    return sums


def _of_units(z: Floats, parent: Ints, scale: Floats, lonely: str) -> Floats:
    """Return Σ_h scale_h n_h/(n_h-1) Σ (z-z̄_h)(z-z̄_h)' over units with totals z, shape (units, m)."""
    n = np.bincount(parent, minlength=len(scale)).astype(np.float64)
    means = summed(z, parent, len(scale)) / np.maximum(n, 1)[:, None]
    centred = z - means[parent]
    weight = np.where(n > 1, scale * n / np.maximum(n - 1, 1), 0.0)
    variance: Floats = centred.T @ (centred * weight[parent][:, None])
    alone = n[parent] == 1
    return variance + _single(variance, z[alone] - z.mean(axis=0), scale[parent[alone]], n, lonely)


def _of_people(
    residual: Floats, z: Floats, parent: Ints, scale: Floats, records: Records, lonely: str
) -> Floats:
    """Return the same where each person is a unit, from records of people alike."""
    n = np.bincount(parent, weights=records.count, minlength=len(scale)).astype(np.float64)
    means = summed(z, parent, len(scale)) / np.maximum(n, 1)[:, None]
    weight = np.where(n > 1, scale * n / np.maximum(n - 1, 1), 0.0)[parent]
    each = z / records.count[:, None]
    centred = each - means[parent]
    variance: Floats = centred.T @ (centred * (weight * records.count)[:, None])
    # People of different base weights in one record vary about the record's mean too.
    within = records.base_square - records.base**2 / records.count
    within = np.where(within > 1e-12 * records.base_square, within, 0.0) * records.factor**2
    variance += residual.T @ (residual * (weight * within)[:, None])
    mean, alone = z.sum(axis=0) / records.count.sum(), n[parent] == 1
    return variance + _single(variance, z[alone] - mean, scale[parent[alone]], n, lonely)


def _single(variance: Floats, deviation: Floats, scale: Floats, n: Floats, lonely: str) -> Floats:
    """Return what strata with a single unit add (methods 2.2).

    Parameters
    ----------
    variance : float array, shape (m, m)
        What the other strata add.
    deviation : float array, shape (single units, m)
        Their totals less the mean of all units.
    scale : float array, shape (single units,)
        One minus the sampling fraction of their stratum.
    n : float array
        Units in each stratum.
    """
    if lonely == "remove" or not (scale > 0).any():
        return np.zeros_like(variance)
    if lonely == "average":
        strata = int((n > 0).sum())
        return np.asarray(variance * (strata / max(strata - len(scale), 1) - 1), dtype=np.float64)
    return np.asarray(deviation.T @ (deviation * scale[:, None]), dtype=np.float64)
