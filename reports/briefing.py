"""What is printed, in order: page 1, results, groups, methods, disclosure. Knows no numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import Estimates
from reports import charts, disclosure, tables, wording
from reports.number_format import day_range, percent, percent_range, whole
from reports.own_headline import first_clearly
from reports.results import Results, results_of
from reports.tables import PrintedTable
from survey.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Briefing:
    """One briefing before typesetting: texts by place, and the charts they name, as SVG and as drawn."""

    language: str
    texts: Mapping[str, Any]
    charts: Mapping[str, bytes]
    figures: Mapping[str, Figure]


def compose(study: Study, estimates: Estimates, language: str, *, font: Path, inputs: str) -> Briefing:
    """Return the briefing of a study in one language.

    Parameters
    ----------
    font : Path
        The font file of the charts.
    inputs : str
        How to recognise the input files, for the disclosure list.

    Raises
    ------
    StudyError, ReportError
        If the [briefing] or [disclosure] table is wrong or there is nothing to print.
    """
    results = results_of(study, estimates, language)
    numbered = printed_tables(results)
    number = {name: i for i, name in enumerate(numbered, 1)}
    with charts.style(font):
        figures = _figures(results)
        drawn = {f"{name}.svg": charts.svg(figure) for name, figure in figures.items()}
    words = results.words
    texts = {
        "lang": language,
        "region": words.raw("region"),
        "fixed": {
            key: words.raw(key) for key in ("figure", "table", "caption_separator", "term_separator", "page")
        },
        "headings": _headings(results),
        "title": study.title.in_(language),
        "publisher": study.publisher.in_(language),
        "status": _status(results),
        "synthetic": str(words.raw("synthetic")) if study.synthetic else "",
        "subtitle": _subtitle(results),
        "headline": wording.headline(results),
        "headline_note": wording.headline_note(results),
        "key_figures": [_tile(results, code) for code in results.lead],
        "overall": _overall_texts(results, number["results"]),
        "findings": wording.findings(results),
        "caution": wording.caution(results),
        "groups": _group_texts(results, number["groups"]) if results.by else None,
        "tables": {name: asdict(table) for name, table in numbered.items()},
        "methods": disclosure.methods(results, number.get("flow", 0)),
        "disclosure": [list(item) for item in disclosure.items(results, inputs)],
    }
    return Briefing(language, texts, drawn, figures)


def _figures(results: Results) -> dict[str, Figure]:
    axis = results.words("page1.chart_axis", people=results.asked(results.headline))
    drawn = {"overall": charts.overall(results, axis)}
    if results.by:
        drawn["groups"] = charts.panels(results)
    return drawn


def printed_tables(results: Results) -> dict[str, PrintedTable]:
    """Return the tables in the order they are printed."""
    found = {
        "results": tables.whole_sample(results),
        "groups": tables.by_group(results) if results.by else None,
        "flow": tables.flow(results),
        "weights": tables.weights(results),
    }
    return {name: table for name, table in found.items() if table is not None}


def named_tables(results: Results) -> list[tuple[str, PrintedTable]]:
    """Return the tables of a briefing with the names they are printed under, such as "Table 1"."""
    word, gap = results.words.raw("table"), "" if results.language == "zh" else " "
    return [(f"{word}{gap}{i}", table) for i, table in enumerate(printed_tables(results).values(), 1)]


def _headings(results: Results) -> dict[str, str]:
    by = results.question_label(results.by) if results.by else ""
    by = by if results.language == "zh" else by.lower()
    return {
        key: results.words(f"headings.{key}", by=by)
        for key in ("findings", "results", "groups", "methods", "disclosure")
    }


def _status(results: Results) -> str:
    table = results.study.briefing
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
                days=day_range(wave.fieldwork, results.language),
            )
        )
    elif results.latest:
        parts.append(results.wave_label(results.latest))
    record = results.estimates.records.get(results.latest)
    if record is not None:
        parts.append(words("page1.subtitle_n", n=whole(record.weighting.n)))
    return " · ".join(parts)


def _tile(results: Results, code: str) -> dict[str, str]:
    row = results.share(results.headline, code)
    mark = str(results.words.raw("withheld_mark"))
    interval = results.words("interval_short", level=wording.level(results))
    return {
        "label": results.option_label(results.headline, code),
        "share": mark if row.withheld else percent(row.estimate),
        "interval": ""
        if row.withheld
        else f"{interval} {percent_range(row.low, row.high, results.language)}",
        "change": wording.tile_change(results, code),
    }


def _overall_texts(results: Results, table: int) -> dict[str, str]:
    words = results.words
    codes = results.ordered(results.headline, results.options(results.headline))
    previous = (
        words("page1.chart_alt_previous", previous=results.wave_label(results.previous))
        if results.previous
        else ""
    )
    alt = words(
        "page1.chart_alt",
        values=str(words.raw("clause_separator")).join(wording.share_text(results, code) for code in codes),
        previous=previous,
        table=table,
    )
    title = words(
        "page1.chart_title", finding=_first(results, codes), interval=wording.interval_name(results)
    )
    return {"caption": title[:1].upper() + title[1:], "alt": alt}


def _first(results: Results, codes: list[str]) -> str:
    """Return "X comes first" where that is clear."""
    if not first_clearly(results, results.headline, codes[0]):
        return ""
    return results.words("page1.chart_lead", first=results.option_label(results.headline, codes[0]))


def _group_texts(results: Results, table: int) -> dict[str, str]:
    words = results.words
    above, below = wording.apart(results, results.lead[0])
    by = results.question_label(results.by)
    by = by if results.language == "zh" else by.lower()
    finding, option = "", words.quoted(results.option_label(results.headline, results.lead[0]))
    if above or below:
        finding = words("groups.chart_clear", names=words.listed(above + below), option=option)
    elif wording.compared(results):
        finding = words("groups.chart_unclear", by=by, option=option)
    held = wording.withheld_groups(results)
    withheld = words("groups.chart_withheld", names=words.listed(held)) if held else ""
    title = words("groups.chart_title", finding=finding, by=by, interval=wording.interval_name(results))
    alt = words("groups.chart_alt", count=len(results.groups()), by=by, withheld=withheld, table=table)
    return {"caption": title[:1].upper() + title[1:], "alt": alt}
