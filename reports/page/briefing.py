"""What the files of a briefing are made of before they are set in type: texts and charts, no numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from reports.charts import style
from reports.sections.contents import APPENDIX
from reports.sections.document import Document


@dataclass(frozen=True, slots=True)
class Briefing:
    """One file before typesetting.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    texts : mapping
        By their place in the template.
    charts : mapping of str to bytes
        The charts that the texts name, as SVG, by file name.
    """

    language: str
    name: str
    texts: Mapping[str, Any]
    charts: Mapping[str, bytes]


def compose(document: Document, *, font: Path) -> tuple[Briefing, Briefing]:
    """Return the briefing of a document and its appendix.

    Parameters
    ----------
    font : Path
        The font file of the charts.
    """
    with style.style(font):
        pictures = {f"{chart.name}.svg": style.svg(chart.draw()) for chart in document.charts}
    name = f"briefing-{document.language}"
    return (
        Briefing(document.language, name, _pages(document), pictures),
        Briefing(document.language, f"{name}-appendix", _appendix(document), pictures),
    )


def _pages(document: Document) -> dict[str, Any]:
    """Return the texts of the briefing: page 1, and the sections of each of its parts."""
    front = document.front
    # Not `asdict`, which would copy what a chart is drawn from.
    return {
        **document.names,
        **{field.name: getattr(front, field.name) for field in fields(front) if field.name != "chart"},
        "key_figures": [
            {field.name: getattr(figure, field.name) for field in fields(figure)}
            for figure in front.key_figures
        ],
        "charts": {chart.name: chart.words for chart in document.charts},
        "sections": [
            {"name": section.name, "heading": section.heading, "blocks": section.on_page}
            for section in document.on_pages
        ],
    }


def _appendix(document: Document) -> dict[str, Any]:
    """Return the texts of the appendix: the tables in full and all that explains how they were made."""
    words = document.printing.results.words
    return {
        **document.names,
        "title": words("pages.appendix", title=document.names["title"]),
        "subtitle": document.front.subtitle,
        "front": False,
        "numbers": APPENDIX,
        "sections": [
            {"name": section.name, "heading": section.heading, "blocks": section.behind}
            for section in document.behind
        ],
    }
