"""The text download and the number download of one 问卷星 questionnaire: text and place give every order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from survey.drafting.families import columns_by_reference
from survey.errors import ExportError
from survey.exports.dates import UNDECLARED, Dates
from survey.exports.export import Export
from survey.exports.platforms import read_export, recognise
from survey.exports.sheet import read_sheet
from survey.exports.wjx import LABEL, PLATFORM

CODINGS = {"wjx_text": "wjx_number", "wjx_number": "wjx_text"}


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two downloads of the same answers, row for row.

    Attributes
    ----------
    text, numbers : Export
        With option texts, and with places in the lists of options.
    path : Path
        Of the text download, which a wave reads.
    export : str or None
        What a wave must be told to read it; None for nothing.
    """

    text: Export
    numbers: Export
    path: Path
    export: str | None = None

    def error(self, *, key: str, row: int | None = None, **fields: Any) -> ExportError:
        """Return the error that names both files, and a row counted from 0 as a spreadsheet counts it."""
        place = "" if row is None else f", row {self.text.paradata.rows[row]}"
        return ExportError(f"{self.text.file} and {self.numbers.file}{place}", key=key, **fields)


def is_download(path: Path) -> bool:
    """Say whether a file is a download of 问卷星, whatever it is given as."""
    try:
        return recognise(read_sheet(path)) == PLATFORM
    except ExportError:
        return False


def read_pair(
    first: Path,
    second: Path,
    platform: str | None = None,
    *,
    sheet: str | None = None,
    header: Sequence[int] = (),
    dates: Dates = UNDECLARED,
) -> Pair:
    """Return two downloads of one questionnaire, in whichever order they are named.

    Parameters
    ----------
    platform, sheet, header, dates : optional
        As of `survey.exports.platforms.read_export`, the first two for the first file.

    Raises
    ------
    ExportError
        If they are not a text and a number download of the same answers.
    """
    read = partial(read_export, header=header, dates=dates)
    names = [platform, CODINGS.get(platform or "")]
    exports: list[Export | ExportError] = []
    for path, name, page in zip((first, second), names, (sheet, None), strict=True):
        try:
            exports.append(read(path, name, sheet=page))
        except ExportError as error:
            exports.append(error)
    one, other = exports
    if isinstance(one, ExportError):  # a file of numbers alone is what the other is not
        names[0] = _complement(one, other, names[0])
        one = read(first, names[0], sheet=sheet)
    if isinstance(other, ExportError):
        names[1] = _complement(other, one, names[1])
        other = read(second, names[1])
    for export in (one, other):
        if export.platform != PLATFORM:
            raise ExportError(export.file, key="export.pair_platform", platform=LABEL)
    swapped = one.coding == "position"
    pair = Pair(other, one, second, names[1]) if swapped else Pair(one, other, first, names[0])
    if one.coding == other.coding:
        what = "option numbers" if swapped else "option texts"
        raise pair.error(key="export.pair_alike", what=what)
    _check_rows(pair)
    return pair


def _complement(error: ExportError, other: Export | ExportError, name: str | None) -> str:
    """Return as what to read a file that could not be read as such; raises why it could not."""
    if isinstance(other, ExportError) or other.platform != PLATFORM or name is not None:
        raise error
    return "wjx_number" if other.coding == "text" else "wjx_text"


def _check_rows(pair: Pair) -> None:
    """Refuse downloads that do not hold the same questions and people, as far as times tell."""
    text, numbers = pair.text, pair.numbers
    if len(text) != len(numbers):
        raise pair.error(key="export.pair_sizes", first=len(text), second=len(numbers))
    for what, one, other in (
        ("times of submission", text.paradata.submitted, numbers.paradata.submitted),
        ("times taken", text.paradata.seconds, numbers.paradata.seconds),
    ):
        if one is not None and other is not None:
            differ = (one != other) & ~(pd.isna(one) & pd.isna(other))
            if differ.any():
                raise pair.error(key="export.pair_times", what=what, row=int(differ.argmax()))
    asked, also_asked = (columns_by_reference(export) for export in (text, numbers))
    for name in [*asked, *also_asked]:
        if name not in asked or name not in also_asked:
            file = (text if name in asked else numbers).file
            raise pair.error(key="export.pair_questions", question=name, file=file)
