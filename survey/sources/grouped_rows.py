"""What an engine counted, as plain answers: people one by one, then groups of people with their count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from survey.errors import ExportError
from survey.exports.dates import UNDECLARED, Dates
from survey.exports.export import Column, Export, Grouped, Paradata
from survey.exports.plain import PLATFORM
from survey.exports.times import read_durations, read_times
from survey.numeric.array_types import Floats, Ints, Texts
from survey.sources.needed_columns import DAY, DEVICE, PACE, TAKEN, USER, WHEN, NeededColumns

NOTE = "people alike were counted by an engine: batches and runs of arrivals are not looked for"
Rows = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Times:
    """Median seconds of the eligible and complete, and shares of it."""

    median: float
    paces: tuple[float, ...]

    @property
    def limits(self) -> tuple[float, ...]:
        """Seconds that the shares of the median are."""
        return tuple(self.median * pace for pace in self.paces)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many answers were sent on each day, whether the hour is known too, the order of day and month."""

    days: tuple[tuple[date, int], ...] = ()
    clock: bool = False
    dates: Dates = UNDECLARED
    notes: tuple[str, ...] = ()


NEVER = Sent()


@contextmanager
def naming_file_only(file: str) -> Iterator[None]:
    """Name the file alone in the message of a cell that cannot be read: no row here is one of its rows."""
    try:
        yield
    except ExportError as error:
        raise error.elsewhere(file) from None


def grouped_answers(
    groups: tuple[Sequence[str], Rows, Ints],
    persons: tuple[Sequence[str], Rows],
    columns: NeededColumns,
    *,
    form: str,
    file: str,
    times: Times | None = None,
    sent: Sent = NEVER,
    notes: tuple[str, ...] = (),
    judged: frozenset[str] = frozenset(),
) -> Export:
    """Return plain answers: first the people who come one by one, then groups of people alike.

    Parameters
    ----------
    groups : names of the columns, rows, and how many people each row is
    persons : names of the columns, and rows of a person each
    columns : NeededColumns
    form, file : str
        How the table is stored, and its name.
    times, sent
        What is known of all people; without `times` nobody has a time taken.
    notes : tuple of str
        Remarks on the table.
    judged : frozenset of str
        Of "addresses" and "users", those that the table has.

    Raises
    ------
    ExportError
        If a cell is not a time.
    """
    (keys, rows, count), (names, people) = groups, persons
    n = len(people) + len(rows)

    def cells(name: str) -> Texts:
        return np.array([*_cells(names, people, name), *_cells(keys, rows, name)], dtype=object)

    blank = np.full(n, "", dtype=object)
    plain = [
        Column.of(header.strip(), cells(columns.answers[header]) if header in columns.answers else blank)
        for header in columns.headers
        if header in columns.answers or header not in columns.paradata.values()
    ]
    submitted = None
    if "submitted" in columns.paradata:
        when = [*_cells(names, people, WHEN), *_cells(keys, rows, DAY)]
        with naming_file_only(file):
            submitted = read_times(np.array(when, dtype=object), file, np.arange(len(when)), dates=sent.dates)
    grouped = Grouped(
        np.concatenate([np.ones(len(people), dtype=np.int64), count]),
        median=None if times is None else times.median,
        paces=() if times is None else times.paces,
        judged=judged | ({"times"} if sent.clock else set()),
        sent=sent.days,
    )
    seconds = None if times is None else _seconds(times, persons, (keys, rows), file)
    return Export(
        PLATFORM,
        file,
        form,
        "text",
        tuple(plain),
        Paradata(np.arange(1, n + 1, dtype=np.int64), submitted, seconds, grouped=grouped),
        zeros="answer",
        device=cells(DEVICE) if "device" in columns.paradata else None,
        user=cells(USER) if "user" in columns.paradata else None,
        notes=(NOTE, *notes, *sent.notes),
    )


def _cells(names: Sequence[str], rows: Rows, name: str) -> list[str]:
    """Return the cells of a column, blank where the rows do not have it."""
    if name not in names:
        return [""] * len(rows)
    place = list(names).index(name)
    return [row[place] for row in rows]


def _seconds(
    times: Times, persons: tuple[Sequence[str], Rows], groups: tuple[Sequence[str], Rows], file: str
) -> Floats:
    """Return seconds taken: each person's own, and for a group one between the same limits."""
    cells = np.array(_cells(*persons, TAKEN), dtype=object)
    taken = read_durations(cells, file, np.arange(1, len(cells) + 1))
    edges = (0.0, *times.limits)
    # Under no limit counts as the median, which is under none either.
    between = [max(times.median, edges[-1])]
    between += [(low + high) / 2 for low, high in pairwise(edges)][::-1]
    paces = np.array([int(pace) for pace in _cells(*groups, PACE)], dtype=np.int64)
    return np.concatenate([taken, np.where(paces < 0, np.nan, np.array(between)[paces])])
