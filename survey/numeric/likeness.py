"""How much alike rows of answers are, near each other and far apart, without a table of all pairs.

Rows are compared a block at a time, question by question, and only counted by how much they agree: memory
grows with the rows, not with their pairs. A code that is negative is a kind of missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.numeric.array_types import Bools, Ints

# Two rows are compared where both answered so many questions; with fewer in all nothing can be told.
FEWEST_QUESTIONS = 6
# Pairs are counted from this share of questions alike.
LEAST_ALIKE = 0.6
# Pairs of rows compared far away: all of them up to 20,000 rows, a seeded sample of rows beyond.
PAIRS, SEED = 20_000**2, 20261201
CELLS = 1 << 19  # compared at a time, which stay in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Which rows are near each other and which are far: rows are in the order of the clock.

    Attributes
    ----------
    clock : int array, shape (n,)
        Rising: seconds, or places in the file.
    near, far : int
        Rows at most `near` apart are near each other, those more than `far` apart are far.
    unit : {"seconds", "rows"}
        What the clock counts.
    """

    clock: Ints
    near: int
    far: int
    unit: Literal["seconds", "rows"] = "seconds"

    def window(self, at: Ints, apart: int, among: Ints) -> tuple[Ints, Ints]:
        """Return for times `at` the first row of `among` at most so far away, and the one past the last."""
        first = np.searchsorted(among, at - apart, "left").astype(np.int64)
        return first, np.searchsorted(among, at + apart, "right").astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """How many rows each row can be compared with, and how many are how much alike.

    Attributes
    ----------
    rows : int array, shape (n,)
        Rows it can be compared with.
    at_least : int array, shape (n, levels)
        Of these, the rows with `lowest` half questions alike, with one more, … up to all of them.
    """

    rows: Ints
    at_least: Ints

    def count(self, row: Ints, level: Ints) -> None:
        """Count pairs by their row and level."""
        np.add.at(self.at_least.reshape(-1), row * self.at_least.shape[1] + level, 1)

    def cumulated(self) -> Alike:
        """Return the counts of each level and those above it, from counts of each level alone."""
        return Alike(self.rows, np.cumsum(self.at_least[:, ::-1], axis=1)[:, ::-1])


