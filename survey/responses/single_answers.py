"""From cells to codes: each distinct cell is read once, whatever the number of respondents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from survey.errors import ExportError, closest, shown
from survey.exports.export import Column, Export
from survey.numeric.array_types import Ints
from survey.responses.answers import Answers, flags_or_none
from survey.responses.number_cells import read_numbers
from survey.responses.turned_bands import turned_error, turned_option
from survey.study.questionnaire import Kind, Missing, Question
from survey.text import normalised

MONTH = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:月\s*)?"
    r"(?:[-/.]?\s*(\d{1,2})\s*日?(?:[ t]\d{1,2}:\d{2}(?::\d{2})?)?)?"
)
# As a number a spreadsheet drops the last 0 of 2021.10.
JANUARY_OR_OCTOBER = re.compile(r"\d{4}\.1")


def code_column(question: Question, column: Column, export: Export) -> Answers:
    """Return the answers to a question held in one column.

    Raises
    ------
    ExportError
        Naming the row and value of the first cell that is not an answer to the question.
    """
    missing = missing_of(question, column)
    if question.kind == "text":
        return Answers(question, np.zeros(missing.shape[0]), missing)
    if question.kind == "single":
        _refuse_places(question, export)
        places = _decoded(_option_reader(question, export), question, column, export, missing)
        other, unlisted = typed_place(question), None
        if other is not None:
            spellings = {normalised(spelling) for spelling in question.options[other].spellings}
            listed = np.array([normalised(text) in spellings for text in column.texts], dtype=bool)
            unlisted = flags_or_none((places == other) & ~listed[column.codes])
        return Answers(question, places.astype(np.int64), missing, unlisted=unlisted)
    note = ""
    if question.kind == "month":
        values = _decoded(_month, question, column, export, missing)
    else:
        values, note = _numbers(question, column, export, missing)
    if question.valid is not None:
        low, high = question.valid
        invalid = (missing == Missing.ANSWERED) & ((values < low) | (values > high))
        missing = np.where(invalid, int(Missing.INVALID), missing).astype(np.int64)
    return Answers(question, np.where(missing == Missing.ANSWERED, values, np.nan), missing, note=note)


def _numbers(question: Question, column: Column, export: Export, missing: Ints) -> tuple[np.ndarray, str]:
    """Return the number in each answered cell, and a remark on how they were read; raises ExportError."""
    answered = np.flatnonzero(missing == Missing.ANSWERED)[::-1]
    first = np.full(len(column.texts), -1)
    first[column.codes[answered]] = answered  # of several rows the last one written, which is the first
    rows = np.sort(first[first >= 0])
    texts = [str(text) for text in column.cells[rows]]
    values, note = read_numbers(question, texts, lambda i: export.place(rows[i], question.id))
    reader = dict(zip(texts, values, strict=True)).__getitem__
    return _decoded(reader, question, column, export, missing), note


def _refuse_places(question: Question, export: Export) -> None:
    """Refuse answers that are places in a list of options which the study file may have in another order."""
    if export.coding == "position" and question.order != "questionnaire":
        where = export.place(question=question.id)
        raise ExportError(where, key="export.places_unordered", order=question.order)


def missing_of(question: Question, column: Column) -> Ints:
    """Return the kinds of missing of a column's cells, including those that the study file declares."""
    declared = {normalised(text): int(kind) for text, kind in question.missing}
    if not declared:
        return column.missing
    named = np.array([declared.get(normalised(text), 0) for text in column.texts], dtype=np.int64)
    named = named[column.codes]
    return np.where(column.missing == Missing.ANSWERED, named, column.missing).astype(np.int64)


def _decoded(
    reader: Callable[[str], float | None],
    question: Question,
    column: Column,
    export: Export,
    missing: Ints,
) -> np.ndarray:
    """Return the value `reader` gives each answered cell, -1 elsewhere; refuse what it cannot read."""
    codes, texts = column.codes, column.texts
    values = np.full(len(texts), -1.0)
    refused = []
    for i in column.found(missing == Missing.ANSWERED):
        value = reader(str(texts[i]))
        if value is None:
            refused.append(i)
        else:
            values[i] = value
    if refused:
        raise refusal(question, column, export, [str(texts[i]) for i in refused], refused)
    return np.where(missing == Missing.ANSWERED, values[codes], -1.0)


