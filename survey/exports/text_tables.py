"""Text files with separators: their cells, in the encoding they are written in."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pandas as pd

from survey.errors import Cell, ExportError
from survey.exports.delimited import check_quotes, rows_above, separator_of, split_rows, stated_separator
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
    if not body.strip():
        raise ExportError(name, key="export.empty")
    blank = len(text[: len(text) - len(body)].splitlines())
    separator, body = stated_separator(body) or (separator_of(io.StringIO(body, newline=""), name), body)
    above = rows_above(io.StringIO(body, newline=""), separator) if header is None else header - 1 - blank
    try:
        short, body = split_rows(body, separator, above)
        if not body.strip():
            at = Cell(file=name, row=header or 0)
            raise ExportError(at, key="header.past_end", last=blank + len(short))
        frame = _frame(body, separator, name, blank + len(short) + 1)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        detail = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        detail = re.sub(r"(?<=line )\d+", lambda match: str(int(match[0]) + len(short)), detail)
        raise ExportError(name, key="export.irregular", reason=detail) from None
    return _grid(short, frame, blank), encoding


def _grid(above: list[list[str]], frame: pd.DataFrame, blank: int) -> Texts:
    """Return the cells below so many blank rows: those of the rows above the table, then the table."""
    start, width = blank + len(above), frame.shape[1]
    grid = np.full((start + frame.shape[0], width), "", dtype=object)
    for i, cells in enumerate(above, blank):
        grid[i, : len(cells)] = [bare(cell) for cell in cells[:width]]
    for i in range(width):  # most cells of a questionnaire repeat
        codes, texts = pd.factorize(frame.iloc[:, i].to_numpy(dtype=object))
        grid[start:, i] = np.array([bare(text) for text in texts], dtype=object)[codes]
    return grid


def _frame(body: str, separator: str, name: str, first_row: int) -> pd.DataFrame:
    """Return the cells as pandas reads them; raises ExportError for a stray quote or a short row."""
    check_quotes(io.StringIO(body, newline=""), separator, name, first=first_row)
    first, _, rest = body.partition("\n")
    widest = first.count(separator) + 1
    if widest > MOST_COLUMNS or max(widest * rest.count("\n"), body.count(separator)) > MOST_CELLS:
        raise ExportError(name, key="export.too_wide", columns=widest, rows=rest.count("\n"))
    frame = pd.read_csv(
        io.BytesIO(body.encode("utf-8")),  # which its parser takes as it is
        sep=separator,
        encoding="utf-8",
        header=None,
        dtype=object,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
    )
    # A short row is filled up with blanks, so only a blank last cell can hide one.
    if (frame.iloc[:, -1] == "").any():
        width = frame.shape[1]
        lines = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
        for row, cells in enumerate(lines, first_row):
            if len(cells) < width and any(cell.strip() for cell in cells):
                raise ExportError(
                    Cell(file=name, row=row), key="export.ragged", cells=len(cells), headers=width
                )
    return frame
