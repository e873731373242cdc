"""What a person should look at today: busy hours, gaps, rules, options that appeared (methods 10.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

import numpy as np

from analysis.numeric.fieldwork import chances
from analysis.study.watch.days import DAY, Calendar, day_numbers
from survey.history import Flow
from survey.numeric.array_types import Ints
from survey.responses.responses import Responses
from survey.screening.near_copies import NearCopies
from survey.study.questionnaire import Missing

# All hours together, or all options, are marked by chance in one of a hundred files.
CHANCE = 0.01
# A gap of a day in which so many answers were expected, ended in the last three days.
FEWEST_EXPECTED, RECENT = 10.0, timedelta(days=3)
# A rule that sets aside more than a tenth of all, or on one day far more or fewer than on the others.
LARGE, DEVIATIONS, FEWEST_ASIDE = 0.1, 3.0, 5.0


@dataclass(frozen=True, slots=True)
class BusyHour:
    """An hour with far more answers than its day and its time of day lead to expect."""

    start: datetime
    n: int
    expected: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without any answer, and how many were expected in it."""

    start: datetime
    end: datetime
    expected: float


@dataclass(frozen=True, slots=True)
class Biting:
    """A rule that sets many aside: of all, or on one day (None for all)."""

    rule: str
    day: date | None
    n: int
    of: int


@dataclass(frozen=True, slots=True)
class NewOption:
    """An option of the study file that nobody chose before a day, and many since."""

    question: str
    option: str
    since: date
    before: int
    ticks: int
    after: int
    p: float


def busy_hours(copies: NearCopies | None) -> list[BusyHour]:
    """Return hours with answers that a whole file would hold by chance in one of a hundred."""
    hours = None if copies is None else copies.hours
    if hours is None or hours.empty:
        return []
    n, expected = (hours[name].to_numpy(dtype=np.float64) for name in ("n", "expected"))
    spread, found = chances.dispersion(n, expected), []
    cells = int(np.isfinite(expected).sum())
    for day, hour, count, mean in zip(
        hours["day"], hours["hour"], n.tolist(), expected.tolist(), strict=True
    ):
        if mean > 0 and count > mean and cells * chances.busy_hour(count, mean, spread) <= CHANCE:
            start = datetime.combine(np.datetime64(day, "D").item(), datetime.min.time())
            found.append(BusyHour(start + timedelta(hours=int(hour)), int(count), mean))
    return sorted(found, key=lambda busy: (busy.expected - busy.n, busy.start))


def gaps(calendar: Calendar, returned: Responses) -> list[Gap]:
    """Return times of a day and more without an answer that ended lately, where ten were expected."""
    sent = returned.paradata.submitted
    assert sent is not None
    over = max(len(calendar.days) - 1, 1)
    days = day_numbers(calendar, returned)
    rate = float(((days >= 0) & (days < over)).sum()) / over
    times, found = np.sort(sent[~np.isnat(sent)]).astype("datetime64[s]"), []
    for i in np.flatnonzero(np.diff(times) >= np.timedelta64(DAY)):
        start, end = times[i].item(), times[i + 1].item()
        expected = rate * ((end - start) / DAY)
        if expected >= FEWEST_EXPECTED and calendar.now - end <= RECENT and start.date() >= calendar.first:
            found.append(Gap(start, end, expected))
    return found


def aside_by_day(calendar: Calendar, returned: Responses, first: np.ndarray) -> dict[str, Ints]:
    """Return for each rule how many it set aside on each day; "" for those analysed."""
    days, width = day_numbers(calendar, returned), len(calendar.days)
    known = days >= 0
    return {
        rule: np.bincount(days[known & (first == rule)], minlength=width).astype(np.int64)
        for rule in dict.fromkeys(first.tolist())
    }


def biting(flow: Flow, by_day: Mapping[str, Ints], calendar: Calendar | None) -> list[Biting]:
    """Return rules that set aside a tenth of all, or on one day a share far from that of the others."""
    found = [
        Biting(step.rule, None, step.removed, flow.returned)
        for step in flow.steps
        if step.removed > LARGE * flow.returned
    ]
    if calendar is None:
        return found
    of_day = np.sum([*by_day.values()], axis=0)
    for step in flow.steps:
        share = step.removed / flow.returned
        for i, n in enumerate(of_day.tolist()):
            aside = int(by_day[step.rule][i]) if step.rule in by_day else 0
            reach = DEVIATIONS * sqrt(share * (1 - share) / n) if n else 0.0
            if n * share >= FEWEST_ASIDE and abs(aside / n - share) > reach:
                found.append(Biting(step.rule, calendar.days[i], aside, n))
    return found


def new_options(calendar: Calendar, returned: Responses) -> list[NewOption]:
    """Return options that nobody chose on the first days and too many since for it to be chance.

    Fisher's test of the days before the first choice against those from it on, at .01 over all options.
    """
    days, tried, found = day_numbers(calendar, returned), 0, []
    for answers in returned.answers.values():
        question = answers.question
        if question.kind not in ("single", "multiple") or question.derived_from is not None:
            continue
        answered = (answers.missing == Missing.ANSWERED) & (days >= 0)
        for i, code in enumerate(question.codes):
            tried += 1
            chosen = answers.values[:, i] if question.kind == "multiple" else answers.values == i
            chosen = answered & chosen
            if not chosen.any():
                continue
            since = int(days[chosen].min())
            before, after = int((answered & (days < since)).sum()), int((answered & (days >= since)).sum())
            if before:
                ticks = int(chosen.sum())
                p = chances.fisher_two_sided((0, before), (ticks, after))
                found.append(NewOption(question.id, code, calendar.days[since], before, ticks, after, p))
    return [new for new in found if new.p <= CHANCE / tried]
