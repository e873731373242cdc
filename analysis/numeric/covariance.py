"""Linearised covariance of estimates from a tally's records.

Notation (docs/methods.md): a record stands for `count` people alike; d base weight, w final weight,
u linearised value, x auxiliary row of the calibration, h stratum, i first-stage unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from analysis.numeric.linearised import DomainMeans, blocks
from analysis.numeric.records import Records
from analysis.numeric.replication import of_ratios
from analysis.numeric.stages import by_stage, summed
from survey.numeric.array_types import Floats
from survey.numeric.calibration import crossed

Weights = Literal["base", "final"]
SWEEPS = 10
FEW = 1 << 14  # rows of which a whole array is made once
# Calibrated replicate weights keep what its accuracy leaves, which is no rank (in each unit's largest).
RANK = 1e-10
# 1 - h below this is a residual that the margins fit exactly.
EXACT = 1e-9
Technique = Literal["leverage", "taylor", "leverage_final", "taylor_final", "swept", "replicates"]


def covariance(u: Floats, records: Records, technique: Technique, *, over: Floats | None = None) -> Floats:
    """Return the covariance matrix of estimates with linearised values u, shape (m, m).

    Parameters
    ----------
    u : float array, shape (r, m)
        Linearised values; 0 outside the domain of an estimate.
    technique : str
        "taylor" is the residual technique of methods 2.3; "leverage" divides each residual by
        one minus its leverage (methods 2.4), for one-stage files only. Both take base weights in
        the regression on the margins; "taylor_final" and "leverage_final" take final weights
        (methods 2.3a). "swept" takes category means out of the residuals margin after margin, ten
        times and by people, as R's rake() does; it is "taylor" where base weights are equal and the
        sweeps have settled. "replicates" takes the spread of replicates (methods 2.5).
    over : float array, shape (r, m), optional
        What the total in each estimate's denominator is of, for replicates; None for totals.
    """
    return _of_sampling(u, records, technique, over) + of_margins(u, records)


def covariance_and_rest(
    u: Floats | DomainMeans, records: Records, technique: Technique, *, over: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return `covariance` and `unexplained` of the same estimates, what the margins fix reckoned once."""
    if technique == "leverage" and records.x is not None and records.totals_covariance is None:
        return _in_blocks(u, records)
    u = u if isinstance(u, np.ndarray) else u.whole()
    if records.x is None or technique in ("replicates", "swept"):
        return covariance(u, records, technique, over=over), unexplained(u, records)
    plain, before = _before_trimming(u, records)
    left = _left(plain, before)
    shared = left if technique in ("leverage", "taylor") else None
    found = _of_sampling(u, records, technique, over, shared) + of_margins(u, records)
    return found, _unexplained(plain, before, left)


def _in_blocks(u: Floats | DomainMeans, records: Records) -> tuple[Floats, Floats]:
    """Return the same of a plain list of people, never holding more than a block of rows of u."""
    if not isinstance(u, np.ndarray) and len(records.count) <= FEW:
        u = u.whole()

    def rows_of(rows: slice) -> Floats:
        block = u[rows] if isinstance(u, np.ndarray) else u.rows(rows)
        return block if records.trimming is None else block * records.trimming[rows, None]

    before = records if records.trimming is None else _untrimmed(records)
    x, cell = before.x, before.cell
    assert x is not None
    slopes = _slopes(rows_of, before, "base")
    fitted = x @ slopes if 2 * len(x) < len(cell) else None
    spread = _spread(before, _more(before, "base"))
    size = slopes.shape[1]
    joint, left, whole = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    for rows in blocks(len(cell)):
        values = rows_of(rows)
        explained = x[cell[rows]] @ slopes if fitted is None else fitted[cell[rows]]
        residual = np.subtract(values, explained, out=explained)
        joint += residual.T @ (residual * spread[rows, None])
        left += _squares(residual)
        whole += _squares(values)
    rest = np.sqrt(np.divide(left, whole, out=np.ones(size), where=whole > 0))
    return np.asarray(_finite(before) * joint, dtype=np.float64), rest


