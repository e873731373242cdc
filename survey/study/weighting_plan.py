"""The [weighting] table of a study file: to which margins, within which bounds, what is merged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from survey.errors import Keys, Place, StudyError, note, noting
from survey.study.questionnaire import Label, Question
from survey.study.references import known_code, known_question, questions_called
from survey.study.toml_table import Table
from survey.study.weighting_settings import (
    Partners,
    Unknown,
    checked_bounds,
    checked_count,
    checked_partners,
)

CODE = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class MarginSource:
    """A file of population figures and how to use it: as counts, or for its shares alone.

    Attributes
    ----------
    source, note : Label or None
        Name of the source to print in place of the file's own text, and a remark on it.
    population : Label or None
        Whom the figures count; None where that is not declared.
    place : tuple of str and int
        Where the study file names it.
    readable : bool
        False after a mistake about the file's name: it is not opened.
    """

    path: Path
    use: Literal["counts", "shares"]
    source: Label | None
    note: Label | None
    population: Label | None = None
    place: Keys = ()
    readable: bool = True


@dataclass(frozen=True, slots=True)
class MarginSet:
    """Another set of margins for the sensitivity analysis, such as those of another year (methods 4.6)."""

    id: str
    label: Label
    margins: tuple[MarginSource, ...]


@dataclass(frozen=True, slots=True)
class WeightingPlan:
    """How answers are weighted to the population (methods 1.1, 1.5, 1.6).

    Attributes
    ----------
    bounds : tuple of float
        Smallest and largest factor, in units of the average weight.
    collapse_below : int
        Categories with fewer answers than this are merged with their declared partner.
    collapse : tuple of tuples
        For a margin (its questions joined by " x "), groups of categories to merge, or "neighbours".
    alternatives : tuple of MarginSet
        Other sets of margins, for how much results depend on the choice (methods 4.6).
    """

    method: Literal["raking", "none"] = "raking"
    margins: tuple[MarginSource, ...] = ()
    bounds: tuple[float, float] = (0.2, 5.0)
    unknown: Unknown = "own_target"
    collapse_below: int = 30
    collapse: tuple[tuple[str, Partners], ...] = ()
    alternatives: tuple[MarginSet, ...] = ()


def read_weighting(table: Table, folder: Path, known: Mapping[str, Question]) -> WeightingPlan:
    """Return the [weighting] table checked; raises StudyError naming table and key."""
    sources = tuple(_margin_source(t, folder) for t in table.tables("margins"))
    alternatives = tuple(_alternative(t, folder) for t in table.tables("alternatives"))
    collapse = table.table("collapse")
    plan = WeightingPlan(
        method=table.choice("method", ("raking", "none"), "raking" if sources else "none"),
        margins=sources,
        bounds=table.pair("bounds", (0.2, 5.0)),
        unknown=table.choice("unknown", get_args(Unknown), "own_target"),
        collapse_below=int(table.number("collapse_below", 30.0)),
        collapse=tuple(_collapsed(collapse, name, known) for name in collapse.values),
        alternatives=alternatives,
    )
    with noting():
        checked_bounds(plan.bounds, partial(table.refuse, "bounds"))
    with noting():
        checked_count(table.number("collapse_below", 30.0), partial(table.refuse, "collapse_below"))
    table.done()
    if len({alternative.id for alternative in alternatives}) < len(alternatives):
        note(StudyError(table.where("alternatives"), key="weighting.same_id"))
    if table.sound("method", "margins", "alternatives"):
        _check_method(plan, table)
    return plan


def _check_method(plan: WeightingPlan, table: Table) -> None:
    """Note a method that does not go with the margins there are."""
    if plan.alternatives and plan.method == "none":
        note(StudyError(table.where("alternatives"), key="weighting.alternatives_alone"))
    if plan.method == "raking" and not plan.margins:
        note(StudyError(table.where("margins"), key="weighting.no_margins"))
    if plan.method == "none" and plan.margins:
        note(StudyError(table.where("method"), key="weighting.none_with_margins"))


def _collapsed(table: Table, name: str, known: Mapping[str, Question]) -> tuple[str, Partners]:
    """Return a margin by the names of its questions, and its groups of categories to merge."""
    questions: list[Question | None] = []
    with noting():
        for part in [name] if questions_called(name, known) else name.split(" x "):
            # A margin that is not there is named when its file is read.
            there = questions_called(part, known)
            questions.append(known_question(part, known, table.where(name)) if there else None)
    ids = [question.id for question in questions if question]
    margin = " x ".join(ids) if len(ids) == len(questions) else name
    return margin or name, _partners(table, name, questions)


def _partners(table: Table, name: str, questions: Sequence[Question | None]) -> Partners:
    """Return groups of categories to merge, their labels as codes; crossed ones are joined by " x "."""
    refuse = partial(table.refuse, name)
    with noting():
        groups = checked_partners(table.raw(name), refuse, smallest=2)
        for question in questions if groups == "neighbours" else ():
            if question is not None and question.order == "unknown":
                at, key = table.where(name), "weighting.unordered_neighbours"
                raise StudyError(at, key=key, question=question.id)
        if groups == "neighbours" or None in questions:
            return groups
        coded = tuple(
            tuple(_category(questions, text, table.where(name, i, j)) for j, text in enumerate(group))
            for i, group in enumerate(groups)
        )
        return checked_partners(coded, refuse, smallest=2)
    return ()


def _category(questions: Sequence[Question | None], text: str, where: Place) -> str:
    """Return the codes of a category; as it stands where it has not one part for each question."""
    parts = text.split(" x ") if len(questions) > 1 else [text]
    if len(parts) != len(questions):
        return text
    named = zip(questions, parts, strict=True)
    return " x ".join(known_code(question, part, where) for question, part in named if question)


def _margin_source(table: Table, folder: Path) -> MarginSource:
    source = MarginSource(
        path=folder / table.text("file"),
        use=table.choice("use", ("counts", "shares"), "counts"),
        source=table.optional(table.label, "source"),
        note=table.optional(table.label, "note"),
        population=table.optional(table.label, "population"),
        place=table.path,
        readable=table.sound("file"),
    )
    table.done()
    return source


def _alternative(table: Table, folder: Path) -> MarginSet:
    margins = tuple(_margin_source(t, folder) for t in table.tables("margins"))
    alternative = MarginSet(table.text("id"), table.label("label"), margins)
    table.done()
    if table.sound("id") and not CODE.fullmatch(alternative.id):
        table.spoilt("id", table.refuse("id", "set_id"))
    if not margins and table.sound("margins"):
        table.spoilt("margins", StudyError(table.where("margins"), key="weighting.empty_set"))
    return alternative
