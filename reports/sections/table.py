"""Estimates as printed cells: every number a text, rounded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from reports.language.numbers import percent_number, points, whole
from reports.language.words import Mark
from reports.results.facts import level, rule_fields
from reports.results.results import Results, Row

# The symbols of the tables.
MARKS: tuple[Mark, ...] = get_args(Mark)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one shaded heading; label "" for none."""

    label: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table as the typesetter takes it; the first columns are text, the others figures.

    Attributes
    ----------
    texts : int
        How many columns are text, set to the left.
    """

    caption: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    texts: int = 1


def share_cells(results: Results, row: Row) -> tuple[str, str]:
    """Return a share in per cent and its interval, or the marks that stand in their place."""
    if row.suppressed:
        return results.words.mark("withheld"), results.words.mark("withheld")
    if row.note == "fixed_by_margins":
        return percent_number(row.estimate), results.words.mark("fixed")
    share = results.flagged(row, percent_number(row.estimate))
    return share, results.words.range("number", row.low, row.high)


def change_cells(results: Results, row: Row | None) -> tuple[str, str]:
    """Return a change in points and its interval, or the marks that stand in their place."""
    if row is None or row.suppressed:
        key: Mark = "absent" if row is None else "unlike" if row.note == "not_comparable" else "withheld"
        return results.words.mark(key), results.words.mark(key)
    if row.note == "fixed_by_margins":
        return points(row.estimate), results.words.mark("fixed")
    change = results.flagged(row, points(row.estimate)) + clear_mark(results, row)
    return change, results.words.range("points", row.low, row.high)


def clear_mark(results: Results, row: Row | None, mark: Mark = "clear") -> str:
    """Return the mark of a change, or of a difference from the rest, that is clear; else ""."""
    return results.words.mark(mark) if row is not None and row.clear else ""


def base_cell(results: Results, question: str) -> str:
    """Return how many answered a question, or the mark where none of its shares is printed."""
    base = results.base(question)
    return results.words.mark("withheld") if base is None else whole(base)


def headed(results: Results, place: str) -> tuple[str, ...]:
    """Return column headings with the confidence level as estimated."""
    by = results.question_label(results.by) if results.by else ""
    return results.words.columns(place, by=by, level=level(results))


def marks_of(results: Results, groups: Sequence[Group]) -> tuple[str, ...]:
    """Return what the marks of a table mean, those that stand in it."""
    words = results.words
    cells = {cell for group in groups for row in group.rows for cell in row}
    meanings = [
        words(f"groups.note_{key}", mark=mark, **rule_fields())
        for key in MARKS
        if any((mark := words.mark(key)) in cell for cell in cells)
    ]
    return (words.sentences(meanings),) if meanings else ()