def _of_sampling(
    u: Floats, records: Records, technique: Technique, over: Floats | None, left: Floats | None = None
) -> Floats:
    if technique == "replicates":
        return of_ratios(u, over, records)
    u, records = _before_trimming(u, records)
    residual, more = _residuals(u, records, technique, left)
    if more is None:
        return by_stage(residual, records)
    return np.asarray(_finite(records) * crossed(residual, _spread(records, more)), dtype=np.float64)


def _spread(records: Records, more: Floats) -> Floats:
    """Return what squares of residuals count, so that `_finite` times their sum is (1-f)(n-1)/n Σ z z'.

    With z = w e / (1-h) (methods 2.4).
    """
    return np.asarray(records.base_square * (records.factor * more) ** 2, dtype=np.float64)


def _finite(records: Records) -> float:
    n = int(records.count.sum())
    return float((1 - records.sampling.fractions[0][0]) * (n - 1) / n)


def unit_residuals(u: Floats, records: Records, technique: Technique) -> Floats:
    """Return z = w e of each record, over 1 - h with leverage: what it adds to the error, (r, m)."""
    u, records = _before_trimming(u, records)
    residual, more = _residuals(u, records, technique)
    weight = records.base * records.factor * (1.0 if more is None else more)
    return np.asarray(weight[:, None] * residual, dtype=np.float64)


def _residuals(
    u: Floats, records: Records, technique: Technique, left: Floats | None = None
) -> tuple[Floats, Floats | None]:
    """Return what calibration leaves of u, and 1/(1-h) where the technique corrects for leverage."""
    if records.x is None:
        return u, None
    if technique == "swept":
        return _swept(u, records), None
    by: Weights = "final" if technique in ("leverage_final", "taylor_final") else "base"
    residual = _left(u, records, by) if left is None else left
    if technique not in ("leverage", "leverage_final"):
        return residual, None
    return residual, _more(records, by)


def _more(records: Records, by: Weights) -> Floats:
    """Return 1/(1-h) of each record.

    Somebody alone in a combination that the margins single out is fitted exactly: such a residual is 0,
    the leverage 1, and the quotient noise.
    """
    rest = 1 - leverages(records, by)
    return np.where(rest > EXACT, 1 / np.maximum(rest, EXACT), 0.0)


def _before_trimming(u: Floats, records: Records) -> tuple[Floats, Records]:
    """Return the same estimates as of weights before trimming, what it multiplied them by being in u.

    Σ w t u is a calibrated total of t u, so the margins fix a part of t u and not of u.
    """
    if records.trimming is None:
        return u, records
    return u * records.trimming[:, None], _untrimmed(records)


def _untrimmed(records: Records) -> Records:
    assert records.trimming is not None
    return replace(records, factor=records.factor / records.trimming, trimming=None)


def of_margins(u: Floats, records: Records) -> Floats:
    """Return what the margins' own error adds, B'Σ_T B (methods 1.10).

    B = (Σ d F'x x')⁻¹ Σ d F'x u is the derivative by the targets; with raking F' is g, and 0 at a bound.
    """
    joint = records.totals_covariance
    if joint is None:
        return np.zeros((u.shape[1], u.shape[1]))
    moved, gram = records.slope, records.slope_gram
    assert moved is not None
    assert gram is not None
    u, records = _before_trimming(u, records)
    sums = summed(records.base[:, None] * u, records.cell, len(moved))
    slope = np.linalg.lstsq(gram, moved.T @ sums, rcond=None)[0]
    return np.asarray(slope.T @ joint @ slope, dtype=np.float64)


def unexplained(u: Floats, records: Records) -> Floats:
    """Return how much of each column of u calibration leaves: length of the residual over its own, (m,).

    1 where there is no calibration. Rounding noise where the margins fix an estimate: it then has no
    variance, and what a square of the noise would say of one is void.
    """
    u, records = _before_trimming(u, records)
    if records.x is None:
        return np.ones(u.shape[1])
    return _unexplained(u, records, _left(u, records))


def _unexplained(u: Floats, records: Records, residual: Floats) -> Floats:
    whole, left = _squares(u), _squares(residual)
    # What margins fix varies as they do where they are estimates themselves.
    moving = (whole > 0) & (np.diag(of_margins(u, records)) == 0)
    return np.sqrt(np.divide(left, whole, out=np.ones(u.shape[1]), where=moving))


