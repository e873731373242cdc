"""The separator of a text table: the sign that splits its header and its rows alike."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from itertools import islice

from survey.errors import ExportError, listing

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
# What Excel writes and reads above the header; it shows no row for it.
STATED = re.compile(r'\A"?sep=([,;\t|:])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
# A longer sample decides no more, and large tables have millions of lines.
LINES = 2000


def stated_separator(text: str) -> tuple[str, str] | None:
    """Return the separator that a first line such as sep=; states, and the text below; None without one."""
    stated = STATED.match(text)
    return None if stated is None else (stated[1], text[stated.end() :])


def separator_of(lines: Iterable[str], name: str) -> str:
    """Return the sign that splits the header and the rows into the same number of cells.

    Where no sign does so for all rows, it is the one that does so for most of them, so that a message can
    name the row that is too long or too short. A table that no sign splits has one column and gets ",".

    Parameters
    ----------
    lines : iterable of str
        The lines of the file with their ends; the first 2,000 are read.
    name : str
        Of the file, for messages.

    Raises
    ------
    ExportError
        If two signs split all rows alike.
    """
    sample = [*islice(lines, LINES)]
    widths = {sign: _widths(sample, sign) for sign in SEPARATORS}
    widths = {sign: cells for sign, cells in widths.items() if cells and cells[0] > 1}
    if len(widths) < 2:
        return next(iter(widths), ",")
    regular = [sign for sign, cells in widths.items() if len(set(cells)) == 1]
    if len(regular) > 1:
        ways = listing(f"by {SEPARATORS[sign]} into {widths[sign][0]}" for sign in regular)
        raise ExportError(
            name,
            f"has rows that can be split in {len(regular)} ways ({ways} cells)",
            "write the separator in a line above the header, such as sep=; or export again as .xlsx",
        )
    return max(widths, key=lambda s: (widths[s].count(widths[s][0]) / len(widths[s]), widths[s][0]))


def _widths(sample: list[str], separator: str) -> list[int]:
    """Return how many cells each row of a sample has that is not blank; none if it cannot be split."""
    try:
        rows = [*csv.reader(sample, delimiter=separator)]
    except csv.Error:
        return []
    if len(sample) == LINES:  # the last row may be cut off
        rows = rows[:-1]
    return [len(row) for row in rows if any(cell.strip() for cell in row)]
