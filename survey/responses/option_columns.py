"""A column for each option of a question: ticks, the one that is chosen, and how gaps are read."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from survey.errors import ExportError, shown
from survey.exports.export import Column, Export
from survey.numeric.array_types import Bools, Ints
from survey.responses.answers import Answers
from survey.responses.single_answers import places_of
from survey.study.questionnaire import Missing, Question
from survey.text import normalised
from survey.tick_readings import TickKind, TickReading

TICKED, UNTICKED = {"1", "yes", "true", "y", "是", "√", "✓", "✔", "☑", "x"}, {"0", "no", "false", "n", "否"}
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


def one_choice(question: Question, columns: Sequence[Column], export: Export) -> Answers:
    """Return the answers to a single question that has a column for each option.

    Raises
    ------
    ExportError
        As `ticks_by_column`, or naming the first row with two ticks and both options.
    """
    ticks, missing = ticks_by_column(question, columns, export)
    several = ticks.sum(axis=1) > 1
    if several.any():
        row, people = int(np.argmax(several)), export.paradata.people(several)
        both = [f'"{question.options[i].label}"' for i in np.flatnonzero(ticks[row])]
        raise ExportError(
            export.place(row, question.id),
            key="answer.several_ticks" if people > 1 else "answer.two_ticks",
            options=both,
            rows=people,
        )
    chosen = ticks.any(axis=1)
    missing = np.where((missing == Missing.ANSWERED) & ~chosen, int(Missing.BLANK), missing)
    return Answers(question, np.where(chosen, ticks.argmax(axis=1), -1).astype(np.int64), missing)


def tick_readings(
    question: Question, columns: Sequence[Column], answers: Answers, export: Export
) -> tuple[TickReading, ...]:
    """Return how gaps and rows of noughts of a select-all question were read, where there are such rows."""
    if question.top:
        return ()
    asked = answers.missing != Missing.NOT_ASKED
    zero, filled = np.zeros(len(export), dtype=bool), np.zeros(len(export), dtype=bool)
    gap = np.zeros(len(export), dtype=bool)
    for column in columns:
        words = [*map(normalised, column.texts)]
        zeros = np.array([word in UNTICKED for word in words], dtype=bool)[column.codes]
        blank = np.array([word == "" for word in words], dtype=bool)[column.codes]
        zero |= zeros
        filled |= ~blank
        if zeros.any():
            gap |= blank
    unticked = asked & ~answers.values.any(axis=1)
    if not zero.any():
        found: dict[TickKind, Bools] = {"only_ticks": unticked}
    else:
        none: TickKind = "none_chosen" if export.zeros == "answer" else "noughts_blank"
        found = {none: unticked & zero, "gaps_unticked": asked & filled & gap}
    people = export.paradata.people
    return tuple(TickReading(question.id, kind, n) for kind, rows in found.items() if (n := people(rows)))


def ticks_by_column(question: Question, columns: Sequence[Column], export: Export) -> tuple[np.ndarray, Ints]:
    """Return ticks, shape (n, options), and kinds of missing, from one column an option.

    A row of noughts is an answer where the export says so (`Export.zeros`) and no ranking is read.

    Raises
    ------
    ExportError
        If a column is of no option or an option has none, or naming the first cell that is no tick.
    """
    places = places_of(question)
    n = len(export)
    ticks = np.zeros((n, len(question.options)), dtype=bool)
    answered, not_asked = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    seen: set[int] = set()
    for i, column in enumerate(columns):
        place = i if question.column is None else places.get(normalised(column.option))
        if place is None:
            raise ExportError(
                export.place(question=question.id),
                key="answer.other_column",
                header=column.option or column.header,
                labels=[str(option.label) for option in question.options],
            )
        seen.add(place)
        ticked, marked = _ticks_of(question, column, export)
        ticks[:, place] |= ticked
        answered |= marked
        # The column for typed words is blank even where the others say "not asked".
        not_asked |= column.missing == Missing.NOT_ASKED
    absent = [option.code for i, option in enumerate(question.options) if i not in seen]
    if absent:
        raise ExportError(export.place(question=question.id), key="answer.unknown_tick", options=absent)
    if export.zeros == "blank" or question.top:
        answered &= ticks.any(axis=1)
    missing = np.where(answered, 0, np.where(not_asked, int(Missing.NOT_ASKED), int(Missing.BLANK)))
    return ticks, missing.astype(np.int64)


def _ticks_of(question: Question, column: Column, export: Export) -> tuple[np.ndarray, np.ndarray]:
    """Return who ticked an option's column and who answered it (a 0 is an answer, a blank is not).

    A tick is 1, yes or the option's own text; in a column for typed answers, any text but a word that
    means "nothing".
    """
    codes, texts = column.codes, column.texts
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
                export.place(int(np.flatnonzero(codes == i)[0]), question.id),
                key="answer.bad_tick",
                cell=shown(text),
                header=column.header or column.option,
            )
    answered = column.missing == Missing.ANSWERED
    return ticked[codes] & answered, marked[codes] & answered
