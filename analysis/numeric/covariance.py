"""Linearised covariance of estimates from a tally's records.

Notation (docs/methods.md): a record stands for `count` people alike; d base weight, w final weight,
u linearised value, x auxiliary row of the calibration, b slopes, e residual, h leverage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from analysis.numeric.linearised import DomainMeans, Rows, blocks, whole_array
from analysis.numeric.records import Records
from analysis.numeric.replication import of_ratios
from analysis.numeric.stages import by_stage, summed
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.calibration import crossed
from survey.numeric.sampling import Calibration

Technique = Literal["leverage", "taylor", "leverage_final", "taylor_final", "swept", "replicates"]
SWEEPS = 10
FEW = 1 << 14  # rows of which a whole array is made once
# Calibrated replicate weights keep what its accuracy leaves, which is no rank (in each unit's largest).
RANK = 1e-10
# 1 - h below this is a residual that the margins fit exactly.
EXACT = 1e-9


def covariance(
    u: Floats | DomainMeans, records: Records, technique: Technique, *, over: Floats | None = None
) -> Floats:
    """Return the covariance matrix of estimates with linearised values u, shape (m, m).

    Parameters
    ----------
    u : float array, shape (r, m), or DomainMeans
        Linearised values; 0 outside the domain of an estimate.
    technique : str
        "taylor" is the residual technique of methods 2.3; "leverage" divides each residual by
        one minus its leverage (methods 2.4), for one-stage files only. Both take base weights in
        the regression on the margins; "taylor_final" and "leverage_final" take final weights
        (methods 2.3a). "swept" takes category means out of the residuals margin after margin, ten
        times and by people, as R's rake() does; it is "taylor" where base weights are equal and the
        sweeps have settled. "replicates" takes the covariance of replicates (methods 2.5).
    over : float array, shape (r, m), optional
        What the total in each estimate's denominator is of, for replicates; None for totals.
    """
    return covariance_and_unexplained(u, records, technique, over=over)[0]


def covariance_and_unexplained(
    u: Floats | DomainMeans, records: Records, technique: Technique, *, over: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return `covariance` and `unexplained` of the same estimates, from one regression on the margins."""
    margins = of_margins(u, records)
    if technique == "replicates":
        return of_ratios(whole_array(u), over, records) + margins, unexplained(u, records)
    rows_of, untrimmed = _before_trimming(u, records)
    if untrimmed.calibration is None:
        return by_stage(rows_of(slice(None)), untrimmed), np.ones(u.shape[1])
    leverage_factor = _leverage_factor(untrimmed, technique)
    meat_weights = None
    if leverage_factor is not None:  # Σ z z' is of e e', weighted
        meat_weights = untrimmed.base_square * (untrimmed.factor * leverage_factor) ** 2
    meat, lengths, residuals = np.zeros(margins.shape), np.zeros((2, len(margins))), []
    for rows, values, residual in _residuals(rows_of, untrimmed, technique):
        lengths += _squares(values), _squares(residual)
        if meat_weights is None:
            residuals.append(residual)
        else:
            meat += residual.T @ (residual * meat_weights[rows, None])
    n = int(records.count.sum())
    small_sample_factor = float((1 - records.sampling.fractions[0][0]) * (n - 1) / n)
    sampling = by_stage(np.vstack(residuals), untrimmed) if residuals else small_sample_factor * meat
    left = unexplained(u, records) if technique == "swept" else _ratio(lengths, margins)
    return sampling + margins, left


def unexplained(u: Floats | DomainMeans, records: Records) -> Floats:
    """Return how much of each column of u calibration leaves: length of e over that of u, shape (m,).

    1 where there is no calibration. Rounding noise where the margins fix an estimate: it then has no
    variance, and the square of the noise is not one.
    """
    rows_of, untrimmed = _before_trimming(u, records)
    if untrimmed.calibration is None:
        return np.ones(u.shape[1])
    lengths = np.zeros((2, u.shape[1]))
    for _, values, residual in _residuals(rows_of, untrimmed, "taylor"):
        lengths += _squares(values), _squares(residual)
    return _ratio(lengths, of_margins(u, records))


