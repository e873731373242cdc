"""The same answer all down a grid: what a careless answer looks like, among others (methods 7.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.array_types import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class StraightLines:
    """How alike each respondent's answers to a grid are, shape (n,) each.

    Attributes
    ----------
    answered : int array
        Items answered.
    judged : bool array
        Whether they are enough to judge by; the rest is 0 where not.
    straight : bool array
        One answer to all of them.
    same : float array
        Largest share of them with one answer.
    run : int array
        Longest run of one answer among those given, in order.
    spread : float array
        Standard deviation, with divisor n.
    """

    answered: Ints
    judged: Bools
    straight: Bools
    same: Floats
    run: Ints
    spread: Floats


def straight_lines(grid: Floats, *, minimum: int = 5) -> StraightLines:
    """Return how alike each respondent's answers to a grid are (methods 7.1).

    Parameters
    ----------
    grid : float array, shape (n, items)
        Answers as numbers, in the order asked; NaN where there is none.
    minimum : int
        Fewest answers to judge by.
    """
    found = [_one(row[~np.isnan(row)], minimum) for row in np.asarray(grid, dtype=np.float64)]
    answered, judged, straight, same, run, spread = zip(*found, strict=True) if found else ((),) * 6
    return StraightLines(
        np.array(answered, dtype=np.int64),
        np.array(judged, dtype=bool),
        np.array(straight, dtype=bool),
        np.array(same, dtype=np.float64),
        np.array(run, dtype=np.int64),
        np.array(spread, dtype=np.float64),
    )


def _one(given: Floats, minimum: int) -> tuple[int, bool, bool, float, int, float]:
    if len(given) < max(minimum, 1):
        return len(given), False, False, 0.0, 0, 0.0
    most = int(np.unique(given, return_counts=True)[1].max())
    edges = np.flatnonzero(np.concatenate([[True], given[1:] != given[:-1], [True]]))
    run = int(np.diff(edges).max())
    return len(given), True, most == len(given), most / len(given), run, float(given.std())
