"""A plain table: one header row, one column a question or one 0/1 column an option."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from survey.errors import ExportError, shown
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet
from survey.text import normalised

PLATFORM, LABEL = "plain", "a plain table"
PARADATA = {
    "submitted": {"submitted", "timestamp", "submit_time", "提交时间"},
    "seconds": {"seconds", "duration", "duration_seconds", "所用时间"},
    "device": {"ip", "ip_address", "ipaddress"},
    "user": {"user", "openid", "email"},
}
# What begins a row that sums the columns above it, or a footnote; normalised, alone or before a colon.
NOT_A_PERSON = re.compile(
    r"(?:合计|总计|小计|共计|总和|平均值?|均值|占比|百分比|注|备注|说明|(?:数据|资料)?来源"
    r"|(?:grand |sub)?totals?|sum|average|mean|notes?|source)\s*(?::.*)?|共\s?\d+\s?[份人条名户].*",
    re.DOTALL,
)


def paradata_columns(header: Sequence[str]) -> dict[str, int]:
    """Return the places of columns that hold no answers, by "submitted", "seconds", "device" and "user"."""
    places = {text.strip().lower(): i for i, text in enumerate(header)}
    by_kind = {kind: [i for text, i in places.items() if text in names] for kind, names in PARADATA.items()}
    return {kind: matches[0] for kind, matches in by_kind.items() if matches}


def read(sheet: Sheet) -> Export:
    """Return the answers of a plain table; raises ExportError."""
    names = set().union(*PARADATA.values())
    wordings = sheet.wordings or [""] * len(sheet.header)
    # A column without a heading or a cell would part the options of a question.
    filled = {*sheet.filled()}
    columns = [
        Column.of(wording or text, sheet.body[:, i], name=text if wording else "", place=i)
        for i, (text, wording) in enumerate(zip(sheet.header, wordings, strict=True))
        if i in filled and text.strip().lower() not in names
    ]
    under = partial(sheet.under, places=paradata_columns(sheet.header))
    paradata = sheet.paradata(submitted=under("submitted"), seconds=under("seconds"))
    export = sheet.export(PLATFORM, columns, paradata, device=under("device"), user=under("user"))
    return replace(export, zeros="answer", families="by_heading", singles="whole_or_split")


def check_last_row(export: Export, options: Iterable[str] = ()) -> None:
    """Refuse a plain table that ends in a row of totals or a footnote, which would count as a person.

    Platforms write no such row: to be called for tables of this kind only.

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
        raise ExportError(export.place(-1), key="export.last_row", cell=shown(cell))
