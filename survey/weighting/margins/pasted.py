"""Population figures from a text, as it is copied from a spreadsheet or a page, matched with categories."""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from survey.errors import MarginError, Place, shown
from survey.study.questionnaire import Question
from survey.text import normalised, visible
from survey.weighting.margins.file import FIGURES, MOST, NOTES
from survey.weighting.margins.margins import checked_figure

TOTALS = ("合计", "总计", "总数", "小计", "全部", "总人口", "total", "sum", "all")
ENDINGS = ("区", "县", "市")  # 小店 is 小店区 where no other category is
PEOPLE = ("人数", "人口", "人口数", "常住人口", "people", "count", "number", *FIGURES)
# A figure at the end of a line, and blanks between its thousands.
AT_END = re.compile(r"(?P<name>\S.*?)\s+(?P<figure>[+-]?\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?|\S+)\s*人?")
SPACED = re.compile(r"\d{1,3}( \d{3})+(\.\d+)?")

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class PastedFigures:
    """Figures of a margin that a text gives.

    Attributes
    ----------
    figures : mapping of tuples of codes to float
        As they stand there: counts, shares that sum to 1, or percentages that sum to 100.
    use : {"counts", "shares"}
        "shares": only their proportions mean something.
    left_over : tuple of str
        The first cells of lines that are of no category, totals among them.
    absent : tuple of tuples of codes
        Categories without a figure.
    """

    figures: Mapping[tuple[str, ...], float]
    use: Literal["counts", "shares"]
    left_over: tuple[str, ...] = ()
    absent: tuple[tuple[str, ...], ...] = ()


def read_figures(text: str, questions: Sequence[Question], *, name: str = "text") -> PastedFigures:
    r"""Return the population figures that a text gives for the categories of a question, or of two crossed.

    Cells are parted by tabs, commas or blanks; a header line, thousand marks, full-width digits and 人 do
    no harm. Two crossed questions may stand in three columns or as a wide table, either way round. Names
    are matched after NFKC and blanks, then with 区, 县 or 市 left off where that names one category.

    Parameters
    ----------
    questions : sequence of Question
        One or two, each with options.
    name : str
        What errors call the text.

    Raises
    ------
    MarginError
        Naming line and value: a category given twice, a figure that is none, a total that the lines do not
        sum to, several columns of figures, or no category at all.

    Examples
    --------
    >>> from survey.study.questionnaire import Label, Option, Question
    >>> labels = [("a", "小店区"), ("b", "古交市")]
    >>> places = [Option(code, Label((("zh", label),))) for code, label in labels]
    >>> district = Question("district", "single", Label((("zh", "住在"),)), None, tuple(places))
    >>> read_figures("古交 210,000人\n小店区 1 200 000\n合计 1410000", [district]).figures
    {('b',): 210000.0, ('a',): 1200000.0}
    """
    place = Place(name, line=0)
    rows = list(_rows(text))
    if not rows:
        raise MarginError(place, key="margin.no_figures")
    cells = [*_long(rows, questions, name)] or [*_wide(rows, questions, name)]
    figures: dict[tuple[str, ...], float] = {}
    left_over: list[str] = []
    totals: list[tuple[int, float]] = []
    for line, codes, label, figure in cells:
        where = Place(name, line=line)
        if codes is None:
            left_over += [shown(label)] if label else []
            if figure and _is_total(label):
                totals.append((line, _number(figure, where, label)))
            continue
        if not figure:
            continue
        if codes in figures:
            raise MarginError(where, key="margin.twice", category=" x ".join(codes))
        figures[codes] = _number(figure, where, label)
    if not figures:
        raise MarginError(place, key="margin.text_no_category", names=left_over)
    total = sum(figures.values())
    for line, said in totals:
        if len(questions) == 1 and abs(said - total) > 0.5 + 1e-9 * total:
            raise MarginError(Place(name, line=line), key="margin.text_total", said=said, total=total)
    every = itertools.product(*(question.eligible_codes for question in questions))
    absent = tuple(codes for codes in every if codes not in figures)
    per_cent = any("%" in figure for *_, figure in cells) or abs(total - 100) < 0.5
    use: Literal["counts", "shares"] = "shares" if per_cent or abs(total - 1) < 1e-6 else "counts"
    return PastedFigures(figures, use, tuple(left_over), absent)


def _rows(text: str) -> Iterator[Row]:
    """Yield the rows that are not blank with their line numbers, their cells stripped."""
    plain = unicodedata.normalize("NFKC", visible(text.replace("\t", "\x1f"))).replace("\x1f", "\t")
    lines = [(i, line) for i, line in enumerate(plain.splitlines(), 1) if line.strip()]
    if any("\t" in line for _, line in lines):
        split = [(i, line.split("\t")) for i, line in lines]
    elif any(_is_csv(line) for _, line in lines):
        split = [(i, next(csv.reader([line]))) for i, line in lines]
    else:
        found = [(i, AT_END.fullmatch(line.strip()), line) for i, line in lines]
        split = [(i, [m["name"], m["figure"]] if m else [line]) for i, m, line in found]
    for i, cells in split:
        stripped = [" ".join(cell.split()) for cell in cells]
        if any(stripped):
            yield i, stripped


