"""Qualtrics: names, texts and import ids above the answers, or the older names and texts alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Cells
from survey.exports.times import elapsed, read_durations, read_times
from survey.numeric.array_types import Bools, Floats, Ints, Texts
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
UNANSWERED = "-99"
# Previews by whoever wrote the questionnaire, and answers the platform made up.
TESTS = {"1", "2", "9", "17", "survey preview", "survey test", "spam preview", "offline survey preview"}


def recognise(cells: Cells) -> bool:
    """Say whether the third row holds import ids, or the first two are those of the older layout."""
    return _heads(cells) > 0


def _heads(cells: Cells) -> int:
    """Return how many header rows there are; 0 if this is no Qualtrics file."""
    if len(cells.grid) > 2 and sum(bool(IMPORT_ID.match(cell)) for cell in cells.grid[2]) > 1:
        return 3
    second = {str(cell).casefold() for cell in cells.grid[1]}
    return 2 if LEGACY.match(cells.header[0]) and {"responseid", "responseset"} <= second else 0


def read(cells: Cells) -> Export:
    """Return the answers of a Qualtrics file; raises ExportError."""
    heads = _heads(cells)
    if not heads:
        raise ExportError(
            cells.file,
            'has no third row of {"ImportId": …}, and is not of the older layout either',
            "download it again as CSV with all three header rows",
        )
    body, rows = cells.grid[heads:], cells.rows[heads:]
    if not len(body):
        raise ExportError(cells.file, "holds no answers below its header rows", "export it with its answers")
    texts = [str(text) for text in cells.grid[1]]
    # In the older layout V1 to V10 stand for what the second row names.
    names = [text if LEGACY.match(name) else name for name, text in zip(cells.header, texts, strict=True)]
    where = {name.casefold(): i for i, name in reversed(list(enumerate(names)))}
    ended = _of(body, where, "enddate", "recordeddate")
    submitted = None if ended is None else read_times(ended, cells.file, rows)
    tests = _marked(body, where, "status", TESTS)
    made_up = tests is not None and bool(tests.all())
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="text",
        columns=_columns(names, texts, body),
        paradata=Paradata(
            rows,
            submitted=submitted,
            seconds=_seconds(body, where, submitted, cells.file, rows),
            preview=None if made_up else tests,
            unfinished=_marked(body, where, "finished", {"0", "false"}),
        ),
        separator=",",
        unticked=frozenset({""}),
        notes=("every answer is a test answer (Status), so none is set aside as one",) if made_up else (),
        device=_of(body, where, "ipaddress"),
        user=_of(body, where, "recipientemail", "emailaddress"),
    )


def _of(body: Texts, where: Mapping[str, int], *names: str) -> Texts | None:
    return next((body[:, where[name]] for name in names if name in where), None)


def _marked(body: Texts, where: Mapping[str, int], name: str, words: set[str]) -> Bools | None:
    cells = _of(body, where, name)
    if cells is None:
        return None
    return np.array([str(cell).casefold() in words for cell in cells], dtype=bool)


def _seconds(
    body: Texts, where: Mapping[str, int], submitted: np.ndarray | None, file: str, rows: Ints
) -> Floats | None:
    taken, begun = _of(body, where, "duration (in seconds)"), _of(body, where, "startdate")
    if taken is not None:
        return read_durations(taken, file, rows)
    return elapsed(None if begun is None else read_times(begun, file, rows), submitted)


def _columns(names: Sequence[str], texts: Sequence[str], body: Texts) -> tuple[Column, ...]:
    places = [i for i, name in enumerate(names) if name.casefold() not in METADATA]
    stems = {i: _stem(names[i], [names[j] for j in places]) for i in places}
    columns: list[Column] = []
    for stem, family in groupby(places, key=lambda i: stems[i]):
        members = list(family)
        columns += _family(stem, members, [names[i] for i in members], [texts[i] for i in members], body)
    return tuple(columns)


def _stem(name: str, others: Sequence[str]) -> str:
    """Return the name of a column's question: Q5 for Q5_1 and Q5_6_TEXT, if there are several."""
    match = MEMBER.match(name)
    if match is None:
        return name.removesuffix("_TEXT") if name.removesuffix("_TEXT") in others else name
    alike = [other for other in others if (m := MEMBER.match(other)) and m[1] == match[1]]
    return match[1] if len(alike) > 1 or match[1] in others else name


def _family(
    stem: str, members: Sequence[int], names: Sequence[str], texts: Sequence[str], body: Texts
) -> list[Column]:
    question, parts = _split_texts(texts)
    number = int(stem[1:]) if re.fullmatch(r"Q\d{1,6}", stem) else None
    beside = {name.removesuffix("_TEXT") for name in names} | {stem}
    columns = []
    for i, name, part in zip(members, names, parts, strict=True):
        typed = name.endswith("_TEXT") and stem != name
        option = part.removesuffix("-TEXT").removesuffix(" - Text").strip() if typed else part
        missing = np.where(np.isin(body[:, i], ["", UNANSWERED]), int(Missing.BLANK), 0)
        whole = name == stem and name in beside and len(members) > 1
        columns.append(
            Column(
                question,
                number,
                "" if whole else option,
                body[:, i],
                missing.astype(np.int64),
                name=stem,
                typed=typed,
            )
        )
    return columns


def _split_texts(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return the question that the texts of its columns share, and what each has of its own."""
    plain = [text.replace(CHOSEN, "") for text in texts]
    if len(plain) == 1:
        before, chosen, option = texts[0].partition(CHOSEN)
        return (before if chosen else texts[0]).strip(), [option.removeprefix(" - ").strip()]
    first, last = min(plain), max(plain)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    shared = first[:same]
    # The question ends before the last dash they share; with none, before the last blank.
    ends = [shared.rfind(mark) for mark in (" - ", "-", " ")]
    own = (found for found in ends if found > 0)
    end = len(shared) if shared in plain else next(own, len(shared))
    return plain[0][:end].strip(), [text[end:].lstrip(" -").strip() for text in plain]
