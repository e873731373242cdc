"""What every platform's export becomes: columns of plain cells, with identifiers set apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import numpy as np

from survey.numeric.array_types import Bools, Floats, Ints, Texts


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
    cells : array of str, shape (n,)
        As written, surrounding blanks removed.
    missing : int array, shape (n,)
        Kinds of `survey.study.questionnaire.Missing` as the platform marks them.
    name : str
        The question's short name, such as G02Q05, where the platform gives one.
    typed : bool
        Whether it holds what respondents typed beside an option, which is no answer of its own.
    listed : tuple of (str, str)
        Where the file lists the answers there could be: cell and label of each, in order.
    """

    header: str
    number: int | None
    option: str
    cells: Texts
    missing: Ints
    name: str = ""
    typed: bool = False
    listed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """How people stand in rows where an engine put those alike together, and what it knows of all of them.

    Attributes
    ----------
    count : int array, shape (n,)
        People in each row.
    median : float or None
        Median seconds of the eligible and complete; None where no times were taken.
    paces : tuple of float
        Shares of the median at which rows are told apart: the seconds of a row hold for no other.
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

    def take(self, keep: Bools) -> Pooled:
        """Return the rows chosen."""
        return replace(self, count=self.count[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """One export, read: answers as plain cells, times, and identifiers not yet dropped.

    Attributes
    ----------
    coding : {"text", "position"}
        Whether a single answer is written as its text or as its place in the list of options.
    separator : str
        Joins the ticks of a select-all question packed in one cell; "" if the platform has none.
    typed : tuple of str
        Brackets round text that a respondent typed, such as ("〖", "〗"); empty if there are none.
    unticked : frozenset of str
        Cells of an option's own column that mean "not ticked".
    rows : int array, shape (n,)
        Row numbers in the file as a spreadsheet shows them; numbers without a meaning where pooled.
    submitted : datetime64[s] array, shape (n,), or None
    seconds : float array, shape (n,), or None
        Time taken, in seconds; NaN where the export has none.
    device, user : array of str, shape (n,), or None
        Address and account identifiers; dropped after de-duplication (see `survey.privacy`).
    preview, unfinished, rejected : bool array, shape (n,), or None
        Whom the platform itself marks as a test, as broken off, as invalid; None if it marks nobody.
    notes : tuple of str
        What a reader should know: parts of the file left unread, formats nobody could verify.
    pooled : Pooled or None
        Where a row is several people; None where each is one.
    """

    platform: str
    file: str
    encoding: str
    coding: Literal["text", "position"]
    columns: tuple[Column, ...]
    rows: Ints
    separator: str = ""
    typed: tuple[str, ...] = ()
    unticked: frozenset[str] = frozenset({"", "0"})
    submitted: np.ndarray | None = None
    seconds: Floats | None = None
    device: Texts | None = field(default=None, repr=False)
    user: Texts | None = field(default=None, repr=False)
    preview: Bools | None = None
    unfinished: Bools | None = None
    rejected: Bools | None = None
    notes: tuple[str, ...] = ()
    pooled: Pooled | None = None

    def place(self, row: int) -> str:
        """Return file and row number of a row for a message; the file alone where rows are people alike."""
        return self.file if self.pooled is not None else f"{self.file}, row {self.rows[row]}"

    def people(self, where: Bools) -> int:
        """Return how many people are in the rows marked, shape (n,)."""
        return int(where.sum() if self.pooled is None else self.pooled.count[where].sum())
