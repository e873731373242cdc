"""What every platform's export becomes: columns of plain cells, with identifiers set apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from survey.array_types import Floats, Ints, Texts


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
        Kinds of `survey.questionnaire.Missing` as the platform marks them.
    """

    header: str
    number: int | None
    option: str
    cells: Texts
    missing: Ints


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
        Row numbers in the file as a spreadsheet shows them.
    submitted : datetime64[s] array, shape (n,), or None
    seconds : float array, shape (n,), or None
        Time taken, in seconds; NaN where the export has none.
    device, user : array of str, shape (n,), or None
        Address and account identifiers; dropped after de-duplication (see `survey.privacy`).
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
