"""Reading a file into a grid of texts: workbooks by calamine, text files in their own encoding."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from survey.errors import ExportError
from survey.exports.workbooks import ZIP, bare, workbook_cells
from survey.numeric.array_types import Ints, Texts
from survey.text import ENCODINGS, decode, decode_as

OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A sheet as texts.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    encoding : str
        "xlsx", "xls" or the encoding a text file was read in.
    grid : array of str, shape (rows, columns)
        Every cell as text with surrounding blanks removed; "" where empty. Blank rows are left out.
    rows : int array, shape (rows,)
        Row numbers as a spreadsheet shows them.
    notes : tuple of str
        Sheets that were not read.
    """

    file: str
    encoding: str
    grid: Texts
    rows: Ints
    notes: tuple[str, ...] = ()

    @property
    def header(self) -> list[str]:
        """The first row."""
        return [str(cell) for cell in self.grid[0]]


def read_cells(path: Path, encoding: str | None = None, sheet: str | None = None) -> Cells:
    """Return the cells of an .xlsx, .xls or CSV file, recognised by its first bytes.

    Raises
    ------
    ExportError
        If there is no such file, it is damaged or empty, its encoding cannot be told, or it has
        several sheets and none is named.
    """
    data = _bytes_of(path)
    if data.startswith((ZIP, OLE)):
        kind = "xlsx" if data.startswith(ZIP) else "xls"
        grid, notes = workbook_cells(data, path.name, sheet)
        used = kind
    else:
        text, used = _decode(data, path.name, encoding)
        grid, notes = _text_grid(text, path.name), ()
    rows = np.flatnonzero((grid != "").any(axis=1))
    if len(rows) < 2:
        raise ExportError(
            path.name,
            "holds no answers",
            "export the questionnaire again with its header row and at least one answer",
        )
    return Cells(path.name, used, grid[rows], rows + 1, notes)


def first_bytes(path: Path) -> bytes:
    """Return the first bytes of a file, by which its kind is told.

    Raises
    ------
    ExportError
        If there is no such file or it is empty.
    """
    return _bytes_of(path, 16)


def _bytes_of(path: Path, most: int = -1) -> bytes:
    try:
        if path.is_dir():
            raise ExportError(str(path), "is a folder", "give the export file itself")
        with path.open("rb") as stream:
            data = stream.read(most)
    except FileNotFoundError:
        raise ExportError(str(path), "no such file", "check responses = … in the study file") from None
    except OSError as error:
        raise ExportError(str(path), f"cannot be read ({error.strerror})") from None
    except ValueError as error:  # a NUL character in the name
        raise ExportError(str(path), f"cannot be read ({error})", "correct the name") from None
    if not data.strip():
        raise ExportError(path.name, "is empty", "download the export again")
    return data


def _decode(data: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    """Return the text and its encoding, as declared or as told from the bytes."""
    if encoding is not None:
        if encoding.lower() not in ENCODINGS:
            raise ExportError(
                name, f'encoding "{encoding}" is not known', "use one of " + ", ".join(ENCODINGS)
            )
        text = decode_as(data, encoding.lower())
        if text is None:
            raise ExportError(name, f"is not {encoding} text", "leave encoding out, or correct it")
        return text, encoding.lower()
    found = decode(data)
    if found is None:
        raise ExportError(
            name,
            "is in an encoding that cannot be told",
            'save it as UTF-8, or add encoding = "…" to the wave',
        )
    return found


def _text_grid(text: str, name: str) -> Texts:
    if "\x00" in text:
        raise ExportError(
            name, "holds NUL characters, so it is not a text file", "export it again as .xlsx or CSV"
        )
    body = text.lstrip("\r\n")
    if not body.strip():
        raise ExportError(name, "is empty", "download the export again")
    try:
        separator = _separator(body)
        frame = pd.read_csv(
            io.StringIO(body),
            sep=separator,
            header=None,
            dtype=object,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
        )
        # A short row is filled up with blanks, so only a blank last cell can hide one.
        if (frame.iloc[:, -1] == "").any():
            _check_widths(body, separator, frame.shape[1], name)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        detail = str(error).strip().removeprefix("Error tokenizing data. C error: ")
        raise ExportError(
            name,
            f"is not a regular table ({detail})",
            "look at that line for a stray quote or separator, or export again as .xlsx",
        ) from None
    above = len(text[: len(text) - len(body)].splitlines())
    grid = np.full((above + frame.shape[0], frame.shape[1]), "", dtype=object)
    for i in range(frame.shape[1]):  # most cells of a questionnaire repeat
        codes, texts = pd.factorize(frame.iloc[:, i].to_numpy(dtype=object))
        grid[above:, i] = np.array([bare(text) for text in texts], dtype=object)[codes]
    return grid


def _check_widths(body: str, separator: str, width: int, name: str) -> None:
    """Refuse a row with fewer cells than the header: a cut-off file, or cells under wrong headers."""
    for row, cells in enumerate(csv.reader(io.StringIO(body, newline=""), delimiter=separator), 1):
        if len(cells) < width and any(cell.strip() for cell in cells):
            raise ExportError(
                f"{name}, row {row}",
                f"has {len(cells)} cells under {width} headers",
                "download the export again, or complete that row",
            )


def _separator(text: str) -> str:
    """Return the separator that splits the first line into the most cells."""
    first = next(csv.reader(io.StringIO(text, newline="")), [""])
    line = text.splitlines()[0] if len(first) < 2 else ",".join(first)
    counts = {",": len(first) - 1, ";": line.count(";"), "\t": line.count("\t")}
    return max(counts, key=lambda separator: counts[separator])
