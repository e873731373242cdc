"""Google Forms: one header row, the first column a time; downloaded directly or through Sheets."""

from __future__ import annotations

import re

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Cells
from survey.exports.times import read_times
from survey.numeric.array_types import Texts
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "google", "Google Forms"
TIMESTAMPS = {
    "timestamp",
    "时间戳记",
    "時間戳記",
    "タイムスタンプ",
    "타임스탬프",
    "horodateur",
    "zeitstempel",
    "marca temporal",
    "carimbo de data/hora",
    "informazioni cronologiche",
    "отметка времени",
}
ACCOUNTS = {"email address", "username", "电子邮件地址", "電子郵件地址", "用户名"}
SCORES = {"score", "分数", "分數"}
# Through Sheets 9/1/2025 10:04:11, directly 2025/09/01 10:04:11 AM GMT+8; other programs write ISO times.
THROUGH_SHEETS = re.compile(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2}")
DIRECT = re.compile(r"\d{4}/\d{1,2}/\d{1,2} (?:[上下]午)?\d{1,2}:\d{2}:\d{2}.*\b(?:GMT|UTC|[A-Z]{3,4})\S*")
CHINESE_SHEETS = re.compile(r"\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d{2}:\d{2}")
GRID = re.compile(r"^(.*\S)\s*\[([^\[\]]+)\]$", re.DOTALL)


def recognise(cells: Cells) -> bool:
    """Say whether the first column is a Google time under one of its headers."""
    header = cells.header[0].casefold()
    first = next((str(cell) for cell in cells.grid[1:, 0] if cell), "")
    if header not in TIMESTAMPS:
        return False
    chinese = header != "timestamp" and CHINESE_SHEETS.fullmatch(first)
    return bool(THROUGH_SHEETS.fullmatch(first) or DIRECT.fullmatch(first) or chinese)


def read(cells: Cells) -> Export:
    """Return the answers of a Google Forms file; raises ExportError."""
    header, body, rows = cells.header, cells.grid[1:], cells.rows[1:]
    first = next((str(cell) for cell in body[:, 0] if cell), "")
    if header[0].casefold() not in TIMESTAMPS:
        raise ExportError(
            cells.file, f'begins with the column "{header[0]}"', "expected Timestamp, as Google Forms writes"
        )
    account = next((i for i, text in enumerate(header) if text.casefold() in ACCOUNTS), None)
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="text",
        columns=_columns(header, body),
        paradata=Paradata(
            rows,
            submitted=read_times(_twelve_hours(body[:, 0]), cells.file, rows),
        ),
        separator=";" if DIRECT.fullmatch(first) else ", ",
        unticked=frozenset({""}),
        user=None if account is None else body[:, account],
    )


def _columns(header: list[str], body: Texts) -> tuple[Column, ...]:
    """Return a column for each question or row of a grid, a grid counted once."""
    grids = [match[1] for text in header if (match := GRID.match(text))]
    columns, number, last = [], 0, ""
    for i, text in enumerate(header):
        if i == 0 or text.casefold() in ACCOUNTS | SCORES:
            continue
        match = GRID.match(text)
        question, row = match.groups() if match and grids.count(match[1]) > 1 else (text, "")
        if not row or question != last:
            number += 1
        last = question if row else ""
        missing = np.where(body[:, i] == "", int(Missing.BLANK), 0).astype(np.int64)
        columns.append(Column(question, number, row, body[:, i], missing))
    return tuple(columns)


def _twelve_hours(cells: Texts) -> Texts:
    """Return times with AM or PM behind, where Chinese words stand before the hour."""
    words = {"上午": "AM", "下午": "PM"}
    found = [
        re.sub(r"\s*(上午|下午)(\d{1,2}:\d{2}:\d{2})", lambda m: f" {m[2]} {words[m[1]]}", str(cell))
        for cell in cells
    ]
    return np.array(found, dtype=object)
