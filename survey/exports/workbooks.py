"""Workbooks, by calamine: the sheet that holds the answers, its cells as a person would type them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

import numpy as np
import python_calamine

from survey.errors import ExportError, listing, nearest
from survey.numeric.array_types import Texts
from survey.text import number_text

ZIP = b"PK\x03\x04"
# Cells of a sheet that the reader may lay out: a single cell far away makes it lay out all before it.
MOST_CELLS = 60_000_000
ROWS = (re.compile(rb"""<row [^>]*?r=["'](\d+)"""), re.compile(rb""" r=["'][A-Z]+(\d{7,})"""))
COLUMNS = re.compile(rb""" r=["']([A-Z]{2,})\d""")
CHUNK, OVERLAP = 2**20, 200
# Bytes unpacked: what no questionnaire reaches, and what is no harm however well it is packed.
LARGEST, SMALL = 2**30, 2**25


def workbook_cells(data: bytes, name: str, sheet: str | None) -> tuple[Texts, tuple[str, ...]]:
    """Return the cells of a sheet, shape (rows, columns), and notes on the sheets that are not read.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    sheet : str or None
        Name of the sheet; None for the only one with cells.

    Raises
    ------
    ExportError
        If the workbook is damaged or would fill the memory, or the sheet is not clear.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data)) if data.startswith(ZIP) else None
    # Whatever is wrong with an archive has one of these types; damage is told by the reader, in one place.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        archive = None  # the reader below says what is wrong
    parts = [] if archive is None else archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    # A sheet packs into a tenth, not into a hundredth.
    if unpacked > LARGEST or (unpacked > SMALL and unpacked > 100 * len(data)):
        raise ExportError(
            name,
            f"would unpack to {unpacked // 2**20} MB from {max(len(data) // 2**20, 1)} MB",
            "no questionnaire does: download the export again, or as CSV",
        )
    for part in parts:
        if archive is not None and part.filename.startswith("xl/worksheets/"):
            _refuse_far_cells(archive, part, name)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        chosen, notes = _sheet(book, name, sheet)
        rows = chosen.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError, IndexError, OverflowError) as error:
        raise ExportError(
            name,
            f"is not a whole workbook ({error})",
            "open it in a spreadsheet program, save it as .xlsx and try again",
        ) from None
    grid = np.full((len(rows), max(map(len, rows), default=0)), "", dtype=object)
    for i, row in enumerate(rows):
        grid[i, : len(row)] = [_cell_text(cell) for cell in row]
    return grid, notes


def _refuse_far_cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Refuse a sheet that would be laid out in more cells than memory holds; raises ExportError."""
    last, letters, rest = 0, {b"Z"}, b""
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                text = rest + chunk
                last = max([last, *(int(row[:9]) for rows in ROWS for row in rows.findall(text))])
                letters.update(COLUMNS.findall(text))
                rest = text[-OVERLAP:]
    # A part may also be encrypted (RuntimeError) or cut off (EOFError).
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return  # the reader says what is wrong
    furthest = max(letters, key=lambda column: (len(column), column)).decode("ascii")
    columns = 0
    for letter in furthest[:6]:
        columns = 26 * columns + ord(letter) - ord("A") + 1
    if last * columns > MOST_CELLS:
        raise ExportError(
            name,
            f"has a cell in row {last:,} or column {furthest[:6]}, far from the answers",
            "delete the rows and columns beyond the answers, save it again, or save it as CSV",
        )


def _sheet(
    book: python_calamine.CalamineWorkbook, name: str, wanted: str | None
) -> tuple[python_calamine.CalamineSheet, tuple[str, ...]]:
    """Return the sheet named, or the only one with cells; raises ExportError if there are several."""
    if wanted is not None and wanted not in book.sheet_names:
        raise ExportError(
            name,
            f'has no sheet "{wanted}" (its sheets are {listing(book.sheet_names)})',
            nearest(wanted, book.sheet_names),
        )
    if wanted is not None:
        return book.get_sheet_by_name(wanted), ()
    if len(book.sheet_names) == 1:
        return book.get_sheet_by_index(0), ()
    sheets = {title: book.get_sheet_by_name(title) for title in book.sheet_names}
    filled = {title: sheet for title, sheet in sheets.items() if sheet.height > 1}
    # Kobo and ODK put repeated groups on sheets of their own, which name the answer they belong to.
    main = {
        title: sheet
        for title, sheet in filled.items()
        if "_parent_index" not in map(str, (sheet.to_python(nrows=1) or [[]])[0])
    }
    if len(main) != 1:
        first = next(iter(main or sheets))
        raise ExportError(
            name,
            f"has {len(main)} sheets with rows in them ({listing(main or sheets)})",
            f'say which: sheet = "{first}" on the wave, or init with --sheet "{first}"',
        )
    (title, chosen), rest = next(iter(main.items())), [t for t in filled if t not in main]
    return chosen, (f'read sheet "{title}" and not {listing(rest)}',) if rest else ()


def bare(text: str) -> str:
    """Return a text without blanks round it, and without a byte-order mark that strayed into it."""
    return text.strip().strip("\ufeff\u200b").strip()


def _cell_text(cell: object) -> str:
    """Return a workbook cell as a person would type it: whole numbers without a decimal point."""
    if isinstance(cell, str):
        return bare(cell)
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return "" if cell is None else str(cell)
