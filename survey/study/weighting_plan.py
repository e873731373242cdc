"""The [weighting] table of a study file: to which margins, within which bounds, what is merged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from survey.errors import StudyError
from survey.study.questionnaire import Label
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
    """

    path: Path
    use: Literal["counts", "shares"]
    source: Label | None
    note: Label | None


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


def read_weighting(table: Table, folder: Path) -> WeightingPlan:
    """Return the [weighting] table checked; raises StudyError naming table and key."""
    sources = tuple(_margin_source(t, folder) for t in table.tables("margins"))
    bounds = table.pair("bounds", (0.2, 5.0))
    collapse = table.table("collapse")
    plan = WeightingPlan(
        method=table.choice("method", ("raking", "none"), "raking" if sources else "none"),
        margins=sources,
        bounds=checked_bounds(bounds, partial(table.refuse, "bounds")),
        unknown=table.choice("unknown", get_args(Unknown), "own_target"),
        collapse_below=checked_count(
            table.number("collapse_below", 30.0), partial(table.refuse, "collapse_below")
        ),
        collapse=tuple(
            (name, checked_partners(groups, partial(collapse.refuse, name), smallest=2))
            for name, groups in collapse.values.items()
        ),
        alternatives=tuple(_alternative(t, folder) for t in table.tables("alternatives")),
    )
    table.done()
    if len({alternative.id for alternative in plan.alternatives}) < len(plan.alternatives):
        raise StudyError(table.where("alternatives"), "gives an id twice", "give each set its own id")
    if plan.alternatives and plan.method == "none":
        raise StudyError(
            table.where("alternatives"),
            "are given without [[weighting.margins]]",
            "add [[weighting.margins]]",
        )
    if plan.method == "raking" and not sources:
        raise StudyError(
            table.where("margins"),
            'is missing though method is "raking"',
            "add [[weighting.margins]] with file = …",
        )
    if plan.method == "none" and sources:
        raise StudyError(
            table.where("method"), 'is "none" though margins are given', "leave out one of the two"
        )
    return plan


def _margin_source(table: Table, folder: Path) -> MarginSource:
    source = MarginSource(
        path=folder / table.text("file"),
        use=table.choice("use", ("counts", "shares"), "counts"),
        source=table.optional(table.label, "source"),
        note=table.optional(table.label, "note"),
    )
    table.done()
    return source


def _alternative(table: Table, folder: Path) -> MarginSet:
    margins = tuple(_margin_source(t, folder) for t in table.tables("margins"))
    alternative = MarginSet(table.text("id"), table.label("label"), margins)
    table.done()
    if not CODE.fullmatch(alternative.id):
        raise table.refuse("id", 'letters, digits and underscores, such as "census2010"')
    if not margins:
        raise StudyError(table.where("margins"), "is missing", "add [[weighting.alternatives.margins]]")
    return alternative
