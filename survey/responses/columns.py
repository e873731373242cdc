"""Which columns of an export hold a question: found by number, short name or header."""

from __future__ import annotations

from collections.abc import Sequence

from survey.errors import ExportError, closest, shown
from survey.exports.export import Column, Export
from survey.study.questionnaire import Question, Questionnaire
from survey.text import normalised


def columns_of(question: Question, export: Export) -> list[Column]:
    """Return the column that holds a question, or all those of a select-all question.

    Raises
    ------
    ExportError
        If there are none, or several where one is expected.
    """
    columns = all_columns_of(question, export)
    if question.column is None:
        return columns
    columns = [column for column in columns if not column.typed] or columns
    if question.row is not None:
        return _row(question.id, question.row, columns, export)
    if rows := list(dict.fromkeys(column.row for column in columns if column.row)):
        raise ExportError(export.place(question=question.id), key="export.matrix_without_row", rows=rows)
    if question.kind == "multiple":
        return columns
    whole = [c for c in columns if not c.option] or columns
    if len(whole) > 1 and _are_options(question, whole):
        return whole
    if len(whole) > 1:
        raise ExportError(
            export.file,
            key="answer.many_columns",
            place=("questions", question.id),
            found=len(whole),
            question=question.id,
        )
    return whole


def _row(question: str, row: str, columns: list[Column], export: Export) -> list[Column]:
    """Return the column of one row of a matrix, or the row's columns if each of its options has one."""
    rows = [c for c in columns if normalised(c.row or c.option) == normalised(row)]
    if len(rows) == 1 or (rows and all(c.row for c in rows)):
        return rows
    labels = list(dict.fromkeys(c.row or c.option for c in columns if c.option))
    raise ExportError(
        export.place(question=question),
        key="answer.rows",
        found=len(rows),
        row=row,
        rows=labels,
        nearest=closest(row, labels),
    )


def _are_options(question: Question, columns: list[Column]) -> bool:
    """Say whether the columns of a single question are its options, not the rows of a matrix."""
    if question.kind != "single" or any(c.row for c in columns):
        return False
    spellings = {normalised(text) for option in question.options for text in option.spellings}
    return any(normalised(c.option) in spellings for c in columns)


def has_option_columns(question: Question, columns: Sequence[Column]) -> bool:
    """Say whether these columns of a closed question each stand for one of its options."""
    if question.column is None or len(columns) > 1:
        return True
    return bool(columns[0].option) and (question.row is None or bool(columns[0].row))


def all_columns_of(question: Question, export: Export) -> list[Column]:
    """Return every column of a question, those of typed text too.

    Raises
    ------
    ExportError
        If there are none, or the wording of the question is under another number.
    """
    wanted = question.column
    if wanted is None:
        return [_by_header(str(o.column), export, question.id) for o in question.options]
    if isinstance(wanted, str):
        same = normalised(wanted)
        for text in ("name", "header", "option"):
            columns = [c for c in export.columns if normalised(getattr(c, text)) == same]
            if columns:
                return columns
        return [_by_header(wanted, export, question.id)]
    columns = [c for c in export.columns if c.number == wanted]
    if not columns:
        numbers = sorted({c.number for c in export.columns if c.number is not None})
        raise ExportError(
            export.file,
            key="answer.no_number" if numbers else "answer.no_numbers",
            place=("questions", question.id),
            number=wanted,
            question=question.id,
            numbers=numbers,
        )
    # A question added to the form later shifts the numbers after it; a paraphrase is accepted.
    wordings = {normalised(text) for _, text in question.text.texts}
    headers = {normalised(c.header) for c in columns if c.header}
    for column in export.columns if headers and not headers & wordings else ():
        if column.number not in (None, wanted) and normalised(column.header) in wordings:
            raise ExportError(
                export.place(question=question.id),
                key="answer.other_number",
                number=wanted,
                header=shown(columns[0].header),
                other=column.number,
                remedies={("questions", question.id, "column"): column.number},
            )
    return columns


def unread_columns(export: Export, questionnaire: Questionnaire, wave: str) -> tuple[str, ...]:
    """Return the headers of columns that no question reads, in the order of the file."""
    asked = [q.as_asked(wave) for q in questionnaire if q.derived_from is None and q.form(wave).asked]
    read = {id(column) for question in asked for column in columns_of(question, export)}
    unread = [column for column in export.columns if id(column) not in read and not column.typed]
    return tuple(dict.fromkeys(shown(c.header or c.name or c.option) for c in unread))


def headers_of(export: Export, questionnaire: Questionnaire, wave: str) -> dict[str, str]:
    """Return the header over each question as the file has it, for questions under one header only."""
    question_headers = dict[str, str]()
    for question in questionnaire:
        if question.derived_from is None and question.form(wave).asked:
            headers = {c.header for c in columns_of(question.as_asked(wave), export) if c.header}
            if len(headers) == 1:
                question_headers[question.id] = headers.pop()
    return question_headers


def _by_header(text: str, export: Export, question: str) -> Column:
    same = normalised(text)
    columns = [c for c in export.columns if normalised(c.header) == same] or [
        c for c in export.columns if c.heading and normalised(c.heading) == same
    ]
    if len(columns) > 1:
        raise ExportError(
            export.file,
            key="answer.same_header",
            place=("questions", question),
            found=len(columns),
            header=text,
            question=question,
        )
    if columns:
        return columns[0]
    if any(c.header and c.header in c.texts for c in export.columns):
        # Its cells are somebody's answers and address: they are not printed.
        raise ExportError(export.file, key="answer.no_header", place=("questions", question))
    headers = [c.header for c in export.columns if c.header]
    raise ExportError(
        export.file,
        key="answer.no_column",
        place=("questions", question),
        header=text,
        question=question,
        nearest=closest(text, headers),
        headers=headers,
    )
