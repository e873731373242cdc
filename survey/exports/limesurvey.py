"""LimeSurvey: headings as codes, as codes with texts, or as texts; answers as codes or in full."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "limesurvey", "LimeSurvey"
# Codes, and what a heading of texts says instead.
METADATA = {
    "id": "response id",
    "submitdate": "date submitted",
    "lastpage": "last page",
    "startlanguage": "start language",
    "seed": "seed",
    "startdate": "date started",
    "datestamp": "date last action",
    "ipaddr": "ip address",
    "refurl": "referrer url",
    "token": "access code",
}
TEXTS = {text: code for code, text in METADATA.items()} | {"token": "token"}
CODE = re.compile(r"^([A-Za-z]\w*)((?:\[[^\[\]]*\])*)(?:\.\s*(.*))?$", re.DOTALL)
IN_BRACKETS = re.compile(r"^(.*\S)\s*\[((?:[^\[\]]|\[[^\[\]]*\])*)\]$", re.DOTALL)
# Seconds on the questionnaire, on a group and on a question, by code and by text.
TOTAL, GROUP, TIME = "interviewtime", re.compile(r"groupTime\d+"), "Time"
TIMED = re.compile(r"(?:total|group|question) time(?::.*)?", re.DOTALL | re.IGNORECASE)
SECONDS = re.compile(r"(?:\d+(?:\.\d+)?)?")
COMMENT, TICK_CELLS = "comment", {"", "0", "1", "Y"}
MARKS = {"": Missing.BLANK, "N/A": Missing.NOT_ASKED}
OTHER = "other"
# Codes of question and option, texts of both.
Parts = tuple[str, str, str, str]


def recognise(sheet: Sheet) -> bool:
    """Say whether the header has LimeSurvey's own columns, by code or by text."""
    codes = {_metadata(text) for text in sheet.header}
    return {"id", "submitdate"} <= codes and bool(codes & {"startlanguage", "lastpage", "seed"})


def _metadata(heading: str) -> str:
    """Return the code of a column of LimeSurvey's own; "" for a question's."""
    code, _, text = heading.partition(". ")
    code = code.strip().casefold()
    if code in METADATA and (not text or text.casefold() in (METADATA[code], *TEXTS)):
        return code
    return TEXTS.get(heading.strip().casefold(), "")


def read(sheet: Sheet) -> Export:
    """Return the answers of a LimeSurvey export; raises ExportError."""
    header = sheet.header
    timings = _timings(sheet)
    places = [i for i, text in enumerate(header) if text and not _metadata(text) and i not in timings]
    codes = {code: i for i, text in enumerate(header) if (code := _metadata(text))}
    under = partial(sheet.under, places=codes)
    # Who broke off has the time of the last page sent.
    submitted, last_page = under("submitdate"), under("datestamp", "submitdate")
    if submitted is None or last_page is None or not places:
        raise ExportError(sheet.file, key="export.not_limesurvey")
    columns = _columns(sheet, places)
    return sheet.export(
        PLATFORM,
        columns,
        sheet.paradata(
            submitted=np.where(submitted == "", last_page, submitted),
            started=under("startdate"),
            seconds=next((sheet.body[:, i] for i in timings if _is_total(header[i])), None),
            unfinished=np.asarray(submitted == "", dtype=bool),
        ),
        # A converted No is 2.
        unticked=frozenset({"", "2"}),
        device=under("ipaddr"),
        user=under("token"),
    )


def _code(heading: str) -> str:
    return heading.partition(".")[0].strip()


def _is_total(heading: str) -> bool:
    return _code(heading).casefold() == TOTAL or heading.strip().casefold() == "total time"


def _timings(sheet: Sheet) -> list[int]:
    """Return the places of the timings: a question's code, such as bedtime, may well end like theirs."""
    codes = [_code(text) for text in sheet.header]
    timings = []
    for i, (code, heading) in enumerate(zip(codes, sheet.header, strict=True)):
        of_question = code.endswith(TIME) and code.removesuffix(TIME) in {
            re.split(r"[\[_]", other)[0] for other in codes[:i]
        }
        named = _is_total(heading) or GROUP.fullmatch(code) or TIMED.fullmatch(heading.strip()) or of_question
        if named and all(map(SECONDS.fullmatch, np.unique(sheet.body[:, i]))):
            timings.append(i)
    return timings


def _columns(sheet: Sheet, places: Sequence[int]) -> list[Column]:
    """Return the columns that hold answers, comments beside an option as typed text."""
    header = sheet.header
    parts = {i: _heading(header[i]) for i in places}
    if not any("[" in _code(header[i]) for i in places):
        parts = _expression_names(parts)
    options = {(name, option) for name, option, _, _ in parts.values()}
    rows = _rows_of_ticks(sheet, parts)
    texts: dict[str, list[str]] = {}
    for i, (name, _, text, _) in parts.items():
        texts.setdefault(rows.get(i, name), []).append(text)
    columns = []
    for i, (name, option, _, label) in parts.items():
        own = rows.get(i, name)
        beside = option.removesuffix(COMMENT)
        comment = beside != option and (name, beside) in options
        column = Column.of(
            max(texts[own], key=texts[own].count),  # the text that most columns of its question have
            sheet.body[:, i],
            option=label
            or (option.removeprefix(own.removeprefix(name + "_") + "_") if i in rows else option),
            name=own,
            typed=comment or (option == OTHER and (name, "") in options),
            marks=MARKS,
            place=i,
        )
        columns.append(column)
    return columns


def _expression_names(parts: dict[int, Parts]) -> dict[int, Parts]:
    """Return the parts of names such as Q_SQ001, which stand for Q[SQ001]: no code holds an underscore."""
    stems = Counter(name.partition("_")[0] for name, *_ in parts.values())
    return {
        i: (*name.partition("_")[::2], text, label)
        if not option and stems[name.partition("_")[0]] > 1
        else part
        for i, part in parts.items()
        for name, option, text, label in [part]
    }


def _rows_of_ticks(sheet: Sheet, parts: dict[int, Parts]) -> dict[int, str]:
    """Return, by place, question and row of a matrix of ticks, whose columns are Q[row_option]."""
    rows = {
        i: f"{name}_{option.partition('_')[0]}" for i, (name, option, *_) in parts.items() if "_" in option
    }
    others = {name for i, (name, option, *_) in parts.items() if option and i not in rows}
    for i, (name, *_) in parts.items():
        if i in rows and not set(map(str, np.unique(sheet.body[:, i]))) <= TICK_CELLS:
            others.add(name)
    return {i: row for i, row in rows.items() if parts[i][0] not in others}


def _heading(heading: str) -> Parts:
    """Return the codes of question and option, then the texts of both; "" where there is none."""
    match = CODE.match(heading)
    coded = match and (match[3] is not None or " " not in heading)
    if match and coded:
        option = "_".join(re.findall(r"\[([^\[\]]*)\]", match[2]))
        text, label = (match[3] or "").strip(), ""
        if option and (inner := IN_BRACKETS.match(text)):
            text, label = inner.groups()
        return match[1], option, text, label.strip()
    # Headings of texts alone: the text is the name.
    inner = IN_BRACKETS.match(heading)
    text, label = inner.groups() if inner else (heading, "")
    if label.casefold() == COMMENT and (inner := IN_BRACKETS.match(text)):  # [Price][Comment]
        return inner[1], inner[2] + COMMENT, inner[1], ""
    return text, OTHER if label.casefold() == OTHER else label, text, label
