"""Who answered, beside the population."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports.charts.margins import margin_chart
from reports.charts.style import HALF, HALF_WIDTH
from reports.language.numbers import percent_tenth, whole
from reports.results.facts import SMALL, category_label, margin_name
from reports.results.results import Results
from reports.sections.section import Block, Chart, Printing, Section, paragraphs
from reports.sections.table import Group, PrintedTable


def texts(printing: Printing) -> Iterator[Block]:
    """Yield what the weighting does and what it cannot, nothing where there is none."""
    results, words = printing.results, printing.results.words
    history = results.estimates.histories.get(results.latest)
    if history is None or not history.weighting.margins:
        return
    weighting = history.weighting
    margins = words.listed([margin_name(results, margin.questions) for margin in weighting.margins])
    fields = {"n": whole(weighting.n), "effective": whole(weighting.n_eff), "margins": margins}
    yield from paragraphs([words(f"weights.told_{results.study.sample}", **fields)])


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield the margins before and after weighting."""
    results, words = printing.results, printing.results.words
    title = words("weights.chart_title", wave=results.wave_label(results.latest))
    alt = words("weights.chart_alt", table=printing.number("respondents"))
    yield Chart("respondents", partial(margin_chart, results, width=HALF_WIDTH), title, alt, columns=HALF)


def table(results: Results) -> PrintedTable | None:
    """Return the margins before and after weighting in the latest wave; None without margins."""
    history = results.estimates.histories.get(results.latest)
    if history is None or not history.weighting.margins:
        return None
    words, groups = results.words, []
    for margin in history.weighting.margins:
        rows = []
        for category in margin.categories:
            small, unknown = category.n is None or 0 < category.n < SMALL, category.codes == ("",)
            # With the number of respondents the share of a few would give their number away.
            n, before = whole(category.n or 0), percent_tenth(category.unweighted or 0.0)
            cells = [n, before, percent_tenth(category.target), percent_tenth(category.weighted)]
            if small:  # the target of the unknown is their own share
                cells = [words.mark("withheld")] * (4 if unknown else 2) + cells[4 if unknown else 2 :]
            rows.append((category_label(results, margin.questions, category.codes), *cells))
        label = " × ".join(results.question_label(q) for q in margin.questions)
        groups.append(Group(label, tuple(rows)))
    unknown = any(c.codes == ("",) for m in history.weighting.margins for c in m.categories)
    return PrintedTable(
        words("weights.caption", wave=results.wave_label(results.latest)),
        words.columns("weights.columns"),
        tuple(groups),
        (words("weights.note_unknown"),) if unknown else (),
        (1.9, 0.8, 1.0, 1.0, 1.0),
    )


SECTION = Section("respondents", texts=texts, charts=charts, table=table, part="trust")
