"""What is printed, in order: page 1, results, groups, methods, disclosure. Knows no numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import Estimates
from reports.charts import style as charts
from reports.charts.overall import overall
from reports.language.line_breaks import wrapped
from reports.language.numbers import percent, whole
from reports.language.words import synthetic_mark
from reports.results import facts
from reports.results.declared import convention_of, status_of
from reports.results.results import Results, results_of
from reports.sections import chart_texts
from reports.sections import contents as sections
from reports.sections import front_page as wording
from reports.sections.contents import Numbered
from reports.sections.table import PrintedTable
from survey.study.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Ems of a title that leave the line below each page its other texts.
FOOTER = {"brief": 33.0, "gb9704": 28.0}


Drawn = Callable[[str, bytes], object]


def undrawn(name: str, svg: bytes) -> None:
    """Do nothing with a chart but print it."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """One briefing before typesetting: texts by place, and the charts they name, as SVG."""

    language: str
    texts: Mapping[str, Any]
    charts: Mapping[str, bytes]


def compose(
    study: Study,
    estimates: Estimates,
    language: str,
    *,
    font: Path,
    inputs: str,
    drawn: Drawn = undrawn,
) -> Briefing:
    """Return the briefing of a study in one language.

    Parameters
    ----------
    font : Path
        The font file of the charts.
    inputs : str
        How to recognise the input files, for the disclosure list.
    drawn : callable
        Given the name and the SVG of each chart once it is drawn.

    Raises
    ------
    StudyError, ReportError
        If the [briefing] or [disclosure] table is wrong or there is nothing to print.
    """
    results = results_of(study, estimates, language)
    numbered = sections.numbered_tables(results)
    made = {}
    with charts.style(font):
        for name, figure in _figures(results, numbered):
            made[f"{name}.svg"] = charts.svg(figure)
            drawn(name, made[f"{name}.svg"])
    words = results.words
    told = {"overall": chart_texts.overall(results, numbered.number("results"))}
    texts = {
        **words.page(),
        "title": study.title.in_(language),
        "short_title": wrapped(study.title.in_(language), FOOTER[convention_of(study)], 1),
        "publisher": study.publisher.in_(language),
        "status": _status(results),
        "watermark": words("status.watermark") if status_of(study) == "draft" else "",
        "convention": convention_of(study),
        "synthetic": synthetic_mark(study, language),
        "subtitle": _subtitle(results),
        "headline": wording.headline(results),
        "headline_note": wording.headline_note(results),
        "key_figures": [_tile(results, code) for code in results.lead],
        "charts": told | sections.captions(results, numbered),
        "findings_heading": words("headings.findings"),
        "findings": wording.findings(results),
        "caution": wording.caution(results),
        "sections": sections.printed_sections(results, numbered, inputs),
    }
    return Briefing(language, texts, made)


def _figures(results: Results, numbered: Numbered) -> Iterator[tuple[str, Figure]]:
    axis = results.words("page1.chart_axis", people=results.asked(results.headline))
    yield "overall", overall(results, axis)
    yield from sections.figures_of(results, numbered)


def named_tables(results: Results) -> list[tuple[str, PrintedTable]]:
    """Return the tables of a briefing with the names they are printed under, such as "Table 1"."""
    found = sections.numbered_tables(results).tables.values()
    return [(results.words.numbered("table", i), table) for i, table in enumerate(found, 1)]


def _status(results: Results) -> str:
    table, state = results.study.briefing, status_of(results.study)
    if state is not None:
        return results.words(f"status.{state}")
    return table.label("status").in_(results.language) if table.has("status") else ""


def _subtitle(results: Results) -> str:
    words, study = results.words, results.study
    parts = []
    wave = next((w for w in study.waves if w.id == results.latest), None)
    if wave is not None and wave.fieldwork:
        parts.append(
            words(
                "page1.subtitle_wave",
                wave=wave.label.in_(results.language),
                days=results.words.days(wave.fieldwork),
            )
        )
    elif results.latest:
        parts.append(results.wave_label(results.latest))
    history = results.estimates.histories.get(results.latest)
    if history is not None:
        parts.append(words("page1.subtitle_n", n=whole(history.weighting.n)))
    return " · ".join(parts)


def _tile(results: Results, code: str) -> dict[str, str]:
    row = results.share(results.headline, code)
    mark = results.words.mark("withheld")
    interval = results.words("interval_short", level=facts.level(results))
    return {
        "label": results.option_label(results.headline, code),
        "share": mark if row.suppressed else percent(row.estimate),
        "interval": ""
        if row.suppressed
        else f"{interval} {results.words.range('percent', row.low, row.high)}",
        "change": wording.tile_change(results, code),
    }
