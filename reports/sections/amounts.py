"""Means, medians and the middle half of amounts."""

from __future__ import annotations

from math import isfinite

from reports.language.numbers import amount, whole
from reports.results.results import Results, Row
from reports.sections.section import Section
from reports.sections.table import Group, PrintedTable, flagged, headed, marks_of


def table(results: Results) -> PrintedTable | None:
    """Return the mean, the median and the middle half of each amount; None where none was estimated."""
    words, rows = results.words, []
    names = dict.fromkeys(k[1] for k in results.table if k[5] == "mean" and k[0] == results.latest)
    suppressed = words.mark("withheld")
    for name in names:
        mean = results.row("mean", name, "")
        low, median, high = (results.row("quantile", name, p) for p in ("0.25", "0.5", "0.75"))
        if mean is None or low is None or median is None or high is None:
            continue
        if any(row.suppressed for row in (mean, low, median, high)):
            rows.append((results.question_heading(name), *[suppressed] * 6))
            continue
        middle = words.range("amount", low.estimate, high.estimate)
        cells = [*_with_interval(results, mean), *_with_interval(results, median), middle]
        rows.append((results.question_heading(name), whole(mean.n), *cells))
    if not rows:
        return None
    groups = (Group("", tuple(rows)),)
    return PrintedTable(
        words("amounts.caption", people=results.people()),
        headed(results, "amounts.columns"),
        groups,
        (words("amounts.note"), *marks_of(results, groups)),
        (1.75, 0.6, 0.7, 1.15, 0.75, 1.35, 1.1),
    )


def _with_interval(results: Results, row: Row) -> tuple[str, str]:
    if not isfinite(row.low + row.high):
        return amount(row.estimate), results.words.mark("withheld")
    cell = flagged(results, row, amount(row.estimate))
    return cell, results.words.range("amount", row.low, row.high)


SECTION = Section("amounts", table=table, keep_together=True)
