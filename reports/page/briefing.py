"""What a briefing is made of before it is set in type: texts by place, charts, tables. Knows no numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from reports.charts import style
from reports.sections.document import Document
from reports.sections.table import PrintedTable

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


def compose(document: Document, *, font: Path, drawn: Drawn = undrawn) -> Briefing:
    """Return the briefing of a document.

    Parameters
    ----------
    font : Path
        The font file of the charts.
    drawn : callable
        Given the name and the SVG of each chart once it is drawn.
    """
    pictures = {}
    with style.style(font):
        for chart in document.charts:
            pictures[f"{chart.name}.svg"] = style.svg(chart.draw())
            drawn(chart.name, pictures[f"{chart.name}.svg"])
    front, words = document.front, document.printing.results.words
    # Not `asdict`, which would copy what a chart is drawn from.
    texts = {
        **document.names,
        **{field.name: getattr(front, field.name) for field in fields(front) if field.name != "chart"},
        "key_figures": [
            {field.name: getattr(figure, field.name) for field in fields(figure)}
            for figure in front.key_figures
        ],
        "charts": {chart.name: chart.words for chart in document.charts},
        "sections": [
            {"name": section.name, "heading": section.heading, "blocks": section.blocks}
            for section in document.sections
        ],
    }
    tables = enumerate(document.printing.tables.values(), 1)
    named = tuple((words.numbered("table", i), table) for i, table in tables)
    return Briefing(document.language, texts, pictures, named)
