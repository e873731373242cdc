"""腾讯问卷 (Tencent): one header row, questions numbered, an option's own column in a select-all question."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.sheet import Cells
from survey.exports.times import read_durations, read_times
from survey.numeric.array_types import Texts
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "tencent", "腾讯问卷"
NUMBERED = re.compile(r"^(\d{1,6})\.\s*(.*)$", re.DOTALL)
LETTERED = re.compile(r"^[A-Z]{1,2}\.\s*(.*)$", re.DOTALL)
NUMBER, ENDED, TAKEN = "编号", "结束答题时间", "答题时长"
ADDRESS, USER = "IP", "用户标识"


def recognise(cells: Cells) -> bool:
    """Say whether the header is that of a 腾讯问卷 download."""
    return {NUMBER, ENDED} <= set(cells.header) and any(map(NUMBERED.match, cells.header))


def read(cells: Cells) -> Export:
    """Return the answers of a 腾讯问卷 download; raises ExportError."""
    header, body, rows = cells.header, cells.grid[1:], cells.rows[1:]
    asked = [i for i, text in enumerate(header) if NUMBERED.match(text)]
    if not asked:
        raise ExportError(
            cells.file, "has no question columns (headers such as 1.…)", "download the answers again"
        )
    columns = []
    for i, (number, text, option) in zip(asked, _headings([header[i] for i in asked]), strict=True):
        answers = _without_letters(body[:, i])
        missing = np.where(answers == "", int(Missing.BLANK), 0).astype(np.int64)
        columns.append(Column(text, number, option, answers, missing))
    ended, taken, address, user = (
        body[:, header.index(name)] if name in header else None for name in (ENDED, TAKEN, ADDRESS, USER)
    )
    return Export(
        platform=PLATFORM,
        file=cells.file,
        encoding=cells.encoding,
        coding="text",
        columns=tuple(columns),
        paradata=Paradata(
            rows,
            submitted=None if ended is None else read_times(ended, cells.file, rows),
            seconds=None if taken is None else read_durations(taken, cells.file, rows),
        ),
        unticked=frozenset({""}),
        device=address,
        user=user,
    )


def _headings(headers: Sequence[str]) -> list[tuple[int, str, str]]:
    """Return number, question and option (or row of a matrix) of each column.

    Colons may stand in the question and in an option; what all columns of one number share, up to
    its last colon, is the question.
    """
    parts = [(int(match[1]), match[2]) for match in map(NUMBERED.match, headers) if match]
    found = []
    for number, text in parts:
        family = [other for n, other in parts if n == number]
        shared = _shared_start(family)
        end = max(shared.rfind(":"), shared.rfind("："))
        lone = len(family) == 1 and not LETTERED.match(text[end + 1 :])
        if end < 0 or lone:
            found.append((number, text, ""))
            continue
        option = text[end + 1 :].strip()
        lettered = LETTERED.match(option)
        found.append((number, text[:end].strip(), lettered[1] if lettered else option))
    return found


def _shared_start(texts: Sequence[str]) -> str:
    """Return what all texts begin with."""
    first, last = min(texts), max(texts)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:same]


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
    found = []
    for cell, text in zip(cells, texts, strict=True):
        option = options.get(cell[: len(cell) - len(text)], "")
        beside = option and text.startswith((option + ":", option + "："))
        found.append(option if beside else text)
    return np.array(found, dtype=object)
