"""Signs of responses fabricated in batches: runs too long to be chance in the same file (methods 7.1).

Each function compares a run with the rest of the same file, so that a busy hour, a short
questionnaire, or times recorded to the minute raise no false alarm. The expected number of false
alarms in a file is `chance` for each function.
"""

from __future__ import annotations

import numpy as np

import survey.numeric.special_functions as special
from survey.numeric.array_types import Bools, Floats, Ints

# Neighbours on either side that show how common a value is at that time.
AROUND = 200
FEWEST = 4


def regular_arrivals(clock: Ints, *, chance: float = 0.001) -> Bools:
    """Return who arrived in a run of equal gaps too long to be chance, shape (n,).

    A run of k gaps of v seconds is expected m p^(k-1) times among m gaps, where p is the share of v
    among the gaps around the run or in the whole file, whichever is larger, without the run itself.
    A batch interleaved with other people's answers has no equal gaps and is not found.

    Parameters
    ----------
    clock : int array, shape (n,)
        Times of submission in seconds.
    chance : float
        Expected number of false alarms in a file.
    """
    order = np.argsort(clock, kind="stable")
    gaps = np.diff(clock[order])
    flagged = np.zeros(len(clock), dtype=bool)
    for start, end in _unlikely_runs(gaps, chance):
        flagged[order[start : end + 1]] = True
    return flagged


def address_runs(address: Ints, clock: Ints, *, chance: float = 0.001) -> Bools:
    """Return who answered in a run from one address too long to be chance, shape (n,).

    A class or an office that answers together is such a run too, so it is a mark, not a warning sign.

    Parameters
    ----------
    address : int array, shape (n,)
        Equal numbers for equal addresses, -1 where unknown.
    clock : int array, shape (n,)
    """
    order = np.argsort(clock, kind="stable")
    order = order[address[order] >= 0]
    flagged = np.zeros(len(clock), dtype=bool)
    for start, end in _unlikely_runs(address[order], chance):
        flagged[order[start:end]] = True
    return flagged


def _unlikely_runs(values: Ints, chance: float) -> list[tuple[int, int]]:
    """Return start and end of each run of equal values expected fewer than `chance` times."""
    m = len(values)
    if m < FEWEST:
        return []
    edges = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1], [True]]))
    lengths = np.diff(edges)
    # Among so many neighbours a value cannot look rarer than once.
    least = 1 + np.log(m / chance) / np.log(min(m, 2 * AROUND) + 1)
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    runs = []
    for i in np.flatnonzero(lengths >= max(FEWEST, least)):
        start, end = int(edges[i]), int(edges[i + 1])
        k, value = end - start, values[start]
        near = np.concatenate([values[max(0, start - AROUND) : start], values[end : end + AROUND]])
        here = (int((near == value).sum()) + 1) / (len(near) + 1)
        anywhere = (int(counts[codes[start]]) - k + 1) / (m - k + 1)
        if np.log(m) + (k - 1) * np.log(min(max(here, anywhere), 1.0)) < np.log(chance):
            runs.append((start, end))
    return runs


def agreement(left: Ints, right: Ints) -> Floats:
    """Return the share of equal answers among questions that either of two people answered, row by row."""
    either = (left >= 0) | (right >= 0)
    same = ((left == right) & either).sum(axis=1)
    return np.asarray(same / np.maximum(either.sum(axis=1), 1), dtype=np.float64)


def identical_bursts(
    answers: Ints, clock: Ints, *, minutes: float, least: int = 3, chance: float = 0.01
) -> Bools:
    """Return who is in a burst of responses with every answer the same, shape (n,).

    A burst has at least `least` of them, each within so many minutes of the next, and more than
    chance explains: in a short questionnaire many people give the same answers. For L responses
    submitted in its time and a share g of such answers at other times, or of identical pairs,
    whichever is larger, n P(Binomial(L - 1, g) >= size - 1) must be below `chance`.

    Parameters
    ----------
    answers : int array, shape (n, questions)
    clock : int array, shape (n,)
        Times of submission in seconds.
    """
    n = len(clock)
    flagged = np.zeros(n, dtype=bool)
    if n < least or not answers.shape[1]:
        return flagged
    groups, counts = np.unique(answers, axis=0, return_inverse=True, return_counts=True)[1:]
    groups = groups.reshape(-1)
    order = np.lexsort((clock, groups))
    separate = (np.diff(groups[order]) != 0) | (np.diff(clock[order]) > 60 * minutes)
    edges = np.concatenate([[0], np.flatnonzero(separate) + 1, [n]])
    sizes = np.diff(edges)
    times, pairs = np.sort(clock), float((counts * (counts - 1.0) / 2).sum())
    for i in np.flatnonzero(sizes >= least):
        members, size = order[edges[i] : edges[i + 1]], int(sizes[i])
        first, last = clock[members[0]], clock[members[-1]]
        meanwhile = int(np.searchsorted(times, last, "right") - np.searchsorted(times, first, "left"))
        count, outside = int(counts[groups[members[0]]]), n - meanwhile
        # The rest of the file shows how common these answers are, if it is most of the file.
        elsewhere = (count - size) / outside if 2 * outside >= n else count / n
        alike = (pairs - size * (size - 1) / 2 + 1) / (n * (n - 1) / 2 + 1)
        tail = (
            special.bdtrc(size - 2, meanwhile - 1, min(max(elsewhere, alike), 1.0))
            if size <= meanwhile
            else 0.0
        )
        if n * tail < chance:
            flagged[members] = True
    return flagged
