"""Fieldwork so far: all that the page of `parent-intent watch` shows, by the code of check and estimate.

Counts and precision only: of no share is it said what it is, but of the leading ones in both halves by time.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.numeric.fieldwork import chances
from analysis.plans.estimates import EstimatePlan, read_estimate_plan
from analysis.plans.fieldwork import FieldworkPlan, read_fieldwork
from analysis.study.watch.counts import ByDay, Channel, by_day, by_half, channels_of
from analysis.study.watch.days import Calendar, calendar_of, day_numbers
from analysis.study.watch.downloads import Changes, Look, Snapshot, looked_at, snapshot_of
from analysis.study.watch.halves import Halves, halves_of
from analysis.study.watch.missing import Category, categories
from analysis.study.watch.precision import Precision, headline_of, lead_of, precision_of, shares_so_far
from analysis.study.watch.signals import (
    Biting,
    BusyHour,
    Gap,
    NewOption,
    aside_by_day,
    biting,
    busy_hours,
    gaps,
    new_options,
)
from analysis.study.wording_notes import worded_otherwise
from survey.errors import ExportError, SurveyError
from survey.exports.export import Export
from survey.history import CopiesSeen, Flow, WeightingHistory
from survey.numeric.array_types import Ints
from survey.responses.responses import Responses
from survey.screening.screen import screen, screening_flags
from survey.sources.reading import read_wave
from survey.study.study import Study
from survey.weighting.run import study_margins, weigh


@dataclass(frozen=True, slots=True)
class Watched:
    """A fieldwork so far.

    Attributes
    ----------
    file : str
        The export.
    headline : str
        The question of page 1.
    calendar : Calendar or None
        None where the file has no times: then nothing is told by day.
    returned, analysed : int
    due : float or None
        Answers to analyse that the plan asks for by now.
    problem : SurveyError or None
        Why the answers cannot be weighted yet; nothing is then said of precision.
    channel_question : str
        The question of the channels; "" where the platform names them.
    """

    study: Study
    plan: FieldworkPlan
    file: str
    headline: str
    calendar: Calendar | None
    returned: int
    analysed: int
    due: float | None
    precision: Precision | None
    problem: SurveyError | None
    by_day: ByDay | None
    channel_question: str
    channels: tuple[Channel, ...]
    categories: tuple[Category, ...]
    flow: Flow
    aside: Mapping[str, Ints]
    biting: tuple[Biting, ...]
    busy: tuple[BusyHour, ...]
    gaps: tuple[Gap, ...]
    copies: CopiesSeen | None
    halves: Halves | None
    reworded: Mapping[str, str]
    appeared: tuple[NewOption, ...]
    changes: Changes | None
    looks: tuple[Look, ...]

    @property
    def chance(self) -> float:
        """Chance that one of so many looks would have found a difference where there is none."""
        return chances.chance_of_a_finding(max(len(self.looks), 1))


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers of the wave, before and after screening."""

    export: Export
    returned: Responses
    kept: Responses
    first: np.ndarray
    busy: list[BusyHour]


def watch_study(
    study: Study, earlier: Snapshot | None = None, *, planned: int | None = None
) -> tuple[Watched, Snapshot]:
    """Return the fieldwork so far, and what the next look compares with (methods 10).

    Parameters
    ----------
    earlier : Snapshot, optional
        Of the last look.
    planned : int, optional
        Answers to analyse at the end, in place of the study file's.

    Raises
    ------
    SurveyError
        If the export cannot be read, or is a table whose rows an engine has grouped.
    """
    plan, estimates = read_fieldwork(study), read_estimate_plan(study)
    plan = plan if planned is None else replace(plan, planned=planned)
    answers, flow = _read(study, plan)
    calendar = calendar_of(plan, answers.returned)
    key = secrets.token_hex(16) if earlier is None else earlier.key
    newest = "" if calendar is None else calendar.now.isoformat()
    now = snapshot_of(study.id, answers.export, answers.returned, answers.first == "", key, newest)
    snapshot = looked_at(now, earlier, len(answers.returned), flow.analysed, rule=_rule(plan))
    margins = study_margins(study) if study.weighting.method != "none" else ()
    days = None if calendar is None else (calendar, day_numbers(calendar, answers.kept), answers.kept)
    due = None if calendar is None or plan.planned is None else calendar.due(plan)
    aside = {} if calendar is None else aside_by_day(calendar, answers.returned, answers.first)
    question, names, channel = channels_of(estimates, answers.kept)
    weighed = _weighed(study, estimates, plan, answers.kept, days, channel)
    watched = Watched(
        study=study,
        plan=plan,
        file=answers.export.file,
        headline=weighed.headline,
        calendar=calendar,
        returned=flow.returned,
        analysed=flow.analysed,
        due=None if due is None or plan.planned is None else due * plan.planned,
        precision=weighed.precision,
        problem=weighed.problem,
        by_day=None if days is None else by_day(plan, days, margins, due),
        channel_question=question,
        channels=() if days is None or channel is None else by_half(days, names, channel),
        categories=tuple(categories(study, margins, answers.kept, weighed.weighting, plan.planned)),
        flow=flow,
        aside=aside,
        biting=tuple(biting(flow, aside, calendar)),
        busy=tuple(answers.busy),
        gaps=() if calendar is None else tuple(gaps(calendar, answers.returned)),
        copies=flow.copies,
        halves=weighed.halves,
        reworded=worded_otherwise(answers.returned),
        appeared=() if calendar is None else tuple(new_options(calendar, answers.returned)),
        changes=snapshot.changes,
        looks=snapshot.looks,
    )
    return watched, snapshot


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What takes weights: nothing but the problem where there can be none yet."""

    headline: str
    weighting: WeightingHistory | None = None
    precision: Precision | None = None
    halves: Halves | None = None
    problem: SurveyError | None = None


def _weighed(
    study: Study,
    estimates: EstimatePlan,
    plan: FieldworkPlan,
    kept: Responses,
    days: tuple[Calendar, Ints, Responses] | None,
    channel: Ints | None,
) -> _Weighed:
    """Return precision and halves of the leading shares, or why the answers cannot be weighted yet."""
    headline = headline_of(study, estimates)
    try:
        sample = weigh(kept, study)
    except SurveyError as error:
        return _Weighed(headline, problem=error)
    table = shares_so_far(sample, headline, estimates)
    precision = precision_of(study, estimates, plan, sample, table, days)
    halves = halves_of(study, estimates, sample, kept, lead_of(study, table), headline, channel)
    return _Weighed(headline, sample.history.weighting, precision, halves)


def _read(study: Study, plan: FieldworkPlan) -> tuple[_Answers, Flow]:
    """Return the answers before and after screening, and the flow; raises SurveyError."""
    export, returned = read_wave(study, plan.wave.id)
    if returned.paradata.grouped is not None:
        raise ExportError(export.file, key="watch.table")
    flags = screening_flags(returned, study.screening)
    first = np.full(len(returned), "", dtype=object)
    for name in reversed(study.screening.rules):
        first[flags[name]] = name
    kept, flow = screen(returned, study, flags=flags)
    return _Answers(export, returned, kept, first, busy_hours(flags.copies)), flow


def _rule(plan: FieldworkPlan) -> str:
    """Return the rule of closing as hashed, "" where none is written down."""
    if not plan.has_rule:
        return ""
    return hashlib.sha256(f"{plan.stop} {plan.half} {plan.written}".encode()).hexdigest()[:12]
