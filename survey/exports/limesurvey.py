"""LimeSurvey: headings as codes, as codes with texts, or as texts; answers as codes or in full."""

from __future__ import annotations

import re
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
TIMING = re.compile(r"interviewtime|grouptime\d*|.+time")
MARKS = {"": Missing.BLANK, "N/A": Missing.NOT_ASKED}
OTHER = "other"


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
    places = [
        i
        for i, text in enumerate(header)
        if text and not _metadata(text) and not ("[" not in text and TIMING.fullmatch(_code(text)))
    ]
    codes = {code: i for i, text in enumerate(header) if (code := _metadata(text))}
    under = partial(sheet.under, places=codes)
    # Who broke off has the time of the last page sent.
    submitted, last_page = under("submitdate"), under("datestamp", "submitdate")
    if submitted is None or last_page is None or not places:
        raise ExportError(
            sheet.file,
            "has no column submitdate, or no question",
            "export the answers again with all of LimeSurvey's own columns",
        )
    parts = {i: _heading(header[i]) for i in places}
    whole = {name for name, option, _, _ in parts.values() if not option}
    texts: dict[str, list[str]] = {}
    for name, _, text, _ in parts.values():
        texts.setdefault(name, []).append(text)
    columns = [
        Column.of(
            max(texts[name], key=texts[name].count),  # the text that most columns of its question have
            sheet.body[:, i],
            option=label or option,
            name=name,
            typed=option == OTHER and name in whole,
            marks=MARKS,
            place=i,
        )
        for i, (name, option, _, label) in parts.items()
    ]
    return sheet.export(
        PLATFORM,
        columns,
        sheet.paradata(
            submitted=np.where(submitted == "", last_page, submitted),
            started=under("startdate"),
            seconds=sheet.under("interviewtime", places=sheet.places(_code)),
            unfinished=np.asarray(submitted == "", dtype=bool),
        ),
        # A converted No is 2.
        unticked=frozenset({"", "2"}),
        device=under("ipaddr"),
        user=under("token"),
    )


def _code(heading: str) -> str:
    return heading.partition(".")[0].strip().casefold()


def _heading(heading: str) -> tuple[str, str, str, str]:
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
    return text, OTHER if label.casefold() == OTHER else label, text, label
