"""What a study file declares for print beside its own answers: sections, official figures, other surveys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from survey.errors import noting
from survey.study.placeholders import placeholders
from survey.study.questionnaire import Label
from survey.study.references import known_code, known_question
from survey.study.study import Study
from survey.study.toml_table import Table

Status = Literal["draft", "final"]
Margins = Literal["brief", "gb9704"]
# What is made beside pages, workbook and web page where it is asked for.
Extra = Literal["word", "slides", "pictures", "parquet", "replication"]
EXTRAS: tuple[Extra, ...] = get_args(Extra)
UNDATED = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure from elsewhere, as its source words it.

    Attributes
    ----------
    label, value, unit : Label, float and Label or None
        Its short name, the number and what it counts, where it is more than a sentence.
    key : bool
        Whether it stands among the key figures of page 1.
    fee : bool
        Whether it is a fee, at which demand is said.
    """

    text: Label
    source: Label
    label: Label | None = None
    value: float | None = None
    unit: Label | None = None
    key: bool = False
    fee: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What another survey found on a like question, with its design named.

    Attributes
    ----------
    share : float
        0–1, as published.
    """

    question: str
    option: str
    name: Label
    design: Label
    date: str
    share: float
    source: Label


def status_of(study: Study) -> Status | None:
    """Return whether the study calls the briefing a draft or final; None where it has words of its own."""
    table = study.briefing
    value = table.optional(table.raw, "status")
    return next((status for status in get_args(Status) if status == value), None)


def printed_status(study: Study) -> Status | None:
    """Return the status a document bears: a draft while a placeholder stands in the study file."""
    return "draft" if placeholders(study) else status_of(study)


def issue_date(study: Study) -> datetime:
    """Return the last day of fieldwork, which dates every document; never the clock."""
    days = [wave.fieldwork[1] for wave in study.waves if wave.fieldwork]
    return datetime(max(days).year, max(days).month, max(days).day) if days else UNDATED


def margins_of(study: Study) -> Margins:
    """Return which margins the pages have: those of GB/T 9704-2012, or the briefing's own."""
    table = study.briefing
    if table.has("convention"):
        table.spoilt("convention", table.refuse("convention", "margins"))
    return table.choice("margins", get_args(Margins), "brief")


def extras_of(study: Study) -> tuple[Extra, ...]:
    """Return the files that a study asks for beside pages, workbook and web page; raises StudyError."""
    return study.briefing.choices("files", EXTRAS)


def facts_of(study: Study) -> list[Fact]:
    """Return the official figures declared under [[briefing.context]].

    Raises
    ------
    StudyError
        If one that page 1 prints has no label or number, or there are two key figures.
    """
    found: list[Fact] = []
    for table in study.briefing.tables("context"):
        with noting():
            fact = _fact(table)
            if fact.key and any(other.key for other in found):
                raise table.refuse("key", "one_key_figure")
            found.append(fact)
    return found


def _fact(table: Table) -> Fact:
    """Return an official figure; one that page 1 prints has a short name and a number."""
    text, source, unit = table.label("text"), table.label("source"), table.optional(table.label, "unit")
    key, fee = table.flag("key"), table.flag("fee")
    shown = key or fee
    label = table.label("label") if shown else table.optional(table.label, "label")
    value = table.number("value") if shown else table.optional(table.number, "value")
    table.done()
    return Fact(text, source, label, value, unit, key=key, fee=fee)


def elsewhere_of(study: Study) -> list[Elsewhere]:
    """Return the rows of other surveys declared under [[briefing.comparison]]; raises StudyError."""
    found = []
    for table in study.briefing.tables("comparison"):
        with noting():
            found.append(_elsewhere(table, study))
    return found


def _elsewhere(table: Table, study: Study) -> Elsewhere:
    """Return a row; raises StudyError, or FollowUp after a mistake that was noted."""
    name, option, share = table.text("question"), table.text("option"), table.number("share")
    labels = table.label("name"), table.label("design"), table.text("date"), table.label("source")
    table.done()
    if table.sound("share") and not 0 <= share <= 1:
        table.spoilt("share", table.refuse("share", "share"))
    table.check_sound("question", "option")
    question = known_question(name, study.questionnaire.questions, table.where("question"))
    code = known_code(question, option, table.where("option"))
    survey, design, date, source = labels
    return Elsewhere(question.id, code, survey, design, date, share, source)
