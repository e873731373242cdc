"""The briefing as a Word file: headings, captions and tables are Word's own, for an office to restyle."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from reports.documents.office import set_properties, settled
from reports.documents.word_parts import (
    add_field,
    add_numbered_caption,
    add_table,
    describe,
    new_document,
)
from reports.language.words import Words
from reports.sections.contents import APPENDIX
from reports.sections.document import Document
from reports.sections.front_page.front_page import FrontPage
from reports.sections.section import Block, Chart

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

Picture = Callable[[str], bytes]
MILLIMETRES = 166.0  # of a chart at most
LARGER = 1.2  # than in the pages, so that its least text is no smaller than a note of the file


def word_file(document: Document, picture: Picture, issued: datetime) -> bytes:
    """Return briefing-XX.docx.

    Parameters
    ----------
    picture : callable
        Returns the PNG of a chart by its name.
    issued : datetime
        Date of the document: of the data, never of the clock.
    """
    names = document.names
    file = new_document(language=names["lang"], region=names["region"])
    set_properties(
        file.core_properties,
        title=names["title"],
        author=names["publisher"],
        language=f"{names['lang']}-{names['region'].upper()}",
        issued=issued,
    )
    writer = _Writer(file, document, picture)
    writer.frame()
    writer.front(document.front)
    for section in document.on_pages:
        writer.section(section.heading, section.on_page)
    writer.appendix()
    for section in document.behind:
        writer.section(section.heading, section.behind, level=2)
    stream = io.BytesIO()
    file.save(stream)
    return settled(stream.getvalue(), issued)


class _Writer:
    """Writes the parts of one document in their order."""

    def __init__(self, file: WordDocument, document: Document, picture: Picture) -> None:
        self._file, self._document, self._picture = file, document, picture
        self._words: Words = document.printing.results.words
        self._charts = {chart.name: chart for chart in document.charts}
        self._figures, self._before = 0, ""  # what stands before the number of a figure

    def frame(self) -> None:
        """Write what stands above and below every page."""
        names, section = self._document.names, self._file.sections[0]
        state = " · ".join(filter(None, (names["watermark"] or names["status"], names["synthetic"])))
        section.header.paragraphs[0].text = state
        below = section.footer.paragraphs[0]
        before, between, after = names["fixed"]["page"]
        below.add_run(f"{names['short_title']}\t{before}")
        add_field(below, "PAGE", "1")
        below.add_run(between)
        add_field(below, "NUMPAGES", "1")
        below.add_run(after)

    def front(self, front: FrontPage) -> None:
        """Write page 1."""
        names = self._document.names
        self._paragraphs([" · ".join((names["publisher"], *front.masthead))], "Source")
        self._file.add_paragraph(names["title"], "Title")
        self._paragraphs([front.subtitle, names["synthetic"]], "Subtitle")
        self._paragraphs([front.headline], "Headline")
        self._key_figures(front)
        self._chart(front.chart)
        for heading, texts in (
            (front.findings_heading, front.findings),
            (front.recommendations_heading, front.recommendations),
        ):
            if texts:
                self._file.add_heading(heading, 1)
                self._paragraphs(texts, "List Bullet")
        self._paragraphs([front.caution], "Quote")
        self._paragraphs([front.headline_note, front.citation, front.contact, front.address], "Source")

    def _key_figures(self, front: FrontPage) -> None:
        """Write the numbers at the head of page 1, one beside the other."""
        table = self._file.add_table(rows=1, cols=len(front.key_figures))
        for cell, figure in zip(table.rows[0].cells, front.key_figures, strict=True):
            cell.paragraphs[0].text = figure.label
            cell.add_paragraph(figure.share, "Key Figure")
            if figure.note:
                cell.add_paragraph(figure.note, "Source")
        self._file.add_paragraph()

    def appendix(self) -> None:
        """Begin the appendix on a page of its own; its figures are numbered anew."""
        self._figures, self._before = 0, APPENDIX
        if self._document.behind:
            title = self._words("pages.appendix", title=self._document.names["title"])
            self._file.add_heading(title, 1).paragraph_format.page_break_before = True

    def section(self, heading: str, blocks: Sequence[Block], *, level: int = 1) -> None:
        """Write a section."""
        self._file.add_heading(heading, level)
        for block in blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block["kind"]:
            case "text":
                self._paragraphs(block["texts"], "Normal")
            case "list":
                self._paragraphs(block["texts"], "List Bullet")
            case "chart":
                self._chart(self._charts[block["name"]])
            case "table":
                table = block["table"]
                self._caption("table", block["number"], table["caption"])
                add_table(self._file, table)
                self._paragraphs(table["notes"], "Source")
            case _:
                for term, text in block["items"]:
                    paragraph = self._file.add_paragraph()
                    paragraph.add_run(f"{term}{self._words.text('term_separator')}").bold = True
                    paragraph.add_run(text)

    def _paragraphs(self, texts: Sequence[str], style: str) -> None:
        for text in filter(None, texts):
            self._file.add_paragraph(text, style)

    def _caption(self, kind: Literal["figure", "table"], number: str, text: str) -> None:
        """Write a caption; what stands before the number, as in "Table A1", is part of its label."""
        value = number.removeprefix(APPENDIX)
        label = self._words.numbered(kind, number).removesuffix(value)
        add_numbered_caption(self._file, label, value, f"{self._words.text('caption_separator')}{text}")

    def _chart(self, chart: Chart) -> None:
        from docx.shared import Emu, Mm

        self._figures += 1
        self._caption("figure", f"{self._before}{self._figures}", chart.words["caption"])
        paragraph: Any = self._file.add_paragraph()
        shape = paragraph.add_run().add_picture(io.BytesIO(self._picture(chart.name)))
        # A chart of half a page is not blown up to the width of one.
        factor = min(Mm(MILLIMETRES) / shape.width, LARGER)
        shape.width, shape.height = Emu(shape.width * factor), Emu(shape.height * factor)
        describe(shape, title=chart.words["caption"], text=chart.words["alt"])