def fewest_answers(questions: int) -> int:
    """Return how many questions two rows must both have answered to be compared."""
    return max(FEWEST_QUESTIONS, (questions + 1) // 2)


def lowest_alike(questions: int) -> int:
    """Return the fewest questions alike that the threshold can be."""
    return int(np.ceil(LEAST_ALIKE * questions - 1e-9))


def far_columns(n: int) -> int:
    """Return how many of so many rows each row is compared with far away."""
    return n if n * n <= PAIRS else PAIRS // n


def alike_near(answers: Ints, neighbours: Neighbours) -> Alike:
    """Return how alike each row is to those near it."""
    n, clock = len(answers), neighbours.clock
    first, past = neighbours.window(clock, neighbours.near, clock)
    left, right = Codes.of(answers, -1), Codes.of(answers, -2)
    alike = Alike(past - first - 1, np.zeros((n, _levels(answers.shape[1])), dtype=np.int64))
    start = 0
    while start < n:
        # As many rows as keep the block small: the rows near any of them stand side by side.
        stop = start + 1
        while stop < n and (stop + 1 - start) * int(past[stop] - first[start]) <= CELLS:
            stop += 1
        low = int(first[start])
        pairs = compare(left.take(slice(start, stop)), right.take(slice(low, int(past[stop - 1]))))
        alike.rows[start:stop] -= pairs.too_few(first[start:stop] - low, past[start:stop] - low)
        row, other = pairs.row + start, pairs.other + low
        near = (other >= first[row]) & (other < past[row]) & (other != row)
        alike.count(row[near], pairs.level[near])
        start = stop
    return alike.cumulated()


def alike_far(answers: Ints, neighbours: Neighbours) -> tuple[Alike, Alike]:
    """Return how alike each row is to those far from it, and to all others."""
    n, clock = len(answers), neighbours.clock
    columns = np.arange(n)
    if far_columns(n) < n:
        columns = np.sort(np.random.default_rng(SEED).choice(n, far_columns(n), replace=False))
    first, past = neighbours.window(clock, neighbours.far, clock[columns])
    left, right = Codes.of(answers, -1), Codes.of(answers, -2).take(columns)
    levels = np.zeros((n, _levels(answers.shape[1])), dtype=np.int64)
    far = Alike(len(columns) - (past - first), levels)
    others = Alike(len(columns) - np.bincount(columns, minlength=n), levels.copy())
    step = max(1, CELLS // max(1, len(columns)))
    for start in range(0, n, step):
        block = slice(start, min(start + step, n))
        pairs = compare(left.take(block), right)
        few = pairs.too_few(0 * past[block], 0 * past[block] + len(columns))
        others.rows[block] -= few
        far.rows[block] -= few - pairs.too_few(first[block], past[block])
        row, other = pairs.row + start, pairs.other
        apart = (other < first[row]) | (other >= past[row])
        far.count(row[apart], pairs.level[apart])
        apart = columns[other] != row
        others.count(row[apart], pairs.level[apart])
    return far.cumulated(), others.cumulated()


def _levels(questions: int) -> int:
    """Return how many levels of likeness are told apart, in half questions."""
    return 2 * (questions - lowest_alike(questions)) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Answers of rows, question by question, in the fewest bytes; a gap is a code of its own.

    Attributes
    ----------
    columns : list of int array, shape (n,)
    answered : int array, shape (n,)
        How many questions each row answered.
    mask : bool array, shape (n, questions)
        Which.
    """

    columns: list[np.ndarray]
    answered: Ints
    mask: Bools

    @classmethod
    def of(cls, answers: Ints, gap: int) -> Codes:
        """Return the codes of answers; `gap` differs between the two sides that are compared."""
        columns = []
        for column in answers.T:
            codes = np.unique(column, return_inverse=True)[1].reshape(-1)
            kind = np.int8 if len(codes) == 0 or codes.max() < 2**7 else np.int32
            columns.append(np.where(column >= 0, codes, gap).astype(kind))
        return cls(columns, (answers >= 0).sum(axis=1), answers >= 0)

    def take(self, rows: Ints | slice) -> Codes:
        """Return the codes of some rows."""
        return Codes([column[rows] for column in self.columns], self.answered[rows], self.mask[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """What a block of rows has in common with other rows.

    Attributes
    ----------
    row, other, level : int array, shape (pairs,)
        Pairs alike enough, by their places in the block, and how much, in half questions above the least.
    few : bool array, shape (rows, others), or None
        Pairs that answered too few questions in common to be compared; None if there are none.
    """

    row: Ints
    other: Ints
    level: Ints
    few: Bools | None = None

    def too_few(self, first: Ints, past: Ints) -> Ints:
        """Return how many others from `first` to before `past` each row cannot be compared with."""
        count = np.zeros(len(first), dtype=np.int64)
        if self.few is None:
            return count
        some = np.flatnonzero(self.few.any(axis=1))
        so_far = np.zeros((len(some), self.few.shape[1] + 1), dtype=np.int32)
        np.cumsum(self.few[some], axis=1, out=so_far[:, 1:])
        rows = np.arange(len(some))
        count[some] = so_far[rows, past[some]] - so_far[rows, first[some]]
        return count


def compare(here: Codes, there: Codes) -> Pairs:
    """Return which rows are alike in at least the fewest questions that a threshold can be."""
    questions = len(here.columns)
    lowest, least = lowest_alike(questions), fewest_answers(questions)
    shape = len(here.answered), len(there.answered)
    alike = np.zeros(shape, dtype=np.uint8 if questions < 2**8 else np.uint16)
    same = np.empty(shape, dtype=bool)
    for mine, theirs in zip(here.columns, there.columns, strict=True):
        np.equal(mine[:, None], theirs[None, :], out=same)
        alike += same.view(np.uint8)
    fewest = (int(side.answered.min(initial=questions)) for side in (here, there))
    in_common = sum(fewest) - questions  # at least
    if in_common == questions:
        i, j = np.nonzero(alike >= lowest)
        return Pairs(i, j, 2 * (alike[i, j].astype(np.int64) - lowest))
    # Two rows have at least a + b - questions in common, which is looked at before it is counted.
    known = np.arange(questions + 1)
    common = np.maximum(least, known[:, None] + known - questions)
    needed = np.ceil(lowest * common / questions - 1e-9).astype(alike.dtype)
    i, j = np.nonzero(alike >= np.take(needed[here.answered], there.answered, axis=1))
    both = (here.mask[i] & there.mask[j]).sum(axis=1)
    level = 2 * questions * alike[i, j].astype(np.int64) // np.maximum(both, 1) - 2 * lowest
    kept = (both >= least) & (level >= 0)
    few = _too_few(here, there, least) if in_common < least else None
    return Pairs(i[kept], j[kept], level[kept], few)


def _too_few(here: Codes, there: Codes, least: int) -> Bools | None:
    """Return which pairs answered fewer questions in common, None if none did."""
    enough = least + here.mask.shape[1]
    rows = np.flatnonzero(here.answered + there.answered.min() < enough)
    others = np.flatnonzero(there.answered + here.answered.min() < enough)
    few = np.zeros((len(here.answered), len(there.answered)), dtype=bool)
    both = here.mask[rows].astype(np.float32) @ there.mask[others].T.astype(np.float32)
    few[np.ix_(rows, others)] = both < least
    return few if few.any() else None
