"""The share of people above each amount, from intervals that hold what each would name (methods 8.4).

Notation: [l, u) the interval of a person or record k, w its weight; p_j the mass of cell j, a_kj 1 where
the cell is inside the interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.errors import EstimateError
from survey.numeric.array_types import Floats, Ints

SETTLED, MOST_TURNS, NEWTON_EVERY = 1e-14, 200_000, 20
# Mass below this is none: such a cell is on the edge of the parameter space.
EMPTY = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """The nonparametric maximum likelihood estimate of what people would name.

    Attributes
    ----------
    cells : float array, shape (j, 2)
        The innermost intervals [from, to), which hold all the mass; how it lies inside them is unknown.
    mass : float array, shape (j,)
    distinct : float array, shape (d, j)
        a_kj of each distinct interval.
    kind : int array, shape (k,)
        Which of the distinct intervals each record has.
    """

    cells: Floats
    mass: Floats
    distinct: Floats
    kind: Ints

    def above(self, fees: Floats) -> Floats:
        """Return the share naming each fee or more, shape (m,); NaN where a cell with mass lies across it."""
        full = self.mass > EMPTY
        across = (self.cells[:, 0] < fees[:, None]) & (fees[:, None] < self.cells[:, 1]) & full
        share = (self.cells[:, 0] >= fees[:, None]).astype(np.float64) @ self.mass
        return np.where(across.any(axis=1), np.nan, np.clip(share, 0.0, 1.0))

    def linearised(self, fees: Floats, weight: Floats) -> Floats:
        """Return what each record's weight moves `above` by, shape (k, m): H⁻¹ s of the cells with mass.

        Cells without mass are held there, which makes the error too small where a cell is empty by
        chance.
        """
        full = np.flatnonzero(self.mass > EMPTY)
        counted = (self.cells[full, 0] >= fees[:, None]).astype(np.float64)
        if len(full) == 1:
            return np.zeros((len(self.kind), len(fees)))
        a = self.distinct[:, full]
        score = (a[:, :-1] - a[:, [-1]]) / (a @ self.mass[full])[:, None]
        of_kind = np.bincount(self.kind, weights=weight, minlength=len(a))
        information = score.T @ (score * of_kind[:, None])
        moved = np.linalg.lstsq(information, score.T, rcond=None)[0]
        return np.asarray((moved.T @ (counted[:, :-1] - counted[:, [-1]]).T)[self.kind], dtype=np.float64)


def turnbull(low: Floats, high: Floats, weight: Floats) -> Distribution:
    """Return the weighted nonparametric maximum likelihood estimate from intervals [low, high).

    Self-consistency (Turnbull 1976), p_j ← Σ_k w_k a_kj p_j / (a_k'p) / W, with a Newton step now and
    then, which saves tens of thousands of turns; the likelihood never falls.

    Parameters
    ----------
    low, high, weight : float arrays, shape (k,)
        high may be infinite; low is below high.

    Raises
    ------
    EstimateError
        If it does not settle.
    """
    ends = np.column_stack([low, high])
    intervals, kind = np.unique(ends, axis=0, return_inverse=True)
    kind = kind.reshape(-1)
    cells = _innermost(intervals)
    a = ((intervals[:, [0]] <= cells[:, 0]) & (cells[:, 1] <= intervals[:, [1]])).astype(np.float64)
    w = np.bincount(kind, weights=weight, minlength=len(intervals))
    w = w / w.sum()
    p = np.full(len(cells), 1 / len(cells))
    for turn in range(MOST_TURNS):
        moved = p * (a.T @ (w / (a @ p)))
        if np.abs(moved - p).max() < SETTLED:
            return Distribution(cells, moved / moved.sum(), a, kind)
        p = moved
        if turn % NEWTON_EVERY == NEWTON_EVERY - 1:
            p = _newton(p, a, w)
    raise EstimateError("turnbull", key="demand.not_settled")


def _innermost(intervals: Floats) -> Floats:
    """Return the cells between a left end and a right end that follows it at once, shape (j, 2).

    Where both are equal the right end comes first, since intervals hold their left end and not their right.
    """
    left, right = np.unique(intervals[:, 0]), np.unique(intervals[:, 1])
    following = right[np.searchsorted(right, left, side="right")]
    next_left = np.append(left[1:], np.inf)
    inner = following <= next_left
    return np.column_stack([left[inner], following[inner]])


def _newton(p: Floats, a: Floats, w: Floats) -> Floats:
    """Return p after a Newton step of the cells with mass, cut to stay inside; p where nothing is gained."""
    full = p > EMPTY
    inside = a[:, full]
    fit = a @ p
    gradient = inside.T @ (w / fit) - 1
    step = np.linalg.lstsq(inside.T @ (inside * (w / fit**2)[:, None]), gradient, rcond=None)[0]
    shrinking = step < 0
    room = (p[full][shrinking] / -step[shrinking]).min(initial=np.inf)
    moved = p.copy()
    moved[full] += min(1.0, 0.9 * room) * step
    moved = moved / moved.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        gained = w @ np.log(a @ moved) - w @ np.log(fit)
    return moved if gained > 0 else p
