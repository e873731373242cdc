"""A last row that is no person: totals of the columns above it, or a footnote."""

from __future__ import annotations

import re
from collections.abc import Iterable

from survey.errors import Cell, ExportError, shown
from survey.exports.export import Export
from survey.exports.sheet import Sheet
from survey.text import normalised

# What begins such a row; normalised, alone or before a colon.
NOT_A_PERSON = re.compile(
    r"(?:合计|总计|小计|共计|总和|平均值?|均值|占比|百分比|注|备注|说明|(?:数据|资料)?来源"
    r"|(?:grand |sub)?totals?|sum|average|mean|notes?|source)\s*(?::.*)?|共\s?\d+\s?[份人条名户].*",
    re.DOTALL,
)


def refuse_total(sheet: Sheet) -> None:
    """Refuse a platform's file to which a row of totals or a footnote was added, as a spreadsheet has it.

    A person's row begins with a number, a time or an account of the platform's.

    Raises
    ------
    ExportError
        Naming the row.
    """
    cell = next((str(cell) for cell in sheet.body[-1] if cell), "") if len(sheet.body) else ""
    if NOT_A_PERSON.fullmatch(normalised(cell)):
        place = Cell(file=sheet.file, row=int(sheet.rows[-1]))
        raise ExportError(place, key="export.last_row_of_platform", cell=shown(cell))


def check_last_row(export: Export, options: Iterable[str] = ()) -> None:
    """Refuse a plain table that ends in such a row, which would count as a person.

    Its first column may be a question: to be called for tables of this kind only.

    Parameters
    ----------
    options : iterable of str
        Texts of the options in the study file; a cell with one of them is an answer.

    Raises
    ------
    ExportError
        Naming the row.
    """
    if not len(export) or export.paradata.grouped is not None:
        return
    cell = next((str(column.cells[-1]) for column in export.columns if str(column.cells[-1]).strip()), "")
    text = normalised(cell)
    if NOT_A_PERSON.fullmatch(text) and text not in map(normalised, options):
        place = Cell(file=export.file, row=int(export.paradata.rows[-1]))
        raise ExportError(place, key="export.last_row", cell=shown(cell))
