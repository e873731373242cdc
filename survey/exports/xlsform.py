"""Exports of XLSForm questionnaires, as KoboToolbox and ODK write them: groups and options in the headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet, marked
from survey.numeric.array_types import Texts

TICKS = {"0", "1", ""}


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
    reviewed = verdicts is not None and bool((verdicts != "").any())
    return sheet.export(
        platform,
        (
            replace(column, place=places[column.place])
            for column in answer_columns([header[i] for i in places], sheet.body[:, places], joint)
        ),
        sheet.paradata(
            # The phone's own time of the last question; the server's is in another zone.
            submitted=under("end", submitted),
            started=None if end is None else under("start"),
            rejected=marked(verdicts, rejected) if reviewed else None,
        ),
        separator=" ",
        device=under("deviceid"),
    )


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
    for i, header in enumerate(headers):
        for later in headers[i + 1 :]:
            if not later.startswith(header + joint):
                break
            question_of[later] = header
    packed = set(question_of.values())
    stems: dict[str, list[int]] = {}
    for i, header in enumerate(headers):
        stem = header.rpartition(joint)[0]
        if stem and stem not in packed and not any(header.startswith(q + joint) for q in packed):
            stems.setdefault(stem, []).append(i)
    for stem, places in stems.items():
        cells = {str(cell) for i in places for cell in np.unique(body[:, i])}
        if len(places) > 1 and cells <= TICKS and "1" in cells:
            question_of |= {headers[i]: stem for i in places}
    questions = list(dict.fromkeys(question_of.get(header, header) for header in headers))
    last = [header.rpartition(joint)[2] for header in questions]
    # The last part of a header is its short name where no other header has the same.
    names = {q: part if last.count(part) == 1 else q for q, part in zip(questions, last, strict=True)}
    columns = []
    for i, header in enumerate(headers):
        if header in packed:
            packed_ticks = Column.of(header, body[:, i], place=i)
            columns.append(replace(packed_ticks, left_out="the same ticks stand in a column for each option"))
            continue
        question = question_of.get(header, header)
        option = header[len(question) + len(joint) :]
        columns.append(Column.of(question, body[:, i], option=option, name=names[question], place=i))
    return tuple(columns)
