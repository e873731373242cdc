"""Population margins read from CSV files with their sources."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from survey.errors import FollowUp, MarginError, Place, closest, note
from survey.study.questionnaire import Question, Questionnaire, UnreadQuestion
from survey.study.references import check_kind, known_question, questions_called
from survey.study.weighting_plan import MarginSource
from survey.text import decode
from survey.weighting.margins.margins import Margin, check_shares, checked_figure

FIGURES = ("population", "share")
NOTES = ("source", "date", "address")
MOST = 1e12


def read_margin(source: MarginSource, questionnaire: Questionnaire) -> Margin:
    """Return a margin read from CSV: question columns, population or share, source, date, address.

    Raises
    ------
    MarginError
        Naming file, line and value if the file is missing, a column or category is unknown, a
        category is absent or given twice, a figure is not a number, shares do not sum to 1, or
        population figures sum to 100.
    """
    path = source.path
    if not source.readable:
        raise FollowUp
    place = Place(path.name, source.place, line=0)
    (top, header), *rows = csv_rows(path, place)
    questions, column = _columns(header, replace(place, line=top), questionnaire)
    at = header.index(column)
    if not any(cell for _, row in rows for cell in row[at : at + 1]):
        raise MarginError(place, key="margin.blank", column=column)
    figures: dict[tuple[str, ...], float] = {}
    sources: dict[tuple[str, str, str], None] = {}
    spoilt = 0
    for line, row in rows:
        try:
            where = replace(place, line=line)
            if len(row) != len(header):
                raise MarginError(where, key="margin.ragged", cells=len(row), headers=len(header))
            cells = dict(zip(header, row, strict=True))
            codes = tuple(category_of(question, cells[name], where) for name, question in questions.items())
            where = where.item(" x ".join(codes))
            if codes in figures:
                raise MarginError(where, key="margin.twice", category=" x ".join(codes))
            figures[codes] = 1.0  # which keeps the category while its figure is judged
            figures[codes] = checked_figure(cells[column], where, column, most=MOST)
            sources[cells.get("source", ""), cells.get("date", ""), cells.get("address", "")] = None
        except MarginError as error:
            note(error)
            spoilt += 1
    if spoilt:
        raise FollowUp
    names = tuple(question.id for question in questions.values())
    use = "shares" if column == "share" else source.use
    margin = Margin(names, figures, use, tuple(sources), path.name)
    _check_whole(margin, [*questions.values()], place, column)
    return margin


def _check_whole(margin: Margin, questions: Sequence[Question], place: Place, column: str) -> None:
    """Refuse a margin without one of the categories, or one of percentages given as people."""
    absent = []
    for codes in itertools.product(*(question.eligible_codes for question in questions)):
        if codes not in margin.figures:
            labels = (str(q.option(code).label) for q, code in zip(questions, codes, strict=True))
            absent.append(f"{' x '.join(codes)} ({', '.join(labels)})")
    if absent:
        raise MarginError(place, key="margin.absent", categories=absent)
    if column == "share":
        check_shares(margin, place)
    elif margin.use == "counts" and abs(margin.total - 100) < 0.5:
        remedies = {(*place.path, "use"): "shares"}
        raise MarginError(place, key="margin.per_cent", remedies=remedies, total=f"{margin.total:.6g}")


def _columns(
    header: list[str], where: Place, questionnaire: Questionnaire
) -> tuple[dict[str, Question], str]:
    """Return the questions by the columns of a header, and its column of figures; raises MarginError."""
    names = [name for name in header if name not in (*FIGURES, *NOTES)]
    figures = [name for name in header if name in FIGURES]
    if len(figures) != 1 or not names or len(set(header)) < len(header):
        raise MarginError(where, key="margin.columns", headers=header)
    questions = {name: _question(name, where, questionnaire) for name in names}
    if len({question.id for question in questions.values()}) < len(names):
        raise MarginError(where, key="margin.columns", headers=header)
    return questions, figures[0]


def _question(name: str, where: Place, questionnaire: Questionnaire) -> Question:
    """Return the question with one answer that heads a column, by its name or label."""
    known = questionnaire.questions
    question = known_question(name, known, where) if questions_called(name, known) else None
    if isinstance(question, UnreadQuestion) and not question.options:
        raise FollowUp
    if question is None or not question.options:
        closed = [q.id for q in questionnaire if q.kind == "single"]
        near = closest(name, closed)
        raise MarginError(where, key="margin.no_question", question=name, nearest=near, questions=closed)
    check_kind(question, ("single",), MarginError(where, key="margin.several_answers", question=name))
    return question


def csv_rows(path: Path, place: Place) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, cells stripped, with their line numbers; raises MarginError."""
    at = (*place.path, "file")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        table = "[supply]" if place.path[:1] == ("supply",) else "[[weighting.margins]]"
        raise MarginError(str(path), key="margin.not_found", place=at, table=table) from None
    except IsADirectoryError:
        raise MarginError(str(path), key="margin.is_folder", place=at) from None
    except OSError as error:
        raise MarginError(str(path), key="margin.cannot_read", place=at, reason=error.strerror) from None
    except ValueError as error:  # a NUL character in the name
        raise MarginError(str(path), key="margin.bad_name", place=at, reason=str(error)) from None
    decoded = decode(data)
    if decoded is None or "\x00" in decoded[0] or data.startswith(b"PK"):
        raise MarginError(place, key="margin.not_text")
    try:
        reader = csv.reader(io.StringIO(decoded[0]), strict=True)
        stripped = ([cell.strip() for cell in row] for row in reader)
        rows = [(reader.line_num, row) for row in stripped if any(row)]
    except csv.Error as error:
        raise MarginError(place, key="margin.not_csv", reason=str(error)) from None
    if len(rows) < 2:
        raise MarginError(place, key="margin.no_figures")
    return rows


def category_of(question: Question, text: str, where: Place) -> str:
    """Return the code of a category as a file spells it; raises MarginError with the nearest."""
    option = question.spelt(text)
    if option is None:
        choices, codes = [s for o in question.options for s in o.spellings], list(question.codes)
        near, key = closest(text, choices), "margin.no_option"
        raise MarginError(where, key=key, option=text, question=question.id, codes=codes, nearest=near)
    if option.ineligible:
        raise MarginError(where, key="margin.ineligible", option=text)
    return option.code
