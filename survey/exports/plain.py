"""A plain table: one header row, one column a question or one 0/1 column an option."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet

PLATFORM, LABEL = "plain", "a plain table"
PARADATA = {
    "submitted": {"submitted", "timestamp", "submit_time", "提交时间"},
    "seconds": {"seconds", "duration", "duration_seconds", "所用时间"},
    "device": {"ip", "ip_address", "ipaddress"},
    "user": {"user", "openid", "email"},
}


def paradata_columns(header: Sequence[str]) -> dict[str, int]:
    """Return the places of columns that hold no answers, by "submitted", "seconds", "device" and "user"."""
    places = {text.strip().lower(): i for i, text in enumerate(header)}
    by_kind = {kind: [i for text, i in places.items() if text in names] for kind, names in PARADATA.items()}
    return {kind: matches[0] for kind, matches in by_kind.items() if matches}


def read(sheet: Sheet) -> Export:
    """Return the answers of a plain table; raises ExportError."""
    names = set().union(*PARADATA.values())
    columns = [
        Column.of(text, sheet.body[:, i])
        for i, text in enumerate(sheet.header)
        if text.strip().lower() not in names
    ]
    under = partial(sheet.under, places=paradata_columns(sheet.header))
    paradata = sheet.paradata(submitted=under("submitted"), seconds=under("seconds"))
    return sheet.export(PLATFORM, columns, paradata, device=under("device"), user=under("user"))
