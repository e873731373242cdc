"""Means, medians and the middle half of amounts, of everybody and by group."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import isfinite

from reports.charts.amounts import amounts_by_group, lines_of
from reports.charts.style import HALF
from reports.language.numbers import amount, percent, whole
from reports.language.words import capitalised
from reports.results.amounts import (
    APART,
    amount_groupings,
    amount_heading,
    amount_questions,
    amount_rows,
    apart_groups,
    with_unit,
)
from reports.results.facts import asked_of, level
from reports.results.results import Results, Row
from reports.sections.section import Chart, Printing, Section, numbered
from reports.sections.table import Group, PrintedTable, clear_mark, headed, marks_of

Cells = tuple[str, ...]


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield the means by group of each amount that is grouped."""
    results, words = printing.results, printing.results.words
    questions = [q for q in amount_questions(results) if any(_printed(results, q))]
    draws = [partial(amounts_by_group, results, q, lines_of(results, q)) for q in questions]
    for name, part, draw in numbered("amounts", draws):
        question = questions[part - 1]
        names = [words.noun(results.question_label(by)) for by in amount_groupings(results, question)]
        values = [
            words(
                "amounts.by_value",
                group=label,
                amount=results.flagged(row, with_unit(results, question, row.estimate)),
            )
            for label, row in _printed(results, question)
        ]
        fields = {
            "finding": _finding(results, question),
            "by": words.listed(names),
            "label": words.noun(results.question_label(question)),
            "level": level(results),
        }
        alt = words(
            "amounts.by_alt", values=words.clauses(values), table=printing.number("amounts"), **fields
        )
        subtitle = words("amounts.by_subtitle", wave=results.wave_label(results.latest), **fields)
        title = words("amounts.by_caption", **fields)
        yield Chart(name, draw, title, alt, subtitle=capitalised(subtitle), columns=HALF)


def _finding(results: Results, question: str) -> str:
    """Return the group furthest above the rest and that furthest below, of the first grouping with one."""
    words = results.words
    for by in amount_groupings(results, question):
        apart = [*apart_groups(results, question, by).items()]
        parts = [
            words(place, name=words.quoted(results.option_label(by, found[0][0])))
            for place, sign in (("amounts.by_above", 1), ("amounts.by_below", -1))
            if (found := [item for item in apart if sign * item[1].estimate > 0])
        ]
        if parts:
            return words("amounts.by_clear", parts=words.clauses(parts))
    return ""


def _printed(results: Results, question: str) -> Iterator[tuple[str, Row]]:
    """Yield the label and mean of each group that is published."""
    for by in amount_groupings(results, question):
        for code, row in amount_rows(results, question, by):
            if not row.suppressed:
                yield results.option_label(by, code), row


def table(results: Results) -> PrintedTable | None:
    """Return the mean, the median and the middle half of each amount; None where none was estimated."""
    words, notes, every, groups = results.words, list[str](), list[Cells](), list[Group]()
    for question in amount_questions(results):
        cells = _cells(results, question)
        if cells is None:
            continue
        every.append((amount_heading(results, question), *cells))
        if cells[0] != words.mark("withheld"):
            notes += _asked(results, question)
        for by in amount_groupings(results, question):
            rows = [
                (results.option_label(by, code), *found)
                for code, _ in amount_rows(results, question, by)
                if (found := _cells(results, question, by, code)) is not None
            ]
            noun = words.noun(results.question_label(by))
            groups.append(
                Group(
                    words("amounts.by_group", question=amount_heading(results, question), by=noun),
                    tuple(rows),
                )
            )
    if not every:
        return None
    groups = [Group("", tuple(every)), *groups]
    return PrintedTable(
        words("amounts.caption", people=results.people()),
        headed(results, "amounts.columns"),
        tuple(groups),
        (words("amounts.note"), *notes, *marks_of(results, groups)),
        (1.75, 0.6, 0.85, 1.15, 0.75, 1.35, 1.1),
    )


def _cells(results: Results, question: str, by: str = "", group: str = "") -> Cells | None:
    """Return the figures of an amount, of everybody or of a group; None where they were not estimated."""
    mean, rest, low, median, high = (
        results.row(measure, question, option, by=by, group=group)
        for measure, option in (
            ("mean", ""),
            (APART, ""),
            ("quantile", "0.25"),
            ("quantile", "0.5"),
            ("quantile", "0.75"),
        )
    )
    if mean is None or low is None or median is None or high is None:
        return None
    if any(row.suppressed for row in (mean, low, median, high)):
        return (results.words.mark("withheld"),) * 6
    size, limits = _with_interval(results, mean)
    size = f"{size} {clear_mark(results, rest, 'apart')}".strip()
    middle = results.words.range("amount", low.estimate, high.estimate)
    return whole(mean.n), size, limits, *_with_interval(results, median), middle


def _asked(results: Results, name: str) -> list[str]:
    """Return who was asked for an amount and which share of everybody gave one, where not everybody was."""
    question, row = results.study.questionnaire[name], results.printed("share_named", name, "")
    if not question.asked_if or row is None:
        return []
    fields = {"who": asked_of(results, question), "share": percent(row.estimate)}
    return [results.words("amounts.asked", question=results.question_heading(name), **fields)]


def _with_interval(results: Results, row: Row) -> tuple[str, str]:
    if not isfinite(row.low + row.high):
        return amount(row.estimate), results.words.mark("withheld")
    cell = results.flagged(row, amount(row.estimate))
    return cell, results.words.range("amount", row.low, row.high)


SECTION = Section("amounts", charts=charts, table=table, keep_together=True, part="demand", compact=4)
