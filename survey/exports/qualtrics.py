"""Qualtrics: names, texts and import ids above the answers, or only some of these rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from os.path import commonprefix
from typing import Literal

import numpy as np

from survey.errors import ExportError
from survey.exports.dates import is_padded
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet, marked
from survey.numeric.array_types import Texts
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "qualtrics", "Qualtrics"
# Names without their blanks, which also spells what the row of texts says.
METADATA = {
    "startdate", "enddate", "status", "responsetype", "ipaddress", "progress", "finished",
    "duration(inseconds)",
    "recordeddate", "responseid", "responseset", "name", "recipientlastname", "recipientfirstname",
    "recipientemail", "emailaddress", "externalreference", "externaldatareference", "locationlatitude",
    "locationlongitude", "locationaccuracy", "distributionchannel", "userlanguage", "q_recaptchascore",
    "q_relevantidduplicate", "q_relevantidfraudscore", "q_ballotboxstuffing", "",
}  # fmt: skip
# What other programs do not write; of all above, three must be there.
SIGNS = {"recordeddate", "responseid", "distributionchannel", "duration(inseconds)"}
DATES, HAS_DIGIT = {"startdate", "enddate", "recordeddate"}, re.compile(r"\d")
IMPORT_ID = re.compile(r"^\{\s*[\"']ImportId[\"']")
LEGACY = re.compile(r"^V\d+$")
MEMBER = re.compile(r"^(.+?)_(\d+)(?:_(\d+))?(_TEXT)?$")
CHOSEN, TYPED = " - Selected Choice", " - Text"
Row = Literal["names", "texts", "import ids"]
MARKS = {"": Missing.BLANK, "-99": Missing.BLANK}
# Previews by whoever wrote the questionnaire, and answers the platform made up.
TESTS = {"1", "2", "9", "17", "survey preview", "survey test", "spam preview", "offline survey preview"}


def recognise(sheet: Sheet) -> bool:
    """Say whether a row of import ids stands in the header, or Qualtrics' own names do."""
    return bool(_header_rows(sheet))


def _header_rows(sheet: Sheet) -> tuple[Row, ...]:
    """Return what each header row holds; none if this is not a Qualtrics file."""
    second = {str(cell).casefold() for cell in sheet.grid[1]}
    if LEGACY.match(sheet.header[0]) and {"responseid", "responseset"} <= second:
        return ("names", "texts")
    # Import ids stand in the last header row, whatever columns were deleted.
    ids = next(
        (i for i, row in enumerate(sheet.grid[:3]) if sum(map(bool, map(IMPORT_ID.match, row))) > 1), 0
    )
    if ids:
        return (
            ("names", "texts", "import ids") if ids == 2 else (_kind(sheet.grid[0]) or "names", "import ids")
        )
    kind = _kind(sheet.grid[0])
    if kind != "names":
        return () if kind is None else (kind,)
    own = [(_key(name), _key(str(text))) for name, text in zip(sheet.header, sheet.grid[1], strict=True)]
    if any(name == text for name, text in own if name in METADATA - {""}):
        return ("names", "texts")
    # Texts of the columns that hold times are no times, in whatever language.
    dates = [str(sheet.grid[1, i]) for i, name in enumerate(sheet.header) if _key(name) in DATES]
    return ("names", "texts") if any(dates) and not any(map(HAS_DIGIT.search, dates)) else ("names",)


def _kind(row: Texts) -> Row | None:
    """Return what a header row holds; None for a row of answers or another program's."""
    cells = [str(cell) for cell in row]
    keys = {_key(cell) for cell in cells} & METADATA - {""}
    if len(keys) < 3 or not keys & SIGNS or not keys & (DATES | {"finished", "progress"}):
        return None
    # Start Date is a text and StartDate a name; Duration (in seconds) is both.
    spelt = [cell for cell in cells if " " in cell.strip() and _key(cell) in keys and "(" not in cell]
    return "texts" if spelt else "names"


def _key(name: str) -> str:
    return "".join(name.casefold().split())


def read(sheet: Sheet) -> Export:
    """Return the answers of a Qualtrics file; raises ExportError."""
    rows = _header_rows(sheet)
    sheet = replace(sheet, header_rows=len(rows))
    if not rows:
        raise ExportError(sheet.file, key="export.not_qualtrics")
    if not len(sheet.body):
        raise ExportError(sheet.file, key="export.no_answers")
    by_kind = {kind: [str(cell) for cell in sheet.grid[i]] for i, kind in enumerate(rows)}
    texts = by_kind.get("texts", [])
    # In the older layout V1 to V10 stand for what the second row names.
    names = by_kind.get("names") or _names_of(texts)
    if texts:
        names = [text if LEGACY.match(name) else name for name, text in zip(names, texts, strict=True)]
    places = {_key(name): i for i, name in reversed(list(enumerate(names)))}
    under = partial(sheet.under, places=places)
    tests = marked(under("status", "responsetype"), TESTS)
    previews = marked(under("distributionchannel"), {"preview"})
    tests = tests if previews is None else previews if tests is None else tests | previews
    all_tests = tests is not None and bool(tests.all())
    ended = under("enddate", "recordeddate")
    padded = ended is not None and is_padded(map(str, ended))
    export = sheet.export(
        PLATFORM,
        _columns(names, texts, sheet.body),
        sheet.paradata(
            submitted=ended,
            started=under("startdate"),
            usual=None if padded else "mdy",  # a spreadsheet may have put the day first
            seconds=under("duration(inseconds)"),
            preview=None if all_tests else tests,
            unfinished=marked(under("finished"), {"0", "false"}),
        ),
        separator=",",
        unticked=frozenset({""}),
        device=under("ipaddress"),
        user=under("recipientemail", "emailaddress"),
        notes=("every answer is a test answer (Status), so none is excluded as one",) if all_tests else (),
    )
    return replace(export, channel=under("distributionchannel"))


