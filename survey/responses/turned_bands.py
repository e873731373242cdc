"""Bands such as 1-9 that a spreadsheet turned into dates: 1月9日, 9-Jan, 2024-01-09."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pandas as pd

from survey.errors import Cell, ExportError, shown
from survey.exports.export import Column, Export
from survey.exports.moments import MONTHS
from survey.text import normalised

BAND = re.compile(r"\D{0,3}?(\d{1,3})\s?[-–—~至到]\s?(\d{1,3})\D{0,4}")
_MONTH = "|".join(MONTHS)
# Without a year, as a spreadsheet shows them; with the year of the day on which the file was opened.
SHORT_DATES = (
    re.compile(r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日?"),
    re.compile(rf"(?P<d>\d{{1,2}})(?:-|\. ?| )(?P<m>{_MONTH})[a-z]{{0,2}}\.?"),
    re.compile(rf"(?P<m>{_MONTH})-(?P<d>\d{{2}})"),
)
LONG_DATES = (
    re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?(?: 0?0:00(?::00)?)?"),
    re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})(?: 0?0:00(?::00)?)?"),
)
# More different answers are no list of bands; so many dates with a year that follow each other are.
MOST_BANDS, CHAIN, ROWS_LOOKED_AT = 40, 3, 2000
Band = tuple[int, int]


def _band(text: str) -> Band | None:
    match = BAND.fullmatch(normalised(text))
    return (int(match[1]), int(match[2])) if match and int(match[1]) < int(match[2]) else None


def turned_band(text: str) -> tuple[Band, str] | None:
    """Return the band that a date could have been, and its year, "" without one; None for any other text."""
    word = normalised(text)
    for pattern in (*SHORT_DATES, *LONG_DATES):
        if match := pattern.fullmatch(word):
            parts = match.groupdict()
            month = int(parts["m"]) if parts["m"].isdecimal() else MONTHS.index(parts["m"]) + 1
            low, high = sorted((month, int(parts["d"])))
            return ((low, high), parts.get("y") or "") if low < high else None
    return None


def refuse_turned_bands(column: Column, export: Export) -> None:
    """Refuse a column with dates among bands, or with dates alone that follow each other as bands do.

    Raises
    ------
    ExportError
        Naming the row of the first date, and the band it was.
    """
    texts = [str(cell) for cell in pd.unique(column.cells[:ROWS_LOOKED_AT]) if cell]
    dates = {text: found for text in texts if (found := turned_band(text))}
    if not dates or len(texts) > MOST_BANDS:
        return
    bands = [text for text in texts if text not in dates and _band(text)]
    among = bool(bands) and 2 * (len(bands) + len(dates)) >= len(texts)
    if not among and not _are_a_list(dates.values()):
        return
    text, ((low, high), _) = next(iter(dates.items()))
    row = int(np.argmax(column.cells == text))
    place = export.place(row, column=shown(column.heading or column.header))
    raise turned_error(text, (low, high), place)


def _are_a_list(dates: Iterable[tuple[Band, str]]) -> bool:
    """Say whether dates of one year, or without one, are bands of which each begins where another ends."""
    found = [*dates]
    years = {year for _, year in found}
    least = 2 if years == {""} else CHAIN
    ordered = sorted(band for band, _ in found)
    follow = all(second[0] - first[1] in (0, 1) for first, second in pairwise(ordered))
    return len(years) == 1 and len(found) >= least and follow


def turned_option(text: str, options: Iterable[str]) -> Band | None:
    """Return the band among these options of which a spreadsheet made a date; None where it is none."""
    found = turned_band(text)
    return found[0] if found and found[0] in {_band(option) for option in options} else None


def turned_error(text: str, band: Band, place: Cell) -> ExportError:
    """Return the error for a date that was a band."""
    return ExportError(place, key="export.turned_band", cell=text, band=f"{band[0]}-{band[1]}")
