"""Five slides of a briefing: title, main result, its chart, a second chart, and what the figures can say."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from reports.documents.office import set_properties, settled
from reports.documents.slide_parts import (
    add_bars,
    add_lines,
    add_picture,
    add_table,
    add_text,
    new_deck,
    set_notes,
)
from reports.language.line_breaks import ems
from reports.sections.document import Document
from reports.sections.section import Chart

Picture = Callable[[str], bytes]
FINDINGS = 4  # on the slide of the main result
# Where a second chart is looked for first.
PARTS = ("where", "demand", "trust", "appendix")


def slides_file(document: Document, picture: Picture, issued: datetime) -> bytes:
    """Return slides-XX.pptx.

    Parameters
    ----------
    picture : callable
        Returns the PNG of a chart by its name.
    issued : datetime
        Date of the document: of the data, never of the clock.
    """
    names, deck = document.names, new_deck()
    code = f"{names['lang']}-{names['region'].upper()}"
    set_properties(
        deck.core_properties, title=names["title"], author=names["publisher"], language=code, issued=issued
    )
    writer = _Slides(deck, document)
    writer.title()
    writer.result()
    writer.chart()
    if (second := second_chart(document)) is not None:
        writer.picture(second, picture(second.name))
    writer.trust()
    for element in deck.part.package.iter_parts():
        if hasattr(element, "slide"):
            for run in element.slide._element.iter("{*}rPr", "{*}endParaRPr"):
                run.set("lang", code)
    stream = io.BytesIO()
    deck.save(stream)
    return settled(stream.getvalue(), issued)


def second_chart(document: Document) -> Chart | None:
    """Return the chart of the fourth slide: of places, else of demand; None without any."""
    charts = [(PARTS.index(section.part), chart) for section in document.sections for chart in section.charts]
    return min(charts, key=lambda pair: pair[0], default=(0, None))[1]


class _Slides:
    """Writes the slides of one document in their order."""

    def __init__(self, deck: Any, document: Document) -> None:
        self._deck, self._document = deck, document
        self._words, self._front = document.printing.results.words, document.front

    def _slide(self, layout: int, title: str, notes: list[str]) -> Any:
        """Return a new slide with its title, its notes, and what stands below every slide."""
        slide = self._deck.slides.add_slide(self._deck.slide_layouts[layout])
        slide.shapes.title.text = title
        size = next((size for size in (32, 28, 24) if ems(title) * size < 2 * 860), 20)
        add_lines(slide.shapes.title.text_frame, [title], size=size)
        names, foot = self._document.names, self._front.chart.foot
        state = " · ".join(filter(None, (names["watermark"] or names["status"], names["synthetic"])))
        add_text(slide, (0.6, 6.9, 8.2, 0.45), [foot], size=10)
        add_text(slide, (8.8, 6.9, 3.9, 0.45), [state], size=10, right=True)
        set_notes(slide, [*notes, foot, names["synthetic"]])
        return slide

    def title(self) -> None:
        """Write the first slide."""
        names, front = self._document.names, self._front
        slide = self._slide(0, names["title"], [front.headline])
        lines = [front.subtitle, names["publisher"], " · ".join(front.masthead)]
        add_lines(slide.placeholders[1].text_frame, [line for line in lines if line], size=18)

    def result(self) -> None:
        """Write the main result: the headline, key figures as a table, the first findings."""
        front = self._front
        slide = self._slide(1, front.headline, [front.headline_note, self._sources()])
        figures = front.key_figures
        rows = [[f.label for f in figures], [f.share for f in figures], [f.note for f in figures]]
        add_table(slide, (0.6, 1.7, 12.1, 2.0), [row for row in rows if any(row)], large=1)
        findings = [*front.findings[:FINDINGS]]
        body = slide.placeholders[1]
        body.left, body.top, body.width, body.height = (int(v * 914400) for v in (0.6, 4.1, 12.1, 2.7))
        size = 18 if sum(map(ems, findings)) < 200 else 14
        add_lines(body.text_frame, findings, size=size)

    def chart(self) -> None:
        """Write the shares of the headline question as a chart of the program's own."""
        chart, results = self._front.chart, self._document.printing.results
        slide = self._slide(5, chart.words["caption"], [chart.alt, self._sources()])
        add_text(slide, (0.6, 1.45, 12.1, 0.4), [chart.subtitle], size=14)
        add_bars(slide, (0.6, 1.9, 12.1, 4.9), results, alt=chart.alt)

    def picture(self, chart: Chart, png: bytes) -> None:
        """Write a slide with a picture."""
        slide = self._slide(5, chart.words["caption"], [chart.alt, self._sources()])
        add_text(slide, (0.6, 1.45, 12.1, 0.4), [chart.subtitle], size=14)
        add_picture(slide, (0.6, 1.9, 12.1, 4.95), png, alt=chart.alt)

    def trust(self) -> None:
        """Write the last slide: how to read the figures, what the authors advise, where to ask."""
        front = self._front
        slide = self._slide(1, self._words.text("files.slide_trust"), [self._sources()])
        advice = [*front.recommendations]
        if advice:
            advice[0] = f"{front.recommendations_heading}{self._words.text('term_separator')}{advice[0]}"
        lines = [front.caution, *advice]
        add_lines(slide.placeholders[1].text_frame, [line for line in lines if line], size=18)
        where = [line for line in (front.citation, front.contact, front.address) if line]
        add_text(slide, (0.6, 5.9, 12.1, 0.9), where, size=12)

    def _sources(self) -> str:
        return self._words("files.note_figures", table="estimates.csv")
