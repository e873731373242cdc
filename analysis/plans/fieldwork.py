"""The [fieldwork] table of a study file: what is planned while the link is open, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from survey.errors import StudyError, note, noting
from survey.study.questionnaire import Kind, Label
from survey.study.references import check_kind, known_question
from survey.study.study import Study, Wave
from survey.study.toml_table import Table


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What was done to win answers, and on which day."""

    day: date
    text: Label


@dataclass(frozen=True, slots=True)
class FieldworkPlan:
    """What the fieldwork of a wave is to bring, and when it ends.

    Attributes
    ----------
    wave : Wave
        The wave watched: the last one unless named.
    planned : int or None
        Answers to analyse at the end.
    days : (date, date) or None
        First and last day: those of the wave.
    schedule : tuple of (date, float)
        Share of the plan, 0-1, expected by the end of a day; straight lines between.
    stop, half : date or None, float or None
        The rule by which the link is closed: a day, or a half-width of the leading share, 0-1.
    written : date or None
        When the rule was written.
    by : str
        The question whose groups are counted by day; "" where none is named.
    log : tuple of LogEntry
        In order of time.
    """

    wave: Wave
    planned: int | None
    days: tuple[date, date] | None
    schedule: tuple[tuple[date, float], ...]
    stop: date | None
    half: float | None
    written: date | None
    by: str
    log: tuple[LogEntry, ...]

    @property
    def has_rule(self) -> bool:
        """Whether it is written down when the link is closed."""
        return self.stop is not None or self.half is not None


def read_fieldwork(study: Study) -> FieldworkPlan:
    """Return the [fieldwork] table checked; raises StudyError naming the key."""
    table = study.fieldwork
    wave = study.waves[-1]
    if table.has("wave"):
        with noting():
            wave = study.wave(table.text("wave"))
    half = table.optional(table.number, "half")
    if half is not None and not 0 < half < 50:
        table.spoilt("half", table.refuse("half", "half_points"))
        half = None
    plan = FieldworkPlan(
        wave=wave,
        planned=table.whole("planned", least=1) if table.has("planned") else None,
        days=wave.fieldwork,
        schedule=_schedule(table, wave),
        stop=table.optional(table.day, "stop"),
        half=None if half is None else half / 100,
        written=table.optional(table.day, "written"),
        by=_grouping(study, table),
        log=_log(table),
    )
    table.done()
    if plan.stop is not None and plan.days is not None and plan.stop < plan.days[0]:
        first, last = plan.days
        at = table.where("stop")
        note(StudyError(at, key="study.stop_before", stop=plan.stop, first=first, last=last))
    return plan


def _grouping(study: Study, table: Table) -> str:
    """Return the question by which answers are counted a day, as the table names it."""
    with noting():
        if table.has("by"):
            place = table.where("by")
            question = known_question(table.text("by"), study.questionnaire.questions, place)
            kinds: tuple[Kind, ...] = ("single",)
            error = StudyError(
                place, key="study.wrong_kind", question=question.id, kind=question.kind, kinds=kinds
            )
            check_kind(question, kinds, error)
            return question.id
    return ""


def _schedule(table: Table, wave: Wave) -> tuple[tuple[date, float], ...]:
    """Return the shares of the plan expected by days; rising days and shares, the last of them 1."""
    entries = table.table("schedule")
    found = []
    for key in entries.values:
        share = entries.number(key)
        try:
            found.append((date.fromisoformat(key), share))
        except ValueError:
            entries.spoilt(key, StudyError(entries.where(key), key="study.schedule_day", found=key))
    found.sort()
    shares = [share for _, share in found]
    rising = all(low <= high for low, high in pairwise([0.0, *shares, 1.0]))
    if entries.sound() and found and not (rising and shares[-1] == 1):
        table.spoilt("schedule", StudyError(table.where("schedule"), key="study.schedule_shares"))
        return ()
    if found and wave.fieldwork is None:
        table.spoilt("schedule", StudyError(table.where("schedule"), key="study.schedule_undated"))
    return tuple(found) if entries.sound() else ()


def _log(table: Table) -> tuple[LogEntry, ...]:
    """Return what was done and when, in order of time."""
    found = []
    for entry in table.tables("log"):
        day, text = entry.day("date"), entry.label("text")
        entry.done()
        found.append(LogEntry(day, text))
    return tuple(sorted(found, key=lambda done: done.day))
