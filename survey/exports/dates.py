"""The order of day, month and year in which a whole column of dates is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey.errors import Cell, ExportError, shown
from survey.exports.moments import Moment
from survey.study.study import DateOrder
from survey.text import normalised

ORDERS: Mapping[DateOrder, str] = {"dmy": "the day first", "mdy": "the month first", "ymd": "the year first"}
# Headings of times in languages whose countries all write the day first.
DAY_FIRST = frozenset({
    "horodateur", "heure de début", "heure de fin", "heure de la dernière modification", "zeitstempel",
    "startzeit", "fertigstellungszeit", "marca temporal", "hora de inicio", "hora de finalización",
    "carimbo de data/hora", "hora de início", "hora de conclusão", "informazioni cronologiche",
    "ora di inizio", "ora di completamento", "отметка времени", "время начала", "время выполнения",
    "sygnatura czasowa", "godzina rozpoczęcia", "godzina ukończenia", "begintijd", "tijd van voltooien",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known beside its cells of the order of day and month in a file.

    Attributes
    ----------
    declared : {"dmy", "mdy", "ymd"} or None
        As the study file says.
    fieldwork : (date, date) or None
        First and last day of the wave.
    usual : {"dmy", "mdy", "ymd"} or None
        As the platform writes it, or the language of its headings does.
    """

    declared: DateOrder | None = None
    fieldwork: tuple[date, date] | None = None
    usual: DateOrder | None = None


UNDECLARED = Dates()
PADDED = re.compile(r"0\d[-/.]|\d{1,2}[-/.]0\d[-/.]")


def usual_order(headings: Iterable[str]) -> DateOrder | None:
    """Return the day first where a heading is of a language that always writes it so; else None."""
    return "dmy" if any(normalised(text) in DAY_FIRST for text in headings) else None


def is_padded(cells: Iterable[str]) -> bool:
    """Say whether a date has a zero before its day or month.

    Dates have none as written in the United States, and one in most countries that put the day first.
    """
    return any(map(PADDED.match, cells))


def date_order(
    moments: Sequence[tuple[int, str, Moment]], file: str, dates: Dates, *, others: Sequence[datetime] = ()
) -> tuple[DateOrder | None, str]:
    """Return the order in which the dates of a column are written, and a remark where it was inferred.

    The order is that under which every date is one: as declared; else the only possible one; else that of
    the fieldwork, if its days hold all dates in one order alone; else the usual one.

    Parameters
    ----------
    moments : sequence of (int, str, Moment)
        Row number, cell and what it says, of each distinct cell.
    others : sequence of datetime
        Times of the column that are written year, month, day.

    Raises
    ------
    ExportError
        Naming the row of the first date that can be read in two ways, or of one that fits no order.
    """
    open_ones = [entry for entry in moments if entry[2].when is None]
    if not open_ones:
        return None, ""
    _refuse_half_turned(open_ones, [*others, *(m.when for _, _, m in moments if m.when is not None)], file)
    if dates.declared is not None:
        for row, cell, one in open_ones:
            if one.at(dates.declared) is None:
                raise ExportError(
                    Cell(file=file, row=row),
                    key="export.declared_dates",
                    cell=shown(cell),
                    order=dates.declared,
                    reading=ORDERS[dates.declared],
                )
        return dates.declared, ""
    times = {order: [one.at(order) for _, _, one in open_ones] for order in ORDERS}
    possible = [order for order, read in times.items() if None not in read]
    if not possible:
        raise _no_order(open_ones, file)
    if len({tuple(times[order]) for order in possible}) == 1:
        return possible[0], ""
    row, cell, first = next(e for e in open_ones if len({e[2].at(order) for order in possible}) > 1)
    if dates.fieldwork is not None:
        first_day, last_day = dates.fieldwork
        inside = [o for o in possible if all(first_day <= t.date() <= last_day for t in times[o] if t)]
        if len(inside) == 1:
            return inside[0], _remark(cell, first, inside[0], "as the days of the fieldwork say")
    if dates.usual is not None and dates.usual in possible:
        reason = "as the platform or the language of its headings does"
        return dates.usual, _remark(cell, first, dates.usual, reason)
    if "dmy" in possible and all(one.sign == "." and len(one.numbers[2]) == 4 for _, _, one in open_ones):
        return "dmy", ""  # countries that write points put the day first
    raise ExportError(
        Cell(file=file, row=row),
        key="export.date_in_two_ways",
        cell=shown(cell),
        readings=[f"{first.at(order):%Y-%m-%d}" for order in possible],
        orders=[f'"{order}"' for order in possible],
    )


def _remark(cell: str, one: Moment, order: DateOrder, reason: str) -> str:
    day = one.at(order)
    return (
        f'dates such as "{shown(cell)}" are read with {ORDERS[order]} ({day:%Y-%m-%d}), {reason}: '
        "dates = on the wave says otherwise"
    )


def _no_order(open_ones: Sequence[tuple[int, str, Moment]], file: str) -> ExportError:
    """Return the error for dates of which each fits another order, or one fits none."""
    for row, cell, one in open_ones:
        if all(one.at(order) is None for order in ORDERS):
            return not_a_time(file, row, cell)
    possible = {order for order in ORDERS if open_ones[0][2].at(order)}
    for row, cell, one in open_ones:
        possible &= {order for order in ORDERS if one.at(order)}
        if not possible:
            return ExportError(
                Cell(file=file, row=row),
                key="export.dates_disagree",
                cell=shown(cell),
                other=shown(open_ones[0][1]),
            )
    return not_a_time(file, *open_ones[0][:2])


def _refuse_half_turned(
    open_ones: Sequence[tuple[int, str, Moment]], turned: Sequence[datetime], file: str
) -> None:
    """Refuse a column in which a spreadsheet has taken some dates for its own and left the others as texts.

    It turns those whose day could be a month, perhaps the wrong way round, and leaves 13/9/2025 alone.
    """
    left = all(max(int(n) for n in one.numbers[:2]) > 12 for _, _, one in open_ones)
    if turned and left and all(when.day <= 12 for when in turned):
        row, cell, _ = open_ones[0]
        raise ExportError(Cell(file=file, row=row), key="export.turned_dates", cell=shown(cell))


def not_a_time(file: str, row: int, cell: str) -> ExportError:
    """Return the error for a cell that is no time."""
    return ExportError(Cell(file=file, row=row), key="export.bad_time", cell=shown(cell))
