"""The estimates as a workbook laid out as statistics are published: cover, contents, notes, tables."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reports.documents.legible import legible
from reports.documents.workbook_tables import Form, NumberTable, Value, number_tables
from reports.language.numbers import MINUS
from reports.language.words import capitalised
from reports.results.facts import fielded, rule_fields
from reports.results.results import Results
from reports.sections.document import Document
from reports.sections.table import MARKS, PrintedTable

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

NUMBER = re.compile(r"[+−-]?\d{1,3}(?:[,]?\d{3})*(?:\.\d+)?")
NUMBERS: dict[Form, str] = {
    "whole": "#,##0",
    "share": "0%",
    "points": "+0.0;−0.0;0.0",
    "amount": "#,##0.0",
    "p": "0.000",
}
WIDTHS: dict[Form, float] = {"text": 22, "p": 11}
PRINTED = 60  # rows of the sheet of data
LINE = 15  # points of a row
GREY, LEAD, FILL = "#595959", "#08306b", "#ededed"


def workbook(documents: Sequence[Document], issued: datetime) -> bytes:
    """Return estimates.xlsx; no cell is a formula and no link leaves the workbook, whatever texts hold.

    Parameters
    ----------
    documents : sequence of Document
        The same content in every language.
    issued : datetime
        Date of the document: of the data, never of the clock.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        first = documents[0].names
        book.set_properties({"created": issued, "title": first["title"], "author": first["publisher"]})
        _Book(book, documents).write()
    return stream.getvalue()