def _is_csv(line: str) -> bool:
    """Say whether a comma parts cells: it stands behind something that is no digit, or not before three."""
    return re.search(r"[^\d\s]\s*,|,(?!\d{3}(?!\d))", line) is not None


def _number(text: str, where: Place, label: str) -> float:
    """Return a figure without its thousand blanks, its unit and its sign of per cent; raises MarginError."""
    plain = text.removesuffix("%").removesuffix("人").strip()
    plain = plain.replace(" ", "") if SPACED.fullmatch(plain) else plain
    return checked_figure(plain, where, f'"{shown(label)}"', most=MOST)


def _is_figure(text: str) -> bool:
    return bool(re.match(r"[+-]?[\d.]", text))


def _is_total(text: str) -> bool:
    return normalised(text).replace(" ", "") in TOTALS


def _category(question: Question, text: str) -> str | None:
    """Return the code of the category that a text names, None for none or several."""
    option = question.spelt(text)
    if option is None:
        tight = [(o, [_tight(s) for s in o.spellings]) for o in question.options]
        found = [o for o, spellings in tight if _tight(text) in spellings]
        if not found and (short := _shortened(text)):
            found = [o for o, spellings in tight if short in map(_shortened, spellings)]
        option = found[0] if len(found) == 1 else None
    return None if option is None or option.ineligible else option.code


def _tight(text: str) -> str:
    return normalised(text).replace(" ", "")


def _shortened(text: str) -> str:
    tight = _tight(text)
    return tight[:-1] if tight.endswith(ENDINGS) and len(tight) > 2 else tight


Cell = tuple[int, tuple[str, ...] | None, str, str]


def _long(rows: Sequence[Row], questions: Sequence[Question], name: str) -> Iterator[Cell]:
    """Yield (line, codes, label, figure) of a table with a column for each question and one of figures."""
    named = len(questions)
    first = rows[0][1]
    of_category = any(_category(question, cell) for question, cell in zip(questions, first, strict=False))
    head = [] if of_category or any(map(_is_figure, first[named:])) else first
    body = rows[1:] if head else rows
    width = max(len(cells) for _, cells in rows)
    if not body or width <= named or (named > 1 and not _is_long(body, questions)):
        return
    at = _figure_column(head, body, named, name)
    order = _order(body, questions)
    for line, cells in body:
        labels, figure = cells[:named], cells[at] if at < len(cells) else ""
        codes = [""] * named
        for cell, question in zip(labels, order, strict=False):
            codes[question] = _category(questions[question], cell) or ""
        yield line, tuple(codes) if all(codes) else None, " ".join(labels), figure


def _figure_column(head: Sequence[str], body: Sequence[Row], named: int, name: str) -> int:
    """Return the column of figures: the only one, else the one that the header names as people."""
    width = max(len(cells) for _, cells in body)
    figured = [
        i
        for i in range(named, width)
        if any(i < len(cells) and _is_figure(cells[i]) for _, cells in body)
        and not (i < len(head) and normalised(head[i]) in NOTES)
    ]
    if len(figured) > 1:
        of_people = [i for i in figured if i < len(head) and _tight(head[i]) in PEOPLE]
        if len(of_people) != 1:
            raise MarginError(Place(name, line=body[0][0]), key="margin.text_columns", columns=len(figured))
        return of_people[0]
    return figured[0] if figured else named


def _is_long(body: Sequence[Row], questions: Sequence[Question]) -> bool:
    """Say whether the second column names categories too, so that the table is not a wide one."""
    return any(
        all(any(_category(question, cell) for question in questions) for cell in cells[:2])
        and any(map(_is_figure, cells[2:]))
        for _, cells in body
    )


def _order(body: Sequence[Row], questions: Sequence[Question]) -> tuple[int, ...]:
    """Return which question each of the first columns is of: as they are given, or the other way round."""
    orders: list[tuple[int, ...]] = [*itertools.permutations(range(len(questions)))]

    def fits(order: tuple[int, ...]) -> int:
        pairs = [zip(cells, order, strict=False) for _, cells in body]
        return sum(all(_category(questions[j], cell) for cell, j in pair) for pair in pairs)

    return max(orders, key=fits)


def _wide(rows: Sequence[Row], questions: Sequence[Question], name: str) -> Iterator[Cell]:
    """Yield (line, codes, label, figure) of a table with one question down and the other across."""
    if len(questions) != 2 or len(rows) < 2:
        return
    (top, head), *body = rows
    down, across = questions
    turned = sum(_category(down, cell) is not None for cell in head[1:])
    straight = sum(_category(across, cell) is not None for cell in head[1:])
    if turned == straight and turned:
        where = Place(name, line=top)
        raise MarginError(where, key="margin.text_either_way", first=down.id, second=across.id)
    if turned > straight:
        down, across = across, down
    columns = [_category(across, cell) for cell in head]
    for cell, code in zip(head[1:], columns[1:], strict=True):
        if code is None:
            yield top, None, cell, ""
    for line, cells in body:
        row = _category(down, cells[0])
        if row is None:
            yield line, None, cells[0], ""
            continue
        for code, label, figure in zip(columns[1:], head[1:], cells[1:], strict=False):
            if code is not None:
                codes = (row, code) if down is questions[0] else (code, row)
                yield line, codes, f"{cells[0]} {label}", figure
