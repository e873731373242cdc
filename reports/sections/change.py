"""Shares over the waves, as lines and side by side."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports.charts.trend import trend
from reports.results import facts
from reports.results.results import Results
from reports.sections.section import Chart, Printing, Section
from reports.sections.table import Group, PrintedTable, marks_of, share_cells


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield the leading shares over the waves."""
    results, words = printing.results, printing.results.words
    names = words.listed([results.option_label(results.headline, code) for code in results.lead])
    waves = words.listed([results.wave_label(wave) for wave in results.waves])
    title = words("change.chart_title", interval=facts.interval_name(results))
    alt = words("change.chart_alt", names=names, waves=waves, table=printing.number("change"))
    yield Chart("change", partial(trend, results), title, alt)


def table(results: Results) -> PrintedTable | None:
    """Return every option's share in each wave, oldest first; None where there is one wave."""
    if len(results.waves) < 2:
        return None
    words, groups = results.words, []
    for question in results.questions():
        rows = []
        for code in results.listed(question.id):
            shares = [results.row("share", question.id, code, wave=wave) for wave in results.waves]
            cells = [words.mark("absent") if row is None else share_cells(results, row)[0] for row in shares]
            rows.append((results.option_label(question.id, code), *cells))
        groups.append(Group(results.question_heading(question.id), tuple(rows)))
    return PrintedTable(
        words("change.table"),
        (words("change.answer"), *(results.wave_label(wave) for wave in results.waves)),
        tuple(groups),
        (words("change.note"), *marks_of(results, groups)),
        (2.4, *(0.8 for _ in results.waves)),
    )


SECTION = Section("change", charts=charts, table=table, usual=False)
