"""A table of population figures as a page shows it, and its file with what was typed or pasted."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.desk.pages.forms import as_number
from survey.errors import MarginError, Place, SurveyError
from survey.study.questionnaire import Question
from survey.study.references import known_question
from survey.study.study import Study
from survey.study.weighting_plan import MarginSource
from survey.weighting.margins.file import FIGURES, NOTES, csv_rows
from survey.weighting.margins.margins import checked_figure
from survey.weighting.margins.pasted import PastedFigures
from survey.weighting.margins.written import margin_text

Codes = tuple[str, ...]
MOST = 1e12


@dataclass(frozen=True, slots=True)
class Figures:
    """The lines of a file of figures.

    Attributes
    ----------
    questions : tuple of Question
        By which its categories are told apart.
    cells : mapping of tuples of codes to str
        The figures as they stand in the file; "" where there is none.
    notes : mapping of tuples of codes to (source, date, address)
        Where each is from.
    column : str
        The column of figures: population or share.
    """

    questions: tuple[Question, ...]
    cells: Mapping[Codes, str]
    notes: Mapping[Codes, tuple[str, str, str]]
    column: str = "population"

    def name(self, language: str) -> str:
        """Return what the margin is called."""
        return " × ".join((q.label or q.text).in_(language) for q in self.questions)

    def label(self, codes: Codes, language: str) -> str:
        """Return what a category is called."""
        named = zip(self.questions, codes, strict=True)
        return " ".join(question.option(code).label.in_(language) for question, code in named)

    def note(self, at: int) -> str:
        """Return the source, the date or the address that the lines share; the first where they differ."""
        return next((note[at] for note in self.notes.values() if note[at]), "")

    def amounts(self) -> dict[Codes, float]:
        """Return the figures that are numbers."""
        found = {codes: as_number(text) for codes, text in self.cells.items()}
        return {codes: float(n) for codes, n in found.items() if isinstance(n, (int, float))}


def figures_of(study: Study, source: MarginSource) -> Figures:
    """Return the figures of a file, whole or half filled in.

    Raises
    ------
    SurveyError
        If the file cannot be read as a table, or its header names no questions.
    """
    place = Place(source.path.name, source.place, line=0)
    (_, header), *rows = csv_rows(source.path, place)
    known = study.questionnaire.questions
    questions = tuple(known_question(n, known, place) for n in header if n not in (*FIGURES, *NOTES))
    column = next((name for name in header if name in FIGURES), "population")
    cells = dict.fromkeys(categories(questions), "")
    notes: dict[Codes, tuple[str, str, str]] = {}
    for _, row in rows:
        there = dict(zip(header, row, strict=False))
        spelt = [q.spelt(there.get(name, "")) for q, name in zip(questions, _names(header), strict=True)]
        codes = tuple(option.code for option in spelt if option is not None)
        if codes in cells:
            cells[codes] = there.get(column, "")
            notes[codes] = (there.get("source", ""), there.get("date", ""), there.get("address", ""))
    return Figures(questions, cells, notes, column)


def _names(header: Sequence[str]) -> list[str]:
    return [name for name in header if name not in (*FIGURES, *NOTES)]


def categories(questions: Sequence[Question]) -> list[Codes]:
    """Return the categories of a question, or of questions crossed, in their order."""
    return [*itertools.product(*(question.eligible_codes for question in questions))]


def with_cells(figures: Figures, typed: Mapping[Codes, str], notes: Mapping[int, str]) -> bytes:
    """Return the file with cells as typed, and with the source, date or address that all lines get."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*(question.id for question in figures.questions), figures.column, *NOTES])
    for codes, there in figures.cells.items():
        value = typed.get(codes, there)
        number = as_number(value)
        plain = (
            f"{number:.15g}"
            if isinstance(number, float)
            else str(number)
            if isinstance(number, int)
            else value
        )
        note = list(figures.notes.get(codes, ("", "", "")))
        for at, said in notes.items():
            note[at] = said
        named = zip(figures.questions, codes, strict=True)
        labels = [str(question.option(code).label) for question, code in named]
        table.writerow([*labels, plain, *note])
    return text.getvalue().encode("utf-8-sig")


def with_pasted(figures: Figures, pasted: PastedFigures) -> bytes:
    """Return the file with the figures that a text gave; sources stay."""
    amounts = {**figures.amounts(), **pasted.figures} if pasted.use == "counts" else pasted.figures
    return margin_text(figures.questions, amounts, notes=figures.notes).encode("utf-8-sig")


def blank(questions: Sequence[Question]) -> bytes:
    """Return a file of figures that are still to be given."""
    return margin_text(questions, {}).encode("utf-8-sig")


def file_name(folder: Path, questions: Sequence[Question]) -> str:
    """Return a name for a new file of figures that no file has yet."""
    stem, number = "margins-" + "-".join(question.id for question in questions), 1
    name = f"{stem}.csv"
    while (folder / name).exists():
        number += 1
        name = f"{stem}-{number}.csv"
    return name


def wrong(text: str, label: str) -> SurveyError | None:
    """Return what is wrong with a figure, in the words of whatever reads it; None for nothing."""
    number = as_number(text)
    try:
        checked_figure(
            text if isinstance(number, (str, type(None))) else str(number), label, label, most=MOST
        )
    except MarginError as error:
        return error
    return None