def _squares(z: Floats) -> Floats:
    """Return the sum of squares of each column, shape (m,)."""
    return np.asarray(np.einsum("ij,ij->j", z, z), dtype=np.float64)


def _left(u: Floats, records: Records, by: Weights = "base") -> Floats:
    """Return u - x b, what the margins leave of u."""
    assert records.x is not None
    slopes = _slopes(u.__getitem__, records, by)
    if 2 * len(records.x) < len(u):
        fitted = (records.x @ slopes)[records.cell]
        return np.subtract(u, fitted, out=fitted)
    residual = u.copy()
    for rows in blocks(len(u)):
        residual[rows] -= records.x[records.cell[rows]] @ slopes
    return residual


def _slopes(rows_of: Callable[[slice], Floats], records: Records, by: Weights) -> Floats:
    """Return b = (X'DX)⁻¹X'Du with D the base weights, or the final ones, and u as its rows are given."""
    x, cell, weight = records.x, records.cell, _regression_weights(records, by)
    assert x is not None
    by_cell = len(x) <= FEW  # sums of each cell first, unless these would be many themselves
    found: Any = 0.0
    for rows in blocks(len(cell), FEW if by_cell else None):
        u, here = rows_of(rows), cell[rows]
        if by_cell:
            found = found + summed(u, here, len(x), weight[rows])
        else:
            found = found + x[here].T @ (u * weight[rows, None])
    crossed_with_x = x.T @ found if by_cell else found
    return np.asarray(np.linalg.lstsq(_gram(records, by), crossed_with_x, rcond=None)[0])


def _swept(u: Floats, records: Records) -> Floats:
    """Return u less its category means, unweighted, in ten sweeps over the margins."""
    assert records.x is not None
    people = np.bincount(records.cell, weights=records.count, minlength=len(records.x))
    sums = summed(records.count[:, None] * u, records.cell, len(records.x))
    taken = np.zeros_like(sums)
    ends = np.cumsum(records.spans)
    for _ in range(SWEEPS):
        for end, size in zip(ends, records.spans, strict=True):
            member = records.x[:, end - size : end]
            mean = member.T @ (sums - people[:, None] * taken) / (member.T @ people)[:, None]
            taken = taken + member @ mean
    return np.asarray(u - taken[records.cell], dtype=np.float64)


def _regression_weights(records: Records, by: Weights) -> Floats:
    return records.base if by == "base" else records.base * records.factor


def _gram(records: Records, by: Weights) -> Floats:
    """Return X'DX."""
    assert records.x is not None
    if records.gram is not None and by == "base":
        return records.gram
    weight = np.bincount(records.cell, weights=_regression_weights(records, by), minlength=len(records.x))
    return crossed(records.x, weight.astype(np.float64))


def leverages(records: Records, by: Weights = "base") -> Floats:
    """Return h = d x'(X'DX)⁻¹x of a person of each record, shape (r,); 0 without a calibration."""
    if records.x is None:
        return np.zeros(len(records.count))
    x = records.x
    inverse = np.linalg.pinv(_gram(records, by), hermitian=True)
    per_unit = np.empty(len(x))
    for rows in blocks(len(x)):
        per_unit[rows] = np.einsum("ij,ij->i", x[rows] @ inverse, x[rows])
    weight = _regression_weights(records, by)
    return np.asarray(weight / records.count * per_unit[records.cell], dtype=np.float64)


def degrees_of_freedom(inside: np.ndarray, records: Records) -> float:
    """Return units minus strata, counting those with people in the domain (methods 2.6).

    With replicate weights, the rank of the domain's replicate weights less 1.

    Parameters
    ----------
    inside : bool array, shape (r,)
        Records in the domain.
    """
    replicates, units = records.sampling.replicates, records.units
    if replicates is not None and replicates.df == "rank":
        weights = replicates.weights[np.unique(units[0][inside])]
        alike = weights / np.maximum(weights.max(axis=1, keepdims=True), 1e-300)
        return float(np.linalg.matrix_rank(alike, rtol=RANK) - 1)
    if replicates is not None:
        units = units[1:]
    strata = len(np.unique(records.stratum[inside])) if records.stratified else int(inside.any())
    if not units:
        return float(records.count[inside].sum() - strata)
    return float(len(np.unique(units[0][inside])) - strata)
