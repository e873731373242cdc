"""ODK Central and Briefcase: XML names as headers, groups joined by a hyphen, KEY last."""

from __future__ import annotations

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Export, Paradata
from survey.exports.kobo import answer_columns
from survey.exports.sheet import Cells
from survey.exports.times import elapsed, read_times
from survey.numeric.array_types import Bools, Texts

PLATFORM, LABEL = "odk", "ODK"
OWN = {
    "submissiondate", "start", "end", "today", "deviceid", "submitterid", "submittername",
    "attachmentspresent", "attachmentsexpected", "status", "reviewstate", "edits", "formversion",
    "instanceid", "key", "parent_key", "username", "phonenumber", "simserial", "subscriberid",
}  # fmt: skip


def recognise(cells: Cells) -> bool:
    """Say whether the time of submission stands first and the key of the answer behind."""
    header = cells.header
    return header[0] == "SubmissionDate" and bool({"KEY", "meta-instanceID", "instanceID"} & set(header))


def read(cells: Cells) -> Export:
    """Return the answers of an ODK export; raises ExportError."""
    header, body, rows = cells.header, cells.grid[1:], cells.rows[1:]
    where = {text.casefold(): i for i, text in reversed(list(enumerate(header)))}
    asked = [i for i, text in enumerate(header) if text and not _is_own(text)]
    if not asked:
        raise ExportError(cells.file, "holds no question", "export the submissions again")
    # Options split off stand behind a slash, groups behind a hyphen.
    joint = "/" if any("/" in text for text in header) else "-"

    def of(name: str) -> Texts | None:
        return body[:, where[name]] if name in where else None

    ended = of("end") if of("end") is not None else of("submissiondate")
    submitted = None if ended is None else read_times(ended, cells.file, rows)
    starts = of("start")
    begun = None if starts is None else read_times(starts, cells.file, rows)
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="text",
        columns=answer_columns([header[i] for i in asked], body[:, asked], joint),
        paradata=Paradata(
            rows,
            submitted=submitted,
            seconds=None if of("end") is None else elapsed(begun, submitted),
            rejected=_rejected(of("reviewstate")),
        ),
        separator=" ",
        device=of("deviceid"),
    )


def _is_own(header: str) -> bool:
    return header.casefold() in OWN or header.startswith("meta-") or header.startswith("SET-OF-")


def _rejected(states: Texts | None) -> Bools | None:
    if states is None or not (states != "").any():
        return None
    return np.array([str(state).casefold() == "rejected" for state in states], dtype=bool)
