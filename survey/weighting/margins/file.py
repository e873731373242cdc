"""Population margins read from CSV files with their sources."""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path

from survey.errors import MarginError, listing, nearest
from survey.study.questionnaire import Question, Questionnaire
from survey.study.weighting_plan import MarginSource
from survey.text import decode, normalised
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
    (top, header), *rows = _rows(path)
    questions, column = _columns(header, f"{path.name}, line {top}", questionnaire)
    place = header.index(column)
    if not any(cell for _, row in rows for cell in row[place : place + 1]):
        raise MarginError(
            path.name,
            f"is not filled in: no figure under {column}",
            "write one for each category, or take this margin out of [weighting] in the study file",
        )
    figures: dict[tuple[str, ...], float] = {}
    sources: dict[tuple[str, str, str], None] = {}
    for line, row in rows:
        where = f"{path.name}, line {line}"
        if len(row) != len(header):
            problem = f"has {len(row)} cells under {len(header)} headers"
            raise MarginError(where, problem, "put texts that hold commas in quotes")
        cells = dict(zip(header, row, strict=True))
        codes = tuple(_code(question, cells[question.id], where) for question in questions)
        if codes in figures:
            raise MarginError(where, f'"{" x ".join(codes)}" is given twice', "keep one line of the two")
        figures[codes] = checked_figure(cells[column], where, column, most=MOST)
        sources[cells.get("source", ""), cells.get("date", ""), cells.get("address", "")] = None
    absent = []
    for codes in itertools.product(*(question.eligible_codes for question in questions)):
        if codes not in figures:
            labels = (str(q.option(code).label) for q, code in zip(questions, codes, strict=True))
            absent.append(f"{' x '.join(codes)} ({', '.join(labels)})")
    if absent:
        raise MarginError(
            path.name,
            f"has no line for {listing(absent)}",
            "add the missing categories, or mark options outside the population ineligible = true",
        )
    names = tuple(question.id for question in questions)
    use = "shares" if column == "share" else source.use
    margin = Margin(names, figures, use, tuple(sources), path.name)
    if column == "share":
        check_shares(margin)
    elif use == "counts" and abs(margin.total - 100) < 0.5:
        raise MarginError(
            path.name,
            f"its population figures sum to {margin.total:.6g}, as percentages do",
            'divide them by 100 and name the column share, or set use = "shares" for this margin',
        )
    return margin


def _columns(header: list[str], where: str, questionnaire: Questionnaire) -> tuple[list[Question], str]:
    """Return the questions of a header, and its column of figures; raises MarginError."""
    names = [name for name in header if name not in (*FIGURES, *NOTES)]
    figures = [name for name in header if name in FIGURES]
    if len(figures) != 1 or not names or len(set(header)) < len(header):
        raise MarginError(
            where,
            f"has the columns {listing(header, 20)}",
            "expected a column for each question, then population or share, source, date, address",
        )
    for name in names:
        if name not in questionnaire or not questionnaire[name].options:
            closed = [q.id for q in questionnaire if q.kind == "single"]
            raise MarginError(
                where,
                f'"{name}" is not a question with options',
                nearest(name, closed) or f"use one of {listing(closed, 20)}",
            )
        if questionnaire[name].kind != "single":
            raise MarginError(
                where, f'"{name}" takes several answers at once', "weight on questions with one answer"
            )
    return [questionnaire[name] for name in names], figures[0]


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, cells stripped, with their line numbers; raises MarginError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise MarginError(str(path), "no such file", "check file = … under [[weighting.margins]]") from None
    except IsADirectoryError:
        raise MarginError(str(path), "is a folder", "give the CSV file itself") from None
    except OSError as error:
        raise MarginError(str(path), f"cannot be read ({error.strerror})") from None
    except ValueError as error:  # a NUL character in the name
        raise MarginError(str(path), f"cannot be read ({error})", "correct the name") from None
    decoded = decode(data)
    if decoded is None or "\x00" in decoded[0] or data.startswith(b"PK"):
        raise MarginError(path.name, "is not a text file", "save it as CSV")
    try:
        reader = csv.reader(io.StringIO(decoded[0]), strict=True)
        stripped = ([cell.strip() for cell in row] for row in reader)
        rows = [(reader.line_num, row) for row in stripped if any(row)]
    except csv.Error as error:
        raise MarginError(
            path.name, f"is not a regular CSV file ({error})", "look for a stray quote"
        ) from None
    if len(rows) < 2:
        raise MarginError(path.name, "holds no figures", "give a header line and one line a category")
    return rows


def _code(question: Question, text: str, where: str) -> str:
    for option in question.options:
        if normalised(text) in map(normalised, option.spellings):
            if option.ineligible:
                raise MarginError(
                    where, f'"{text}" is outside the population (ineligible = true)', "leave that line out"
                )
            return option.code
    raise MarginError(
        where,
        f'"{text}" is not an option of "{question.id}" ({listing(question.codes, 20)})',
        nearest(text, [s for o in question.options for s in o.spellings]),
    )
