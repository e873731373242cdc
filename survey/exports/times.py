"""Times of submission and times taken, as the platforms write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pandas as pd

from survey.errors import Cell, ExportError, shown
from survey.exports.dates import UNDECLARED, Dates, date_order, not_a_time
from survey.exports.moments import moment
from survey.numeric.array_types import Floats, Ints, Texts
from survey.study.study import DateOrder
from survey.text import normalised

# Most files hold one of these, which are read together and not one by one.
PLAIN = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S")
PLAIN_CLOCK = re.compile(r"^(\S+)[ T](\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AaPp][Mm]))?$", re.ASCII)
# Up to which a cell is a date, in the words that every engine knows: a person's clock follows.
CLOCK = r"[ T]+[^0-9A-Za-z]*[0-9]{1,2}[:.时時点點][0-9]{2}.*$|[上下凌中晚早][午晨上]? *[0-9]{1,2}[:时点].*$"
WITH_UNITS = re.compile(
    r"(?:(\d{1,9})\s?(?:天|d|days?)\s?)?(?:(\d{1,9})\s?(?:小?时|h|hrs?|hours?)\s?)?"
    r"(?:(\d{1,9})\s?(?:分钟?|m|mins?|minutes?)\s?)?(?:(\d{1,9}(?:\.\d+)?)\s?(?:秒钟?|s|secs?|seconds?)?)?"
)
HOURS = re.compile(r"(\d{1,4}):([0-5]?\d):([0-5]?\d(?:\.\d+)?)")
TWO_PARTS = re.compile(r"(\d{1,4}):([0-5]\d)")


def read_times(cells: Texts, file: str, rows: Ints, *, dates: Dates = UNDECLARED) -> np.ndarray:
    """Return times, shape (n,), datetime64[s]; NaT where blank.

    Parameters
    ----------
    file : str
        Name of the file, for messages.
    rows : int array, shape (n,)
        The numbers of the rows.
    dates : Dates
        What is known of the order of day and month.

    Raises
    ------
    ExportError
        Naming the row of the first cell that is no time, or that could be two.
    """
    return times_and_order(cells, file, rows, dates=dates)[0]


def times_and_order(
    cells: Texts, file: str, rows: Ints, *, dates: Dates = UNDECLARED
) -> tuple[np.ndarray, DateOrder | None, str]:
    """Return times as `read_times` does, the order of day and month, and a remark where it was inferred."""
    texts = pd.Series(cells, dtype=object)
    times = pd.Series(np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]"))
    # Not "now" and "today", which pandas takes from the clock.
    dated = texts.str[:1].str.isdecimal().to_numpy(dtype=bool)
    for form in PLAIN:
        left = times.isna() & dated
        if left.any():
            times[left] = pd.to_datetime(texts[left], format=form, errors="coerce").astype("datetime64[s]")
    unread = (times.isna() & (texts != "")).to_numpy()
    places = np.flatnonzero(unread)
    if not places.size:
        return times.to_numpy(dtype="datetime64[s]"), None, ""
    days, clocks = _without_clocks(texts[unread])
    codes, distinct = pd.factorize(days)
    first = places[np.unique(codes, return_index=True)[1]]
    moments = []
    for place, text in zip(first, map(str, distinct), strict=True):
        found = moment(text)
        if found is None:
            raise not_a_time(file, int(rows[place]), str(cells[place]))
        moments.append((int(rows[place]), str(cells[place]), found))
    others = pd.Series(times.dropna().unique()).dt.to_pydatetime().tolist()
    order, remark = date_order(moments, file, dates, others=others)
    read = np.array([one.at(order) for _, _, one in moments], dtype="datetime64[s]")
    values = times.to_numpy(dtype="datetime64[s]").copy()
    values[unread] = read[codes] + clocks
    return values, order, remark


def _without_clocks(texts: pd.Series) -> tuple[Texts, np.ndarray]:
    """Return the cells without a plain clock behind them, and that clock, so that each day is read once."""
    parts = texts.str.extract(PLAIN_CLOCK)
    hours, minutes, seconds = (pd.to_numeric(parts[i]).fillna(0).to_numpy(dtype=np.int64) for i in (1, 2, 3))
    half = parts[4].fillna("").str.upper().to_numpy()
    sound = parts[0].notna().to_numpy() & (minutes < 60) & (seconds < 60)
    sound &= np.where(half == "", hours < 24, (hours > 0) & (hours <= 12))
    hours = np.where(half == "", hours, hours % 12 + 12 * (half == "PM"))
    clocks = np.where(sound, 3600 * hours + 60 * minutes + seconds, 0).astype("timedelta64[s]")
    return parts[0].where(sound, texts).to_numpy(dtype=object), clocks


def read_durations(cells: Texts, file: str, rows: Ints) -> Floats:
    """Return seconds, shape (n,); NaN where blank.

    A cell such as 2:16 is minutes and seconds in a column with cells such as 1:02:16, which has no use for
    hours without seconds, and is refused in any other.

    Raises
    ------
    ExportError
        Naming row and cell of the first that is no time taken, or could be two.
    """
    codes, distinct = pd.factorize(cells)
    texts = [normalised(str(text)) for text in distinct]
    three_parts = any(map(HOURS.fullmatch, texts))
    values = np.full(len(texts), np.nan)
    for i, text in enumerate(texts):
        if text == "":
            continue
        seconds = _seconds(text) if three_parts or not TWO_PARTS.fullmatch(text) else None
        if seconds is None:
            row = rows[int(np.flatnonzero(codes == i)[0])]
            place, cell = Cell(file=file, row=int(row)), shown(str(distinct[i]))
            if two := TWO_PARTS.fullmatch(text):
                raise ExportError(
                    place, key="export.duration_in_two_ways", cell=cell, first=two[1], second=two[2]
                )
            raise ExportError(place, key="export.bad_duration", cell=cell)
        values[i] = seconds
    known = values[values > 0]
    if known.size and known.max() < 1:
        row = rows[int(np.flatnonzero(codes == int(np.nanargmax(values)))[0])]
        raise ExportError(
            Cell(file=file, row=int(row)),
            key="export.part_of_a_day",
            cell=shown(str(distinct[int(np.nanargmax(values))])),
        )
    return np.asarray(values[codes], dtype=np.float64)


def _seconds(text: str) -> float | None:
    """Return the seconds that a cell says; None if it says none."""
    if match := HOURS.fullmatch(text):
        return 3600 * int(match[1]) + 60 * int(match[2]) + float(match[3])
    if match := TWO_PARTS.fullmatch(text):
        return float(60 * int(match[1]) + int(match[2]))
    match = WITH_UNITS.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (float(group or 0) for group in match.groups())
    return 86400 * days + 3600 * hours + 60 * minutes + seconds


@contextmanager
def naming_column(file: str, grid: Texts, rows: Ints, columns: Sequence[Texts | None]) -> Iterator[None]:
    """Name in an error of a time the header of the column that holds it.

    Parameters
    ----------
    grid : array of str, shape (rows, columns)
        The sheet, its header first and its last rows those of the answers.
    rows : int array, shape (n,)
        The numbers of the rows of answers.
    columns : sequence of arrays, shape (n,), or None
        Those that are read.
    """
    try:
        yield
    except ExportError as error:
        at = np.array([str(Cell(file=file, row=int(row))) == error.where for row in rows], dtype=bool)
        for cells in columns:
            if cells is None or error.fields.get("cell") not in [shown(str(text)) for text in cells[at]]:
                continue
            for column in grid.T:
                if column[0] and np.array_equal(column[len(grid) - len(rows) :], cells):
                    place = Cell(file=file, column=shown(str(column[0])), row=int(rows[at][0]))
                    raise error.elsewhere(place) from None
        raise