class _Book:
    """Writes the sheets of a workbook in their order."""

    def __init__(self, book: Workbook, documents: Sequence[Document]) -> None:
        self._book, self._documents = book, documents
        self._every = [document.printing.results for document in documents]
        self._forms = {name: book.add_format({"num_format": text}) for name, text in NUMBERS.items()}
        self._bold, self._title = book.add_format({"bold": True}), book.add_format({"bold": True, "size": 13})
        self._grey = book.add_format({"font_color": GREY, "text_wrap": False})
        self._group = book.add_format({"bg_color": FILL, "bold": True})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1})

    def write(self) -> None:
        """Write all sheets."""
        tables, printed = number_tables(self._every), [*self._plain_tables()]
        cover, contents = self._sheet("cover"), self._sheet("contents")
        self._cover(cover)
        self._notes(self._sheet("notes"))
        for table in tables:
            self._number_table(table)
        for name, plain in printed:
            self._printed_table(name, plain)
        self._estimates()
        lines = [(table.sheet, " / ".join(table.titles)) for table in tables]
        self._contents(contents, [*lines, *((name, table.caption) for name, table in printed)])

    def _sheet(self, name: str) -> Worksheet:
        """Return a new sheet that prints as wide as a page."""
        names = (results.words.text(f"workbook.{name}") for results in self._every)
        return self._added(" ".join(names))

    def _added(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _lines(self, sheet: Worksheet, texts: Sequence[str], *, first: Any = None) -> int:
        """Write lines from the top, the first in bold; return how many, those empty left out."""
        written = [text for text in texts if text]
        for line, text in enumerate(written):
            sheet.write_string(line, 0, text, (first or self._bold) if line == 0 else self._grey)
        return len(written)

    def _marks_of_data(self) -> list[str]:
        return [document.names["synthetic"] for document in self._documents]

    def _cover(self, sheet: Worksheet) -> None:
        line = 0
        for document, results in zip(self._documents, self._every, strict=True):
            names = document.names
            texts = (fielded(results), names["publisher"], names["watermark"] or names["status"])
            for text in (names["title"], *texts, names["synthetic"]):
                if text:
                    form = self._title if text == names["title"] else None
                    sheet.write_string(line, 0, legible(text), form)
                    line += 1
            line += 1
        sheet.set_column(0, 0, 100, self._wrapped)

    def _contents(self, sheet: Worksheet, lines: Sequence[tuple[str, str]]) -> None:
        start = self._lines(sheet, [sheet.get_name(), *self._marks_of_data()]) + 1
        for line, (name, title) in enumerate(lines, start):
            sheet.write_url(line, 0, f"internal:'{name}'!A1", string=name)
            sheet.write_string(line, 1, title, self._wrapped)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 1, 90)

    def _notes(self, sheet: Worksheet) -> None:
        line = self._lines(sheet, [sheet.get_name(), *self._marks_of_data()]) + 1
        for results in self._every:
            words = results.words
            meanings = {
                words.mark(key): capitalised(words(f"groups.note_{key}", mark="", **rule_fields()).strip())
                for key in MARKS
            }
            for name, text in (meanings | words.mapping("workbook.columns")).items():
                sheet.write_string(line, 0, name, self._bold)
                sheet.write_string(line, 1, text, self._wrapped)
                line += 1
            line += 1
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 1, 90)

    def _number_table(self, table: NumberTable) -> None:
        """Add a table of estimates, with a chart of the shares of a question below it."""
        sheet = self._added(table.sheet)
        sheet.fit_to_pages(1, 2)
        sheet.set_landscape()
        top = self._lines(sheet, [*table.titles, *self._marks_of_data()])
        for column, heading in enumerate(table.columns):
            sheet.write_string(top, column, heading.heading, self._head)
            sheet.set_column(column, column, WIDTHS.get(heading.form, 13))
        sheet.set_row(top, LINE * max(2 * heading.heading.count("\n") + 2 for heading in table.columns))
        for line, row in enumerate(table.rows, top + 1):
            for column, value in enumerate(row):
                self._cell(sheet, line, column, value, table.columns[column].form)
        last = top + len(table.rows)
        sheet.freeze_panes(top + 1, len(self._every))
        sheet.repeat_rows(top)
        sheet.autofilter(top, 0, last, len(table.columns) - 1)
        if table.drawn is not None:
            self._chart(sheet, table, top + 1, last)

    def _cell(self, sheet: Worksheet, line: int, column: int, value: Value, form: Form) -> None:
        if isinstance(value, str):
            sheet.write_string(line, column, value)
        elif value is not None and math.isfinite(value):
            sheet.write_number(line, column, value, self._forms[form])

    def _chart(self, sheet: Worksheet, table: NumberTable, first: int, last: int) -> None:
        """Draw shares as bars with their intervals, below the table."""
        assert table.drawn is not None
        share = table.drawn
        rows = [
            [v for v in row[share : share + 3] if isinstance(v, float)] or [0.0] * 3 for row in table.rows
        ]
        chart: Any = self._book.add_chart({"type": "bar"})
        name = table.sheet
        chart.add_series(
            {
                "name": table.titles[0],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, share, last, share],
                "fill": {"color": LEAD},
                "gap": 60,
                "data_labels": {"value": True, "position": "inside_base", "font": {"color": "white"}},
                "y_error_bars": {
                    "type": "custom",
                    "plus_values": [high - value for value, _, high in rows],
                    "minus_values": [value - low for value, low, _ in rows],
                },
            }
        )
        chart.set_legend({"none": True})
        chart.set_title({"name": table.titles[0], "overlay": False, "name_font": {"size": 11}})
        chart.set_x_axis({"min": 0, "max": 1, "num_format": "0%", "major_gridlines": {"visible": False}})
        chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 760, "height": 110 + 34 * len(rows)})
        described = {"description": " / ".join(table.titles), "object_position": 2}
        sheet.insert_chart(last + 2, 0, chart, described)

    def _plain_tables(self) -> Iterator[tuple[str, PrintedTable]]:
        """Yield the printed tables that hold numbers alone, such as the flow of responses."""
        for document in self._documents:
            words = document.printing.results.words
            marks = {"", *(words.mark(key) for key in MARKS)}
            for name, table in document.tables:
                cells = (c for group in table.groups for row in group.rows for c in row[table.texts :])
                if all(cell in marks or NUMBER.fullmatch(cell) for cell in cells):
                    yield name, legible(table)

    def _printed_table(self, name: str, table: PrintedTable) -> None:
        """Add a table as printed: a cell that is a number as that number."""
        sheet = self._added(name)
        sheet.fit_to_pages(1, 2)
        top = line = self._lines(sheet, [table.caption, *table.notes, *self._marks_of_data()])
        for column, heading in enumerate(table.columns):
            sheet.write_string(line, column, heading, self._head)
        for group in table.groups:
            if group.label:
                line += 1
                for column in range(len(table.columns)):
                    sheet.write_string(line, column, "" if column else group.label, self._group)
            for row in group.rows:
                line += 1
                for column, cell in enumerate(row):
                    if column >= table.texts and NUMBER.fullmatch(cell):
                        sheet.write_number(line, column, float(cell.replace(",", "").replace(MINUS, "-")))
                    else:
                        sheet.write_string(line, column, cell)
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, max(len(table.columns) - 1, 1), 16)

    def _estimates(self) -> None:
        """Add a row an estimate as estimates.csv has it, with the labels of its codes behind."""
        results = self._every[0]
        sheet, frame = self._added("estimates"), results.estimates.frame
        sheet.set_landscape()
        codes = ("question", "option", "by", "group")
        named = [f"{place} ({r.language})" for r in self._every for place in codes]
        for column, name in enumerate([*map(str, frame.columns), *named]):
            sheet.write_string(0, column, name, self._bold)
        places = [frame.columns.get_loc(name) for name in codes]
        for line, row in enumerate(frame.itertuples(index=False, name=None), 1):
            labels = _labels_of(self._every, [str(row[place]) for place in places])
            for column, value in enumerate((*row, *labels)):
                if isinstance(value, str):
                    sheet.write_string(line, column, value)
                elif math.isfinite(value):
                    sheet.write_number(line, column, float(value))
                elif math.isinf(value):
                    sheet.write_string(line, column, "inf")
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        # Data to work with and not for paper: whoever prints the whole workbook gets the first page of it.
        sheet.print_area(0, 0, min(len(frame), PRINTED), len(frame.columns) + len(named) - 1)
        sheet.autofilter(0, 0, len(frame), len(frame.columns) + len(named) - 1)


def _labels_of(every: Sequence[Results], codes: Sequence[str]) -> list[str]:
    """Return the labels of question, option, grouping question and group in every language, "" for none."""
    question, option, by, group = codes
    known = every[0].study.questionnaire
    found = []
    for results in every:
        for name, code in ((question, option), (by, group)):
            has = name in known
            found.append(legible(results.question_label(name)) if has else "")
            found.append(
                legible(results.option_label(name, code)) if has and code in known[name].codes else ""
            )
    return found
