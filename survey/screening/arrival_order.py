"""In which order responses came: by their times, or by the file where times are missing or coarse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from survey.numeric.array_types import Bools, Ints
from survey.numeric.near_copies import COPIES

# What limits what can be said of near copies.
Reason = Literal[
    "too_few_questions",
    "little_information",
    "no_threshold",
    "no_times",
    "coarse_times",
    "out_of_order",
    "sorted",
    "too_few_far",
    "trial_missed",
]
# Times are coarse where so large a share of rows has one minute of the day, or so few are distinct.
ONE_MINUTE, DISTINCT = 0.2, 0.25
# Where neighbours in the file agree so much more than chance has it, the rows are sorted: sorted files have
# at least .92, files in order of arrival at most .36.
SORTED = 0.6


def arrival_clock(submitted: np.ndarray | None, usable: Bools) -> tuple[Ints | None, tuple[Reason, ...]]:
    """Return the seconds of submission, -1 where unknown; None where the order of the file must stand in."""
    if submitted is None:
        return None, ("no_times",)
    timed = ~np.isnat(submitted) & usable
    sent = submitted[timed].astype("datetime64[s]").astype(np.int64)
    if 2 * timed.sum() < usable.sum() or not len(sent):
        return None, ("no_times",)
    at_once = np.unique(sent // 60 % (24 * 60), return_counts=True)[1].max()
    if at_once <= ONE_MINUTE * len(sent) and len(np.unique(sent)) >= DISTINCT * len(sent):
        clock = np.full(len(submitted), -1, dtype=np.int64)
        clock[timed] = sent - sent.min()
        return clock, ()
    steps = np.diff(sent)
    rising = bool((steps >= 0).all() or (steps <= 0).all())
    return None, ("coarse_times",) if rising else ("coarse_times", "out_of_order")


def sorted_by(answers: Ints, names: Sequence[str]) -> tuple[str, ...]:
    """Return the questions in which neighbours in the file agree far more than chance has it."""
    found = []
    for column, name in zip(answers.T, names, strict=True):
        known = column[column >= 0]
        if len(known) < 2:
            continue
        chance = float(((np.unique(known, return_counts=True)[1] / len(known)) ** 2).sum())
        # Of an answer that hardly anybody gives otherwise, neighbours agree in any order.
        if len(known) * (1 - chance) < COPIES:
            continue
        if (float((known[1:] == known[:-1]).mean()) - chance) / (1 - chance) > SORTED:
            found.append(name)
    return tuple(found)
