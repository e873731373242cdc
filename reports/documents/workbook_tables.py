"""The tables of the workbook: numbers as numbers, one fact a column, marks in a column of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal

from reports.documents.legible import legible
from reports.language.words import Mark
from reports.results.results import Key, Results, Row

Form = Literal["text", "whole", "share", "points", "amount", "p"]
Value = str | float | None
SHEET = 31  # characters of a sheet's name, at most


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, a line a language, and what it holds."""

    heading: str
    form: Form


@dataclass(frozen=True, slots=True)
class NumberTable:
    """A table of estimates.

    Attributes
    ----------
    sheet : str
        Name of its sheet.
    titles : tuple of str
        What it shows, in every language.
    drawn : int or None
        The column of shares that a chart shows, the limits in the two columns behind it.
    """

    sheet: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    drawn: int | None = None


def number_tables(every: Sequence[Results]) -> list[NumberTable]:
    """Return a table for each question, for each question by each grouping, and one of the amounts.

    Parameters
    ----------
    every : sequence of Results
        The same results in every language of the study; numbers are the same in all.
    """
    results = every[0]
    tables = [_of_question(every, question.id) for question in results.questions()]
    for by in results.groupings():
        if by in results.study.questionnaire:
            tables += [_of_groups(every, question.id, by) for question in results.questions()]
    tables += _of_amounts(every)
    tables = [table for table in tables if table.rows]
    return [
        NumberTable(f"{i} {table.sheet}"[:SHEET], table.titles, table.columns, table.rows, table.drawn)
        for i, table in enumerate(tables, 1)
    ]


def _of_question(every: Sequence[Results], question: str) -> NumberTable:
    """Return the shares of a question for the whole sample, with the change since the wave before."""
    results = every[0]
    columns = [*_labels(every, "option"), Column(_heading(every, "columns.n"), "whole")]
    drawn = len(columns)
    columns += _estimate(every, "share", "measures.share")
    if changed := results.changed():
        columns += _estimate(every, "points", "measures.change", tested=True)
    rows = []
    for code in results.listed(question):
        share = results.share(question, code)
        cells = [*_names(every, question, code), _whole(share), *_interval(share), _mark(every, share)]
        if changed:
            cells += _difference(every, results.row("change", question, code))
        rows.append(tuple(cells))
    titles = _said(every, lambda r: f"{r.question_heading(question)}, {r.wave_label(r.latest)}")
    return NumberTable(question, titles, tuple(columns), tuple(rows), drawn)


def _of_groups(every: Sequence[Results], question: str, by: str) -> NumberTable:
    """Return the shares of a question by group, with the difference from the other groups."""
    results = every[0]
    columns = [*_labels(every, "option"), *_labels(every, "group")]
    columns += [Column(_heading(every, "columns.n"), "whole"), *_estimate(every, "share", "measures.share")]
    columns += _estimate(every, "points", "measures.difference_from_rest", tested=True)
    rows = []
    for code in results.listed(question):
        for group in results.study.questionnaire[by].codes:
            share = results.row("share", question, code, by=by, group=group)
            if share is not None:
                rest = results.row("difference_from_rest", question, code, by=by, group=group)
                cells = [*_names(every, question, code), *_names(every, by, group), _whole(share)]
                cells += [*_interval(share), _mark(every, share), *_difference(every, rest)]
                rows.append(tuple(cells))

    def title(r: Results) -> str:
        return f"{r.question_heading(question)} × {r.question_label(by)}, {r.wave_label(r.latest)}"

    return NumberTable(f"{question} {by}", _said(every, title), tuple(columns), tuple(rows))


def _of_amounts(every: Sequence[Results]) -> list[NumberTable]:
    """Return the means and quantiles of amounts, where there are any."""
    rows = [
        _amount(every, key, row)
        for key, row in every[0].table.items()
        if key[5] in ("mean", "quantile") and not key[3] and key[0] in every[0].waves
    ]
    columns = [*_labels(every, "question"), *_labels(every, "wave"), *_labels(every, "measure")]
    columns += [Column(_heading(every, "measures.quantile"), "text")]
    columns += [Column(_heading(every, "columns.n"), "whole")]
    columns += _estimate(every, "amount", "columns.estimate")
    titles = _said(every, lambda r: r.words.text("headings.amounts"))
    return [NumberTable("amounts", titles, tuple(columns), tuple(rows))]


def _amount(every: Sequence[Results], key: Key, row: Row) -> tuple[Value, ...]:
    """Return the row of a mean or a quantile."""
    wave, question, option, _, _, measure = key
    labels = [*_said(every, lambda r: _with_unit(r, question)), *_said(every, lambda r: r.wave_label(wave))]
    labels += _said(every, lambda r: r.words.text(f"measures.{measure}"))
    return (*labels, option, _whole(row), *_interval(row), _mark(every, row))


def _with_unit(results: Results, question: str) -> str:
    """Return the label of an amount with its unit."""
    unit, label = results.study.questionnaire[question].unit, results.question_label(question)
    if unit is None:
        return label
    return results.words("amounts.unit", question=label, unit=unit.in_(results.language))


def _said(every: Sequence[Results], text: Callable[[Results], str]) -> tuple[str, ...]:
    """Return a text in every language."""
    return tuple(legible(text(results)) for results in every)


def _names(every: Sequence[Results], question: str, code: str) -> tuple[str, ...]:
    return _said(every, lambda results: results.option_label(question, code))


def _heading(every: Sequence[Results], place: str, unit: str = "") -> str:
    """Return a heading, a line a language."""
    units = (f" ({results.words.text(unit)})" if unit else "" for results in every)
    return "\n".join(f"{r.words.text(place)}{unit}" for r, unit in zip(every, units, strict=True))


def _labels(every: Sequence[Results], place: str) -> Iterator[Column]:
    """Yield the columns of a label, one a language."""
    return (Column(results.words.text(f"columns.{place}"), "text") for results in every)


def _estimate(every: Sequence[Results], form: Form, place: str, *, tested: bool = False) -> Iterator[Column]:
    """Yield the columns of an estimate, its limits, its adjusted p-value where it is tested, and its mark."""
    unit = "choices.points" if form == "points" else ""
    for name in (place, "columns.conf_low", "columns.conf_high"):
        yield Column(_heading(every, name, unit), form)
    if tested:
        yield Column(_heading(every, "columns.p_adjusted"), "p")
    yield Column(_heading(every, "columns.flag"), "text")


def _whole(row: Row) -> Value:
    return None if row.suppressed or isnan(row.n) else row.n


def _interval(row: Row | None, factor: float = 1.0) -> list[Value]:
    """Return an estimate and its limits in the unit of the column; nothing of what is withheld."""
    if row is None or row.suppressed:
        return [None, None, None]
    return [None if isnan(value) else factor * value for value in (row.estimate, row.low, row.high)]


def _difference(every: Sequence[Results], row: Row | None) -> list[Value]:
    p = None if row is None or row.suppressed or isnan(row.p_adjusted) else row.p_adjusted
    return [*_interval(row, 100.0), p, _mark(every, row)]


def _mark(every: Sequence[Results], row: Row | None) -> str:
    """Return the mark of a row, in every language."""
    names: list[Mark] = ["absent"] if row is None else []
    if row is not None:
        if row.note == "fixed_by_margins":
            names.append("fixed")
        elif row.suppressed:
            names.append("unlike" if row.note == "not_comparable" else "withheld")
        elif row.doubtful:
            names.append("caution")
    return " / ".join(results.words.mark(name) for name in names for results in every)
