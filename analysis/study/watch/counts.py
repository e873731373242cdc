"""Answers to analyse by day, group and channel, and which groups are behind the plan (methods 10.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.numeric.fieldwork import chances
from analysis.plans.estimates import EstimatePlan
from analysis.plans.fieldwork import FieldworkPlan
from analysis.study.watch.days import Calendar, counted, first_half
from analysis.study.watch.missing import margin_counts
from survey.numeric.array_types import Ints
from survey.responses.responses import Responses
from survey.study.questionnaire import Missing
from survey.weighting.margins.margins import Margin

# A count so far under the plan is behind where chance alone gives fewer in less than one of twenty.
BEHIND = 0.05


@dataclass(frozen=True, slots=True)
class ByDay:
    """Answers to analyse by day and group.

    Attributes
    ----------
    question : str
        That of the groups; "" where all are one group.
    codes : tuple of str
    counts : int array, shape (days, groups)
    due : tuple of float, or None
        Answers of each group the plan asks for by now; None without a plan or a margin of the question.
    behind : tuple of bool
        Whether a count is under `due` by more than chance explains.
    """

    question: str
    codes: tuple[str, ...]
    counts: Ints
    due: tuple[float, ...] | None
    behind: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """Answers to analyse that came through one channel in the first and the second half of the days."""

    name: str
    early: int
    late: int


def by_day(
    plan: FieldworkPlan,
    days: tuple[Calendar, Ints, Responses],
    margins: Sequence[Margin],
    due: float | None,
) -> ByDay:
    """Return the answers by day and group, against the plan where there is one."""
    calendar, day, kept = days
    single = {margin.questions[0]: margin for margin in margins if len(margin.questions) == 1}
    name = plan.by or next(iter(single), "")
    if not name:
        counts = counted(calendar, day, np.zeros(len(kept), dtype=np.int64), 1)
        return ByDay("", (), counts, None, ())
    answers, codes = kept[name], kept[name].question.codes
    group = np.where(answers.missing == Missing.ANSWERED, answers.values, -1).astype(np.int64)
    counts = counted(calendar, day, group, len(codes))
    margin = single.get(name)
    if margin is None or due is None or plan.planned is None:
        return ByDay(name, codes, counts, None, ())
    share = {
        "".join(code): figure / margin.total
        for code, figure in zip(margin.categories, margin.figures.values(), strict=True)
    }
    wanted = tuple(plan.planned * due * share.get(code, 0.0) for code in codes)
    so_far = dict(zip(margin.categories, margin_counts(margin, kept).tolist(), strict=True))
    behind = tuple(
        mean > 0
        and so_far.get(code, 0) < mean
        and chances.poisson_at_most(so_far.get(code, 0), mean) < BEHIND
        for code, mean in zip(codes, wanted, strict=True)
    )
    return ByDay(name, codes, counts, wanted, behind)


def channels_of(plan: EstimatePlan, kept: Responses) -> tuple[str, tuple[str, ...], Ints | None]:
    """Return the question of the channels, their names and that of each answer, -1 where it is not known."""
    for name in plan.channels:
        if name in kept.answers:
            answers = kept[name]
            known = answers.missing == Missing.ANSWERED
            return name, answers.question.codes, np.where(known, answers.values, -1).astype(np.int64)
    if kept.channel is None:
        return "", (), None
    names, codes = np.unique(kept.channel.astype(str), return_inverse=True)
    if len(names) < 2:
        return "", (), None
    return "", tuple(names.tolist()), codes.reshape(-1).astype(np.int64)


def by_half(
    days: tuple[Calendar, Ints, Responses], names: tuple[str, ...], channel: Ints
) -> tuple[Channel, ...]:
    """Return the answers of each channel in both halves of the days, the largest first."""
    calendar, day, _ = days
    early = first_half(calendar, day)
    found = [
        Channel(name, int((early & (channel == i)).sum()), int((~early & (channel == i)).sum()))
        for i, name in enumerate(names)
    ]
    return tuple(sorted((c for c in found if c.early + c.late), key=lambda c: -(c.early + c.late)))
