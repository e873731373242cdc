"""LimeSurvey: headings as codes, as codes with texts, or as texts; answers as codes or in full."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Cells
from survey.exports.times import elapsed, read_durations, read_times
from survey.numeric.array_types import Ints, Texts
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
NOT_SHOWN, OTHER = "N/A", "other"


def recognise(cells: Cells) -> bool:
    """Say whether the header has LimeSurvey's own columns, by code or by text."""
    found = {_metadata(text) for text in cells.header}
    return {"id", "submitdate"} <= found and bool(found & {"startlanguage", "lastpage", "seed"})


def _metadata(heading: str) -> str:
    """Return the code of a column of LimeSurvey's own; "" for a question's."""
    code, _, text = heading.partition(". ")
    plain = code.strip().casefold()
    if plain in METADATA and (not text or text.casefold() in (METADATA[plain], *TEXTS)):
        return plain
    return TEXTS.get(heading.strip().casefold(), "")


def read(cells: Cells) -> Export:
    """Return the answers of a LimeSurvey export; raises ExportError."""
    header, body, rows = cells.header, cells.grid[1:], cells.rows[1:]
    own = {code: i for i, text in enumerate(header) if (code := _metadata(text))}
    asked = [i for i, text in enumerate(header) if text and not _metadata(text) and not _is_timing(text)]
    if "submitdate" not in own or not asked:
        raise ExportError(
            cells.file,
            "has no column submitdate, or no question",
            "export the answers again with all of LimeSurvey's own columns",
        )
    full = bool((body[:, asked] == NOT_SHOWN).any())

    def of(name: str) -> Texts | None:
        return body[:, own[name]] if name in own else None

    submitted, begun = body[:, own["submitdate"]], of("startdate")
    # Who broke off has the time of the last page sent.
    last = body[:, own.get("datestamp", own["submitdate"])]
    ended = np.array([sent or stamp for sent, stamp in zip(submitted, last, strict=True)], dtype=object)
    times = read_times(ended, cells.file, rows)
    start = None if begun is None else read_times(begun, cells.file, rows)
    taken = next((i for i, text in enumerate(header) if _name(text) == "interviewtime"), None)
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="text",
        columns=_columns([header[i] for i in asked], body[:, asked], full=full),
        paradata=Paradata(
            rows,
            submitted=times,
            seconds=elapsed(start, times)
            if taken is None
            else read_durations(body[:, taken], cells.file, rows),
            unfinished=np.asarray(submitted == "", dtype=bool),
        ),
        # A converted No is 2.
        unticked=frozenset({"", "2"}),
        device=of("ipaddr"),
        user=of("token"),
    )


def _name(heading: str) -> str:
    return heading.partition(".")[0].strip().casefold()


def _is_timing(heading: str) -> bool:
    return bool(re.fullmatch(r"interviewtime|grouptime\d*|.+time", _name(heading))) and "[" not in heading


def _columns(headings: Sequence[str], body: Texts, *, full: bool) -> tuple[Column, ...]:
    parts = [_heading(text) for text in headings]
    alone = {name for name, option, _, _ in parts if not option}
    texts = _questions(parts)
    columns = []
    for i, (name, option, _, own) in enumerate(parts):
        typed = option == OTHER and name in alone
        missing = _missing(body[:, i], full=full)
        columns.append(Column(texts[name], None, own or option, body[:, i], missing, name=name, typed=typed))
    return tuple(columns)


def _heading(heading: str) -> tuple[str, str, str, str]:
    """Return the codes of question and option, the text, and the option's own; "" where there is none."""
    match = CODE.match(heading)
    coded = match and (match[3] is not None or " " not in heading)
    if match and coded:
        option = "_".join(re.findall(r"\[([^\[\]]*)\]", match[2]))
        text, own = (match[3] or "").strip(), ""
        if option and (inner := IN_BRACKETS.match(text)):
            text, own = inner.groups()
        return match[1], option, text, own.strip()
    # Headings of texts alone: the text is the name.
    inner = IN_BRACKETS.match(heading)
    text, own = inner.groups() if inner else (heading, "")
    option = OTHER if own.casefold() == OTHER else own
    return text, option, text, own


def _questions(parts: Sequence[tuple[str, str, str, str]]) -> dict[str, str]:
    """Return the text of each question, as most of its columns have it."""
    found: dict[str, list[str]] = {}
    for name, _, text, _ in parts:
        found.setdefault(name, []).append(text)
    return {name: max(texts, key=texts.count) for name, texts in found.items()}


def _missing(cells: Texts, *, full: bool) -> Ints:
    blank = np.where(cells == "", int(Missing.BLANK), 0)
    return np.where(full & (cells == NOT_SHOWN), int(Missing.NOT_ASKED), blank).astype(np.int64)
