"""From the cells of a select-all-that-apply question to ticks: in one column, or one column an option."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from survey.errors import ExportError, listing, shown
from survey.exports.export import Column, Export
from survey.numeric.array_types import Bools, Ints
from survey.responses.answers import Answers, flags_or_none
from survey.responses.single_answers import missing_of, places_of, refusal, typed_place, without_typed
from survey.study.questionnaire import Missing, Question
from survey.text import normalised

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
# Not the other in mother.
TYPED = re.compile(r"specify|注明|其他|其它|(?<![a-z])others?(?![a-z])")


def code_ticks(question: Question, columns: Sequence[Column], export: Export) -> Answers:
    """Return the answers to a select-all question.

    Raises
    ------
    ExportError
        Naming the row and value of the first cell that is not an option of the question.
    """
    if len(columns) == 1 and question.column is not None and not columns[0].option:
        ticks, missing, unlisted = _packed(question, columns[0], export)
    else:
        ticks, missing = _split(question, columns, export)
        unlisted = np.zeros(len(missing), dtype=bool)
    # A row without ticks is not an answer: whoever has no worry can tick the option that says so.
    missing = np.where((missing == Missing.ANSWERED) & ~ticks.any(axis=1), int(Missing.BLANK), missing)
    exclusive = np.array([option.exclusive for option in question.options], dtype=bool)
    # "None of these" beside a tick contradicts it: the tick is kept (methods 2.8).
    others = np.asarray(ticks[:, ~exclusive].any(axis=1), dtype=bool)
    contradicted = np.asarray(others & ticks[:, exclusive].any(axis=1), dtype=bool)
    ticks[np.ix_(contradicted, exclusive)] = False
    ticks[missing != Missing.ANSWERED] = False
    return Answers(question, ticks, missing, flags_or_none(contradicted), flags_or_none(unlisted))


def _packed(question: Question, column: Column, export: Export) -> tuple[np.ndarray, Ints, Bools]:
    separator = separator_of(question, export)
    places = places_of(question)
    for option in question.options if separator else ():
        for spelling in option.spellings:
            parts = spelling.split(separator)
            if len(parts) > 1 and all(normalised(part) in places for part in parts):
                raise ExportError(
                    f"{export.file}, question {question.id}",
                    f'option "{option.code}" reads like several others joined by "{separator}"',
                    "export one column an option, or with another separator",
                )
    missing = missing_of(question, column)
    codes, texts = pd.factorize(column.cells)
    patterns = np.zeros((len(texts), len(question.options)), dtype=bool)
    unlisted = np.zeros(len(texts), dtype=bool)
    typed, refused = typed_place(question), dict[int, str]()
    for i in np.unique(codes[missing == Missing.ANSWERED]):
        ticked, unknown = ticks_in(without_typed(str(texts[i]), export), question, separator)
        patterns[i, ticked[: question.top]] = True
        if unknown and typed is not None:
            patterns[i, typed] = unlisted[i] = True
        elif unknown:
            refused[int(i)] = unknown[0]
    if refused:
        raise refusal(question, column, export, codes, list(refused.values()), list(refused))
    return patterns[codes], missing, unlisted[codes]


def separator_of(question: Question, export: Export) -> str:
    """Return what joins the ticks packed in one cell of a select-all question; "" for nothing."""
    # XLSForms join what is ranked by a blank, as they do ticks.
    ranked = question.top and export.separator != " "
    return question.separator or ("→" if ranked else export.separator)


def ticks_in(cell: str, question: Question, separator: str) -> tuple[list[int], list[str]]:
    """Return the positions of the options in a cell, and the parts of it that are not options.

    An option may itself contain the separator: the longest run of parts that is an option counts.
    """
    places = places_of(question)
    parts = cell.split(separator) if separator else [cell]
    spellings = [spelling for option in question.options for spelling in option.spellings]
    longest = 1 + max((s.count(separator) for s in spellings), default=0) if separator else 1
    ticked, unknown, start = [], [], 0
    while start < len(parts):
        for end in range(min(start + longest, len(parts)), start, -1):
            place = places.get(normalised(separator.join(parts[start:end])))
            if place is not None:
                ticked.append(place)
                break
        else:
            end = start + 1
            if normalised(parts[start]):
                unknown.append(parts[start])
        start = end
    return ticked, unknown


def _split(question: Question, columns: Sequence[Column], export: Export) -> tuple[np.ndarray, Ints]:
    """Return ticks and kinds of missing from one column an option, in the order of the options."""
    places = places_of(question)
    n = len(export)
    ticks = np.zeros((n, len(question.options)), dtype=bool)
    answered, not_asked = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    seen: set[int] = set()
    for i, column in enumerate(columns):
        place = i if question.column is None else places.get(normalised(column.option))
        if place is None:
            raise ExportError(
                f"{export.file}, question {question.id}",
                f'column "{column.option or column.header}" is not one of its options '
                f"({listing(option.label for option in question.options)})",
                "add it as an option, or to an option's match = […]",
            )
        seen.add(place)
        ticked, marked = _ticks_of(question, column, export)
        ticks[:, place] |= ticked
        answered |= marked
        # The column for typed words is blank even where the others say "not asked".
        not_asked |= column.missing == Missing.NOT_ASKED
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

    A tick is 1, yes or the option's own text; in a column for typed answers, any text but a word that
    means "nothing".
    """
    codes, texts = pd.factorize(column.cells)
    ticked, marked = np.zeros(len(texts), dtype=bool), np.zeros(len(texts), dtype=bool)
    name = normalised(column.option or column.header)
    spellings = {name}  # every text that stands for the column's option
    for option in question.options:
        option_texts = {normalised(s) for s in (*option.spellings, option.column or "")} - {""}
        if name in option_texts:
            spellings |= option_texts
    typed = any(TYPED.search(spelling) for spelling in spellings)
    declared = (text for text, _ in question.missing)
    blank = {normalised(text) for text in (*export.unticked, *declared)} - UNTICKED
    for i, text in enumerate(map(str, texts)):
        word = normalised(text)
        if question.top and word.isdecimal() and len(word) < 4:
            ticked[i], marked[i] = 1 <= int(word) <= question.top, int(word) > 0
            continue
        zero = word in UNTICKED
        nothing = zero or word in blank or not word
        ticked[i] = not nothing and (word in TICKED or word in spellings or (typed and word not in NO_TICK))
        marked[i] = ticked[i] or zero
        if not ticked[i] and not nothing and (column.missing[codes == i] == Missing.ANSWERED).any():
            raise ExportError(
                f"{export.place(int(np.flatnonzero(codes == i)[0]))}, question {question.id}",
                f'"{shown(text)}" in column "{column.header or column.option}" is not a tick',
                "expected 1 or 0, yes or no, the option's own text, or a blank; or add it to missing = […]",
            )
    answered = column.missing == Missing.ANSWERED
    return ticked[codes] & answered, marked[codes] & answered
