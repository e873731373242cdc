"""Linearised covariance of estimates from a tally's records.

Notation (methods 2): a record stands for `count` people alike; d base weight, w final weight,
u linearised value, x auxiliary row of the calibration, h stratum, i first-stage unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.array_types import Floats, Ints

Technique = Literal["leverage", "taylor"]


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """What the covariance needs of the records, shape (r,) each unless said.

    Attributes
    ----------
    count : int array
        People in the record.
    base, base_square : float array
        Sums over them of d and d², in the scale of the calibration.
    factor : float array
        g = w / d.
    stratum : int array
    cluster : int array or None
        None where each person is a unit of its own.
    sampling_fraction : float array, shape (strata,)
    x : float array, shape (cells, c), or None
        Auxiliary rows of the calibration; None where there is none.
    cell : int array
        Row of x of each record.
    """

    count: Ints
    base: Floats
    base_square: Floats
    factor: Floats
    stratum: Ints
    cluster: Ints | None
    sampling_fraction: Floats
    x: Floats | None
    cell: Ints


def covariance(u: Floats, records: Records, technique: Technique) -> Floats:
    """Return the covariance matrix of estimates with linearised values u, shape (m, m).

    Parameters
    ----------
    u : float array, shape (r, m)
        Linearised values; 0 outside the domain of an estimate.
    technique : {"leverage", "taylor"}
        "taylor" is the residual technique of methods 2.3; "leverage" divides each residual by
        one minus its leverage (methods 2.4), for one-stage files only.
    """
    residual = u if records.x is None else u - _fitted(u, records)
    if technique == "leverage" and records.x is not None:
        return _leverage_corrected(residual, records)
    if records.cluster is None:
        return _of_people(residual, records)
    return _of_units(residual, records)


def unexplained(u: Floats, records: Records) -> Floats:
    """Return how much of each column of u calibration leaves: largest residual over largest value, (m,).

    1 where there is no calibration. Rounding noise where the margins fix an estimate: it then has no
    variance, and what a square of the noise would say of one is void.
    """
    if records.x is None:
        return np.ones(u.shape[1])
    largest = np.abs(u).max(axis=0, initial=0.0)
    left = np.abs(u - _fitted(u, records)).max(axis=0, initial=0.0)
    return np.asarray(np.divide(left, largest, out=np.ones(u.shape[1]), where=largest > 0), dtype=np.float64)


def _fitted(u: Floats, records: Records) -> Floats:
    """Return x b with b = (X'DX)⁻¹X'Du, D the base weights: the part the margins fix."""
    assert records.x is not None
    x = records.x
    cells = x.shape[0]
    sums = np.zeros((cells, u.shape[1]))
    np.add.at(sums, records.cell, records.base[:, None] * u)
    weight = np.bincount(records.cell, weights=records.base, minlength=cells)
    b = np.linalg.lstsq(x.T @ (x * weight[:, None]), x.T @ sums, rcond=None)[0]
    return np.asarray((x @ b)[records.cell], dtype=np.float64)


def leverages(records: Records) -> Floats:
    """Return h = d x'(X'DX)⁻¹x of a person of each record, shape (r,); 0 without a calibration."""
    if records.x is None:
        return np.zeros(len(records.count))
    x = records.x
    weight = np.bincount(records.cell, weights=records.base, minlength=x.shape[0])
    inverse = np.linalg.pinv(x.T @ (x * weight[:, None]), hermitian=True)
    per_unit = np.einsum("ij,jk,ik->i", x, inverse, x)
    return np.asarray(records.base / records.count * per_unit[records.cell], dtype=np.float64)


def _leverage_corrected(residual: Floats, records: Records) -> Floats:
    """Return (1-f)(n-1)/n Σ z z' with z = w e / (1-h) (methods 2.4)."""
    n = int(records.count.sum())
    # Somebody alone in a combination that the margins single out is fitted exactly: such a residual is
    # 0, the leverage 1, and the quotient noise.
    rest = 1 - leverages(records)
    spread = records.base_square * np.where(rest > 1e-9, records.factor / np.maximum(rest, 1e-9), 0.0) ** 2
    scale = (1 - records.sampling_fraction[0]) * (n - 1) / n
    return np.asarray(scale * (residual.T @ (residual * spread[:, None])), dtype=np.float64)


def _of_people(residual: Floats, records: Records) -> Floats:
    """Return Σ_h (1-f_h) n_h/(n_h-1) Σ (z-z̄)(z-z̄)' where each person is a unit."""
    m = residual.shape[1]
    total = np.zeros((m, m))
    for h, fraction in enumerate(records.sampling_fraction):
        inside = records.stratum == h
        n = int(records.count[inside].sum())
        e = residual[inside]
        square = records.base_square[inside] * records.factor[inside] ** 2
        sums = (records.base[inside] * records.factor[inside]) @ e
        spread = e.T @ (e * square[:, None]) - np.outer(sums, sums) / n
        if n > 1:
            total += (1 - fraction) * n / (n - 1) * spread
        else:
            total += (1 - fraction) * _lonely(sums, residual, records)
    return total


def _lonely(sums: Floats, residual: Floats, records: Records) -> Floats:
    """Return the spread of a stratum's only unit about the mean unit of the whole sample.

    The policy "adjust" of methods 2.2, the conservative one: a single unit shows no spread of
    its own, and 0 would claim certainty.
    """
    units = int(records.count.sum()) if records.cluster is None else len(np.unique(records.cluster))
    mean = (records.base * records.factor) @ residual / units
    return np.outer(sums - mean, sums - mean)


def _of_units(residual: Floats, records: Records) -> Floats:
    """Return Σ_h (1-f_h) n_h/(n_h-1) Σ (z_hi-z̄_h)(z_hi-z̄_h)' over first-stage units."""
    assert records.cluster is not None
    units, index = np.unique(records.cluster, return_inverse=True)
    z = np.zeros((len(units), residual.shape[1]))
    np.add.at(z, index.reshape(-1), (records.base * records.factor)[:, None] * residual)
    stratum = np.zeros(len(units), dtype=np.int64)
    stratum[index.reshape(-1)] = records.stratum
    total = np.zeros((residual.shape[1], residual.shape[1]))
    for h, fraction in enumerate(records.sampling_fraction):
        inside = z[stratum == h]
        n = len(inside)
        if n > 1:
            centred = inside - inside.mean(axis=0)
            total += (1 - fraction) * n / (n - 1) * centred.T @ centred
        elif n == 1:
            total += (1 - fraction) * _lonely(inside[0], residual, records)
    return total


def degrees_of_freedom(inside: np.ndarray, records: Records) -> float:
    """Return units minus strata, counting those with people in the domain (methods 2.6).

    Parameters
    ----------
    inside : bool array, shape (r,)
        Records in the domain.
    """
    strata = len(np.unique(records.stratum[inside]))
    if records.cluster is None:
        return float(records.count[inside].sum() - strata)
    return float(len(np.unique(records.cluster[inside])) - strata)
