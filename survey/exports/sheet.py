"""A sheet of an export as texts, and what every platform's reader takes from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from survey.errors import ExportError, shown
from survey.exports.dates import UNDECLARED, Dates
from survey.exports.downloads import (
    SYNTAX,
    WITHOUT_HEADINGS,
    is_archive,
    main_table,
    refuse_beside_data,
)
from survey.exports.export import SERIALS, Column, Export, Paradata, all_different
from survey.exports.text_tables import text_cells
from survey.exports.times import naming_column, read_durations, times_and_order
from survey.exports.workbooks import ZIP, workbook_cells
from survey.numeric.array_types import Bools, Ints, Texts
from survey.study.study import DateOrder

ERRORS = frozenset({
    "#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#ERROR!", "#SPILL!", "#CALC!",
})  # fmt: skip
OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet as texts: header rows and, below them, a row for each answer.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    encoding : str
        "xlsx", "xls", "parquet" or the encoding a text file was read in.
    grid : array of str, shape (rows, columns)
        Every cell as text with surrounding blanks removed; "" where empty. Blank rows are left out.
    rows : int array, shape (rows,)
        Row numbers as a spreadsheet shows them.
    notes : tuple of str
        Sheets that were not read.
    header_rows : int
        How many rows stand above the first answer.
    dates : Dates
        What is known of the order of day and month.
    wordings : tuple of str
        The wording of each column, where a row below the header has it; empty where none does.
    """

    file: str
    encoding: str
    grid: Texts
    rows: Ints
    notes: tuple[str, ...] = ()
    header_rows: int = 1
    dates: Dates = UNDECLARED
    wordings: tuple[str, ...] = ()

    @property
    def header(self) -> list[str]:
        """The first row."""
        return [str(cell) for cell in self.grid[0]]

    @property
    def body(self) -> Texts:
        """The cells below the header, shape (n, columns)."""
        return self.grid[self.header_rows :]

    def filled(self) -> list[int]:
        """Return the places of the columns that have a header or a cell below it."""
        return [i for i, cells in enumerate(self.grid.T) if cells[0] or (cells != "").any()]

    def _title(self, place: int) -> str:
        """Return the header of a column, or its place in words where it has none."""
        return str(self.grid[0, place]) or f"(column {place + 1}, without a header)"

    def places(self, key: Callable[[str], str] = str) -> dict[str, int]:
        """Return the place of the first column under each header, as `key` spells the header."""
        return {key(text): i for i, text in reversed(list(enumerate(self.header)))}

    def under(self, *names: str, places: Mapping[str, int] | None = None) -> Texts | None:
        """Return the cells of the first of these columns that is there; None if none is.

        Parameters
        ----------
        names : str
            Headers, or names of columns in `places`.
        """
        places = self.places() if places is None else places
        return next((self.body[:, places[name]] for name in names if name in places), None)

    def paradata(
        self,
        *,
        submitted: Texts | None = None,
        started: Texts | None = None,
        seconds: Texts | None = None,
        usual: DateOrder | None = None,
        preview: Bools | None = None,
        unfinished: Bools | None = None,
        rejected: Bools | None = None,
    ) -> Paradata:
        """Return the times and marks of the answers; the time taken as written, or from start to submission.

        Parameters
        ----------
        submitted, started, seconds : array of str, shape (n,), optional
            Cells with times of submission, of the start, and with the time taken.
        usual : {"dmy", "mdy", "ymd"}, optional
            How the platform writes dates, as far as its reader knows.

        Raises
        ------
        ExportError
            Naming the row of the first cell that is not a time, or not a time taken.
        """
        rows = self.rows[self.header_rows :]
        with naming_column(self.file, self.grid, rows, [seconds]):
            taken = None if seconds is None else read_durations(seconds, self.file, rows)
        end, remark = None, ""
        if submitted is not None:  # the columns together, whose dates are written alike
            both = taken is None and started is not None
            cells = np.concatenate([submitted, started]) if both else submitted
            dates = replace(self.dates, usual=usual)
            twice = np.resize(rows, len(cells))
            with naming_column(self.file, self.grid, rows, [submitted, started]):
                times, _, remark = times_and_order(cells, self.file, twice, dates=dates)
            end = times[: len(rows)]
            if both:
                elapsed = end - times[len(rows) :]
                known = ~np.isnat(elapsed)
                backwards = known & (elapsed < np.timedelta64(0, "s"))
                taken = np.where(known & ~backwards, elapsed.astype(np.float64), np.nan)
                if backwards.any():
                    first = int(rows[np.flatnonzero(backwards)[0]])
                    remark += "; " if remark else ""
                    remark += (
                        f"{backwards.sum():,} ended before they began, first in row {first}: time not known"
                    )
        notes = (remark,) if remark else ()
        return Paradata(rows, end, taken, preview, unfinished, rejected, notes=notes)

    def export(
        self,
        platform: str,
        columns: Iterable[Column],
        paradata: Paradata,
        *,
        coding: Literal["text", "position"] = "text",
        separator: str = "",
        typed: tuple[str, ...] = (),
        unticked: frozenset[str] = frozenset({"", "0"}),
        device: Texts | None = None,
        user: Texts | None = None,
        notes: tuple[str, ...] = (),
    ) -> Export:
        """Return the export that this sheet holds; see `Export` for what is said of it.

        Parameters
        ----------
        columns : iterable of Column
            With their places: a place that none has is taken for the platform's own.
        """
        columns = [replace(column, heading=self.header[column.place]) for column in columns]
        read = {column.place for column in columns}
        own = {name: place for name, place in self.places().items() if place not in read}
        return Export(
            platform,
            self.file,
            self.encoding,
            coding,
            tuple(column for column in columns if not column.left_out),
            paradata,
            separator=separator,
            typed=typed,
            unticked=unticked,
            device=device,
            user=user,
            serial=all_different(self.under(*SERIALS, places=own)),
            notes=(*notes, *self.notes, *paradata.notes),
            own=tuple(self._title(i) for i in self.filled() if i not in read),
            left_out=tuple(
                (self._title(column.place), column.left_out) for column in columns if column.left_out
            ),
        )


