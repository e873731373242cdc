"""问卷星 (WJX): text downloads and option-number downloads, as workbook or CSV."""

from __future__ import annotations

import re
from typing import Literal

import pandas as pd

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet
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


def recognise(sheet: Sheet) -> bool:
    """Say whether the header is that of a 问卷星 download."""
    header = sheet.header
    if "序号" in header and (SUBMITTED in header or TAKEN in header):
        return True
    numbered = [h for h in header if re.match(r"^\d+[、：]", h) or TICK.match(h)]
    return len(numbered) >= 2


def read(sheet: Sheet, coding: Literal["text", "position"] | None = None) -> Export:
    """Return the answers of a 问卷星 download, its coding as given or as recognised; raises ExportError."""
    header, body = sheet.header, sheet.body
    start = next((i for i, h in enumerate(header) if NUMBERED.match(h) or TICK.match(h)), None)
    if start is None:
        raise ExportError(
            sheet.file,
            "has no question columns (headers such as 1、…)",
            "download the answers again with question numbers",
        )
    if coding is None:  # a number download has a column an option, or only numbers and their marks
        answers = {str(cell) for column in body[:, start:].T for cell in pd.unique(column)} - {""}
        numbers = all(re.fullmatch(r"-?\d+", answer) for answer in answers)
        if any(map(TICK.match, header[start:])) or (numbers and answers & set(NUMBER_MARKS)):
            coding = "position"
        elif numbers:
            raise ExportError(
                sheet.file,
                "holds numbers only, so option texts and option numbers cannot be distinguished",
                'say which on the wave: export = "wjx_text" or "wjx_number"',
            )
        else:
            coding = "text"
    marks = MARKS if coding == "text" else MARKS | NUMBER_MARKS
    columns = []
    matrix: int | None = None
    for i in range(start, len(header)):
        if header[i] in USERS:
            continue
        number, option, text = _heading(header[i], matrix)
        columns.append(Column.of(text, body[:, i], number=number, option=option, marks=marks, place=i))
        matrix = number if option and not TICK.match(header[i]) and not BLOCK.match(option) else None
    return sheet.export(
        PLATFORM,
        columns,
        sheet.paradata(submitted=sheet.under(SUBMITTED), seconds=sheet.under(TAKEN)),
        coding=coding,
        separator="┋",
        typed=("〖", "〗"),
        device=sheet.under(ADDRESS),
        user=sheet.under(*USERS),
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
