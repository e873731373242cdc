"""Exports of XLSForm questionnaires, as KoboToolbox and ODK write them: groups and options in the headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from survey.errors import listing
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet, marked
from survey.numeric.array_types import Texts

TICKS = {"0", "1", ""}
# Groups may be joined by any text: it is looked for behind questions, then among these.
JOINTS, SIGN = ("/", ".", ":", "|", "-"), re.compile(r"\W+|__")
XML_NAME = re.compile(r"[A-Za-z_][\w.-]*|\d{1,4}")
# One name, or several joined by blanks, as a download of XML values has them.
XML_NAMES = re.compile(r"(?:[a-z_][a-z0-9_.-]*|\d{1,4})(?: (?:[a-z_][a-z0-9_.-]*|\d{1,4}))*")
# What ODK says of encrypted answers that it could not open: their cells are empty.
UNREADABLE = {"not decrypted", "missing encrypted form data"}
MOST_CELLS = 100
FILES = "names and addresses of files"


def xlsform_export(
    sheet: Sheet,
    platform: str,
    places: Sequence[int],
    *,
    joint: str,
    submitted: str,
    review: str,
    rejected: Sequence[str],
) -> Export:
    """Return the answers of an XLSForm's export.

    Parameters
    ----------
    places : sequence of int
        Of the columns that hold answers.
    joint : str
        What joins groups, questions and options in a header.
    submitted, review : str
        Headers, in small letters, of the server's time of submission and of a reviewer's verdict.
    rejected : sequence of str
        Verdicts, in small letters, by which an answer is rejected.

    Raises
    ------
    ExportError
        Naming the row of the first cell that is not a time.
    """
    under = partial(sheet.under, places=sheet.places(str.casefold))
    header = sheet.header
    end, verdicts = under("end"), under(review)
    marks = [marked(verdicts, rejected), marked(under("status"), UNREADABLE)]
    unfit = [mark for mark in marks if mark is not None]
    reviewed = any(mark.any() for mark in unfit) or (verdicts is not None and bool((verdicts != "").any()))
    columns = [
        replace(column, place=places[column.place])
        for column in answer_columns([header[i] for i in places], sheet.body[:, places], joint)
    ]
    return sheet.export(
        platform,
        columns,
        sheet.paradata(
            # The phone's own time of the last question; the server's is in another zone.
            submitted=under("end", submitted),
            started=None if end is None else under("start"),
            rejected=np.any(unfit, axis=0) if reviewed else None,
        ),
        separator=" ",
        device=under("deviceid"),
        notes=_joined_labels([column for column in columns if not column.option and not column.left_out]),
    )


def _joined_labels(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return a note on columns in which cells read like labels joined by blanks."""
    suspect = []
    for column in columns:
        cells = {*map(str, column.texts)} - {""}
        if len(cells) > MOST_CELLS or all(XML_NAMES.fullmatch(cell) for cell in cells):
            continue
        ends = {
            cell: {c for c in cells if cell.startswith(c + " ") or cell.endswith(" " + c)} for cell in cells
        }
        # One may be a label in itself, as "Yes, always" beside "Yes," is; two are a sign.
        if sum(map(bool, ends.values())) > 1:
            suspect.append(column.header)
    if not suspect:
        return ()
    return (
        f"{listing(suspect)}: some cells read like several labels joined by blanks, which cannot be parted; "
        "download XML values, or a column for each option",
    )


def joint_of(headers: Sequence[str], body: Texts) -> str:
    """Return what joins groups, questions and options in headers: a slash, or what was chosen for it."""
    ticks = [_holds_ticks(body[:, i]) and "1" in body[:, i] for i in range(len(headers))]
    signs = Counter[str]()
    for i, header in enumerate(headers):
        for j in range(i + 1, len(headers)):
            if not headers[j].startswith(header):
                break
            if ticks[j] and (sign := SIGN.match(headers[j], len(header))):
                signs[sign[0]] += 1
    if signs:
        return signs.most_common(1)[0][0]
    under_ticks = [header for header, tick in zip(headers, ticks, strict=True) if tick]
    for joint in JOINTS:
        stems = Counter(header.rpartition(joint)[0] for header in under_ticks)
        if any(n > 1 for stem, n in stems.items() if stem):
            return joint
    return JOINTS[0]


def _holds_ticks(cells: Texts) -> bool:
    return set(map(str, np.unique(cells))) <= TICKS


def _without_summary(headers: Sequence[str], body: Texts, joint: str, packed: set[str]) -> dict[str, str]:
    """Return the question of each option that has a column and no column of packed ticks before it.

    The label of an option may hold the joint, as in "Too far/inconvenient". All options of a question are
    blank for the same people, and one of them at least stands right behind the question.
    """
    free = [h for h in headers if not any(h == q or h.startswith(q + joint) for q in packed)]
    cells = dict(zip(headers, body.T, strict=True))
    ticks = [h for h in free if joint in h and _holds_ticks(cells[h])]
    blanks = {h: (cells[h] == "").tobytes() for h in ticks}
    question_of = dict[str, str]()
    for header in ticks:
        parts = header.split(joint)
        stems = [joint.join(parts[:n]) for n in range(1, len(parts))]
        if all(map(XML_NAME.fullmatch, parts)):  # which hold no joint
            stems = stems[-1:]
        for stem in stems:
            under = [h for h in free if h.startswith(stem + joint)]
            alike = all(h in blanks and blanks[h] == blanks[header] for h in under)
            direct = any(joint not in h[len(stem) + len(joint) :] for h in under)
            last = stem == stems[-1]
            siblings = [h for h in ticks if h.rpartition(joint)[0] == stem] if last else under
            if len(siblings) > 1 and ((alike and direct) or last) and any("1" in cells[h] for h in siblings):
                question_of[header] = stem
                break
    return question_of


def answer_columns(headers: Sequence[str], body: Texts, joint: str) -> tuple[Column, ...]:
    """Return the columns of an XLSForm's export, its groups and options distinguished.

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
    question_of = dict[str, str]()  # by an option's header, the header of the question before it
    unanswered = ~(body != "").any(axis=0)
    for i, header in enumerate(headers):
        for j, later in enumerate(headers[i + 1 :], i + 1):
            if later.startswith(header + joint):
                question_of[later] = header
            elif not unanswered[j]:  # such a column, put in by hand, parts no question
                break
    packed = set(question_of.values())
    question_of |= _without_summary(headers, body, joint, packed)
    questions = list(dict.fromkeys(question_of.get(header, header) for header in headers))
    last = [header.rpartition(joint)[2] for header in questions]
    # The last part of a header is its short name where no other header has the same.
    names = {q: part if last.count(part) == 1 else q for q, part in zip(questions, last, strict=True)}
    media = {h for h in headers if h + "_URL" in headers}
    media |= {h + "_URL" for h in media}
    columns = []
    for i, header in enumerate(headers):
        if header in media:
            columns.append(replace(Column.of(header, body[:, i], place=i), left_out=FILES))
            continue
        if header in packed:
            packed_ticks = Column.of(header, body[:, i], place=i)
            columns.append(replace(packed_ticks, left_out="the same ticks stand in a column for each option"))
            continue
        question = question_of.get(header, header)
        option = header[len(question) + len(joint) :]
        columns.append(Column.of(question, body[:, i], option=option, name=names[question], place=i))
    return tuple(columns)
