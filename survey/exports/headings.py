"""Headings that hold a question, or a question and the row of a matrix: their columns, numbered in order."""

from __future__ import annotations

from collections.abc import Mapping

from survey.exports.export import BLANK, Column
from survey.exports.sheet import Sheet
from survey.study.questionnaire import Missing


def numbered_columns(
    sheet: Sheet,
    headings: Mapping[int, tuple[str, str]],
    *,
    marks: Mapping[str, Missing] = BLANK,
) -> list[Column]:
    """Return the columns at these places, their questions counted from 1; a matrix counts once.

    Parameters
    ----------
    headings : mapping of int to (str, str)
        By place, in the order of the file, the question and the row of a matrix ("" for none).
    marks : mapping of str to Missing
        Cells that stand for no answer.
    """
    columns, number, last = [], 0, ""
    for place, (question, row) in headings.items():
        if not row or question != last:
            number += 1
        last = question if row else ""
        cells = sheet.body[:, place]
        columns.append(Column.of(question, cells, number=number, option=row, marks=marks, place=place))
    return columns


def one_line(heading: str) -> str:
    """Return a heading without line breaks, and with plain blanks."""
    return " ".join(heading.split())
