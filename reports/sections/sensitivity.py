"""How robust the leading shares are: alternatives side by side, and what self-selection could do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports.charts.choices import choice_chart, shown
from reports.charts.style import HALF, HALF_WIDTH
from reports.language.numbers import plain_points
from reports.results import facts
from reports.results.alternatives import alternatives_of, label_of, moved, row_of, unmet_mark
from reports.results.results import Results
from reports.sections import sensitivity_text
from reports.sections.section import Block, Chart, Printing, Section, bullets
from reports.sections.table import Group, PrintedTable, marks_of, share_cells


def texts(printing: Printing) -> Iterator[Block]:
    """Yield the sentences of the sensitivity analysis."""
    yield from bullets(sensitivity_text.paragraphs(printing.results))


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield the leading shares under every alternative."""
    results, words = printing.results, printing.results.words
    names = words.listed([results.quoted(results.headline, code) for code in shown(results)])
    wide = [
        results.quoted(results.headline, code)
        for code in shown(results)
        if (found := moved(results, code)) is not None and found.matters_more
    ]
    finding = words("choices.chart_wide", names=words.few(wide)) if wide else ""
    title = words("choices.chart_title", finding=finding, level=facts.level(results))
    count, number = len(alternatives_of(results)), printing.number("sensitivity")
    alt = words("choices.chart_alt", names=names, count=count, table=number)
    draw = partial(choice_chart, results, width=HALF_WIDTH)
    yield Chart("choices", draw, title, alt, columns=HALF)


def table(results: Results) -> PrintedTable | None:
    """Return the leading shares under every alternative, their range, and half of the interval; or None."""
    words, codes = results.words, shown(results)
    alternatives = alternatives_of(results)
    if len(alternatives) < 2 or not codes:
        return None
    rows = []
    for alternative in alternatives:
        shares = [row_of(results, code, alternative) for code in codes]
        cells = [
            unmet_mark(results, row) if row is None or row.suppressed else share_cells(results, row)[0]
            for row in shares
        ]
        rows.append((label_of(results, alternative), *cells))
    ranges = [moved(results, code) for code in codes]
    none = words.mark("withheld")
    summary = (
        (words("choices.move"), *(none if r is None else plain_points(r.largest_move) for r in ranges)),
        (words("choices.half"), *(none if r is None else plain_points(r.half) for r in ranges)),
    )
    groups = (Group("", tuple(rows)), Group(words("choices.points"), summary))
    return PrintedTable(
        words("choices.caption", wave=results.wave_label(results.latest)),
        (words("choices.column"), *(results.option_label(results.headline, code) for code in codes)),
        groups,
        (words("choices.note"), *marks_of(results, groups)),
        (2.6, *(1.0 for _ in codes)),
    )


SECTION = Section(
    "sensitivity", texts=texts, charts=charts, table=table, keep_together=True, part="trust", most_texts=2
)
