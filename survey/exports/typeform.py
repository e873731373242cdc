"""Typeform: a column an option, under the option's label alone; times in UTC; unsent answers marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.headings import one_line
from survey.exports.sheet import Sheet, marked
from survey.numeric.array_types import Texts
from survey.text import normalised

PLATFORM, LABEL = "typeform", "Typeform"
STATUS, STARTED, SUBMITTED, NETWORK = "response type", "start date (utc)", "submit date (utc)", "network id"
OWN = {"#", STATUS, STARTED, "stage date (utc)", SUBMITTED, NETWORK, "tags", "ending"}
SENT = ("completed",)
OTHER = {
    "other", "其他", "其它", "その他", "otro", "otra", "otros", "autre", "andere", "anderes", "sonstiges",
    "outro", "outra", "altro", "anders", "inny", "inne",
}  # fmt: skip
# Answers before that are put into a wording, and stars round bold words.
PIPED, BOLD = re.compile(r"\{\{.*?\}\}"), re.compile(r"\*([^*]+)\*")
UTC = (
    "times are in UTC, as Typeform writes them: a day begins and ends there, not at the respondents' midnight"
)
UNWORDED = (
    "the columns of a select-all question bear its options and no wording: write it from the form. Two such "
    "questions side by side, without Other at the end of the first, may have been read as one: compare "
    "questions {}"
)


@dataclass(slots=True)
class _Question:
    """Places of the columns of one question: of its whole answer or of its options, and of typed words."""

    whole: int = -1
    options: list[int] = field(default_factory=list)
    typed: int = -1


def recognise(sheet: Sheet) -> bool:
    """Say whether the time of submission is given in UTC, beside a second column of Typeform's own."""
    names = {text.casefold() for text in sheet.header}
    return SUBMITTED in names and bool({STATUS, STARTED, NETWORK} & names)


def read(sheet: Sheet) -> Export:
    """Return the answers of a Typeform file; raises ExportError."""
    places = [i for i, text in enumerate(sheet.header) if text.casefold() not in OWN]
    if not places:
        raise ExportError(sheet.file, key="export.no_question")
    columns, unworded = list[Column](), list[str]()
    for number, question in enumerate(_questions(sheet, places), 1):
        columns += _columns(sheet, number, question)
        if question.options:
            unworded.append(str(number))
    under = partial(sheet.under, places=sheet.places(str.casefold))
    sent = marked(under(STATUS), SENT)
    return sheet.export(
        PLATFORM,
        columns,
        sheet.paradata(
            submitted=under(SUBMITTED),
            started=under(STARTED),
            unfinished=None if sent is None else ~sent,
        ),
        unticked=frozenset({""}),
        device=under(NETWORK),
        notes=(UTC, *([UNWORDED.format(", ".join(unworded))] if unworded else [])),
    )


def _questions(sheet: Sheet, places: list[int]) -> list[_Question]:
    """Return the questions: ticks side by side are one, until Other or a label that it has already."""
    names = [normalised(text) for text in sheet.header]
    answers = {i: {normalised(str(cell)) for cell in pd.unique(sheet.body[:, i])} - {""} for i in places}
    ticks = {i for i in places if answers[i] == {names[i]}}
    found: list[_Question] = []
    for i in places:
        last = found[-1] if found and i - 1 in answers else _Question()
        follows = bool(last.options) and last.typed < 0 and names[i] not in {names[p] for p in last.options}
        if follows and names[i] in OTHER:
            last.options.append(i)
            last.typed = i
        elif follows and (i in ticks or _is_unchosen(i, names, answers, ticks)):
            last.options.append(i)
        elif last.whole == i - 1 and last.typed < 0 and names[i] in OTHER and _apart(sheet, i):
            last.typed = i
        else:
            found.append(_Question(options=[i]) if i in ticks else _Question(whole=i))
    return found


def _is_unchosen(i: int, names: list[str], answers: dict[int, set[str]], ticks: set[int]) -> bool:
    """Say whether an empty column is an option that nobody chose: options follow, and it asks nothing."""
    while i in answers and not answers[i] and not names[i].endswith("?"):
        i += 1
        if i in ticks:
            return True
    return False


def _apart(sheet: Sheet, place: int) -> bool:
    """Say whether nobody has an answer in a column and in the one before it."""
    return not ((sheet.body[:, place] != "") & (sheet.body[:, place - 1] != "")).any()


def _columns(sheet: Sheet, number: int, question: _Question) -> list[Column]:
    """Return the columns of a question, what was typed under Other in one of its own."""
    body, columns = sheet.body, []
    header = "" if question.whole < 0 else one_line(sheet.header[question.whole])
    header = BOLD.sub(r"\1", PIPED.sub("…", header))
    typed = question.typed
    if question.whole >= 0:
        cells = _bare(body[:, question.whole])
        if typed >= 0:
            cells = np.where((cells == "") & (body[:, typed] != ""), sheet.header[typed], cells)
        columns.append(Column.of(header, cells, number=number, place=question.whole))
    for i in question.options:
        label = one_line(sheet.header[i])
        cells = np.where(body[:, i] != "", label, "").astype(object)
        columns.append(Column.of("", cells, number=number, option=label, place=i))
    if typed >= 0:
        label = one_line(sheet.header[typed])
        columns.append(
            Column.of(header, body[:, typed], number=number, option=label, typed=True, place=typed)
        )
    return columns


def _bare(cells: Texts) -> Texts:
    """Return cells without the apostrophe that keeps a spreadsheet from reading a number or a formula."""
    return np.array([c[1:] if re.match(r"'[-+=@\d]", c) else c for c in map(str, cells)], dtype=object)
