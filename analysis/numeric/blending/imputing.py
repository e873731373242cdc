"""Answers of the volunteers carried over to a random sample: by a regression, or from those most alike.

Notation as in `joining`; m fitted means, m' their slopes in the linear predictor, z membership of domains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

import survey.numeric.special_functions as special
from analysis.numeric.blending.joining import Pair
from analysis.numeric.blending.newton import minimum
from survey.numeric.array_types import Floats

Family = Literal["linear", "logistic"]
ROWS = 256  # of the random sample, whose distances are held at once


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Fitted answers of n items in both samples.

    Attributes
    ----------
    m_a, slope_a : float arrays, shape (m, n)
    m_b, slope_b : float arrays, shape (k, n)
    """

    m_a: Floats
    m_b: Floats
    slope_a: Floats
    slope_b: Floats


def fitted_answers(pair: Pair, y: Floats, answered: Floats, family: Family) -> Fitted | None:
    """Return answers fitted among the volunteers without weights; None where coefficients are infinite.

    Parameters
    ----------
    y : float array, shape (m, n)
    answered : float array, shape (m,)
        1 for those who answered, else 0.
    """
    a, x = pair.a * answered, pair.x_a
    if family == "linear":
        try:
            b = np.linalg.solve(x.T @ (x * a[:, None]), x.T @ (y * a[:, None]))
        except np.linalg.LinAlgError:
            return None
        ones_a, ones_b = (np.ones((len(rows), y.shape[1])) for rows in (pair.x_a, pair.x_b))
        return Fitted(x @ b, pair.x_b @ b, ones_a, ones_b)
    columns = [_logistic(x, a, column) for column in y.T]
    if any(column is None for column in columns):
        return None
    b = np.column_stack([column for column in columns if column is not None])
    m_a, m_b = special.expit(x @ b), special.expit(pair.x_b @ b)
    return Fitted(m_a, m_b, m_a * (1 - m_a), m_b * (1 - m_b))


def _logistic(x: Floats, a: Floats, y: Floats) -> Floats | None:
    moments, size = x.T @ (a * y), np.abs(x).T @ a

    def likelihood(t: Floats) -> tuple[float, Floats, Floats, Floats]:
        at = x @ t
        mean = special.expit(at)
        spread = a * mean * (1 - mean)
        value = float(a @ np.logaddexp(0.0, at) - moments @ t)
        return value, x.T @ (a * mean) - moments, x.T @ (x * spread[:, None]), size

    return minimum(likelihood, np.zeros(x.shape[1]))


def imputed_part(pair: Pair, y: Floats, answered: Floats, fitted: Fitted, gradient: Floats) -> Floats:
    """Return u of what the coefficients of the fit move: e x'[Σ_A m' x x']⁻¹ g, shape (m, q n).

    Kim, Park, Chen & Wu (2021), JRSS A 184, 941-963.

    Parameters
    ----------
    gradient : float array, shape (q, c, n)
        g, the derivative of each estimate of an item by that item's coefficients, for q domains.
    """
    x, a = pair.x_a, pair.a * answered
    u = np.zeros((len(x), len(gradient), y.shape[1]))
    for item in range(y.shape[1]):
        bread = x.T @ (x * (a * fitted.slope_a[:, item])[:, None])
        error = answered * (y[:, item] - fitted.m_a[:, item])
        u[:, :, item] = error[:, None] * (x @ np.linalg.solve(bread, gradient[:, :, item].T))
    return u.reshape(len(x), -1)


def of_neighbours(x_a: Floats, a: Floats, x_b: Floats, y: Floats, neighbours: int) -> Floats:
    """Return for each row of the random sample the mean answer of the volunteers most alike, shape (k, n).

    Alike is a small Euclidean distance. All volunteers who are as near as the last of the nearest count, so
    that the order of the file does not.

    Parameters
    ----------
    x_a, x_b : float arrays, shape (m, c) and (k, c)
    a : float array, shape (m,)
        People of each record; 0 for those who did not answer.
    neighbours : int
        How many of the nearest.
    """
    x_a, a, y = x_a[a > 0], a[a > 0], y[a > 0]
    means = np.empty((len(x_b), y.shape[1]))
    for first in range(0, len(x_b), ROWS):
        rows = slice(first, first + ROWS)
        square = np.zeros((len(x_b[rows]), len(x_a)))
        for j in range(x_a.shape[1]):
            square += (x_b[rows, j][:, None] - x_a[:, j]) ** 2
        order = np.argsort(square, axis=1, kind="stable")
        people = np.cumsum(a[order], axis=1)
        last = (people < neighbours).sum(axis=1).clip(max=len(x_a) - 1)
        at = np.arange(len(order))
        reach = square[at, order[at, last]]
        near = (square <= (reach * (1 + 1e-12))[:, None]) * a
        means[rows] = near @ y / near.sum(axis=1)[:, None]
    return means
