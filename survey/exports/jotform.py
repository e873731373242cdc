"""Jotform: the date of submission, ticks on lines of a cell, >> between a matrix and its row."""

from __future__ import annotations

import re
from functools import partial

from survey.errors import ExportError
from survey.exports.export import Export
from survey.exports.headings import numbered_columns, one_line
from survey.exports.sheet import Sheet

PLATFORM, LABEL = "jotform", "Jotform"
SUBMITTED, ADDRESS, MATRIX = "submission date", "submission ip", " >> "
OWN = {
    SUBMITTED, ADDRESS, "submission id", "submission url", "submission edit url", "submission status",
    "last update date", "last updated date", "approval status", "workflow status", "flow status", "ip",
}  # fmt: skip
NO_LABEL = re.compile(r"no label( \d+)?", re.IGNORECASE)
# Sep 1, 2024 or 1-Sep-24, with or without the time of the day.
DATE = re.compile(r"(?:[A-Z][a-z]{2} \d{1,2}, \d{4}|\d{1,2}-[A-Z][a-z]{2}-\d{2,4})(?:\D.*)?")


def recognise(sheet: Sheet) -> bool:
    """Say whether the date of submission is named, and a second mark of Jotform is there."""
    places = sheet.places(str.casefold)
    if SUBMITTED not in places:
        return False
    dates = [str(cell) for cell in sheet.body[:, places[SUBMITTED]] if cell]
    marks = any(MATRIX in text or NO_LABEL.fullmatch(text) for text in sheet.header)
    dated = bool(dates) and all(map(DATE.fullmatch, dates))
    return marks or dated or bool({ADDRESS, "submission id"} & set(places))


def read(sheet: Sheet) -> Export:
    """Return the answers of a Jotform file; raises ExportError."""
    headings = {}
    for i, text in enumerate(sheet.header):
        if text.casefold() not in OWN:
            question, _, row = one_line(text).partition(MATRIX)
            headings[i] = (question, row)
    if not headings:
        raise ExportError(sheet.file, key="export.no_question")
    under = partial(sheet.under, places=sheet.places(str.casefold))
    return sheet.export(
        PLATFORM,
        numbered_columns(sheet, headings),
        sheet.paradata(submitted=under(SUBMITTED)),
        separator="\n",
        unticked=frozenset({""}),
        device=under(ADDRESS, "ip"),
    )
