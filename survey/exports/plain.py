"""A plain table: one header row, one column a question or one 0/1 column an option."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Cells
from survey.exports.times import read_durations, read_times
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "plain", "a plain table"
SUBMITTED = {"submitted", "timestamp", "submit_time", "提交时间"}
SECONDS = {"seconds", "duration", "duration_seconds", "所用时间"}
DEVICE = {"ip", "ip_address", "ipaddress"}
USER = {"user", "openid", "email"}


def set_apart(header: Sequence[str]) -> dict[str, int]:
    """Return the places of columns that hold no answers, by "submitted", "seconds", "device" and "user"."""
    named = {text.strip().lower(): i for i, text in enumerate(header)}
    kinds = {"submitted": SUBMITTED, "seconds": SECONDS, "device": DEVICE, "user": USER}
    found = {kind: [i for text, i in named.items() if text in names] for kind, names in kinds.items()}
    return {kind: places[0] for kind, places in found.items() if places}


def read(cells: Cells) -> Export:
    """Return the answers of a plain table; raises ExportError."""
    header, body, rows = cells.header, cells.grid[1:], cells.rows[1:]
    aside = {
        i for i, text in enumerate(header) if text.strip().lower() in SUBMITTED | SECONDS | DEVICE | USER
    }
    columns = tuple(
        Column(text, None, "", body[:, i], np.where(body[:, i] == "", int(Missing.BLANK), 0).astype(np.int64))
        for i, text in enumerate(header)
        if i not in aside
    )
    when, taken, device, user = map(set_apart(header).get, ("submitted", "seconds", "device", "user"))
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="text",
        columns=columns,
        paradata=Paradata(
            rows,
            submitted=None if when is None else read_times(body[:, when], cells.file, rows),
            seconds=None if taken is None else read_durations(body[:, taken], cells.file, rows),
        ),
        device=None if device is None else body[:, device],
        user=None if user is None else body[:, user],
    )
