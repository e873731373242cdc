"""Which columns of an export hold a question: found by number, short name or header."""

from __future__ import annotations

from collections.abc import Callable

from survey.errors import ExportError, listing, nearest, shown
from survey.exports.export import Column, Export
from survey.study.questionnaire import Question, Questionnaire
from survey.text import normalised


def columns_of(question: Question, export: Export) -> list[Column]:
    """Return the column or columns that hold a question; raises ExportError if there are none."""
    if question.column is None:
        return [_by_header(str(o.column), export, question.id) for o in question.options]
    found = all_columns_of(question, export)
    return _rows_of(found, question, export)


def all_columns_of(question: Question, export: Export) -> list[Column]:
    """Return every column of a question, those of typed text too; raises ExportError if there are none."""
    if question.column is None:
        return [_by_header(str(o.column), export, question.id) for o in question.options]
    if isinstance(question.column, int):
        found = [c for c in export.columns if c.number == question.column]
        if not found:
            numbers = sorted({c.number for c in export.columns if c.number is not None})
            raise ExportError(
                export.file,
                f'has no question {question.column} for "{question.id}"'
                + (f" (its numbers are {listing(numbers, 40)})" if numbers else ""),
                "correct column = …, or give the text of the header"
                if numbers
                else "its columns have no numbers: give the text of the header",
            )
        _check_wording(found, question, export)
        return found
    return _matching(question.column, export, question)


def unread_columns(export: Export, questionnaire: Questionnaire, wave: str) -> tuple[str, ...]:
    """Return the headers of columns that no question reads, in the order of the file."""
    asked = [q.as_asked(wave) for q in questionnaire if q.derived_from is None and q.form(wave).asked]
    read = {id(column) for question in asked for column in columns_of(question, export)}
    rest = [column for column in export.columns if id(column) not in read and not column.typed]
    return tuple(dict.fromkeys(shown(c.header or c.name or c.option) for c in rest))


def headers_of(export: Export, questionnaire: Questionnaire, wave: str) -> dict[str, str]:
    """Return the header over each question as the file has it, for questions under one header only."""
    found = dict[str, str]()
    for question in questionnaire:
        if question.derived_from is None and question.form(wave).asked:
            headers = {c.header for c in columns_of(question.as_asked(wave), export) if c.header}
            if len(headers) == 1:
                found[question.id] = headers.pop()
    return found


def _check_wording(found: list[Column], question: Question, export: Export) -> None:
    """Refuse a question number under which the export has another question, and its wording elsewhere.

    A question put into the form later moves the numbers behind it; paraphrases are let pass.
    """
    wordings = {normalised(text) for _, text in question.text.texts}
    here = {normalised(c.header) for c in found if c.header}
    if not here or here & wordings:
        return
    for column in export.columns:
        if column.number not in (None, question.column) and normalised(column.header) in wordings:
            raise ExportError(
                f'{export.file}, question "{question.id}"',
                f'number {question.column} reads "{shown(found[0].header)}", and its wording stands at '
                f"number {column.number}",
                f"if that is the one meant, say column = {column.number}",
            )


def _matching(text: str, export: Export, question: Question) -> list[Column]:
    def same(get: Callable[[Column], str]) -> list[Column]:
        return [c for c in export.columns if normalised(get(c)) == normalised(text)]

    found = same(lambda c: c.name) or same(lambda c: c.header) or same(lambda c: c.option)
    if not found:
        return [_by_header(text, export, question.id)]
    return found


def _rows_of(found: list[Column], question: Question, export: Export) -> list[Column]:
    """Return the columns that hold the question: one, or of a select-all question all."""
    found = [column for column in found if not column.typed] or found
    if question.kind == "multiple":
        return found
    if question.row is None:
        return _one(found, question, export)
    chosen = [c for c in found if normalised(c.option) == normalised(question.row)]
    if len(chosen) != 1:
        rows = [c.option for c in found if c.option]
        raise ExportError(
            f'{export.file}, question "{question.id}"',
            f'has {len(chosen)} rows "{question.row}" (its rows are {listing(rows)})',
            nearest(question.row, rows),
        )
    return chosen


def _one(found: list[Column], question: Question, export: Export) -> list[Column]:
    whole = [c for c in found if not c.option] or found
    if len(whole) > 1:
        raise ExportError(
            export.file,
            f'has {len(whole)} columns for "{question.id}", which takes one answer',
            'name one by row = "…" beside the question number, or make it kind = "multiple"',
        )
    return whole


def _by_header(text: str, export: Export, question: str) -> Column:
    found = [c for c in export.columns if normalised(c.header) == normalised(text)]
    if len(found) > 1:
        raise ExportError(
            export.file,
            f'has {len(found)} columns "{text}" for question "{question}"',
            "rename or delete all but one",
        )
    if found:
        return found[0]
    if any(c.header and (c.cells == c.header).any() for c in export.columns):
        # Its cells are somebody's answers and address: they are not printed.
        raise ExportError(export.file, "has answers in its first row", "put the row of headers above them")
    headers = [c.header for c in export.columns if c.header]
    raise ExportError(
        export.file,
        f'has no column "{text}" for question "{question}"',
        nearest(text, headers) or f"its columns are {listing(headers)}",
    )
