"""Text files with separators: their cells, in the encoding they are written in."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8

import numpy as np
import pandas as pd

from survey.errors import Cell, ExportError
from survey.exports.delimited import (
    check_quotes,
    lines_of,
    rows_above,
    separator_of,
    split_rows,
    stated_separator,
)
from survey.exports.workbook_child import MOST_CELLS, MOST_COLUMNS
from survey.exports.workbooks import bare
from survey.numeric.array_types import Texts
from survey.text import ENCODINGS, decode, decode_as


def text_cells(
    data: bytes, name: str, encoding: str | None, *, header: int | None = None
) -> tuple[Texts, str]:
    """Return the cells of a text file, shape (rows, columns), and its encoding.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    encoding : str or None
        As declared; recognised from the bytes if None.
    header : int, optional
        Row of the header, above which rows may be shorter or longer than the table.

    Raises
    ------
    ExportError
        If the text is in another encoding than declared, in none that is recognised, or not a table.
    """
    if encoding is None:
        recognised = decode(data)
        if recognised is None:
            raise ExportError(name, key="export.encoding")
        text, encoding = recognised
    elif encoding.lower() not in ENCODINGS:
        raise ExportError(name, key="export.unknown_encoding", encoding=encoding, known=list(ENCODINGS))
    else:
        declared = decode_as(data, encoding.lower())
        if declared is None:
            raise ExportError(
                name, key="export.other_encoding", encoding=encoding, remedies={("encoding",): None}
            )
        text, encoding = declared, encoding.lower()
    if "\x00" in text:
        raise ExportError(name, key="export.nul")
    body = text.lstrip("\r\n")
    if not body or body.isspace():
        raise ExportError(name, key="export.empty")
    blank = len(text[: len(text) - len(body)].splitlines())
    separator, body = stated_separator(body) or (separator_of(lines_of(body), name), body)
    above = rows_above(lines_of(body), separator) if header is None else header - 1 - blank
    try:
        short, body = split_rows(body, separator, above)
        if not body or body.isspace():
            at = Cell(file=name, row=header or 0)
            raise ExportError(at, key="header.past_end", last=blank + len(short))
        start = BOM_UTF8 * data.startswith(BOM_UTF8) + text[: len(text) - len(body)].encode()
        table = data[len(start) :] if encoding == "utf-8" else body.encode()
        frame = _frame(table, body, separator, name, blank + len(short) + 1)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        detail = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        detail = re.sub(r"(?<=line )\d+", lambda match: str(int(match[0]) + len(short)), detail)
        raise ExportError(name, key="export.irregular", reason=detail) from None
    return _grid(short, frame, blank), encoding


def _grid(above: list[list[str]], frame: pd.DataFrame, blank: int) -> Texts:
    """Return the cells below so many blank rows: those of the rows above the table, then the table."""
    start, width = blank + len(above), frame.shape[1]
    grid = np.empty((start + frame.shape[0], width), dtype=object, order="F")
    grid[:start], grid[start:] = "", frame.to_numpy(dtype=object)
    for i, cells in enumerate(above, blank):
        grid[i, : len(cells)] = [bare(cell) for cell in cells[:width]]
    for i in range(width):  # most cells of a questionnaire repeat, and hardly any are not bare
        cells = grid[start:, i].tolist()
        changed = {text: shorter for text in {*cells} if (shorter := bare(text)) != text}
        if changed:
            grid[start:, i] = [changed.get(text, text) for text in cells]
    return grid


def _frame(table: bytes, body: str, separator: str, name: str, first_row: int) -> pd.DataFrame:
    """Return the cells of UTF-8, as pandas reads it; raises ExportError for a stray quote or a short row."""
    quoted = '"' in body
    if quoted:
        check_quotes(io.StringIO(body, newline=""), separator, name, first=first_row)
    end = body.find("\n") if "\n" in body else len(body)
    widest, rows = body.count(separator, 0, end) + 1, body.count("\n", end + 1)
    separators = body.count(separator)
    if widest > MOST_COLUMNS or max(widest * rows, separators) > MOST_CELLS:
        raise ExportError(name, key="export.too_wide", columns=widest, rows=rows)
    frame = pd.read_csv(
        io.BytesIO(table),
        sep=separator,
        encoding="utf-8",
        header=None,
        dtype=object,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
    )
    # A short row is filled up with blanks, so only a blank last cell can hide one.
    width = frame.shape[1]
    short = quoted or separators < len(frame) * (width - 1)
    if short and (frame.iloc[:, -1] == "").any():
        lines = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
        for row, cells in enumerate(lines, first_row):
            if len(cells) < width and any(cell.strip() for cell in cells):
                raise ExportError(
                    Cell(file=name, row=row), key="export.ragged", cells=len(cells), headers=width
                )
    return frame
