"""Which row of a sheet is its header: rows of a title or of counts may stand above it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from survey.exports.sheet import Sheet

# Rows looked at, and a cell that is a value and no heading: a number, a date or a time.
HIGHEST = 10
VALUE = re.compile(r"[-+]?[\d.,:/ %-]+")


def below_title(sheet: Sheet) -> Sheet:
    """Return a sheet without the rows above its header, with a note; the sheet itself where there are none.

    The header is the first row with as many filled cells as any, all of them texts that stand nowhere else in
    their columns. Above it are rows of which at most half as many cells are filled.
    """
    filled = (sheet.grid != "").sum(axis=1)
    place = int(np.argmax(filled == filled.max()))
    if not 0 < place <= HIGHEST or place + 1 >= len(sheet.grid) or (2 * filled[:place] > filled[place]).any():
        return sheet
    for heading, below in zip(sheet.grid[place], sheet.grid[place + 1 :].T, strict=True):
        if heading and (VALUE.fullmatch(heading) or heading in below.tolist()):
            return sheet
    note = f"the header is read from row {sheet.rows[place]}: what stands above it is no answer"
    return replace(sheet, grid=sheet.grid[place:], rows=sheet.rows[place:], notes=(*sheet.notes, note))
