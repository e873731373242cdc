"""From cells to codes: each distinct cell is read once, whatever the number of respondents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from math import inf

import numpy as np
import pandas as pd

from survey.array_types import Ints
from survey.errors import ExportError, listing, nearest, shown
from survey.exports import Column, Export
from survey.questionnaire import Missing, Question, plain_text

NUMBER = re.compile(
    r"[¥￥]?\s*(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*((?:元|块|分|岁|个月|%)?(?:/月|每月)?)"
)
MONTH = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:月\s*)?(?:[-/.]?\s*\d{1,2}\s*日?(?:[ t]\d{1,2}:\d{2}(?::\d{2})?)?)?"
)
# As a number a spreadsheet drops the last 0 of 2021.10.
JANUARY_OR_OCTOBER = re.compile(r"\d{4}\.1")
TICKED, UNTICKED = {"1", "yes", "true", "y", "是", "√"}, {"0", "no", "false", "n", "否"}
NO_TICK = {
    "na",
    "n/a",
    "null",
    "none",
    "nan",
    "-",
    "--",
    "—",
    "-1",
    "-2",
    "-3",
    "未选",
    "未选择",
    "not selected",
}
TYPED = re.compile(r"specify|注明|其他|其它|other")


def code_column(question: Question, column: Column, export: Export) -> tuple[np.ndarray, Ints]:
    """Return values and kinds of missing of a question held in one column.

    Raises
    ------
    ExportError
        Naming the row and value of the first cell that is no answer to the question.
    """
    missing = _missing(question, column)
    if question.kind == "text":
        return np.zeros(missing.shape[0]), missing
    if question.kind == "single":
        single = _single_reader(question, export)
        values = _decoded(single, question, column, export, missing)
        return values.astype(np.int64), missing
    reader = _month if question.kind == "month" else _number
    values = _decoded(reader, question, column, export, missing)
    if question.kind == "number":
        _check_units(question, column, export, missing)
    return np.where(missing == Missing.ANSWERED, values, np.nan), missing


def _missing(question: Question, column: Column) -> Ints:
    declared = {plain_text(text) for text in question.missing}
    if not declared:
        return column.missing
    codes, texts = pd.factorize(column.cells)
    named = np.array([plain_text(str(text)) in declared for text in texts], dtype=bool)[codes]
    return np.where(named & (column.missing == 0), int(Missing.BLANK), column.missing).astype(np.int64)


def _decoded(
    reader: Callable[[str], float | None],
    question: Question,
    column: Column,
    export: Export,
    missing: Ints,
) -> np.ndarray:
    """Return what `reader` makes of each answered cell, -1 elsewhere; refuse what it cannot read."""
    codes, texts = pd.factorize(column.cells)
    answered = np.zeros(len(texts), dtype=bool)
    answered[np.unique(codes[missing == Missing.ANSWERED])] = True
    values = np.full(len(texts), -1.0)
    refused = []
    for i in np.flatnonzero(answered):
        value = reader(str(texts[i]))
        if value is None:
            refused.append(int(i))
        else:
            values[i] = value
    if refused:
        raise _refusal(question, column, export, codes, [str(texts[i]) for i in refused], refused)
    return np.where(missing == Missing.ANSWERED, values[codes], -1.0)


def _refusal(
    question: Question,
    column: Column,
    export: Export,
    codes: Ints,
    texts: Sequence[str],
    refused: Sequence[int],
) -> ExportError:
    texts = [shown(_without_typed(text, export)) for text in texts]
    rows = export.rows[np.isin(codes, refused)]
    first = int(np.flatnonzero(codes == refused[0])[0])
    options = listing(option.label.in_("zh") for option in question.options)
    expected = {
        "single": f"one of its options ({options})",
        "multiple": f"one of its options ({options})",
        "number": "a number",
        "month": "a year and month such as 2021-05",
        "text": "a text",
    }[question.kind]
    more = f" ({len(rows)} rows hold such values: {listing(texts, 5)})" if len(rows) > 1 else ""
    where = f"{export.file}, row {export.rows[first]}, question {question.id}"
    if len(rows) > 1 and len(rows) == int((column.missing == Missing.ANSWERED).sum()):
        return ExportError(
            f"{export.file}, question {question.id}",
            f"none of its {len(rows)} answers is {expected} (they are {listing(texts, 5)})",
            "check that responses = … names the right file and column = … the right question",
        )
    if question.kind == "single" and export.coding == "position":
        return ExportError(
            where,
            f'"{texts[0]}" is not the position of one of its options ({options}){more}',
            f"expected 1 to {len(question.options)}, as this file holds numbers: "
            "list every option in its order, or download the answers as text",
        )
    if not question.options:
        return ExportError(
            where, f'"{texts[0]}" is not {expected}{more}', "correct the cell, or add it to missing = […]"
        )
    spellings = [s for option in question.options for s in option.spellings]
    close = nearest(texts[0], spellings)
    remedy = (f"{close} Add" if close else "add") + " it to that option's match = […], or to missing = […]"
    return ExportError(where, f'"{texts[0]}" is not {expected}{more}', remedy)


def _single_reader(question: Question, export: Export) -> Callable[[str], float | None]:
    places = {plain_text(s): i for i, option in enumerate(question.options) for s in option.spellings}

    def by_text(cell: str) -> float | None:
        return places.get(plain_text(_without_typed(cell, export)))

    def by_position(cell: str) -> float | None:
        text = _without_typed(cell, export)
        if text.isdecimal() and len(text) < 6 and 1 <= int(text) <= len(question.options):
            return int(text) - 1
        return None

    return by_position if export.coding == "position" else by_text


def _without_typed(cell: str, export: Export) -> str:
    """Return the cell without what a respondent typed beside an option."""
    if not export.typed:
        return cell
    opening, closing = map(re.escape, export.typed)
    return re.sub(f"{opening}.*?(?:{closing}|$)", "", cell, flags=re.DOTALL).strip()


def _check_units(question: Question, column: Column, export: Export, missing: Ints) -> None:
    """Refuse a column that mixes units: 2 years and 24 months are not two numbers of one kind."""
    codes, texts = pd.factorize(column.cells)
    first: dict[str, str] = {}
    for i in np.unique(codes[missing == Missing.ANSWERED]):
        match = NUMBER.fullmatch(plain_text(str(texts[i])))
        if match and match[2]:
            first.setdefault(match[2], str(texts[i]))
    if len(first) > 1:
        one, two = list(first.values())[:2]
        row = export.rows[int(np.flatnonzero(column.cells == two)[0])]
        raise ExportError(
            f"{export.file}, row {row}, question {question.id}",
            f'"{shown(two)}" is in another unit than "{shown(one)}"',
            "bring the column to one unit",
        )


def _number(cell: str) -> float | None:
    if any(unicodedata.category(c) == "No" for c in cell):  # ① or ½, which would be read as 1
        return None
    match = NUMBER.fullmatch(plain_text(cell))
    value = float(match[1].replace(",", "")) if match else inf
    return value if abs(value) < inf else None


def _month(cell: str) -> float | None:
    """Return months since year 0; the day, if any, is dropped here (methods 7.4)."""
    match = MONTH.fullmatch(plain_text(cell))
    if JANUARY_OR_OCTOBER.fullmatch(plain_text(cell)):
        return None
    if match is None or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 2200:
        return None
    return float(12 * int(match[1]) + int(match[2]) - 1)


def code_ticks(question: Question, columns: Sequence[Column], export: Export) -> tuple[np.ndarray, Ints]:
    """Return ticks, shape (n, options), and kinds of missing of a select-all question.

    Raises
    ------
    ExportError
        Naming the row and value of the first cell that is no option of the question.
    """
    if len(columns) == 1 and question.column is not None and not columns[0].option:
        ticks, missing = _packed(question, columns[0], export)
    else:
        ticks, missing = _split(question, columns, export)
    # A row without any tick is no answer: who has no worry can tick the option that says so.
    missing = np.where((missing == Missing.ANSWERED) & ~ticks.any(axis=1), int(Missing.BLANK), missing)
    exclusive = np.array([option.exclusive for option in question.options], dtype=bool)
    if exclusive.any():
        # "None of these" beside a tick contradicts it: the tick is kept (methods 2.8).
        contradicted = ticks[:, ~exclusive].any(axis=1)
        ticks[np.ix_(contradicted, exclusive)] = False
    ticks[missing != Missing.ANSWERED] = False
    return ticks, missing


def _packed(question: Question, column: Column, export: Export) -> tuple[np.ndarray, Ints]:
    places = {plain_text(s): i for i, option in enumerate(question.options) for s in option.spellings}
    separator = question.separator or export.separator
    _check_separator(question, separator, export)
    missing = _missing(question, column)
    codes, texts = pd.factorize(column.cells)
    answered = np.zeros(len(texts), dtype=bool)
    answered[np.unique(codes[missing == Missing.ANSWERED])] = True
    patterns = np.zeros((len(texts), len(question.options)), dtype=bool)
    for i in np.flatnonzero(answered):
        cell = _without_typed(str(texts[i]), export)
        for part in cell.split(separator) if separator else [cell]:
            place = places.get(plain_text(part))
            if place is None:
                if not part.strip():
                    continue
                raise _refusal(question, column, export, codes, [part], [int(i)])
            patterns[i, place] = True
    return patterns[codes], missing


def _check_separator(question: Question, separator: str, export: Export) -> None:
    for option in question.options:
        if separator and any(separator in spelling for spelling in option.spellings):
            raise ExportError(
                f"{export.file}, question {question.id}",
                f'option "{option.code}" holds "{separator}", which parts the ticks in a cell',
                "export one column an option, or with another separator",
            )


def _split(question: Question, columns: Sequence[Column], export: Export) -> tuple[np.ndarray, Ints]:
    """Ticks from one column an option: in question order if the options name their columns."""
    places = {plain_text(s): i for i, option in enumerate(question.options) for s in option.spellings}
    n = len(export.rows)
    ticks = np.zeros((n, len(question.options)), dtype=bool)
    answered, not_asked = np.zeros(n, dtype=bool), np.ones(n, dtype=bool)
    seen: set[int] = set()
    for i, column in enumerate(columns):
        place = i if question.column is None else places.get(plain_text(column.option))
        if place is None:
            raise ExportError(
                f"{export.file}, question {question.id}",
                f'column "{column.option or column.header}" is not one of its options '
                f"({listing(option.label.in_('zh') for option in question.options)})",
                "add it as an option, or to an option's match = […]",
            )
        seen.add(place)
        ticked, marked = _ticks_of(question, column, export)
        ticks[:, place] |= ticked
        answered |= marked
        not_asked &= column.missing == Missing.NOT_ASKED
    absent = [option.code for i, option in enumerate(question.options) if i not in seen]
    if absent:
        raise ExportError(
            f"{export.file}, question {question.id}",
            f"has no column for option {listing(absent)}",
            "correct the option's text or match = […], or leave the option out",
        )
    missing = np.where(answered, 0, np.where(not_asked, int(Missing.NOT_ASKED), int(Missing.BLANK)))
    return ticks, missing.astype(np.int64)


def _ticks_of(question: Question, column: Column, export: Export) -> tuple[np.ndarray, np.ndarray]:
    """Return who ticked an option's column and who answered it (a 0 is an answer, a blank is not).

    A tick is 1, yes or the option's own text; in a column for typed answers, any text but a word for
    "nothing here".
    """
    codes, texts = pd.factorize(column.cells)
    ticked, marked = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool)
    own = _own_spellings(question, column)
    typed = any(TYPED.search(spelling) for spelling in own)
    blank = {plain_text(text) for text in (*export.unticked, *question.missing)} - UNTICKED
    for i, text in enumerate(map(str, texts)):
        word = plain_text(text)
        zero = word in UNTICKED
        nothing = zero or word in blank or not word
        ticked[i] = not nothing and (word in TICKED or word in own or (typed and word not in NO_TICK))
        marked[i] = ticked[i] or zero
        if not ticked[i] and not nothing and (column.missing[codes == i] == Missing.ANSWERED).any():
            raise _refusal_of_tick(question, column, export, codes, i, text)
    answered = column.missing == Missing.ANSWERED
    return ticked[codes] & answered, marked[codes] & answered


def _own_spellings(question: Question, column: Column) -> set[str]:
    """Return every text that stands for the option a column is for."""
    name = plain_text(column.option or column.header)
    found = {name}
    for option in question.options:
        spellings = {plain_text(s) for s in (*option.spellings, option.column or "")} - {""}
        if name in spellings:
            found |= spellings
    return found


def _refusal_of_tick(
    question: Question, column: Column, export: Export, codes: Ints, i: int, text: str
) -> ExportError:
    row = export.rows[int(np.flatnonzero(codes == i)[0])]
    return ExportError(
        f"{export.file}, row {row}, question {question.id}",
        f'"{shown(text)}" in column "{column.header or column.option}" is not a tick',
        "expected 1 or 0, yes or no, the option's own text, or a blank; or add it to missing = […]",
    )
