"""The estimates as a workbook: one sheet a table as printed, one tidy sheet, and what the columns mean."""

from __future__ import annotations

import io
import math
import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import Estimates
from analysis.estimates import NUMBERS
from reports.language.words import synthetic_mark, words_of
from reports.sections.table import PrintedTable
from survey.study.study import Study

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


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
                _printed(book, book.add_worksheet(name), table, synthetic_mark(study, language))
        _tidy(book, book.add_worksheet("estimates"), estimates)
        _notes(book, book.add_worksheet("notes"), study)
    return stream.getvalue()


def _printed(book: Workbook, sheet: Worksheet, table: PrintedTable, mark: str) -> None:
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"font_color": "#595959"})
    signed = book.add_format({"num_format": "+0;−0;0"})
    line = 0
    for text, form in ((table.caption, bold), *((note, wrapped) for note in table.notes), (mark, wrapped)):
        if text:
            sheet.write_string(line, 0, text, form)
            line += 1
    for i, column in enumerate(table.columns):
        sheet.write_string(line, i, column, bold)
    sheet.freeze_panes(line + 1, 1)
    for group in table.groups:
        if group.label:
            line += 1
            sheet.write_string(line, 0, group.label, book.add_format({"bg_color": "#EDEDED"}))
        for row in group.rows:
            line += 1
            for i, cell in enumerate(row):
                _write(sheet, line, i, cell, signed)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, max(len(table.columns) - 1, 1), 16)


def _write(sheet: Worksheet, line: int, column: int, cell: str, signed: Format) -> None:
    """Write a cell as a number where it is one alone, else as it is printed."""
    if column and NUMBER.fullmatch(cell):
        number = float(cell.replace(",", "").replace("−", "-"))
        sheet.write_number(line, column, number, signed if cell[0] in "+−" else None)
    else:
        sheet.write_string(line, column, cell)


def _tidy(book: Workbook, sheet: Worksheet, estimates: Estimates) -> None:
    frame = estimates.frame
    for i, name in enumerate(frame.columns):
        sheet.write_string(0, i, str(name), book.add_format({"bold": True}))
    for line, row in enumerate(frame.itertuples(index=False, name=None), 1):
        for i, value in enumerate(row):
            _value(sheet, line, i, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _value(sheet: Worksheet, line: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(line, column, value)
    elif math.isfinite(value):  # what is withheld stays blank
        sheet.write_number(line, column, float(value))
    elif math.isinf(value):
        sheet.write_string(line, column, "inf")


def _notes(book: Workbook, sheet: Worksheet, study: Study) -> None:
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    lines = []
    for language in study.languages:
        lines.append((study.title.in_(language), synthetic_mark(study, language)))
        lines += words_of(language).mapping("workbook.columns").items()
    for line, (name, text) in enumerate(lines):
        sheet.write_string(line, 0, name, bold)
        sheet.write_string(line, 1, text, wrapped)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 90)


SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "enable_external_access": True,
    "autoinstall_known_extensions": False,
}


def parquet(estimates: Estimates) -> bytes:
    """Return the table of estimates as the bytes of a Parquet file; what is withheld is null."""
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
