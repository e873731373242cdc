"""Qualtrics: names, texts and import ids above the answers, or the older names and texts alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from os.path import commonprefix

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet, marked
from survey.numeric.array_types import Texts
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "qualtrics", "Qualtrics"
METADATA = {
    "startdate", "enddate", "status", "ipaddress", "progress", "duration (in seconds)", "finished",
    "recordeddate", "responseid", "responseset", "name", "recipientlastname", "recipientfirstname",
    "recipientemail", "emailaddress", "externalreference", "externaldatareference", "locationlatitude",
    "locationlongitude", "locationaccuracy", "distributionchannel", "userlanguage", "q_recaptchascore",
    "q_relevantidduplicate", "q_relevantidfraudscore", "q_ballotboxstuffing", "",
}  # fmt: skip
IMPORT_ID = re.compile(r"^\{\s*[\"']ImportId[\"']")
LEGACY = re.compile(r"^V\d+$")
MEMBER = re.compile(r"^(.+?)_(\d+)(?:_(\d+))?(_TEXT)?$")
CHOSEN = " - Selected Choice"
MARKS = {"": Missing.BLANK, "-99": Missing.BLANK}
# Previews by whoever wrote the questionnaire, and answers the platform made up.
TESTS = {"1", "2", "9", "17", "survey preview", "survey test", "spam preview", "offline survey preview"}


def recognise(sheet: Sheet) -> bool:
    """Say whether the third row holds import ids, or the first two are those of the older layout."""
    return _header_rows(sheet) > 0


def _header_rows(sheet: Sheet) -> int:
    """Return how many header rows there are; 0 if this is not a Qualtrics file."""
    if len(sheet.grid) > 2 and sum(bool(IMPORT_ID.match(cell)) for cell in sheet.grid[2]) > 1:
        return 3
    second = {str(cell).casefold() for cell in sheet.grid[1]}
    return 2 if LEGACY.match(sheet.header[0]) and {"responseid", "responseset"} <= second else 0


def read(sheet: Sheet) -> Export:
    """Return the answers of a Qualtrics file; raises ExportError."""
    sheet = replace(sheet, header_rows=_header_rows(sheet))
    if not sheet.header_rows:
        raise ExportError(
            sheet.file,
            'has no third row of {"ImportId": …}, and is not of the older layout either',
            "download it again as CSV with all three header rows",
        )
    if not len(sheet.body):
        raise ExportError(sheet.file, "holds no answers below its header rows", "export it with its answers")
    texts = [str(text) for text in sheet.grid[1]]
    # In the older layout V1 to V10 stand for what the second row names.
    names = [text if LEGACY.match(name) else name for name, text in zip(sheet.header, texts, strict=True)]
    places = {name.casefold(): i for i, name in reversed(list(enumerate(names)))}
    under = partial(sheet.under, places=places)
    tests = marked(under("status"), TESTS)
    all_tests = tests is not None and bool(tests.all())
    return sheet.export(
        PLATFORM,
        _columns(names, texts, sheet.body),
        sheet.paradata(
            submitted=under("enddate", "recordeddate"),
            started=under("startdate"),
            usual="mdy",
            seconds=under("duration (in seconds)"),
            preview=None if all_tests else tests,
            unfinished=marked(under("finished"), {"0", "false"}),
        ),
        separator=",",
        unticked=frozenset({""}),
        device=under("ipaddress"),
        user=under("recipientemail", "emailaddress"),
        notes=("every answer is a test answer (Status), so none is excluded as one",) if all_tests else (),
    )


def _columns(names: Sequence[str], texts: Sequence[str], body: Texts) -> list[Column]:
    """Return the columns that hold answers, those beside each other of one question with its text."""
    places = [i for i, name in enumerate(names) if name.casefold() not in METADATA]
    answer_names = [names[i] for i in places]
    prefixes = [match[1] for name in answer_names if (match := MEMBER.match(name))]
    stems = {}  # Q5 of Q5_1 and Q5_6_TEXT, if there are several
    for i in places:
        stems[i] = names[i]
        if match := MEMBER.match(names[i]):
            if prefixes.count(match[1]) > 1 or match[1] in answer_names:
                stems[i] = match[1]
        elif names[i].removesuffix("_TEXT") in answer_names:
            stems[i] = names[i].removesuffix("_TEXT")
    columns = []
    for stem, family in groupby(places, key=stems.__getitem__):
        members = list(family)
        question, parts = _split_texts([texts[i] for i in members])
        number = int(stem[1:]) if re.fullmatch(r"Q\d{1,6}", stem) else None
        for i, part in zip(members, parts, strict=True):
            typed = names[i].endswith("_TEXT") and stem != names[i]
            option = part.removesuffix("-TEXT").removesuffix(" - Text").strip() if typed else part
            if names[i] == stem and len(members) > 1:  # the whole answer, beside what was typed
                option = ""
            column = Column.of(question, body[:, i], option=option, name=stem, typed=typed, marks=MARKS)
            columns.append(replace(column, number=number, place=i))
    return columns


def _split_texts(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return the question that the texts of its columns share, and what each has of its own."""
    if len(texts) == 1:
        before, chosen, option = texts[0].partition(CHOSEN)
        return (before if chosen else texts[0]).strip(), [option.removeprefix(" - ").strip()]
    texts = [text.replace(CHOSEN, "") for text in texts]
    shared = commonprefix(texts)  # noqa: RUF071  (of texts, not of paths)
    # The question ends before the last dash they share; with none, before the last blank.
    ends = (shared.rfind(mark) for mark in (" - ", "-", " "))
    end = next((place for place in ends if place > 0), len(shared))
    if shared in texts:
        end = len(shared)
    return shared[:end].strip(), [text[end:].lstrip(" -").strip() for text in texts]
