"""Straight-lining: the same answer to all items of a grid, a sign of careless responding (methods 7.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.numeric.array_types import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class StraightLines:
    """How uniform each respondent's answers to a grid are, shape (n,) each.

    Attributes
    ----------
    answered : int array
        Items answered.
    judged : bool array
        Whether enough items were answered; if not, the attributes below are 0.
    straight : bool array
        One answer to all of them.
    same : float array
        Largest share of them with one answer.
    run : int array
        Longest run of one answer among those given, in order.
    deviation : float array
        Standard deviation, with divisor n.
    """

    answered: Ints
    judged: Bools
    straight: Bools
    same: Floats
    run: Ints
    deviation: Floats


def straight_lines(grid: Floats, *, minimum: int = 5) -> StraightLines:
    """Return how uniform each respondent's answers to a grid are (methods 7.1).

    Parameters
    ----------
    grid : float array, shape (n, items)
        Answers as numbers, in the order asked; NaN where there is none.
    minimum : int
        Fewest answers for a judgement.
    """
    values = np.asarray(grid, dtype=np.float64)
    given = ~np.isnan(values)
    answered = given.sum(axis=1)
    judged = answered >= max(minimum, 1)
    most, run = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.int64)
    current, last = run.copy(), np.full(len(values), np.nan)
    # A loop over items, of which there are few, not over people.
    for item in range(values.shape[1]):
        here, now = values[:, item], given[:, item]
        most = np.maximum(most, np.where(now, (values == here[:, None]).sum(axis=1), 0))
        current = np.where(now, np.where(here == last, current + 1, 1), current)
        last, run = np.where(now, here, last), np.maximum(run, current)
    mean = np.where(given, values, 0).sum(axis=1) / np.maximum(answered, 1)
    squares = np.where(given, (values - mean[:, None]) ** 2, 0).sum(axis=1)
    return StraightLines(
        answered=answered,
        judged=judged,
        straight=judged & (most == answered),
        same=np.where(judged, most / np.maximum(answered, 1), 0.0),
        run=np.where(judged, run, 0),
        deviation=np.where(judged, np.sqrt(squares / np.maximum(answered, 1)), 0.0),
    )
