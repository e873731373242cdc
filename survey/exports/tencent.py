"""腾讯问卷 (Tencent): one header row, questions numbered, an option's own column in a select-all question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from os.path import commonprefix

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export
from survey.exports.sheet import Sheet
from survey.numeric.array_types import Texts

PLATFORM, LABEL = "tencent", "腾讯问卷"
NUMBERED = re.compile(r"^(\d{1,6})\.\s*(.*)$", re.DOTALL)
# A row of a matrix of ticks before the letter and the option.
ROW_LETTERED = re.compile(r"^(.*?)\s*[:：]\s*([A-Z]{1,2}\.\s*.*)$", re.DOTALL)
LETTERED = re.compile(r"^[A-Z]{1,2}\.\s*(.*)$", re.DOTALL)
NUMBER, ENDED, TAKEN = "编号", "结束答题时间", "答题时长"
ADDRESS, USER = "IP", "用户标识"


def recognise(sheet: Sheet) -> bool:
    """Say whether the header is that of a 腾讯问卷 download."""
    return {NUMBER, ENDED} <= set(sheet.header) and any(map(NUMBERED.match, sheet.header))


def read(sheet: Sheet) -> Export:
    """Return the answers of a 腾讯问卷 download; raises ExportError."""
    matches = enumerate(map(NUMBERED.match, sheet.header))
    parts = {i: (int(match[1]), match[2]) for i, match in matches if match}
    if not parts:
        raise ExportError(sheet.file, key="export.no_numbers", header="1.…")
    columns = []
    for i, (number, text) in parts.items():
        # Colons may stand in the question and in an option (or row of a matrix): what all columns of one
        # number share, up to its last colon, is the question.
        family = [other for n, other in parts.values() if n == number]
        shared = commonprefix(family)  # noqa: RUF071  (of texts, not of paths)
        end = max(shared.rfind(":"), shared.rfind("："))
        question, option = text, ""
        if end >= 0 and (len(family) > 1 or LETTERED.match(text[end + 1 :])):
            question, option = text[:end].strip(), text[end + 1 :].strip()
        row, option = _row_and_option(option, [other[end + 1 :].strip() for other in family])
        cells = _without_letters(sheet.body[:, i])
        column = Column.of(question, cells, number=number, option=option, place=i)
        columns.append(replace(column, row=row))
    return sheet.export(
        PLATFORM,
        columns,
        sheet.paradata(submitted=sheet.under(ENDED), seconds=sheet.under(TAKEN)),
        unticked=frozenset({""}),
        device=sheet.under(ADDRESS),
        user=sheet.under(USER),
    )


def _row_and_option(option: str, family: Sequence[str]) -> tuple[str, str]:
    """Return the row of a matrix of ticks, "" for any other question, and the option without its letter."""
    in_rows = not any(map(LETTERED.match, family)) and all(map(ROW_LETTERED.match, family))
    match = ROW_LETTERED.match(option) if in_rows else None
    row, option = match.groups() if match else ("", option)
    lettered = LETTERED.match(option)
    return row, lettered[1] if lettered else option


def _without_letters(cells: Texts) -> Texts:
    """Return cells without the letters of their options, and single ones without what was typed beside.

    Only where every cell has a letter: else a capital and a full stop are a person's own words.
    """
    matches = [LETTERED.match(cell) for cell in cells]
    if not all(match or cell == "" for match, cell in zip(matches, cells, strict=True)):
        return cells
    texts = [match[1] if match else "" for match in matches]
    options: dict[str, str] = {}
    for cell, text in zip(cells, texts, strict=True):
        letter = cell[: len(cell) - len(text)]
        if letter not in options or len(text) < len(options[letter]):
            options[letter] = text
    answers = []
    for cell, text in zip(cells, texts, strict=True):
        option = options.get(cell[: len(cell) - len(text)], "")
        beside = option and text.startswith((option + ":", option + "："))
        answers.append(option if beside else text)
    return np.array(answers, dtype=object)
