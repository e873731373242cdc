"""What a briefing is made of before it is set in type: texts by place, charts, tables. Knows no numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import Estimates
from reports.charts import style
from reports.language.line_breaks import wrapped
from reports.language.words import synthetic_mark, words_of
from reports.results.declared import convention_of, printed_status
from reports.results.results import results_of
from reports.sections.contents import printed_sections, printing_of
from reports.sections.front_page.front_page import chart, front_page
from reports.sections.table import PrintedTable
from survey.study.study import Study

# Ems of a title that leave the line below each page its other texts.
FOOTER = {"brief": 33.0, "gb9704": 28.0}


Drawn = Callable[[str, bytes], object]


def undrawn(name: str, svg: bytes) -> None:
    """Do nothing with a chart but print it."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """One document before typesetting.

    Attributes
    ----------
    texts : mapping
        By their place in the template.
    charts : mapping of str to bytes
        The charts that the texts name, as SVG, by file name.
    tables : tuple of (str, PrintedTable)
        The tables as printed, with the names they are printed under, such as "Table 1".
    """

    language: str
    texts: Mapping[str, Any]
    charts: Mapping[str, bytes]
    tables: tuple[tuple[str, PrintedTable], ...] = ()


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
    printing = printing_of(results, inputs)
    sections = printed_sections(printing)
    charts = [chart(printing), *(chart for section in sections for chart in section.charts)]
    pictures = {}
    with style.style(font):
        for picture in charts:
            pictures[f"{picture.name}.svg"] = style.svg(picture.draw())
            drawn(picture.name, pictures[f"{picture.name}.svg"])
    words, state = results.words, printed_status(study)
    status = words(f"status.{state}") if state is not None else ""
    if state is None and study.briefing.has("status"):
        status = study.briefing.label("status").in_(language)
    texts = {
        **document_texts(study, language, study.title.in_(language)),
        "status": status,
        **front_page(printing),
        "charts": {picture.name: picture.words for picture in charts},
        "sections": [
            {"name": section.name, "heading": section.heading, "blocks": section.blocks}
            for section in sections
        ],
    }
    tables = enumerate(printing.tables.values(), 1)
    named = tuple((words.numbered("table", i), table) for i, table in tables)
    return Briefing(language, texts, pictures, named)


def watermark(study: Study, language: str) -> str:
    """Return what stands across every page and chart of a draft, "" where the study is none."""
    return words_of(language).text("status.watermark") if printed_status(study) == "draft" else ""


def document_texts(study: Study, language: str, title: str) -> dict[str, Any]:
    """Return what stands on the pages of any document of a study: its names, and the fixed words."""
    words = words_of(language)
    return {
        **words.page(),
        "title": title,
        "short_title": wrapped(title, FOOTER[convention_of(study)], 1),
        "publisher": study.publisher.in_(language),
        "status": "",
        "watermark": watermark(study, language),
        "convention": convention_of(study),
        "synthetic": synthetic_mark(study, language),
    }
