"""KoboToolbox: XML names or labels as headers, groups and options joined by a slash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Cells
from survey.exports.times import elapsed, read_times
from survey.numeric.array_types import Bools, Texts
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "kobo", "KoboToolbox"
OWN = {
    "start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid", "audit",
    "formhub/uuid", "meta/instanceid", "meta/instancename", "meta/rootuuid", "meta/deprecatedid",
    "__version__",
}  # fmt: skip
TICKS = {"0", "1", ""}


def recognise(cells: Cells) -> bool:
    """Say whether Kobo's own columns stand in the header."""
    return {"_id", "_uuid", "_submission_time"} <= set(cells.header)


def read(cells: Cells) -> Export:
    """Return the answers of a Kobo export; raises ExportError."""
    header, body, rows = cells.header, cells.grid[1:], cells.rows[1:]
    if len(body) and _is_tags([str(cell) for cell in body[0]]):
        body, rows = body[1:], rows[1:]
    asked = [i for i, text in enumerate(header) if text and not is_own(text)]
    if not asked or not len(body):
        raise ExportError(
            cells.file, "holds no question or no answer", "export the submissions again with their answers"
        )
    where = {text.casefold(): i for i, text in reversed(list(enumerate(header)))}
    ends, starts = where.get("end"), where.get("start")
    # The phone's own time of the last question; the server's is in another zone.
    last = ends if ends is not None else where.get("_submission_time")
    submitted = None if last is None else read_times(body[:, last], cells.file, rows)
    begun = None if starts is None else read_times(body[:, starts], cells.file, rows)
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="text",
        columns=answer_columns([header[i] for i in asked], body[:, asked], "/"),
        paradata=Paradata(
            rows,
            submitted=submitted,
            seconds=None if ends is None else elapsed(begun, submitted),
            rejected=_rejected(body, where),
        ),
        separator=" ",
        device=None if "deviceid" not in where else body[:, where["deviceid"]],
    )


def is_own(header: str) -> bool:
    """Say whether a column is Kobo's own and holds no answer."""
    return header.casefold() in OWN or header.startswith("_")


def _is_tags(row: Sequence[str]) -> bool:
    """Say whether a row holds HXL tags, which some exports put under the header."""
    filled = [cell for cell in row if cell]
    return bool(filled) and all(cell.startswith("#") for cell in filled)


def _rejected(body: Texts, where: Mapping[str, int]) -> Bools | None:
    if "_validation_status" not in where:
        return None
    status = body[:, where["_validation_status"]]
    if not (status != "").any():
        return None
    words = {"not approved", "validation_status_not_approved"}
    return np.array([str(cell).casefold() in words for cell in status], dtype=bool)


def answer_columns(headers: Sequence[str], body: Texts, joint: str) -> tuple[Column, ...]:
    """Return the columns of an XLSForm's export, its groups and options told apart.

    A column behind its question's own ("why", then "why/price") is an option, and the question's own,
    which packs the same ticks, is left out. Without one, columns that share a beginning and hold ticks
    alone are options; all others are questions in a group.

    Parameters
    ----------
    headers : sequence of str
    body : array of str, shape (n, len(headers))
    joint : str
        What joins groups, questions and options.
    """
    packed = _packed_questions(headers, joint)
    families = _tick_families(headers, body, joint, set(packed.values()))
    questions = [packed.get(header) or families.get(header) or header for header in headers]
    short = _short_names(list(dict.fromkeys(questions)), joint)
    columns = []
    for i, header in enumerate(headers):
        if header in packed.values():
            continue
        question = packed.get(header) or families.get(header)
        option = "" if question is None else header[len(question) + len(joint) :]
        missing = np.where(body[:, i] == "", int(Missing.BLANK), 0).astype(np.int64)
        text = question or header
        name = short.get(text, text)
        columns.append(Column(text, None, option, body[:, i], missing, name=name))
    return tuple(columns)


def _packed_questions(headers: Sequence[str], joint: str) -> dict[str, str]:
    """Return for each option's header the header of the question before it."""
    found: dict[str, str] = {}
    for i, header in enumerate(headers):
        for later in headers[i + 1 :]:
            if not later.startswith(header + joint):
                break
            found[later] = header
    return found


def _tick_families(headers: Sequence[str], body: Texts, joint: str, questions: set[str]) -> dict[str, str]:
    """Return for each option's header the question that several such headers begin with."""
    found: dict[str, str] = {}
    stems: dict[str, list[int]] = {}
    for i, header in enumerate(headers):
        stem, has, _ = header.rpartition(joint)
        if has and stem not in questions and not any(header.startswith(q + joint) for q in questions):
            stems.setdefault(stem, []).append(i)
    for stem, places in stems.items():
        cells = {str(cell) for i in places for cell in np.unique(body[:, i])}
        if len(places) > 1 and cells <= TICKS and "1" in cells:
            found |= {headers[i]: stem for i in places}
    return found


def _short_names(headers: Sequence[str], joint: str) -> dict[str, str]:
    """Return the last part of each header where no other header has the same."""
    last = [header.rpartition(joint)[2] for header in headers]
    return {header: part for header, part in zip(headers, last, strict=True) if last.count(part) == 1}
