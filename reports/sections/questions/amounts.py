"""Means, medians and the middle half of amounts."""

from __future__ import annotations

from math import isfinite

from reports.language.numbers import amount, percent, whole
from reports.results.facts import asked_of
from reports.results.results import Results, Row
from reports.sections.section import Section
from reports.sections.table import Group, PrintedTable, headed, marks_of


def table(results: Results) -> PrintedTable | None:
    """Return the mean, the median and the middle half of each amount; None where none was estimated."""
    words, rows, notes = results.words, [], list[str]()
    names = dict.fromkeys(k[1] for k in results.table if k[5] == "mean" and k[0] == results.latest)
    suppressed = words.mark("withheld")
    for name in names:
        mean = results.row("mean", name, "")
        low, median, high = (results.row("quantile", name, p) for p in ("0.25", "0.5", "0.75"))
        if mean is None or low is None or median is None or high is None:
            continue
        if any(row.suppressed for row in (mean, low, median, high)):
            rows.append((_heading(results, name), *[suppressed] * 6))
            continue
        middle = words.range("amount", low.estimate, high.estimate)
        cells = [*_with_interval(results, mean), *_with_interval(results, median), middle]
        rows.append((_heading(results, name), whole(mean.n), *cells))
        notes += _asked(results, name)
    if not rows:
        return None
    groups = (Group("", tuple(rows)),)
    return PrintedTable(
        words("amounts.caption", people=results.people()),
        headed(results, "amounts.columns"),
        groups,
        (words("amounts.note"), *notes, *marks_of(results, groups)),
        (1.75, 0.6, 0.7, 1.15, 0.75, 1.35, 1.1),
    )


def _heading(results: Results, name: str) -> str:
    """Return what stands before an amount: its question, with the unit where one is declared."""
    heading, unit = results.question_heading(name), results.study.questionnaire[name].unit
    if unit is None:
        return heading
    return results.words("amounts.unit", question=heading, unit=unit.in_(results.language))


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


SECTION = Section("amounts", table=table, keep_together=True, part="demand", compact=6)