def of_margins(u: Floats | DomainMeans, records: Records) -> Floats:
    """Return what the margins' own error adds, B'Σ_T B (methods 1.10), shape (m, m).

    B = (Σ d F'x x')⁻¹ Σ d F'x u is the derivative by the targets; with raking F' is g, and 0 at a bound.
    """
    calibration = records.calibration
    if calibration is None or calibration.totals_covariance is None:
        return np.zeros((u.shape[1], u.shape[1]))
    assert calibration.slope is not None
    assert calibration.slope_gram is not None
    rows_of, untrimmed = _before_trimming(u, records)
    weighted = untrimmed.base[:, None] * rows_of(slice(None))
    sums = summed(weighted, calibration.cell, len(calibration.slope))
    b = np.linalg.lstsq(calibration.slope_gram, calibration.slope.T @ sums, rcond=None)[0]
    return np.asarray(b.T @ calibration.totals_covariance @ b, dtype=np.float64)


def unit_residuals(u: Floats, records: Records, technique: Technique) -> Floats:
    """Return z = w e of each record, over 1 - h with leverage: what it adds to the error, (r, m)."""
    rows_of, untrimmed = _before_trimming(u, records)
    factor, weight = _leverage_factor(untrimmed, technique), untrimmed.base * untrimmed.factor
    if factor is not None:
        weight = weight * factor
    residual = np.vstack([e for _, _, e in _residuals(rows_of, untrimmed, technique)])
    return np.asarray(weight[:, None] * residual, dtype=np.float64)


def _before_trimming(u: Floats | DomainMeans, records: Records) -> tuple[Rows, Records]:
    """Return the same estimates as of weights before trimming: rows of t u, and the records without t.

    Σ w t u is a calibrated total of t u, so the margins fix a part of t u and not of u.
    """
    if isinstance(u, DomainMeans) and len(records.count) <= FEW:
        u = u.whole()
    rows_of: Rows = u.__getitem__ if isinstance(u, np.ndarray) else u.rows
    trimming = records.trimming
    if trimming is None:
        return rows_of, records
    untrimmed = replace(records, factor=records.factor / trimming, trimming=None)
    return lambda rows: rows_of(rows) * trimming[rows, None], untrimmed


def _residuals(
    rows_of: Rows, records: Records, technique: Technique
) -> Iterator[tuple[slice, Floats, Floats]]:
    """Yield rows, u and e = u - x b of them, a block at a time (methods 2.3); e = u without calibration."""
    calibration = records.calibration
    if calibration is None:
        for rows in blocks(len(records.count)):
            yield rows, rows_of(rows), rows_of(rows)
        return
    x, cell = calibration.x, calibration.cell
    by_cell, b = x, None
    if technique == "swept":
        by_cell = _swept_means(rows_of(slice(None)), records.count, calibration)
    else:
        b = _slopes(rows_of, records, calibration, technique)
        if 2 * len(x) < len(cell):
            by_cell, b = x @ b, None
    for rows in blocks(len(cell)):
        values, fitted = rows_of(rows), by_cell[cell[rows]]
        yield rows, values, values - (fitted if b is None else fitted @ b)


def _slopes(rows_of: Rows, records: Records, calibration: Calibration, technique: Technique) -> Floats:
    """Return b = (X'DX)⁻¹X'D u (methods 2.3)."""
    x, cell, weight = calibration.x, calibration.cell, _regression_weights(records, technique)
    by_cell = len(x) <= FEW  # sums of each cell first, unless these would be many themselves
    sums: Floats = np.zeros(())
    for rows in blocks(len(cell), FEW if by_cell else None):
        u, here = rows_of(rows), cell[rows]
        if by_cell:
            sums = sums + summed(u, here, len(x), weight[rows])
        else:
            sums = sums + x[here].T @ (u * weight[rows, None])
    moments = x.T @ sums if by_cell else sums
    return np.asarray(np.linalg.lstsq(_gram(records, calibration, technique), moments, rcond=None)[0])


def _regression_weights(records: Records, technique: Technique) -> Floats:
    """Return the D of the regression on the margins, base or final weights (methods 2.3a)."""
    return records.base * records.factor if technique.endswith("_final") else records.base


