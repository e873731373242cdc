"""Workbooks, by calamine in a process of its own: the sheet that holds the answers, its cells as texts."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from survey.errors import ExportError, closest, listing, shown
from survey.exports.workbook_child import FAILED, RECORD, TOO_LARGE, UNIT
from survey.numeric.array_types import Texts
from survey.text import visible

ZIP = b"PK\x03\x04"
CHILD = Path(__file__).with_name("workbook_child.py")
PATIENCE = 300
# Bytes unpacked: what no questionnaire reaches, and what is no harm however well it is packed.
LARGEST, SMALL = 2**30, 2**25
# Headings by which a table of a repeated group names the answer it belongs to (ODK, Kobo, Survey Solutions).
OF_AN_ANSWER = re.compile(r"parent_key|_parent_index|(?!interview__id|assignment__id).+__id", re.IGNORECASE)


def workbook_cells(
    data: bytes, name: str, sheet: str | None, *, bears_marks: Callable[[Texts], bool] = lambda _: False
) -> tuple[Texts, tuple[str, ...]]:
    """Return the cells of a sheet, shape (rows, columns), and notes on what is not read.

    It is read in a process of its own, within 1 GB: one cell far away makes the reader lay out all before it.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    sheet : str or None
        Name of the sheet; None for the only one with cells, or the only one with a platform's marks.
    bears_marks : callable
        Says of the first cells of a sheet whether a platform wrote them.

    Raises
    ------
    ExportError
        If the workbook is damaged or would fill the memory, or the sheet is not clear.
    """
    _refuse_bombs(data, name)
    about, cells = _read(data, name, sheet or "")
    notes: tuple[str, ...] = ()
    names = [one["name"] for one in about["sheets"]]
    if sheet is not None and sheet not in names:
        near = closest(sheet, names)
        raise ExportError(
            name,
            key="export.no_sheet",
            sheet=sheet,
            sheets=names,
            nearest=near,
            remedies={("sheet",): near} if near else {},
        )
    if not about["chosen"]:
        chosen, notes = _sheet(about["sheets"], name, bears_marks)
        about, cells = _read(data, name, chosen)
    elif hidden := [one["name"] for one in about["sheets"] if one["name"] != about["chosen"]]:
        notes = () if sheet is not None else (f"read no hidden sheet ({listing(hidden)})",)
    grid = _grid(cells)
    return grid, (*notes, *_odd(about, grid))


def _refuse_bombs(data: bytes, name: str) -> None:
    """Refuse a workbook that is packed as none is; raises ExportError."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist() if data.startswith(ZIP) else []
    # Whatever is wrong with an archive has one of these types; damage is told by the reader, in one place.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return
    unpacked = sum(part.file_size for part in parts)
    # A sheet packs into a tenth, not into a hundredth.
    if unpacked > LARGEST or (unpacked > SMALL and unpacked > 100 * len(data)):
        raise ExportError(
            name, key="export.bomb", unpacked=unpacked // 2**20, packed=max(len(data) // 2**20, 1)
        )


def _read(data: bytes, name: str, sheet: str) -> tuple[dict[str, Any], str]:
    """Return what the process says of the sheets, and the cells it read; raises ExportError."""
    command = [sys.executable, "-I", str(CHILD), sheet]
    try:
        ran = subprocess.run(command, input=data, capture_output=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise _damaged(name, f"not read within {PATIENCE} seconds") from None
    said = ran.stderr.decode("utf-8", "replace").strip()
    if ran.returncode == FAILED:
        raise _damaged(name, said.splitlines()[0] if said else "its reader failed")
    if ran.returncode:  # an end without a word is that of a process whose memory does not suffice
        if ran.returncode == TOO_LARGE and said:
            raise ExportError(name, key="export.far_cell", cell=said)
        raise ExportError(name, key="export.too_large")
    head, _, cells = ran.stdout.decode("utf-8", "surrogatepass").partition("\n")
    return json.loads(head), cells


def _damaged(name: str, reason: str) -> ExportError:
    return ExportError(name, key="export.workbook_damaged", reason=reason)


def _sheet(
    sheets: Sequence[dict[str, Any]], name: str, bears_marks: Callable[[Texts], bool]
) -> tuple[str, tuple[str, ...]]:
    """Return the only sheet with rows, or with a platform's marks, and a note; raises ExportError."""
    visible = [one for one in sheets if one["visible"]]
    filled = [one for one in visible if one["height"] > 1]
    main = [one for one in filled if not is_of_an_answer((one["head"] or [[]])[0])]
    marked = [one for one in main if bears_marks(_padded(one["head"]))] if len(main) > 1 else main
    if len(main) != 1 and len(marked) != 1:
        names = [one["name"] for one in main or visible]
        raise ExportError(
            name,
            key="export.sheets",
            found=len(main),
            sheets=names,
            first=names[0],
            remedies={("sheet",): names[0]},
        )
    chosen = marked[0]["name"]
    rest = [one["name"] for one in sheets if one["name"] != chosen and (one["height"] > 1)]
    return chosen, (f'read sheet "{chosen}" and not {listing(rest)}',) if rest else ()


def is_of_an_answer(headings: Iterable[str]) -> bool:
    """Say whether these are headings of a repeated group's table, in which no row is a person."""
    return any(OF_AN_ANSWER.fullmatch(heading.strip()) for heading in headings)


def _grid(cells: str) -> Texts:
    """Return cells as a grid; most of a questionnaire's repeat, and each text is kept once."""
    texts: dict[str, str] = {}
    rows = [line.split(UNIT) for line in cells.split(RECORD)[:-1]]
    grid = np.full((len(rows), max(map(len, rows), default=0)), "", dtype=object)
    for i, row in enumerate(rows):
        for cell in row:
            if cell not in texts:
                texts[cell] = bare(cell)
        grid[i, : len(row)] = [texts[cell] for cell in row]
    return grid


def _padded(head: list[list[str]]) -> Texts:
    return _grid("".join(UNIT.join(row) + RECORD for row in head))


def _odd(about: dict[str, Any], grid: Texts) -> tuple[str, ...]:
    """Return a note on each column with errors of the spreadsheet, or with formulas without their value."""
    what = {"errors": "an error of the spreadsheet, such as #N/A", "uncached": "a formula without its value"}
    notes = []
    for kind, words in what.items():
        for letters, n in about.get(kind, {}).items():
            place = 0
            for letter in letters:
                place = 26 * place + ord(letter) - ord("A") + 1
            title = str(grid[0, place - 1]) if grid.size and place <= grid.shape[1] else ""
            notes.append(f'column {letters} "{shown(title)}": cells with {words}: {n:,} (read as blank)')
    return tuple(notes)


def bare(text: str) -> str:
    """Return a text without blanks round it, and without characters that nobody sees."""
    return visible(text).strip()
