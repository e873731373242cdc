"""Population margins read from CSV files with their sources."""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path

from survey.errors import MarginError, listing, nearest
from survey.study.questionnaire import Question, Questionnaire
from survey.study.weighting_plan import MarginSource
from survey.text import decode, plain_text
from survey.weighting.margins.margins import Margin

FIGURES = ("population", "share")


NOTES = ("source", "date", "address")


MOST = 1e12


def read_margin(source: MarginSource, questionnaire: Questionnaire) -> Margin:
    """Return a margin read from CSV: question columns, population or share, source, date, address.

    Raises
    ------
    MarginError
        Naming file, line and value if the file is missing, a column or category is unknown, a
        category is absent or given twice, a figure is no number, or shares do not sum to 1.
    """
    path = source.path
    rows = _rows(path)
    top = f"{path.name}, line {rows[0][0]}"
    header = [cell.strip() for cell in rows[0][1]]
    names = tuple(h for h in header if h not in (*FIGURES, *NOTES))
    figure = [h for h in header if h in FIGURES]
    if len(figure) != 1 or not names or len(set(header)) < len(header):
        raise MarginError(
            top,
            f"has the columns {listing(header, 20)}",
            "expected a column for each question, then population or share, source, date, address",
        )
    for name in names:
        if name not in questionnaire or not questionnaire[name].options:
            closed = [q.id for q in questionnaire if q.kind == "single"]
            raise MarginError(
                top,
                f'"{name}" is not a question with options',
                nearest(name, closed) or f"use one of {listing(closed, 20)}",
            )
        if questionnaire[name].kind != "single":
            raise MarginError(
                top, f'"{name}" takes several answers at once', "weight on questions with one answer"
            )
    place = header.index(figure[0])
    if not any(cell.strip() for _, row in rows[1:] for cell in row[place : place + 1]):
        raise MarginError(
            path.name,
            f"is not filled in: no figure under {figure[0]}",
            "write one for each category, or take this margin out of [weighting] in the study file",
        )
    questions = [questionnaire[name] for name in names]
    figures: dict[tuple[str, ...], float] = {}
    sources: dict[tuple[str, str, str], None] = {}
    for line, row in rows[1:]:
        where = f"{path.name}, line {line}"
        if len(row) != len(header):
            raise MarginError(
                where,
                f"has {len(row)} cells under {len(header)} headers",
                "put texts that hold commas in quotes",
            )
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        key = tuple(_code(q, cells[q.id], where) for q in questions)
        if key in figures:
            raise MarginError(where, f'"{" x ".join(key)}" is given twice', "keep one line of the two")
        figures[key] = _figure(cells[figure[0]], where, figure[0])
        sources[tuple(cells.get(note, "") for note in NOTES)] = None  # type: ignore[index]  # three notes
    margin = Margin(
        names, figures, "shares" if figure[0] == "share" else source.use, tuple(sources), path.name
    )
    _check_complete(margin, questions)
    if figure[0] == "share" and abs(margin.total - 1) > 1e-6:
        raise MarginError(
            path.name,
            f"its shares sum to {margin.total:.6g}, not 1",
            "divide them by 100"
            if abs(margin.total - 100) < 0.5
            else "correct the shares, or give counts in a column named population",
        )
    return margin


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with its line number in the file; raises MarginError."""
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
        rows = [(reader.line_num, row) for row in reader if any(c.strip() for c in row)]
    except csv.Error as error:
        raise MarginError(
            path.name, f"is not a regular CSV file ({error})", "look for a stray quote"
        ) from None
    if len(rows) < 2:
        raise MarginError(path.name, "holds no figures", "give a header line and one line a category")
    return rows


def _code(question: Question, text: str, where: str) -> str:
    for option in question.options:
        if plain_text(text) in map(plain_text, option.spellings):
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


def _figure(text: str, where: str, column: str) -> float:
    try:
        # Python would read 5_200 as 5200.
        value = float(text.replace(",", "").replace("_", "?"))
    except ValueError:
        value = float("nan")
    if not 0 <= value < MOST:
        raise MarginError(
            where, f'{column} is "{text}"', "expected a number, 0 or more, such as 5200 or 0.26"
        )
    if value == 0:
        raise MarginError(
            where,
            f"{column} is 0, so nobody may be in that category",
            "mark the option ineligible = true and leave the line out",
        )
    return value


def _named(key: tuple[str, ...], questions: list[Question]) -> str:
    """Return a category by its codes and, in brackets, by its labels."""
    labels = (q.option(code).label.in_("zh") for q, code in zip(questions, key, strict=True))
    return f"{' x '.join(key)} ({', '.join(labels)})"


def _check_complete(margin: Margin, questions: list[Question]) -> None:
    wanted = itertools.product(*(q.eligible_codes for q in questions))
    absent = [_named(key, questions) for key in wanted if key not in margin.figures]
    if absent:
        raise MarginError(
            margin.file,
            f"has no line for {listing(absent)}",
            "add the missing categories, or mark options outside the population ineligible = true",
        )
