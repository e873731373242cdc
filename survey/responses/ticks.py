"""From the cells of a select-all-that-apply question to ticks: in one column, or one column an option."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from survey.errors import Cell, ExportError, shown
from survey.exports.export import Column, Export
from survey.numeric.array_types import Bools, Ints
from survey.responses.answers import Answers, flags_or_none
from survey.responses.columns import has_option_columns
from survey.responses.option_columns import ticks_by_column
from survey.responses.single_answers import missing_of, places_of, refusal, typed_place, without_typed
from survey.study.questionnaire import Missing, Question
from survey.text import normalised

# Signs that join ticks in one cell; of two that part the answers alike, the first counts.
SEPARATORS = ("┋", "\n", ";", "；", "|", ", ", ",", "，", "、")


def code_ticks(question: Question, columns: Sequence[Column], export: Export) -> Answers:
    """Return the answers to a select-all question.

    Raises
    ------
    ExportError
        Naming the row and value of the first cell that is not an option of the question.
    """
    if has_option_columns(question, columns):
        ticks, missing = ticks_by_column(question, columns, export)
        unlisted = np.zeros(len(missing), dtype=bool)
    else:
        ticks, missing, unlisted = _packed(question, columns[0], export)
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
                    export.place(question=question.id),
                    key="answer.joined_label",
                    option=option.code,
                    separator=separator,
                )
    missing = missing_of(question, column)
    codes, texts = column.codes, column.texts
    patterns = np.zeros((len(texts), len(question.options)), dtype=bool)
    unlisted = np.zeros(len(texts), dtype=bool)
    typed, refused = typed_place(question), dict[int, str]()
    ticks_in = tick_reader(question, separator)
    for i in column.found(missing == Missing.ANSWERED):
        cell = without_typed(str(texts[i]), export)
        ticked, unknown = ticks_in(cell)
        if unknown and not separator:
            _refuse_joined(question, cell, export.place(int(np.flatnonzero(codes == i)[0]), question.id))
        patterns[i, ticked[: question.top]] = True
        if unknown and typed is not None:
            patterns[i, typed] = unlisted[i] = True
        elif unknown:
            refused[i] = unknown[0]
    if refused:
        raise refusal(question, column, export, list(refused.values()), list(refused))
    return patterns[codes], missing, unlisted[codes]


def _refuse_joined(question: Question, cell: str, place: Cell) -> None:
    """Refuse a cell of several options where nothing says what joins them; raises ExportError."""
    for sign in SEPARATORS:
        if len(tick_reader(question, sign)(cell)[0]) > 1:
            written = sign.replace("\n", "\\n")
            edit = {(*place.path, "separator"): sign}
            raise ExportError(place, key="export.joined_ticks", remedies=edit, cell=shown(cell), sign=written)


def separator_of(question: Question, export: Export) -> str:
    """Return what joins the ticks packed in one cell of a select-all question; "" for nothing."""
    # XLSForms join what is ranked by a blank, as they do ticks.
    ranked = question.top and export.separator != " "
    return question.separator or ("→" if ranked else export.separator)


def tick_reader(question: Question, separator: str) -> Callable[[str], tuple[list[int], list[str]]]:
    """Return a function from a cell to the positions of the options in it, and its parts that are no options.

    An option may itself contain the separator: the longest run of parts that is an option counts.
    """
    places = places_of(question)
    spellings = [spelling for option in question.options for spelling in option.spellings]
    longest = 1 + max((s.count(separator) for s in spellings), default=0) if separator else 1

    def ticks_in(cell: str) -> tuple[list[int], list[str]]:
        parts = cell.split(separator) if separator else [cell]
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

    return ticks_in
