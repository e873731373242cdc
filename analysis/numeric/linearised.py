"""Linearised values of means in domains, made a block of rows at a time.

Where no two respondents are alike there is a row for each of them and a column for every option of every
group: the largest array of all, of which no step needs more than a few rows at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from survey.numeric.array_types import Bools, Floats
from survey.numeric.calibration import BLOCK

# What gives rows of an array that is not held as a whole.
Rows = Callable[[slice], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class DomainMeans:
    """Means p of k items in g domains; their linearised values u are 1[in domain](y - p)/W.

    Attributes
    ----------
    inside : bool array, shape (r, g)
    y : float array, shape (r, k)
    share : float array, shape (g, k)
        p; NaN in a domain without answers, where u is 0.
    total : float array, shape (g,)
        W, the sums of weights.
    """

    inside: Bools
    y: Floats
    share: Floats
    total: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of u, (r, g k)."""
        return len(self.inside), self.share.size

    def rows(self, rows: slice) -> Floats:
        """Return u of some rows, shape (rows, g k)."""
        inside, y = self.inside[rows], self.y[rows]
        u = np.zeros((*inside.shape, y.shape[1]))
        for j in np.flatnonzero(self.total > 0):
            here = inside[:, j]
            u[here, j] = (y[here] - self.share[j]) / self.total[j]
        return u.reshape(len(inside), -1)

    def whole(self) -> Floats:
        """Return u of all rows, shape (r, g k)."""
        return self.rows(slice(None))


def whole_array(u: Floats | DomainMeans) -> Floats:
    """Return linearised values as an array, shape (r, m)."""
    return u if isinstance(u, np.ndarray) else u.whole()


def domain_totals(inside: Bools, *values: Floats) -> Floats:
    """Return the sum over each domain of each of some values, shape (values, g).

    Parameters
    ----------
    inside : bool array, shape (r, g)
    values : float arrays, shape (r,)
    """
    sums = np.zeros((len(values), inside.shape[1]))
    for rows in blocks(len(inside)):
        sums += np.stack([value[rows] for value in values]) @ inside[rows]
    return sums


def domain_sums(inside: Bools, weight: Floats, y: Floats) -> Floats:
    """Return the weighted sums of y in each domain, shape (g, k).

    Parameters
    ----------
    inside : bool array, shape (r, g)
    weight : float array, shape (r,)
    y : float array, shape (r, k)
    """
    sums = np.zeros((inside.shape[1], y.shape[1]))
    for rows in blocks(len(inside)):
        sums += (inside[rows] * weight[rows, None]).T @ y[rows]
    return sums


def blocks(n: int, rows: int | None = None) -> Iterator[slice]:
    """Yield n rows in blocks, of as many as `rows` says or of `BLOCK`."""
    size = BLOCK if rows is None else rows
    for first in range(0, n, size):
        yield slice(first, first + size)
