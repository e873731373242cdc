"""Rows that agree with rows sent about the same time far more than with rows sent at other times.

An average opinion has many near copies by chance, at any time of the day. Each row is therefore held
against its own near copies far away in time, so that neither a short questionnaire nor answers that most
people give raise an alarm (methods 7.1). A row is one response, a column one question; negative codes are
the kinds of missing. Nothing here needs more memory than the rows take a few times over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import survey.numeric.special_functions as special
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.distinct_rows import group_rows
from survey.numeric.likeness import (
    SEED,
    Alike,
    Codes,
    Neighbours,
    alike_far,
    alike_near,
    compare,
    far_columns,
    lowest_alike,
)

# The threshold is at least this share of questions, and rare in the whole file: the median row has at most
# this share of near copies far away.
RARE, FEWEST_FAR = 0.002, 20
# Near copies are told from people who agree where answers carry so many bits; a lump takes more.
NEAR_COPY_BITS, LUMP_BITS = 25.0, 30.0
FEWEST_TWINS, CHANCE = 4, 0.01
FEWEST_ECHOES, MOST_ECHO = 5, 0.3
LUMP = 0.1
BATCHES, COPIES, MOST_REDRAWN = 5, 20, 3


@dataclass(frozen=True, slots=True, eq=False)
class Twins:
    """Near copies by row, and what they are judged by (methods 7.1).

    Attributes
    ----------
    of : int
        Rows in all, those that answered too little among them.
    bits : float
        Information in a row of answers: the entropies of the questions added up.
    least_alike : int
        Questions that near copies have in common; all of them where only exact copies are told.
    rare : bool
        Whether there is a threshold that is rare among rows far away.
    near, twins, far, far_twins : int array, shape (n,)
        Rows near and far that can be compared, and how many of each agree in so many questions.
    judged, twin, echo, lump : bool array, shape (n,)
        Rows that can be told; those in a batch of near copies, those in a batch of exact copies of rows sent
        at other times, and those that a tenth of all rows nearly agree with.
    p : float array, shape (n,)
        Chance of so many near copies among near rows, given those among far rows.
    false_alarm : float
        Rows expected to be marked if the same answers had come in any other order.
    """

    of: int
    bits: float
    least_alike: int
    rare: bool
    near: Ints
    twins: Ints
    far: Ints
    far_twins: Ints
    judged: Bools
    twin: Bools
    echo: Bools
    lump: Bools
    p: Floats
    false_alarm: float


def information(answers: Ints) -> float:
    """Return the entropies of the questions, base 2, added up: the bits that a row of answers carries."""
    bits = 0.0
    for column in answers.T:
        counts = np.unique(column[column >= 0], return_counts=True)[1]
        if len(counts):
            shares = counts / counts.sum()
            bits -= float((shares * np.log2(shares)).sum())
    return bits


def find_twins(answers: Ints, neighbours: Neighbours, *, of: int | None = None) -> Twins:
    """Return the near copies among rows that answered enough questions, in the order of the clock.

    Parameters
    ----------
    answers : int array, shape (n, questions)
        Each row with at least `fewest_answers` codes that are not negative.
    of : int, optional
        Rows in all, those with too few answers among them; as many as there are answers by default.
    """
    rows, questions = answers.shape
    n = rows if of is None else of
    bits, lowest = information(answers), lowest_alike(questions)
    near, (far, others) = alike_near(answers, neighbours), alike_far(answers, neighbours)
    level = _threshold(far, lowest, questions) if bits >= NEAR_COPY_BITS else None
    least = questions if level is None else level
    at = 2 * (least - lowest)
    twins, far_twins = near.at_least[:, at], far.at_least[:, at]
    judged = far.rows * rows >= n / 5 * far_columns(rows)
    rate = (far_twins + 1) / (far.rows + 1)
    p = special.bdtrc(twins - 1.0, near.rows, rate)
    twin = _too_many(near.rows, twins, far.rows, far_twins, n=n, judged=judged)
    echo, chance_of_echo = _echoes(answers, neighbours, n)
    lump = np.zeros(rows, dtype=bool)
    if bits >= LUMP_BITS and level is not None:
        agreeing = others.at_least[:, questions + level - 2 * lowest]
        lump = agreeing >= LUMP * np.maximum(others.rows, 1)
    needed = np.maximum(_needed(near.rows, rate, n), FEWEST_TWINS)
    usual = (twins + far_twins) / np.maximum(near.rows + far.rows, 1)
    chance = np.where(judged & ~twin, special.bdtrc(needed - 1.0, near.rows, usual), 0.0)
    return Twins(
        of=n,
        bits=bits,
        least_alike=least,
        rare=level is not None,
        near=near.rows,
        twins=twins,
        far=far.rows,
        far_twins=far_twins,
        judged=judged,
        twin=twin,
        echo=echo,
        lump=lump,
        p=np.asarray(p, dtype=np.float64),
        false_alarm=float(chance[needed <= near.rows].sum()) + chance_of_echo,
    )


def _too_many(near: Ints, twins: Ints, far: Ints, far_twins: Ints, *, n: int, judged: Bools) -> Bools:
    """Return which rows judged have more near copies near them than far ones explain, among n rows in all."""
    chance = special.bdtrc(twins - 1.0, near, (far_twins + 1) / (far + 1))
    return np.asarray(judged & (twins >= FEWEST_TWINS) & (n * chance <= CHANCE), dtype=bool)


def _needed(tried: Ints, rate: Floats, n: int) -> Ints:
    """Return the fewest of so many tried that are too many for chance at this rate; one more if none are."""
    low, high = np.zeros(len(tried), dtype=np.int64), tried + 1
    while (low < high).any():
        middle = (low + high) // 2
        rare = n * special.bdtrc(middle - 1.0, tried, rate) <= CHANCE
        low, high = np.where(rare | (low >= high), low, middle + 1), np.where(rare, middle, high)
    return high


def _threshold(far: Alike, lowest: int, questions: int) -> int | None:
    """Return the fewest questions alike that are rare among far rows, None where no number is.

    The median row is looked at: a mean over all pairs is spoilt by the very batch that is sought.
    """
    enough = far.rows >= FEWEST_FAR
    if not enough.any():
        return None
    shares = far.at_least[enough, ::2] / far.rows[enough, None]
    rare = np.median(shares, axis=0) <= RARE
    return lowest + int(np.argmax(rare)) if rare.any() else None


def _echoes(answers: Ints, neighbours: Neighbours, of: int) -> tuple[Bools, float]:
    """Return who is in a batch of exact copies of rows sent at other times, and how many are by chance."""
    n, clock = len(answers), neighbours.clock
    if not n:
        return np.zeros(0, dtype=bool), 0.0
    _, group = group_rows([column - column.min() for column in answers.T])
    earliest, latest = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    earliest[group[::-1]], latest[group] = clock[::-1], clock  # of several writes the last stays
    apart = np.maximum(clock - earliest[group], latest[group] - clock)
    echo = apart > neighbours.near
    first, past = neighbours.window(clock, neighbours.near, clock)
    so_far = np.concatenate([[0], np.cumsum(echo)])
    near, echoes = past - first - 1, so_far[past] - so_far[first] - echo
    rate = (echo.sum() - echoes - echo + 1) / (n - near)
    frequent = np.asarray(of * special.bdtrc(echoes - 1.0, near, rate) <= CHANCE, dtype=bool)
    batch = echo & (echoes >= FEWEST_ECHOES) & (rate <= MOST_ECHO) & frequent
    needed = np.maximum(_needed(near, rate, of), FEWEST_ECHOES)
    usual = (echo.sum() - echo) / max(n - 1, 1)
    chance = special.bdtrc(needed - 1.0, near, usual)
    return batch, float(chance[echo & ~batch & (rate <= MOST_ECHO) & (needed <= near)].sum())


def share_seen(answers: Ints, neighbours: Neighbours, twins: Twins) -> float:
    """Return the share seen of batches planted in the file itself: a trial of what the rule can find.

    Five seeded batches, one at a time: twenty copies of a row of the file, sent within `near`, in each of
    which one to three answers are drawn anew from the answers of the file to that question.
    """
    n, questions = answers.shape
    if not n:
        return 0.0
    rng = np.random.default_rng(SEED)
    copies = np.repeat(answers[rng.integers(0, n, BATCHES)], COPIES, axis=0)
    for copy in copies:
        redrawn = rng.permutation(questions)[: rng.integers(1, MOST_REDRAWN + 1)]
        copy[redrawn] = answers[rng.integers(0, n, len(redrawn)), redrawn]
    both = np.concatenate([answers, copies])
    left, right = Codes.of(both, -1), Codes.of(both, -2)
    found = [
        _seen(left, right, neighbours, twins, batch=np.arange(COPIES) + n + COPIES * number,
              start=int(rng.integers(0, n)), later=np.sort(rng.integers(0, neighbours.near + 1, COPIES)))
        for number in range(BATCHES)
    ]  # fmt: skip
    return float(np.mean(found))


def _seen(
    left: Codes,
    right: Codes,
    neighbours: Neighbours,
    twins: Twins,
    *,
    batch: Ints,
    start: int,
    later: Ints,
) -> float:
    """Return the share of a batch that is found if it is sent after the row `start`, so much later each."""
    clock, n, questions = neighbours.clock, len(neighbours.clock), len(left.columns)
    if neighbours.unit == "rows":
        sent = clock[start] + 1 + np.arange(COPIES)
        clock = np.where(np.arange(n) > start, clock + COPIES, clock)
    else:
        sent = clock[start] + later
    at = 2 * (twins.least_alike - lowest_alike(questions))
    first, past = neighbours.window(sent, neighbours.near, clock)
    far_first, far_past = neighbours.window(sent, neighbours.far, clock)
    here, own = left.take(batch), np.arange(COPIES)
    others, copies = compare(here, right.take(slice(0, n))), compare(here, right.take(batch))
    whole, none, every = own * 0 + n, own * 0, own * 0 + COPIES
    near = past - first - others.too_few(first, past) + COPIES - 1 - copies.too_few(none, every)
    far = n - (far_past - far_first) - others.too_few(none, whole) + others.too_few(far_first, far_past)
    row, other, close = others.row, others.other, others.level >= at
    is_near = close & (other >= first[row]) & (other < past[row])
    is_far = close & ((other < far_first[row]) | (other >= far_past[row]))
    same = copies.row[(copies.level >= at) & (copies.row != copies.other)]
    near_twins = np.bincount(np.concatenate([row[is_near], same]), minlength=COPIES)
    far_twins = np.bincount(row[is_far], minlength=COPIES)
    of = twins.of + COPIES
    return float(np.mean(_too_many(near, near_twins, far, far_twins, n=of, judged=far >= of / 5)))
