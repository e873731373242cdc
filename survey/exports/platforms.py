"""Questionnaire exports, one module a platform: recognised by content, read into plain answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from survey.errors import Cell, ExportError, closest, shown
from survey.exports import (
    google,
    jinshuju,
    jotform,
    kobo,
    limesurvey,
    msforms,
    odk,
    parquet,
    plain,
    qualtrics,
    redcap,
    spss,
    stata,
    surveymonkey,
    tencent,
    tencent_docs,
    typeform,
    wjx,
)
from survey.exports.dates import UNDECLARED, Dates
from survey.exports.delimited import VALUE
from survey.exports.export import Column, Export, Grouped, Paradata
from survey.exports.header_rows import (
    declared_header,
    found_header,
    under_title,
    with_second_row,
    without_labels,
)
from survey.exports.named_layouts import LAYOUTS
from survey.exports.sheet import Sheet, first_bytes, read_sheet
from survey.text import normalised

# In this order a sheet is tried; each module has PLATFORM, LABEL, recognise and read, and so has a layout.
MODULES = (
    wjx, tencent, tencent_docs, jinshuju, kobo, odk, limesurvey, qualtrics, redcap, msforms, google,
    surveymonkey, typeform, jotform,
)  # fmt: skip
PLATFORMS = (*MODULES, *LAYOUTS)
STATISTICS_FILES = (spss, stata)
# Which read their own second and third row of headers.
OF_SEVERAL_ROWS = {qualtrics.PLATFORM, surveymonkey.PLATFORM}
LABELS = {module.PLATFORM: module.LABEL for module in (*PLATFORMS, *STATISTICS_FILES, plain)}
READERS: dict[str, Callable[[Sheet], Export]] = {
    **{module.PLATFORM: module.read for module in (*PLATFORMS, plain)},
    "wjx_text": partial(wjx.read, coding="text"),
    "wjx_number": partial(wjx.read, coding="position"),
}

__all__ = ["Column", "Export", "Grouped", "Paradata", "read_export", "recognise"]


def recognise(sheet: Sheet) -> str:
    """Return the platform that wrote a sheet; "plain" if it bears no platform's marks.

    Raises
    ------
    ExportError
        If it bears the marks of two platforms.
    """
    names = [module.PLATFORM for module in PLATFORMS if module.recognise(sheet)]
    if len(names) > 1:
        raise ExportError(
            sheet.file, key="export.platform", names=names, first=names[0], remedies={("export",): names[0]}
        )
    return names[0] if names else plain.PLATFORM


def _of_a_platform(sheet: Sheet) -> bool:
    """Say whether a sheet with answers bears a platform's marks."""
    return len(sheet.grid) > 1 and any(module.recognise(sheet) for module in PLATFORMS)


def read_export(
    path: str | Path,
    export: str | None = None,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    header: Sequence[int] = (),
    dates: Dates = UNDECLARED,
) -> Export:
    """Return the plain answers of an export, as `export` names the platform or as recognised.

    Parameters
    ----------
    encoding : str, optional
        Of a text file; recognised from its bytes if left out.
    sheet : str, optional
        Of a workbook with several.
    header : sequence of int, optional
        Row of the headers as a spreadsheet numbers it, or both rows; looked for if left out.
    dates : Dates
        What is known of the order of day and month.

    Raises
    ------
    ExportError
        If the file is missing, damaged, empty or not what `export` says.
    """
    if export is not None and export not in LABELS and export not in READERS:
        known = list(dict.fromkeys([*READERS, *LABELS]))
        near = closest(export, known)
        raise ExportError(
            str(path),
            key="export.unknown_platform",
            export=export,
            known=known,
            nearest=near,
            remedies={("export",): near} if near else {},
        )
    path = Path(path)
    start = first_bytes(path)
    file = next((module for module in STATISTICS_FILES if module.recognise(start)), None)
    if header and (file is not None or parquet.recognise(start)):
        raise ExportError(path.name, key="header.no_rows")
    if file is not None and export in (None, file.PLATFORM):
        answers: Export = file.read(path, dates)
        return answers
    if file is not None or export in (spss.PLATFORM, stata.PLATFORM):
        raise ExportError(
            path.name,
            key="export.no_statistics_file" if file is None else "export.statistics_file",
            export=export,
            format=None if file is None else file.LABEL,
            remedies={("export",): None},
        )
    if parquet.recognise(start):
        return _read(parquet.read_sheet(path), export, dates)
    first = header[0] if header else None
    read = read_sheet(path, encoding, sheet, header=first, bears_marks=_of_a_platform)
    return _read(_people_only(_from_header(read, header, export)), export, dates)


def _read(sheet: Sheet, export: str | None, dates: Dates) -> Export:
    platform = export or recognise(sheet)
    if platform != plain.PLATFORM:
        _refuse_total(sheet)
    return READERS[platform](replace(sheet, dates=dates))


def _refuse_total(sheet: Sheet) -> None:
    """Refuse a platform's file to which a row of totals or a footnote was added, as a spreadsheet has it.

    A person's row begins with a number, a time or an account of the platform's.

    Raises
    ------
    ExportError
        Naming the row.
    """
    cell = next((str(cell) for cell in sheet.body[-1] if cell), "") if len(sheet.body) else ""
    if plain.NOT_A_PERSON.fullmatch(normalised(cell)):
        place = Cell(file=sheet.file, row=int(sheet.rows[-1]))
        raise ExportError(place, key="export.last_row_of_platform", cell=shown(cell))


def _from_header(sheet: Sheet, header: Sequence[int], export: str | None) -> Sheet:
    """Return a sheet from its header down: the rows given, or else those that are found."""
    if header:
        return declared_header(sheet, header)
    if not _of_a_platform(sheet):
        sheet = under_title(sheet, _of_a_platform)
    marked = [module.PLATFORM for module in PLATFORMS if module.recognise(sheet)]
    if {*marked, export} & OF_SEVERAL_ROWS:
        return sheet
    if marked and any(map(VALUE.fullmatch, sheet.grid[1])):  # somebody's answers, with their time
        return sheet
    return without_labels(with_second_row(sheet) if marked else found_header(sheet))


def _people_only(sheet: Sheet) -> Sheet:
    """Return a sheet without rows that repeat its header, each named in a note."""
    named = [i for i, text in enumerate(sheet.header) if text]
    copies = np.arange(1, len(sheet.grid))
    for i in named:
        copies = copies[sheet.grid[copies, i] == sheet.grid[0, i]]
        if not copies.size:
            return sheet
    if len(named) < 2 or len(copies) + 1 == len(sheet.grid):
        return sheet
    keep = np.ones(len(sheet.grid), dtype=bool)
    keep[copies] = False
    rows = ", ".join(str(row) for row in sheet.rows[copies])
    notes = (*sheet.notes, f"the header stands again in row {rows}: no answer")
    return replace(sheet, grid=sheet.grid[keep], rows=sheet.rows[keep], notes=notes)
