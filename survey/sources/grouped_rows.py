"""What an engine gave, as plain answers: people one by one, then those alike with their count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Grouped, Paradata
from survey.exports.plain import PLATFORM
from survey.exports.times import read_durations, read_times
from survey.numeric.array_types import Floats, Ints, Texts
from survey.sources.needed_columns import DAY, DEVICE, PACE, TAKEN, USER, WHEN, Wanted
from survey.study.questionnaire import Missing

NOTE = "people alike were counted by an engine: batches and runs of arrivals are not looked for"
Rows = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Times:
    """Median seconds of the eligible and complete, shares of it, and of times in words their seconds."""

    median: float
    paces: tuple[float, ...]
    typed: Mapping[str, float]

    @property
    def limits(self) -> tuple[float, ...]:
        """Seconds that the shares of the median are."""
        return tuple(self.median * pace for pace in self.paces)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many answers were sent on each day, whether the hour is known too, and the days as they stand."""

    days: tuple[tuple[date, int], ...] = ()
    clock: bool = False
    cells: tuple[str, ...] = ()


NEVER = Sent()


@contextmanager
def of_file(file: str) -> Iterator[None]:
    """Name the file alone in the message of a cell that cannot be read: no row here is one of its rows."""
    try:
        yield
    except ExportError as error:
        raise ExportError(file, error.problem, error.remedy) from None


def plain_answers(
    pool: tuple[Sequence[str], Rows, Ints],
    single: tuple[Sequence[str], Rows],
    columns: Wanted,
    *,
    form: str,
    file: str,
    times: Times | None = None,
    sent: Sent = NEVER,
) -> Export:
    """Return plain answers: first the people who come one by one, then those alike with their count.

    Parameters
    ----------
    pool : names of the columns, rows, and how many people each row is
    single : names of the columns, and rows of a person each
    """
    keys, rows, count = pool
    names, people = single
    n = len(people) + len(rows)

    def cells(name: str) -> Texts:
        return np.array([*_column(names, people, name), *_column(keys, rows, name)], dtype=object)

    blank = np.full(n, "", dtype=object)
    unread = np.full(n, int(Missing.BLANK), dtype=np.int64)
    found = []
    for header in columns.headers:
        if header in columns.answers:
            texts = cells(columns.answers[header])
            gaps = np.where(texts == "", int(Missing.BLANK), 0).astype(np.int64)
            found.append(Column(header.strip(), None, "", texts, gaps))
        elif header not in columns.apart.values():
            found.append(Column(header.strip(), None, "", blank, unread))
    submitted = None
    if "submitted" in columns.apart:
        # With every day there is, since only all of them tell the day from the month.
        when = [*_column(names, people, WHEN), *_column(keys, rows, DAY), *sent.cells]
        with of_file(file):
            submitted = read_times(np.array(when, dtype=object), file, np.arange(len(when)))[:n]
    return Export(
        platform=PLATFORM,
        file=file,
        encoding=form,
        coding="text",
        columns=tuple(found),
        paradata=Paradata(
            np.arange(1, n + 1, dtype=np.int64),
            submitted=submitted,
            seconds=None if times is None else _seconds(times, single, (keys, rows), file),
            grouped=Grouped(
                np.concatenate([np.ones(len(people), dtype=np.int64), count]),
                None if times is None else times.median,
                () if times is None else times.paces,
                _judged(columns, sent),
                sent.days,
            ),
        ),
        device=cells(DEVICE) if "device" in columns.apart else None,
        user=cells(USER) if "user" in columns.apart else None,
        notes=(NOTE,),
    )


def _column(names: Sequence[str], rows: Rows, name: str) -> list[str]:
    """Return the cells of a column, blank where the rows do not have it."""
    if name not in names:
        return [""] * len(rows)
    place = list(names).index(name)
    return [row[place] for row in rows]


def _seconds(
    times: Times, single: tuple[Sequence[str], Rows], pool: tuple[Sequence[str], Rows], file: str
) -> Floats:
    """Return seconds: of people one by one their own, of people alike one between the same limits."""
    taken = np.array(_column(*single, TAKEN), dtype=object)
    own = read_durations(taken, file, np.arange(1, len(taken) + 1))
    edges = (0.0, *times.limits)
    # Under no limit counts as the median, which is under none either.
    between = [max(times.median, edges[-1])]
    between += [(low + high) / 2 for low, high in pairwise(edges)][::-1]
    paces = np.array([int(pace) for pace in _column(*pool, PACE)], dtype=np.int64)
    pooled = np.where(paces < 0, np.nan, np.array(between)[paces])
    return np.concatenate([own, pooled])


def _judged(columns: Wanted, sent: Sent) -> frozenset[str]:
    found = {"device": "addresses", "user": "users"}
    judged = {found[name] for name in columns.apart if name in found}
    return frozenset(judged | ({"times"} if sent.clock else set()))