# What a cell was expected to be: the keys where one is not so, and where none of the column is.
EXPECTED: Mapping[Kind, tuple[str, str]] = {
    "single": ("answer.no_option", "answer.none_an_option"),
    "multiple": ("answer.no_option", "answer.none_an_option"),
    "number": ("answer.not_a_number", "answer.none_a_number"),
    "month": ("answer.not_a_month", "answer.none_a_month"),
}


def refusal(
    question: Question,
    column: Column,
    export: Export,
    texts: Sequence[str],
    refused: Sequence[int],
) -> ExportError:
    """Return the error that names the first row with a cell that cannot be read, and what was expected."""
    texts = [shown(without_typed(text, export)) for text in texts]
    count = export.paradata.people(np.isin(column.codes, refused))
    spellings = [s for option in question.options for s in option.spellings]
    for text, code in zip(texts, refused, strict=True):
        if band := turned_option(text, spellings):
            row = int(np.flatnonzero(column.codes == code)[0])
            return turned_error(text, band, export.place(row, question.id))
    labels = [str(option.label) for option in question.options]
    wrong, all_wrong = EXPECTED[question.kind]
    if count > 1 and count == export.paradata.people(column.missing == Missing.ANSWERED):
        place = export.place(question=question.id)
        return ExportError(place, key=all_wrong, count=count, labels=labels, texts=texts)
    place = export.place(int(np.flatnonzero(column.codes == refused[0])[0]), question.id)
    near = [closest(text, spellings) for text in texts]
    examples = [f'{text} (nearest "{one}")' if one else text for text, one in zip(texts, near, strict=True)]
    if question.kind == "single" and export.coding == "position":
        wrong = "answer.no_position"
    return ExportError(
        place,
        key=wrong,
        cell=texts[0],
        labels=labels,
        options=len(labels),
        nearest=near[0],
        rows=count,
        examples=list(dict.fromkeys(examples if len(texts) > 1 else texts)),
    )


def _option_reader(question: Question, export: Export) -> Callable[[str], float | None]:
    places = places_of(question)
    typed = typed_place(question)

    def by_text(cell: str) -> float | None:
        return places.get(normalised(without_typed(cell, export)), typed)

    def by_position(cell: str) -> float | None:
        text = without_typed(cell, export)
        if text.isdecimal() and len(text) < 6 and 1 <= int(text) <= len(question.options):
            return int(text) - 1
        return None

    return by_position if export.coding == "position" else by_text


def places_of(question: Question) -> dict[str, int]:
    """Return the position among the options of every text that stands for one."""
    return {normalised(s): i for i, option in enumerate(question.options) for s in option.spellings}


def typed_place(question: Question) -> int | None:
    """Return the position of the catch-all ("other") option that typed words count as; None without one."""
    return next((i for i, option in enumerate(question.options) if option.typed), None)


def without_typed(cell: str, export: Export) -> str:
    """Return the cell without what a respondent typed beside an option."""
    if not export.typed or export.typed[0] not in cell:
        return cell
    opening, closing = map(re.escape, export.typed)
    return re.sub(f"{opening}.*?(?:{closing}|$)", "", cell, flags=re.DOTALL).strip()


def _month(cell: str) -> float | None:
    """Return months since year 0, and 1/32 for each day of the month where it is given.

    The day counts in an age in completed months, then it is dropped (methods 7.4).
    """
    match = MONTH.fullmatch(normalised(cell))
    if JANUARY_OR_OCTOBER.fullmatch(normalised(cell)):
        return None
    if match is None or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 2200:
        return None
    day = int(match[3] or 0)
    return None if day > 31 else 12 * int(match[1]) + int(match[2]) - 1 + day / 32
