"""The estimates as a workbook, with the tables as printed and what the columns mean, and as Parquet."""

from __future__ import annotations

import io
import math
import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import Estimates
from analysis.estimates import NUMBERS
from reports.language.numbers import MINUS
from reports.language.words import synthetic_mark, words_of
from reports.sections.table import PrintedTable
from survey.study.study import Study

if TYPE_CHECKING:
    from xlsxwriter import Workbook

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": True,
    "autoinstall_known_extensions": False,
}
NUMBER = re.compile(r"[+−-]?\d{1,3}(?:[,]?\d{3})*(?:\.\d+)?")


def workbook(
    study: Study, estimates: Estimates, tables: Mapping[str, list[tuple[str, PrintedTable]]], issued: datetime
) -> bytes:
    """Return the bytes of estimates.xlsx; no cell is a formula or a link, whatever texts hold.

    Parameters
    ----------
    tables : mapping of language to (sheet name, table)
        As printed.
    issued : datetime
        Date of the document: of the data, never of the clock.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": issued, "title": study.title.in_(study.languages[0])})
        for language, named in tables.items():
            for name, table in named:
                _add_printed(book, name, table, synthetic_mark(study, language))
        # A row an estimate; what is suppressed stays blank.
        sheet, frame = book.add_worksheet("estimates"), estimates.frame
        for column, name in enumerate(frame.columns):
            sheet.write_string(0, column, str(name), book.add_format({"bold": True}))
        for line, row in enumerate(frame.itertuples(index=False, name=None), 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, column, value)
                elif math.isfinite(value):
                    sheet.write_number(line, column, float(value))
                elif math.isinf(value):
                    sheet.write_string(line, column, "inf")
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
        bold = book.add_format({"bold": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        notes = []
        for language in study.languages:
            notes.append((study.title.in_(language), synthetic_mark(study, language)))
            notes += words_of(language).mapping("workbook.columns").items()
        sheet = book.add_worksheet("notes")
        for line, (name, text) in enumerate(notes):
            sheet.write_string(line, 0, name, bold)
            sheet.write_string(line, 1, text, wrapped)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 1, 90)
    return stream.getvalue()


def _add_printed(book: Workbook, name: str, table: PrintedTable, mark: str) -> None:
    """Add a table as printed: a cell that is a number alone as that number, others as their text."""
    sheet = book.add_worksheet(name)
    bold, grey = book.add_format({"bold": True}), book.add_format({"font_color": "#595959"})
    signed = book.add_format({"num_format": "+0;−0;0"})
    line = 0
    for text, form in ((table.caption, bold), *((note, grey) for note in table.notes), (mark, grey)):
        if text:
            sheet.write_string(line, 0, text, form)
            line += 1
    for column, heading in enumerate(table.columns):
        sheet.write_string(line, column, heading, bold)
    sheet.freeze_panes(line + 1, 1)
    for group in table.groups:
        if group.label:
            line += 1
            sheet.write_string(line, 0, group.label, book.add_format({"bg_color": "#EDEDED"}))
        for row in group.rows:
            line += 1
            for column, cell in enumerate(row):
                if column and NUMBER.fullmatch(cell):
                    number = float(cell.replace(",", "").replace(MINUS, "-"))
                    sheet.write_number(line, column, number, signed if cell[0] in f"+{MINUS}" else None)
                else:
                    sheet.write_string(line, column, cell)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, max(len(table.columns) - 1, 1), 16)


def parquet(estimates: Estimates) -> bytes:
    """Return the table of estimates as the bytes of a Parquet file; what is suppressed is null."""
    import duckdb

    frame = estimates.frame.astype({name: object for name in estimates.frame if name not in NUMBERS})
    columns = ", ".join(
        f'CASE WHEN isnan("{name}") THEN NULL ELSE "{name}" END AS "{name}"'
        if name in NUMBERS
        else f'"{name}"'
        for name in frame.columns
    )
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(":memory:", config=SETTINGS) as connection:
        path = Path(folder) / "estimates.parquet"
        connection.register("estimates", frame)
        connection.sql(f"SELECT {columns} FROM estimates").write_parquet(str(path), compression="zstd")
        return path.read_bytes()
