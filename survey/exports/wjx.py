"""问卷星 (WJX): text downloads and option-number downloads, as workbook or CSV."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pandas as pd

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Cells
from survey.exports.times import read_durations, read_times
from survey.numeric.array_types import Floats, Ints, Texts
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "wjx", "问卷星"
NUMBERED = re.compile(r"^(\d{1,6})\s*[、:：.．]\s*(.*)$", re.DOTALL)
TICK = re.compile(r"^第(\d{1,6})题\((.*)\)$", re.DOTALL)
# One dash parts a matrix from its row; two are the dash of a Chinese sentence.
ROW = re.compile(r"^(.*[^—])—([^—].*)$", re.DOTALL)
BLOCK = re.compile(r"^\s*[(（]\d{1,3}[)）]")
SUBMITTED, TAKEN, ADDRESS = "提交答卷时间", "所用时间", "来自IP"
USERS = ("微信OpenID", "OpenID", "openid", "用户ID", "作答者ID")
MARKS = {"(跳过)": Missing.NOT_ASKED, "(空)": Missing.BLANK, "": Missing.BLANK}
NUMBER_MARKS = {"-3": Missing.NOT_ASKED, "-2": Missing.BLANK}


def recognise(cells: Cells) -> bool:
    """Say whether the header is that of a 问卷星 download."""
    header = cells.header
    if "序号" in header and (SUBMITTED in header or TAKEN in header):
        return True
    numbered = [h for h in header if re.match(r"^\d+[、：]", h) or TICK.match(h)]
    return len(numbered) >= 2


def read(cells: Cells, coding: Literal["text", "position"] | None = None) -> Export:
    """Return the answers of a 问卷星 download, its coding as given or as told; raises ExportError."""
    header, body, rows = cells.header, cells.grid[1:], cells.rows[1:]
    start = next((i for i, h in enumerate(header) if NUMBERED.match(h) or TICK.match(h)), None)
    if start is None:
        raise ExportError(
            cells.file,
            "has no question columns (headers such as 1、…)",
            "download the answers again with question numbers",
        )
    position = (coding or _coding(header[start:], body[:, start:], cells.file)) == "position"
    columns = []
    matrix: int | None = None
    for i in range(start, len(header)):
        if header[i] in USERS:
            continue
        number, option, text = _heading(header[i], matrix)
        columns.append(Column(text, number, option, body[:, i], _missing(body[:, i], position)))
        matrix = number if option and not TICK.match(header[i]) and not BLOCK.match(option) else None
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="position" if position else "text",
        columns=tuple(columns),
        paradata=Paradata(
            rows,
            submitted=_times(body, header, cells.file, rows),
            seconds=_seconds(body, header, cells.file, rows),
        ),
        separator="┋",
        typed=("〖", "〗"),
        unticked=frozenset({"0", ""}),
        device=_named(body, header, (ADDRESS,)),
        user=_named(body, header, USERS),
    )


def _heading(header: str, matrix: int | None) -> tuple[int | None, str, str]:
    """Return question number, option and text; a bare header behind a matrix's row is its next row."""
    if match := TICK.match(header):
        return int(match[1]), match[2], ""
    if match := NUMBERED.match(header):
        text = re.sub(r"\s*[(（][^()（）]*题[^()（）]*[)）]", "", match[2])
        if BLOCK.match(text):  # one blank to fill in of several
            return int(match[1]), text.strip(), ""
        parts = ROW.match(text)
        question, row = parts.groups() if parts else (text, "")
        return int(match[1]), row.strip(), question.strip()
    return (matrix, header, "") if matrix is not None else (None, "", header)


def _coding(header: list[str], body: Texts, file: str) -> Literal["text", "position"]:
    """Return "position" for a number download: a column an option, or numbers and their marks alone.

    Raises
    ------
    ExportError
        If there are numbers alone without any mark, so that it could be either.
    """
    if any(TICK.match(h) for h in header):
        return "position"
    answers = {str(cell) for column in body.T for cell in pd.unique(column)} - {""}
    if not all(re.fullmatch(r"-?\d+", a) for a in answers):
        return "text"
    if answers & set(NUMBER_MARKS):
        return "position"
    raise ExportError(
        file,
        "holds numbers alone, so a download of texts and one of option numbers look alike",
        'say which on the wave: export = "wjx_text" or "wjx_number"',
    )


def _missing(cells: Texts, position: bool) -> Ints:  # noqa: FBT001  (a fact of the file)
    marks = {**MARKS, **NUMBER_MARKS} if position else MARKS
    found = np.zeros(cells.shape[0], dtype=np.int64)
    for mark, kind in marks.items():
        found[cells == mark] = kind
    return found


def _named(body: Texts, header: list[str], names: tuple[str, ...]) -> Texts | None:
    for name in names:
        if name in header:
            return body[:, header.index(name)]
    return None


def _times(body: Texts, header: list[str], file: str, rows: Ints) -> np.ndarray | None:
    cells = _named(body, header, (SUBMITTED,))
    if cells is None:
        return None
    return read_times(cells, file, rows)


def _seconds(body: Texts, header: list[str], file: str, rows: Ints) -> Floats | None:
    cells = _named(body, header, (TAKEN,))
    return None if cells is None else read_durations(cells, file, rows)
