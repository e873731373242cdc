"""The form of a delimited text: the sign that separates its cells, and quotes that close where they should.

The separator is what splits the header and the rows alike. Every quoted cell is whole, or the file is refused
before a row is lost.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from survey.errors import Cell, ExportError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
# What Excel writes and reads above the header; it shows no row for it.
STATED = re.compile(r'\A"?sep=([,;\t|:])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
# A longer sample decides no more, and large tables have millions of lines.
LINES = 2000
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
# Rows that may stand above a header; and a cell that is a value and no heading: a number, a date or a time.
MOST_ABOVE = 10
VALUE = re.compile(r"[-+]?[\d.,:/ %-]+")
# What is left of a quoted cell on its line: up to its closing quote, or to the end of the line.
INSIDE = re.compile(r'[^"]*(?:""[^"]*)*')


def stated_separator(text: str) -> tuple[str, str] | None:
    """Return the separator that a first line such as sep=; states, and the text below; None without one."""
    stated = STATED.match(text)
    return None if stated is None else (stated[1], text[stated.end() :])


def lines_of(text: str) -> Iterator[str]:
    """Return the lines of a text with their ends, as they are asked for."""
    return (line[0] for line in LINE.finditer(text))


def separator_of(lines: Iterable[str], name: str) -> str:
    """Return the sign that splits the header and the rows into the same number of cells.

    Where no sign does so for all rows, it is the one that does so for most of them, so that a message can
    name the row that is too long or too short. A table that no sign splits has one column and gets ",".

    Parameters
    ----------
    lines : iterable of str
        The lines of the file with their ends; the first 2,000 are read.
    name : str
        Of the file, for messages.

    Raises
    ------
    ExportError
        If two signs split all rows alike.
    """
    sample = [*islice(lines, LINES)]
    widths = {sign: _widths(sample, sign) for sign in SEPARATORS}
    usual = {sign: _usual(cells) for sign, cells in widths.items() if cells}
    widths = {sign: widths[sign] for sign, width in usual.items() if width > 1}
    if len(widths) < 2:
        return next(iter(widths), ",")
    regular = [sign for sign, cells in widths.items() if len(set(cells)) == 1]
    if len(regular) > 1:
        raise ExportError(
            name,
            key="export.separators",
            found=len(regular),
            ways=[f"by {SEPARATORS[sign]} into {widths[sign][0]}" for sign in regular],
        )
    return max(widths, key=lambda sign: (widths[sign].count(usual[sign]) / len(widths[sign]), usual[sign]))


def _usual(widths: list[int]) -> int:
    """Return how many cells most rows have; of several as usual, what the first of them has."""
    return Counter(widths).most_common(1)[0][0]


def rows_above(lines: Iterable[str], separator: str) -> int:
    """Return how many rows stand above a table: the first few, if they have at most half as many cells.

    The row below them must be headings, so that a header that lacks its separators is not taken for a title.
    """
    try:
        rows = [*csv.reader(islice(lines, LINES), delimiter=separator)]
    except csv.Error:
        return 0
    widths = [len(row) if any(cell.strip() for cell in row) else 0 for row in rows]
    filled = [width for width in widths if width]
    usual = max((width for width, n in Counter(filled).items() if n > 1), default=0)
    if len({*filled}) < 2 or not usual:
        return 0
    above = widths.index(usual)
    short = usual > 2 and above <= MOST_ABOVE and all(2 * width <= usual for width in widths[:above])
    return above if short and not any(map(VALUE.fullmatch, rows[above])) else 0


def split_rows(body: str, separator: str, above: int) -> tuple[list[list[str]], str]:
    """Return the cells of the first rows of a text table and of blank ones that follow, and the text below.

    Raises
    ------
    csv.Error
        If the rows cannot be read.
    """
    if above < 1:
        return [], body
    lines = [*io.StringIO(body, newline="")]
    reader = csv.reader(lines, delimiter=separator)
    rows = [*islice(reader, above)]
    rest = "".join(lines[reader.line_num :])
    below = rest.lstrip("\r\n")
    blank = rest[: len(rest) - len(below)].splitlines()
    return rows + [[] for _ in blank], below


def _widths(sample: list[str], separator: str) -> list[int]:
    """Return how many cells each row of a sample has that is not blank; none if it cannot be split."""
    try:
        rows = [*csv.reader(sample, delimiter=separator)]
    except csv.Error:
        return []
    if len(sample) == LINES:  # the last row may be cut off
        rows = rows[:-1]
    return [len(row) for row in rows if any(cell.strip() for cell in row)]


@dataclass(slots=True)
class _Quoted:
    """A quoted cell: the row where it opens, and the separators on each of its lines."""

    row: int
    separators: list[int] = field(default_factory=list)

    def swallows(self, cells: int) -> bool:
        """Say whether the cell runs over lines that could as well be rows of so many cells."""
        lines, most = len(self.separators) - 1, cells - 1
        return lines > 0 and (max(self.separators) >= most or sum(self.separators) >= most * lines)


def check_quotes(lines: Iterable[str], separator: str, name: str, *, first: int = 1) -> None:
    r"""Refuse a text table in which a quote could join cells or rows that are not one cell.

    A cell is quoted if its first character is a quote; it must close right before a separator or the end of a
    line, with the quotes inside it doubled. A quote further inside a cell that is not quoted is a character
    like any other. A quoted cell may hold line ends, as long as its lines have fewer separators than rows do.

    Parameters
    ----------
    lines : iterable of str
        The lines of the file with their ends (``\r``, ``\n`` or both).
    separator : str
        Between cells; one character.
    name : str
        Of the file, for messages.
    first : int
        Row number of the first line.

    Raises
    ------
    ExportError
        Naming the row in which the first such cell opens, as a spreadsheet counts rows.
    """
    scan = _Scan(separator, name, first - 1)
    for line in lines:
        scan.read(line)
    if scan.quoted is not None:
        raise scan.refusal(scan.quoted, "export.quote_open")


@dataclass(slots=True)
class _Scan:
    """What is known of a table after the lines read so far.

    Attributes
    ----------
    row : int
        Number of the row being read.
    cells : int
        Its cells that are complete.
    width : int or None
        Cells of the first row, once it is complete.
    quoted : _Quoted or None
        The quoted cell that is still open.
    closed : list of _Quoted
        The quoted cells of the first row, judged once its width is known.
    """

    separator: str
    name: str
    row: int
    cells: int = 0
    width: int | None = None
    quoted: _Quoted | None = None
    closed: list[_Quoted] = field(default_factory=list)

    def read(self, line: str) -> None:
        """Take in one line; raises ExportError for a cell that is not whole."""
        if self.quoted is None:
            self.row, self.cells = self.row + 1, 0
            if '"' not in line and self.width is not None:
                return
        at = 0
        while True:
            if self.quoted is None and not line.startswith('"', at):
                end = self._end_of_bare_cell(line, at)
            else:
                end = self._end_of_quoted_cell(line, at)
            if self.quoted is not None:
                return  # it goes on in the next line
            self.cells += 1
            if not line.startswith(self.separator, end):
                break
            at = end + 1
        if self.width is None and line.strip():
            self.width = self.cells
            for quoted in self.closed:
                self._judge(quoted, self.width)

    def _end_of_bare_cell(self, line: str, at: int) -> int:
        """Return where a cell without quotes ends; raises ExportError where blanks stand before a quote."""
        end = line.find(self.separator, at)
        end = len(line.rstrip("\r\n")) if end < 0 else end
        cell = line[at:end]
        if cell[:1].isspace() and cell.lstrip().startswith('"'):
            raise ExportError(Cell(file=self.name, row=self.row), key="export.quote_after_blanks")
        return end

    def _end_of_quoted_cell(self, line: str, at: int) -> int:
        """Return the place after the closing quote; leaves `quoted` open where there is none on the line."""
        if self.quoted is None:
            self.quoted, at = _Quoted(self.row), at + 1
        quoted, inside = self.quoted, INSIDE.match(line, at)
        end = len(line) if inside is None else inside.end()
        quoted.separators.append(line.count(self.separator, at, end))
        if end == len(line):
            return end
        if self.width is not None:
            self._judge(quoted, self.width)
        if line[end + 1 : end + 2] not in (self.separator, "\r", "\n", ""):
            raise self.refusal(quoted, "export.quote_goes_on")
        if self.width is None:
            self.closed.append(quoted)
        self.quoted = None
        return end + 1

    def _judge(self, quoted: _Quoted, width: int) -> None:
        """Refuse a cell that could as well be rows of so many cells."""
        if quoted.swallows(width):
            raise self.refusal(quoted, "export.quote_of_rows")

    def refusal(self, quoted: _Quoted, key: str) -> ExportError:
        """Return the error that names the row in which a quoted cell opens."""
        return ExportError(Cell(file=self.name, row=quoted.row), key=key)