def _columns(names: Sequence[str], texts: Sequence[str], body: Texts) -> list[Column]:
    """Return the columns that hold answers, those beside each other of one question with its text.

    Without texts, the question goes by its name, and its options by their numbers or their own cells.
    """
    places = [i for i, name in enumerate(names) if _key(name) not in METADATA]
    answer_names = [names[i] for i in places]
    prefixes = [match[1] for name in answer_names if (match := MEMBER.match(name))]
    grids = _tick_grids(names, texts, body)
    stems = {}  # Q5 of Q5_1 and Q5_6_TEXT, if there are several
    for i in places:
        stems[i] = names[i]
        if match := MEMBER.match(names[i]):
            if prefixes.count(match[1]) > 1 or match[1] in answer_names:
                # A row of a matrix of ticks has its number before those of its options.
                stems[i] = f"{match[1]}_{match[2]}" if match[1] in grids else match[1]
        elif names[i].removesuffix("_TEXT") in answer_names:
            stems[i] = names[i].removesuffix("_TEXT")
    columns = []
    # A column put in by hand and never filled parts no question.
    alone = Counter(stems.values())
    aside = [i for i in places if alone[stems[i]] == 1 and not (body[:, i] != "").any()]
    ordered = [i for i in places if i not in aside] + aside
    for stem, family in groupby(ordered, key=stems.__getitem__):
        members = list(family)
        if texts:
            question, parts = _split_texts([texts[i] for i in members])
        else:
            question, parts = stem, _own_options(stem, [names[i] for i in members], body[:, members])
        number = int(stem[1:]) if re.fullmatch(r"Q\d{1,6}", stem) else None
        for i, part in zip(members, parts, strict=True):
            typed = names[i].endswith("_TEXT") and stem != names[i]
            option = part.removesuffix("-TEXT").removesuffix(" - Text").strip() if typed else part
            if names[i] == stem and len(members) > 1:  # the whole answer, beside what was typed
                option = ""
            column = Column.of(question, body[:, i], option=option, name=stem, typed=typed, marks=MARKS)
            columns.append(replace(column, number=number, place=i))
    return sorted(columns, key=lambda column: column.place)


def _tick_grids(names: Sequence[str], texts: Sequence[str], body: Texts) -> set[str]:
    """Return the matrices of ticks: each of their columns holds its own option and nothing else."""
    ticked = dict[str, bool]()
    for i, name in enumerate(names):
        match = MEMBER.match(name)
        if match and match[3] and not match[4]:
            cells = {str(cell) for cell in np.unique(body[:, i])} - set(MARKS)
            own = {"1", match[3]} | ({texts[i].rpartition(" - ")[2].strip()} if texts else cells)
            ticked[match[1]] = ticked.get(match[1], True) and cells <= own and len(cells) < 2
    return {stem for stem, all_ticks in ticked.items() if all_ticks}


def _names_of(texts: Sequence[str]) -> list[str]:
    """Return names for columns of which only the texts are known: those of one question begin alike."""
    texts = [" ".join(text.split()) for text in texts]
    stems = [text.partition(CHOSEN if CHOSEN in text else " - ")[0] for text in texts]
    names = []
    for stem, family in groupby(zip(stems, texts, strict=True), key=lambda pair: pair[0]):
        members = [text for _, text in family]
        rows = list(dict.fromkeys(text.rpartition(" - ")[0] for text in members))
        for place, text in enumerate(members, 1):
            whole = len(members) == 1 or text in (stem, stem + CHOSEN)
            typed = "_TEXT" if text.endswith(TYPED) and not whole else ""
            row = text.rpartition(" - ")[0]
            # Of a matrix, the row and the option.
            part = (
                f"{rows.index(row) + 1}_{place}"
                if row != stem and CHOSEN not in text and not typed
                else place
            )
            names.append((text if len(members) == 1 else stem) if whole else f"{stem}_{part}{typed}")
    return names


def _own_options(stem: str, names: Sequence[str], cells: Texts) -> list[str]:
    """Return the text of the option in each column of a question, its number where nobody chose it."""
    options = [name.removeprefix(stem).removesuffix("_TEXT").strip("_") for name in names]
    closed = [i for i, name in enumerate(names) if not name.endswith("_TEXT") and options[i]]
    texts = {i: [str(text) for text in np.unique(cells[:, i]) if text and text not in MARKS] for i in closed}
    if all(len(own) < 2 and not any(map(str.isdecimal, own)) for own in texts.values()):
        for i, own in texts.items():
            options[i] = own[0] if own else options[i]
    return options


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
