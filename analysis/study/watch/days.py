"""The days of a fieldwork so far, and counts by day: now is the time of the newest answer, never a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np

from analysis.plans.fieldwork import FieldworkPlan
from survey.numeric.array_types import Bools, Ints
from survey.responses.responses import Responses

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days from the first to that of the newest answer.

    Attributes
    ----------
    first, last : date, date or None
        First day; the last as planned.
    now : datetime
        When the newest answer was sent: its day is still running.
    """

    first: date
    last: date | None
    now: datetime

    @property
    def days(self) -> list[date]:
        """Every day so far, also those without an answer."""
        return [self.first + i * DAY for i in range((self.now.date() - self.first).days + 1)]

    @property
    def planned(self) -> int | None:
        """How many days are planned."""
        return None if self.last is None else (self.last - self.first).days + 1

    @property
    def gone(self) -> float:
        """Days gone, today as far as its newest answer."""
        midnight = datetime(self.now.year, self.now.month, self.now.day)
        return len(self.days) - 1 + (self.now - midnight) / DAY

    @property
    def left(self) -> float | None:
        """Days still to come; None where no end is planned."""
        return None if self.planned is None else max(0.0, self.planned - self.gone)

    def due(self, plan: FieldworkPlan) -> float | None:
        """Return the share of the plan, 0-1, that should be in by now; None where no end is planned."""
        if self.planned is None:
            return None
        if not plan.schedule:
            return min(1.0, self.gone / self.planned)
        steps = [(0.0, 0.0), *((float((day - self.first).days + 1), share) for day, share in plan.schedule)]
        for (start, low), (end, high) in pairwise(steps):
            if self.gone <= end:
                return low + (high - low) * (self.gone - start) / (end - start) if end > start else high
        return 1.0


def calendar_of(plan: FieldworkPlan, responses: Responses) -> Calendar | None:
    """Return the days so far; None where the file has no times."""
    sent = responses.paradata.submitted
    if sent is None or np.isnat(sent).all():
        return None
    known = sent[~np.isnat(sent)]
    now = known.max().astype("datetime64[s]").item()
    first = known.min().astype("datetime64[D]").item() if plan.days is None else plan.days[0]
    last = None if plan.days is None else plan.days[1]
    return Calendar(min(first, now.date()), last if plan.stop is None else plan.stop, now)


def day_numbers(calendar: Calendar, responses: Responses) -> Ints:
    """Return the place of each answer's day among the days, -1 before the first and without a time."""
    sent = responses.paradata.submitted
    assert sent is not None
    first = np.datetime64(calendar.first, "D")
    days = (sent.astype("datetime64[D]") - first).astype(np.int64)
    return np.where(np.isnat(sent), -1, np.maximum(days, -1)).astype(np.int64)


def counted(calendar: Calendar, day: Ints, group: Ints, groups: int) -> Ints:
    """Return how many answers fall on each day into each group, shape (days, groups); -1 is no group."""
    table = np.zeros((len(calendar.days), groups), dtype=np.int64)
    inside = (day >= 0) & (group >= 0)
    np.add.at(table, (day[inside], group[inside]), 1)
    return table


def first_half(calendar: Calendar, day: Ints) -> Bools:
    """Return which answers came in the first half of the days, those before the first day among them."""
    return np.asarray(day < len(calendar.days) // 2, dtype=bool)
