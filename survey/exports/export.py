"""What every platform's export becomes: columns of cells, paradata, and identifiers apart from both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import numpy as np

from survey.errors import Cell
from survey.numeric.array_types import Bools, Floats, Ints, Texts
from survey.study.questionnaire import Missing

BLANK = {"": Missing.BLANK}
# Under which platforms give each answer its own number or key.
SERIALS = (
    *("序号", "编号", "_uuid", "_id", "id", "ID", "KEY", "meta-instanceID", "record_id", "ResponseId"),
    *("Response ID", "Respondent ID", "Submission ID", "答题序号", "lfdn", "CASE", "interview__key"),
)
Zeros = Literal["answer", "blank"]
Families = Literal["told", "by_heading", "by_place"]
Singles = Literal["whole", "whole_or_split"]


def distinct(cells: Texts) -> tuple[Texts, Ints]:
    """Return the different cells in the order of their first rows, and the place of each row's among them."""
    listed = cells.tolist()
    places = {text: i for i, text in enumerate(dict.fromkeys(listed))}
    codes = np.fromiter(map(places.__getitem__, listed), dtype=np.int64, count=len(listed))
    return np.array([*places], dtype=object), codes


def all_different(cells: Texts | None) -> Texts | None:
    """Return cells that tell every row apart; None where they do not."""
    told = cells is not None and bool((cells != "").all()) and len({*cells.tolist()}) == len(cells)
    return cells if told else None


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The cells of one column that holds answers.

    Attributes
    ----------
    header : str
        Text of the question (or of the column, in a plain table).
    number : int or None
        The question's number, where the platform prints one or counts questions.
    option : str
        The option the column stands for; "" for a column that holds a whole answer.
    texts : array of str, shape (k,)
        Its different cells as written, surrounding blanks removed, in the order of their first rows.
    codes : int array, shape (n,)
        Place of each row's cell in `texts`: whatever depends on the text is worked out once a text.
    missing : int array, shape (n,)
        Kinds of `survey.study.questionnaire.Missing` as the platform marks them.
    name : str
        The question's short name, such as G02Q05, where the platform gives one.
    typed : bool
        Whether it holds what respondents typed beside an option, which is no answer of its own.
    listed : tuple of (str, str)
        Where the file lists the answers there could be: cell and label of each, in order.
    place : int
        The column's place in the file, from 0; -1 where it is not known.
    left_out : str
        Why a column that holds answers cannot be read; "" for one that can. See `Export.left_out`.
    heading : str
        The whole heading as the file has it, by which a study file may always name the column.
    row : str
        The row of a matrix of ticks, of which the column holds one option; "" for any other column.
    """

    header: str
    number: int | None
    option: str
    texts: Texts
    codes: Ints
    missing: Ints
    name: str = ""
    typed: bool = False
    listed: tuple[tuple[str, str], ...] = ()
    place: int = -1
    left_out: str = ""
    heading: str = ""
    row: str = ""

    @classmethod
    def of(
        cls,
        header: str,
        cells: Texts,
        *,
        number: int | None = None,
        option: str = "",
        name: str = "",
        typed: bool = False,
        marks: Mapping[str, Missing] = BLANK,
        place: int = -1,
    ) -> Column:
        """Return a column in which certain cells stand for no answer.

        Parameters
        ----------
        marks : mapping of str to Missing
            Those cells, each with its kind of missing; by default the empty cell alone.
        """
        texts, codes = distinct(cells)
        kinds = np.array([int(marks.get(text, Missing.ANSWERED)) for text in texts], dtype=np.int64)
        return cls(header, number, option, texts, codes, kinds[codes], name, typed, place=place)

    def holding(self, cells: Texts, missing: Ints) -> Column:
        """Return the column with these cells, shape (n,), and their kinds of missing, in place of its own."""
        texts, codes = distinct(cells)
        return replace(self, texts=texts, codes=codes, missing=missing)

    @property
    def cells(self) -> Texts:
        """The cell of each row, shape (n,)."""
        return self.texts[self.codes]

    def counts(self, people: Ints | None = None) -> Ints:
        """Return how many rows have each of `texts`, shape (k,); or how many people."""
        counts = np.bincount(self.codes, weights=people, minlength=len(self.texts))
        return counts.astype(np.int64, copy=False)

    def found(self, where: Bools) -> list[int]:
        """Return the places of the texts that rows marked hold, shape (n,)."""
        return np.flatnonzero(np.bincount(self.codes[where], minlength=len(self.texts))).tolist()

    def answers(self, rows: int | None = None) -> dict[str, int]:
        """Return how many rows have each text that is an answer, of all or of the first so many."""
        answered = self.codes[:rows][self.missing[:rows] == Missing.ANSWERED]
        counts = np.bincount(answered, minlength=len(self.texts)).tolist()
        return {str(text): n for text, n in zip(self.texts, counts, strict=True) if n}


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """Rows that each stand for several people alike, as an engine counted them, and what it knows of all.

    Attributes
    ----------
    count : int array, shape (n,)
        People in each row.
    median : float or None
        Median seconds of the eligible and complete; None where no times were taken.
    paces : tuple of float
        Shares of the median that separate the rows: the seconds of a row hold for no other share.
    judged : frozenset of str
        Of "times", "addresses" and "users", those that the table has.
    sent : tuple of (date, int)
        How many answers were sent on each day; empty where that is not known.
    """

    count: Ints
    median: float | None = None
    paces: tuple[float, ...] = ()
    judged: frozenset[str] = frozenset()
    sent: tuple[tuple[date, int], ...] = ()

    def take(self, keep: Bools) -> Grouped:
        """Return the rows chosen."""
        return replace(self, count=self.count[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Paradata:
    """How and when each answer was sent, as far as that identifies nobody.

    Attributes
    ----------
    rows : int array, shape (n,)
        Row numbers in the file as a spreadsheet shows them; numbers without a meaning where grouped.
    submitted : datetime64[s] array, shape (n,), or None
        Time of submission, NaT where unknown; None if the file has none.
    seconds : float array, shape (n,), or None
        Time taken, in seconds; NaN where the export has none.
    preview, unfinished, rejected : bool array, shape (n,), or None
        Whom the platform itself marks as a test, as broken off, as invalid; None if it marks nobody.
    grouped : Grouped or None
        Where a row is several people; None where each is one.
    notes : tuple of str
        How times were read, where the file alone does not say.
    """

    rows: Ints
    submitted: np.ndarray | None = None
    seconds: Floats | None = None
    preview: Bools | None = None
    unfinished: Bools | None = None
    rejected: Bools | None = None
    grouped: Grouped | None = None
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> Ints:
        """People in each row, shape (n,)."""
        return np.ones(len(self.rows), dtype=np.int64) if self.grouped is None else self.grouped.count

    def people(self, where: Bools) -> int:
        """Return how many people are in the rows marked, shape (n,)."""
        return int(self.count[where].sum())

    def take(self, keep: Bools) -> Paradata:
        """Return the rows chosen."""
        per_row = ("rows", "submitted", "seconds", "preview", "unfinished", "rejected")
        known = {name: values for name in per_row if (values := getattr(self, name)) is not None}
        grouped = None if self.grouped is None else self.grouped.take(keep)
        return replace(self, grouped=grouped, **{name: values[keep] for name, values in known.items()})


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """One export, read: answers as plain cells, paradata, and identifiers not yet dropped.

    Attributes
    ----------
    coding : {"text", "position"}
        Whether a single answer is written as its text or as its place in the list of options.
    separator : str
        Joins the ticks of a select-all question packed in one cell; "" if the platform has none, or it is
        not known.
    likely_separator : str
        The sign that joins them in most columns of this file, as a draft guesses; "" if there is no guess.
    typed : tuple of str
        Brackets round text that a respondent typed, such as ("〖", "〗"); empty if there are none.
    unticked : frozenset of str
        Cells of an option's own column that mean "not ticked".
    zeros : {"answer", "blank"}
        What a row of noughts in the columns of all options means: that none of them was chosen, or, where
        the platform writes 0 for those not asked as well, nothing.
    families : {"told", "by_heading", "by_place"}
        Whether the file tells which columns are options of one question, or their headings alone suggest it,
        or only that they stand side by side.
    singles : {"whole", "whole_or_split"}
        Whether a single question is one column, or may be a column for each option as well.
    device, user : array of str, shape (n,), or None
        Address and account identifiers; dropped after de-duplication (see `survey.privacy`).
    channel : array of str, shape (n,), or None
        What the platform says of the channel through which each answer came, "" where it says nothing.
    serial : array of str, shape (n,), or None
        The number or key that the platform gives each answer, all different; None where it gives none.
    notes : tuple of str
        What a reader should know: parts of the file left unread, formats that could not be verified.
    own : tuple of str
        Headers of the platform's own columns, such as times, addresses and accounts: never questions.
    left_out : tuple of (str, str)
        Header of each column that holds answers and cannot be read, with the reason.
    """

    platform: str
    file: str
    encoding: str
    coding: Literal["text", "position"]
    columns: tuple[Column, ...]
    paradata: Paradata
    separator: str = ""
    likely_separator: str = ""
    typed: tuple[str, ...] = ()
    unticked: frozenset[str] = frozenset({"", "0"})
    zeros: Zeros = "blank"
    families: Families = "told"
    singles: Singles = "whole"
    device: Texts | None = field(default=None, repr=False)
    user: Texts | None = field(default=None, repr=False)
    channel: Texts | None = field(default=None, repr=False)
    serial: Texts | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.paradata.rows)

    def place(self, row: int | None = None, question: str = "", *, column: str = "") -> Cell:
        """Return the place of a question's cell for a message; without its row where people are grouped."""
        known = row is not None and self.paradata.grouped is None
        number = int(self.paradata.rows[row]) if known else 0
        return Cell(file=self.file, column=column, row=number, question=question)
