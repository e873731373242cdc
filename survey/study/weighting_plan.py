"""The [weighting] table of a study file: to which margins, within which bounds, what is merged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from survey.errors import StudyError
from survey.study.questionnaire import Label
from survey.study.toml_table import Table

CODE = re.compile(r"[A-Za-z0-9_]+")


# What becomes of people without a known category in a margin (methods 1.6).
Unknown = Literal["own_target", "fractional"]


@dataclass(frozen=True, slots=True)
class MarginSource:
    """A file of population figures and how to use it: as counts, or for its shares alone.

    Attributes
    ----------
    source, note : Label or None
        How print names the source, where the file's own text will not do, and what to say of it.
    """

    path: Path
    use: Literal["counts", "shares"]
    source: Label | None
    note: Label | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Other margins that might as well have been weighted to, such as those of parents or of another year."""

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
    alternatives : tuple of Alternative
        Other sets of margins, for how much hangs on the choice (methods 4.6).
    """

    method: Literal["raking", "none"] = "raking"
    margins: tuple[MarginSource, ...] = ()
    bounds: tuple[float, float] = (0.2, 5.0)
    unknown: Unknown = "own_target"
    collapse_below: int = 30
    collapse: tuple[tuple[str, Partners], ...] = ()
    alternatives: tuple[Alternative, ...] = ()


def read_weighting(table: Table, folder: Path) -> WeightingPlan:
    """Return the [weighting] table checked; raises StudyError naming table and key."""
    sources = tuple(_margin_source(t, folder) for t in table.tables("margins"))
    bounds = table.pair("bounds", (0.2, 5.0))
    if not 0 <= bounds[0] < 1 < bounds[1]:
        raise table.refuse("bounds", "a lower bound under 1 and an upper bound over 1")
    plan = WeightingPlan(
        method=cast(
            Literal["raking", "none"],
            table.choice("method", ("raking", "none"), "raking" if sources else "none"),
        ),
        margins=sources,
        bounds=bounds,
        unknown=cast(Unknown, table.choice("unknown", get_args(Unknown), "own_target")),
        collapse_below=_minimum(table),
        collapse=_collapse(table.table("collapse")),
        alternatives=tuple(_alternative(t, folder) for t in table.tables("alternatives")),
    )
    table.done()
    names = [one.id for one in plan.alternatives]
    if len(set(names)) < len(names):
        raise StudyError(table.where("alternatives"), "gives an id twice", "give each set its own id")
    if plan.alternatives and plan.method == "none":
        raise StudyError(
            table.where("alternatives"), "stand without margins of their own", "add [[weighting.margins]]"
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


def _minimum(table: Table) -> int:
    value = table.number("collapse_below", 30.0)
    if value < 0 or not value.is_integer():
        raise table.refuse("collapse_below", "a whole number of answers, 0 or more")
    return int(value)


def _margin_source(table: Table, folder: Path) -> MarginSource:
    source = MarginSource(
        path=folder / table.text("file"),
        use=cast(Literal["counts", "shares"], table.choice("use", ("counts", "shares"), "counts")),
        source=table.label("source") if table.has("source") else None,
        note=table.label("note") if table.has("note") else None,
    )
    table.done()
    return source


def _alternative(table: Table, folder: Path) -> Alternative:
    margins = tuple(_margin_source(t, folder) for t in table.tables("margins"))
    made = Alternative(table.text("id"), table.label("label"), margins)
    table.done()
    if not CODE.fullmatch(made.id):
        raise table.refuse("id", 'letters, digits and underscores, such as "census2010"')
    if not margins:
        raise StudyError(table.where("margins"), "is missing", "add [[weighting.alternatives.margins]]")
    return made


def _collapse(table: Table) -> tuple[tuple[str, Partners], ...]:
    """Return groups of partner categories for each margin; raises StudyError if one is in two groups."""
    found: list[tuple[str, Partners]] = []
    for name in table.values:
        groups = table.raw(name)
        if groups == "neighbours":
            found.append((name, "neighbours"))
            continue
        sound = isinstance(groups, list) and all(
            isinstance(g, list) and len(g) > 1 and all(isinstance(c, str) for c in g) for g in groups
        )
        if not sound:
            raise table.refuse(
                name, 'groups of categories, such as [["a", "b"], ["c", "d"]], or "neighbours"'
            )
        flat = [code for group in groups for code in group]
        if len(set(flat)) < len(flat):
            raise table.refuse(name, "each category in one group only")
        found.append((name, tuple(tuple(g) for g in groups)))
    return tuple(found)


# Groups of categories that may be merged with each other, or "neighbours" for ordered categories.
Partners = Sequence[Sequence[str]] | Literal["neighbours"]
