"""问卷星 (WJX): text downloads and option-number downloads, as workbook or CSV."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "wjx", "问卷星"
NUMBERED = re.compile(r"^(\d{1,6})\s*([、:：.．])\s*(.*)$", re.DOTALL)
# What begins as a question's number does: 14:00-18:00, 3.5元.
CLOCK, DECIMAL = re.compile(r"^\d{1,2}[:：]\d\d(?!\d)"), re.compile(r"^\d+[.．:：]\d")
TICK = re.compile(r"^第(\d{1,6})题\((.*)\)$", re.DOTALL)
# One dash parts a matrix from its row; two are the dash of a Chinese sentence.
ROW = re.compile(r"^(.*[^—])—([^—].*)$", re.DOTALL)
# What the platform adds to a wording, such as (多选题 *必答); any other bracket is part of the wording.
TYPE = re.compile(
    r"\s*[(（\[【]\s*(?:矩阵|多项|单项|多级)?(?:单选|多选|选择|填空|问答|简答|量表|排序|评分|打分|比重|滑动条|滑块|"
    r"下拉|文件|上传|判断|表格|NPS)*题[\s,，*]*(?:必答|必填|选答|选填)?\s*[)）\]】](?=\s*(?:—|$))"
)
BLOCK = re.compile(r"^\s*[(（]\d{1,3}[)）]")
# Between row and option of a matrix of ticks; and the cells of ticks.
BETWEEN, TICK_CELLS = (")(", "—", "：", ":", "-", "_", "|"), {"0", "1", "-2", "-3", ""}
SUBMITTED, TAKEN, ADDRESS, CHANNEL = "提交答卷时间", "所用时间", "来自IP", "来源"
USERS = ("微信OpenID", "OpenID", "openid", "用户ID", "作答者ID")
MARKS = {
    "(跳过)": Missing.NOT_ASKED, "（跳过）": Missing.NOT_ASKED,
    "(空)": Missing.BLANK, "（空）": Missing.BLANK, "": Missing.BLANK,
}  # fmt: skip
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
        raise ExportError(sheet.file, key="export.no_numbers", header="1、…")
    coding = coding or _coding(sheet, start)
    marks = MARKS if coding == "text" else MARKS | NUMBER_MARKS
    # A column without a heading or a cell would be the last row of a matrix before it.
    places = [i for i in sheet.filled() if i >= start and header[i] not in USERS]
    headings = _headings([header[i] for i in places])
    columns = [
        Column.of(text, body[:, i], number=number, option=option, marks=marks, place=i)
        for i, (number, option, text) in zip(places, headings, strict=True)
    ]
    columns = _with_rows(columns) if coding == "position" else columns
    export = sheet.export(
        PLATFORM,
        columns,
        sheet.paradata(submitted=sheet.under(SUBMITTED), seconds=sheet.under(TAKEN)),
        coding=coding,
        separator="┋",
        typed=("〖", "〗"),
        device=sheet.under(ADDRESS),
        user=sheet.under(*USERS),
    )
    return replace(export, channel=sheet.under(CHANNEL))


def _coding(sheet: Sheet, start: int) -> Literal["text", "position"]:
    """Return what a download holds; raises ExportError where that cannot be told.

    A number download has a column an option, or its own marks: among numbers only, or in two columns of
    a file without those of a text download, where a -2 typed by somebody would be alone.
    """
    columns = [{*column.tolist()} - {""} for column in sheet.body[:, start:].T]
    answers = set[str]().union(*columns)
    numbers = all(re.fullmatch(r"-?\d+", answer) for answer in answers)
    marked = sum(bool(column & set(NUMBER_MARKS)) for column in columns)
    if any(map(TICK.match, sheet.header[start:])) or (marked and numbers):
        return "position"
    if numbers:
        raise ExportError(sheet.file, key="export.texts_or_numbers")
    return "position" if marked > 1 and not answers & set(MARKS) else "text"


def _headings(header: Sequence[str]) -> list[tuple[int | None, str, str]]:
    """Return question number, option or row, and wording of each header.

    The first row of a matrix stands behind its wording and a dash; each further row is a header by itself,
    which may begin with digits (8:00-12:00, 1:3师生比). Numbers of questions rise: a header behind a row
    is the next question only if its number does not belong to a later one.
    """
    numbers = _numbers(header)
    found: list[tuple[int | None, str, str]] = []
    last, matrix = 0, ""

    def is_row(i: int) -> bool:
        """Say whether a header behind a row of the matrix of number `last` is its next row."""
        number = numbers[i]
        if number is None or number <= last or CLOCK.match(header[i]):
            return True
        if number > last + 1 and DECIMAL.match(header[i]):
            return True
        return any(later is not None and last < later <= number for later in numbers[i + 1 :])

    for i, text in enumerate(header):
        tick, number = TICK.match(text), numbers[i]
        if tick:
            found.append((int(tick[1]), tick[2], ""))
            last, matrix = int(tick[1]), ""
            continue
        wording = "" if number is None else _wording(text)
        parts = ROW.match(wording)
        repeated = parts is not None and number == last and parts[1].strip() == matrix
        if matrix and is_row(i) and not repeated:
            found.append((last, text, ""))
            continue
        matrix = ""
        if number is None or BLOCK.match(wording):  # a block is one blank to fill in of several
            found.append((number, wording, "" if number is not None else text))
            continue
        last = number
        again = i + 1 < len(header) and (
            is_row(i + 1) and not TICK.match(header[i + 1]) and not BLOCK.match(_wording(header[i + 1]))
        )
        if parts is not None and (repeated or again):
            matrix = parts[1].strip()
            found.append((number, parts[2].strip(), matrix))
        else:
            found.append((number, "", wording))
    return found


def _with_rows(columns: list[Column]) -> list[Column]:
    """Return the columns, those of a matrix of ticks with their row and option apart.

    Whatever parts the two in the brackets of 第9题(…), they are a row and an option where every row has every
    option, in the same order, and the columns hold ticks.
    """
    read = list(columns)
    for number in {column.number for column in columns}:
        places = [i for i, column in enumerate(columns) if column.number == number and column.option]
        ticks = all(set(columns[i].texts) <= TICK_CELLS for i in places)
        for sign in BETWEEN if ticks else ():
            parts = [columns[i].option.partition(sign) for i in places]
            rows = dict.fromkeys(row for row, _, _ in parts)
            options = dict.fromkeys(option for *_, option in parts)
            grid = [(row, sign, option) for row in rows for option in options]
            if min(len(rows), len(options)) > 1 and parts == grid and all(rows) and all(options):
                for i, (row, _, option) in zip(places, parts, strict=True):
                    read[i] = replace(columns[i], row=row.strip(), option=option.strip())
                break
    return read


def _numbers(header: Sequence[str]) -> list[int | None]:
    """Return the number each header begins with, where the sign behind it is that of the file."""
    matches = [NUMBERED.match(text) for text in header]
    signs = [unicodedata.normalize("NFKC", match[2]) for match in matches if match]
    ticks = [TICK.match(text) for text in header]
    return [
        int(tick[1])
        if tick
        else int(match[1])
        if match and unicodedata.normalize("NFKC", match[2]) == signs[0]
        else None
        for match, tick in zip(matches, ticks, strict=True)
    ]


def _wording(header: str) -> str:
    """Return a header without its number and the platform's remark on the type of question."""
    match = NUMBERED.match(header)
    return TYPE.sub("", match[3] if match else header).strip()
