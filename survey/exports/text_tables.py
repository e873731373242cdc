"""Text files with separators: their cells, in the encoding they are written in."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd

from survey.errors import Cell, ExportError
from survey.exports.delimited import check_quotes, separator_of, stated_separator
from survey.exports.workbook_child import MOST_CELLS, MOST_COLUMNS
from survey.exports.workbooks import bare
from survey.numeric.array_types import Texts
from survey.text import ENCODINGS, decode, decode_as


def text_cells(data: bytes, name: str, encoding: str | None) -> tuple[Texts, str]:
    """Return the cells of a text file, shape (rows, columns), and its encoding.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    encoding : str or None
        As declared; recognised from the bytes if None.

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
    above = len(text[: len(text) - len(body)].splitlines())
    separator, body = stated_separator(body) or (separator_of(io.StringIO(body, newline=""), name), body)
    try:
        frame = _frame(body, separator, name, above + 1)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        detail = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise ExportError(name, key="export.irregular", reason=detail) from None
    grid = np.full((above + frame.shape[0], frame.shape[1]), "", dtype=object)
    for i in range(frame.shape[1]):  # most cells of a questionnaire repeat
        codes, texts = pd.factorize(frame.iloc[:, i].to_numpy(dtype=object))
        grid[above:, i] = np.array([bare(text) for text in texts], dtype=object)[codes]
    return grid, encoding


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