def _gram(records: Records, calibration: Calibration, technique: Technique) -> Floats:
    """Return X'DX."""
    if calibration.gram is not None and not technique.endswith("_final"):
        return calibration.gram
    weight = _regression_weights(records, technique)
    of_cells = np.bincount(calibration.cell, weights=weight, minlength=len(calibration.x))
    return crossed(calibration.x, of_cells.astype(np.float64))


def leverages(records: Records, technique: Technique = "leverage") -> Floats:
    """Return h = d x'(X'DX)⁻¹x of a person of each record, shape (r,); 0 without a calibration."""
    calibration = records.calibration
    if calibration is None:
        return np.zeros(len(records.count))
    x = calibration.x
    inverse = np.linalg.pinv(_gram(records, calibration, technique), hermitian=True)
    of_cells = np.empty(len(x))
    for rows in blocks(len(x)):
        of_cells[rows] = np.einsum("ij,ij->i", x[rows] @ inverse, x[rows])
    weight = _regression_weights(records, technique)
    return np.asarray(weight / records.count * of_cells[calibration.cell], dtype=np.float64)


def _leverage_factor(records: Records, technique: Technique) -> Floats | None:
    """Return 1/(1-h) of each record (methods 2.4); None where the technique does not correct for leverage.

    Somebody alone in a combination that the margins single out is fitted exactly: such a residual is 0,
    the leverage 1, and the quotient noise.
    """
    if records.calibration is None or technique not in ("leverage", "leverage_final"):
        return None
    left = 1 - leverages(records, technique)
    return np.where(left > EXACT, 1 / np.maximum(left, EXACT), 0.0)


def _swept_means(u: Floats, count: Ints, calibration: Calibration) -> Floats:
    """Return the category means of u, unweighted, of ten sweeps over the margins, shape (cells, m)."""
    cells = len(calibration.x)
    people = np.bincount(calibration.cell, weights=count, minlength=cells)
    sums = summed(count[:, None] * u, calibration.cell, cells)
    means = np.zeros_like(sums)
    ends = np.cumsum(calibration.spans)
    for _ in range(SWEEPS):
        for end, size in zip(ends, calibration.spans, strict=True):
            member = calibration.x[:, end - size : end]
            means = means + member @ (
                member.T @ (sums - people[:, None] * means) / (member.T @ people)[:, None]
            )
    return means


def _squares(z: Floats) -> Floats:
    """Return the sum of squares of each column, shape (m,)."""
    return np.asarray(np.einsum("ij,ij->j", z, z), dtype=np.float64)


def _ratio(lengths: Floats, margins: Floats) -> Floats:
    """Return the length of e over that of u, from their squares, (2, m); 1 where margins have an error.

    What such margins fix varies as they do: they are estimates themselves.
    """
    of_u, of_e = lengths
    varies = (of_u > 0) & (np.diag(margins) == 0)
    ratio = np.divide(of_e, of_u, out=np.ones(len(of_u)), where=varies)
    return np.asarray(np.sqrt(ratio), dtype=np.float64)


def degrees_of_freedom(inside: Bools, records: Records) -> float:
    """Return units minus strata, counting those with people in the domain or all (methods 2.6).

    With replicate weights, their rank less 1.

    Parameters
    ----------
    inside : bool array, shape (r,)
        Records in the domain.
    """
    replicates, units = records.sampling.replicates, records.units
    if records.sampling.df == "design":
        inside = np.asarray(records.base > 0)
    if replicates is not None and replicates.df == "rank":
        weights = replicates.weights[np.unique(units[0][inside])]
        scaled = weights / np.maximum(weights.max(axis=1, keepdims=True), 1e-300)
        return float(np.linalg.matrix_rank(scaled, rtol=RANK) - 1)
    if replicates is not None:
        units = units[1:]
    strata = len(np.unique(records.stratum[inside])) if records.stratified else int(inside.any())
    if not units:
        return float(records.count[inside].sum() - strata)
    return float(len(np.unique(units[0][inside])) - strata)
