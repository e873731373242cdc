"""Questionnaire exports, one module a platform: recognised by content, read into plain answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from survey.errors import ExportError, listing, nearest
from survey.exports import (
    google,
    jinshuju,
    kobo,
    limesurvey,
    odk,
    parquet,
    plain,
    qualtrics,
    spss,
    stata,
    surveymonkey,
    tencent,
    wjx,
)
from survey.exports.export import Column, Export, Grouped, Paradata
from survey.exports.sheet import Cells, first_bytes, read_cells

Reader = Callable[[Cells], Export]
# In this order a file is tried; each module has PLATFORM, LABEL, recognise and read.
PLATFORMS = (wjx, tencent, jinshuju, kobo, odk, limesurvey, qualtrics, google, surveymonkey)
FILES = (spss, stata)
LABELS = {module.PLATFORM: module.LABEL for module in (*PLATFORMS, *FILES, plain)}
READERS: dict[str, Reader] = {module.PLATFORM: module.read for module in (*PLATFORMS, plain)}
READERS |= {"wjx_text": partial(wjx.read, coding="text"), "wjx_number": partial(wjx.read, coding="position")}
RECOGNISERS = {module.PLATFORM: module.recognise for module in PLATFORMS}

__all__ = ["Column", "Export", "Grouped", "Paradata", "read_export", "recognise"]


def recognise(cells: Cells) -> str:
    """Return the platform that wrote the file; "plain" if it bears no platform's marks.

    Raises
    ------
    ExportError
        If two platforms' marks are there.
    """
    found = [name for name, matches in RECOGNISERS.items() if matches(cells)]
    if len(found) > 1:
        raise ExportError(
            cells.file,
            f"could be an export of {listing(found)}",
            f'add export = "{found[0]}" (or another) to the wave',
        )
    return found[0] if found else plain.PLATFORM


def read_export(
    path: str | Path,
    export: str | None = None,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
) -> Export:
    """Return the plain answers of an export, as `export` names the platform or as recognised.

    Parameters
    ----------
    encoding : str, optional
        Of a text file; told from its bytes if left out.
    sheet : str, optional
        Of a workbook with several.

    Raises
    ------
    ExportError
        If the file is missing, damaged, empty or not what `export` says.
    """
    if export is not None and export not in LABELS and export not in READERS:
        known = list(dict.fromkeys([*READERS, *LABELS]))
        raise ExportError(
            str(path),
            f'export = "{export}" is not a platform known here ({listing(known, 30)})',
            nearest(export, known),
        )
    path = Path(path)
    file = next((module for module in FILES if module.recognise(first_bytes(path))), None)
    if file is not None and export in (None, file.PLATFORM):
        answers: Export = file.read(path)
        return answers
    if export in {module.PLATFORM for module in FILES} or (file is not None and export is not None):
        what = "text or a workbook" if file is None else file.LABEL
        raise ExportError(path.name, f'is not what export = "{export}" says, but {what}', "leave export out")
    is_parquet = parquet.recognise(first_bytes(path))
    cells = parquet.read_cells(path) if is_parquet else read_cells(path, encoding, sheet)
    found = READERS[export or recognise(cells)](cells)
    return replace(found, notes=(*found.notes, *cells.notes))