def marked(cells: Texts | None, words: Iterable[str]) -> Bools | None:
    """Return the rows whose cell is one of these words in small letters, shape (n,); None without cells."""
    if cells is None:
        return None
    wanted = frozenset(words)
    return np.array([str(cell).casefold() in wanted for cell in cells], dtype=bool)


def read_sheet(
    path: Path,
    encoding: str | None = None,
    sheet: str | None = None,
    *,
    header: int | None = None,
    bears_marks: Callable[[Sheet], bool] = lambda _: False,
) -> Sheet:
    """Return the sheet of an .xlsx, .xls or CSV file or of a zip round one, recognised by its first bytes.

    Parameters
    ----------
    encoding : str, optional
        Of a text file; recognised from its bytes if left out.
    sheet : str, optional
        Name of the sheet, of a workbook with several.
    header : int, optional
        Row of the header, of a text file in which rows above it may have fewer cells.
    bears_marks : callable
        Says of a sheet whether a platform wrote it: the only such one of several is read.

    Raises
    ------
    ExportError
        If there is no such file, it is damaged or empty, its encoding cannot be determined, or it has
        several sheets and none is named.
    """
    data, name = _bytes_of(path), path.name
    notes: tuple[str, ...] = ()
    if data.startswith(ZIP) and is_archive(data):
        data, name, notes = main_table(data, name)
    if path.suffix.lower() in SYNTAX | WITHOUT_HEADINGS:
        refuse_beside_data(path.suffix.lower(), data, name)
    if data.startswith((ZIP, OLE)):
        form = "xlsx" if data.startswith(ZIP) else "xls"
        grid, unread = workbook_cells(
            data, name, sheet, bears_marks=lambda head: bears_marks(_below(head, name, form))
        )
        notes = (*notes, *unread)
    else:
        grid, form = text_cells(data, name, encoding, header=header)
    read = _below(grid, name, form, notes)
    if len(read.grid) < 2:
        raise ExportError(name, key="export.no_answers" if len(read.grid) else "export.empty")
    return read


def _below(grid: Texts, file: str, form: str, notes: tuple[str, ...] = ()) -> Sheet:
    """Return the sheet of a grid's rows that are not blank."""
    blank = np.arange(len(grid))
    for cells in grid.T:
        blank = blank[cells[blank] == ""]
    rows = np.delete(np.arange(len(grid)), blank)
    grid = grid[rows] if len(blank) else grid
    for i in range(grid.shape[1]):  # what a spreadsheet shows in place of a value it could not work out
        if ERRORS.isdisjoint(grid[:, i].tolist()):
            continue
        wrong = pd.Series(grid[:, i], dtype=object).isin([*ERRORS]).to_numpy()
        grid[wrong, i] = ""
        title = shown(str(grid[0, i]))
        remark = f'column "{title}": cells with an error of the spreadsheet: {wrong.sum():,} (read as blank)'
        notes = (*notes, remark)
    return Sheet(file, form, grid, rows + 1, notes)


def first_bytes(path: Path) -> bytes:
    """Return the first bytes of a file, by which its kind is recognised.

    Raises
    ------
    ExportError
        If there is no such file or it is empty.
    """
    return _bytes_of(path, 16)


def _bytes_of(path: Path, most: int = -1) -> bytes:
    try:
        if path.is_dir():
            raise ExportError(str(path), key="export.is_folder")
        with path.open("rb") as stream:
            data = stream.read(most)
    except FileNotFoundError:
        raise ExportError(str(path), key="export.not_found") from None
    except OSError as error:
        raise ExportError(str(path), key="export.cannot_read", reason=error.strerror) from None
    except ValueError as error:  # a NUL character in the name
        raise ExportError(str(path), key="export.bad_name", reason=str(error)) from None
    if not data or data.isspace():
        raise ExportError(path.name, key="export.empty")
    return data
