"""A cell as a date and a clock, in every form that platforms and spreadsheets write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey.study.study import DateOrder
from survey.text import normalised

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEAR_FIRST = re.compile(
    r"(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?:\s?[日일.])?(?:\s?(?:星期|周).)?"
)
THREE_NUMBERS = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{1,2})\.?")
MONTH_NAMED = (
    re.compile(
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[-\s.]{1,2}(?P<month>[a-z]{3,9})\.?[-\s,]{1,2}(?P<year>\d{4}|\d{2})"
    ),
    re.compile(r"(?P<month>[a-z]{3,9})\.?\s(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>[a-z]{3})-(?P<day>\d{1,2})"),
)
FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# Days since the last of 1899: those of the years 2000 to 2099.
EPOCH, SERIALS = datetime(1899, 12, 30), (36526, 73051)
# Fractions of a second and the zone: what counts is the clock the respondent saw.
CLOCK = re.compile(
    r"(?P<before>[^\d\s:]{2})?\s?(?P<hour>\d{1,2})[:.时時点點시]\s?(?P<minute>\d{2})분?"
    r"(?:[:.分]\s?(?P<second>\d{2})(?:[.,]\d{1,9})?)?[分秒초]?\s?(?P<after>[ap]\.?\s?m\.?)?"
    r"\s?(?:z|(?:gmt|utc|[a-z]{3,4})?(?:[+-]\d{1,2}(?::?\d{2})?)?)"
)
MORNING = frozenset({"上午", "早上", "清晨", "凌晨", "午前", "오전", "am"})
AFTERNOON = frozenset({"下午", "傍晚", "晚上", "午後", "오후", "pm"})
NOON, EVENING = "中午", "晚上"
Parts = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Moment:
    """A cell read as a date and a clock, the order of its date perhaps still open.

    Attributes
    ----------
    numbers : tuple of str
        The three numbers of a date such as 3/9/2025; empty where `when` says all.
    sign : str
        Between the numbers.
    clock : timedelta
        The time of day.
    when : datetime or None
        The date, where its order is plain.
    """

    clock: timedelta
    when: datetime | None = None
    numbers: tuple[str, ...] = ()
    sign: str = ""

    def at(self, order: DateOrder | None) -> datetime | None:
        """Return the time in this order; None if there is none such."""
        if self.when is not None:
            return self.when + self.clock
        if order is None:
            return None
        place = {letter: self.numbers[i] for i, letter in enumerate(order)}
        if len(place["y"]) == 1 or len(place["d"]) > 2 or len(place["m"]) > 2:
            return None
        day = _day((int(place["y"]), int(place["m"]), int(place["d"])), digits=len(place["y"]))
        return None if day is None else day + self.clock


def moment(cell: str) -> Moment | None:
    """Return a cell as a time; None if it is none."""
    text = normalised(cell)
    if SERIAL.fullmatch(text):
        days = float(text)
        inside = SERIALS[0] <= days < SERIALS[1]
        whole = EPOCH + timedelta(seconds=round(days * 86400))
        return Moment(timedelta(), whole) if inside else None
    text = re.sub(r"^[a-z]{3,9},? (?=\d|[a-z]{3})", "", text) if text[:3] in WEEKDAYS else text
    if match := YEAR_FIRST.match(text):
        return _with_clock(text[match.end() :], _day((int(match[1]), int(match[2]), int(match[3]))))
    for pattern in MONTH_NAMED:
        if match := pattern.match(text):
            month = _month(match["month"])
            year = match["year"]
            day = _day((int(year), month, int(match["day"])), digits=len(year)) if month else None
            return _with_clock(text[match.end() :], day)
    if match := THREE_NUMBERS.match(text):
        clock = _clock(text[match.end() :])
        return None if clock is None else Moment(clock, None, (match[1], match[3], match[4]), match[2])
    return None


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _month(name: str) -> int:
    """Return the number of an English month; 0 if it is none."""
    short = name[:3]
    known = short in MONTHS and (len(name) == 3 or name == "sept" or name in FULL_MONTHS)
    return MONTHS.index(short) + 1 if known else 0


def _day(parts: Parts, *, digits: int = 4) -> datetime | None:
    """Return a day; a year of two digits is one of 2000 to 2068."""
    year, month, day = parts
    if digits == 2:
        year = 2000 + year if year < 69 else 0
    try:
        return datetime(year, month, day) if 1900 <= year <= 2200 else None
    except ValueError:
        return None


def _with_clock(rest: str, day: datetime | None) -> Moment | None:
    clock = _clock(rest)
    return None if clock is None or day is None else Moment(clock, day)


def _clock(text: str) -> timedelta | None:
    """Return the time of day behind a date, 0:00 where there is none; None if it is no time of day."""
    if text[:1].isdecimal():
        return None
    text = text.strip(" ,")
    if not text:
        return timedelta()
    match = CLOCK.fullmatch(text.removeprefix("t").removeprefix("at "))
    if match is None:
        return None
    half = match["before"] or re.sub(r"[.\s]", "", match["after"] or "")
    hour = _hour(int(match["hour"]), half)
    minute, second = int(match["minute"]), int(match["second"] or 0)
    if hour is None or minute > 59 or second > 60:
        return None
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _hour(hour: int, half: str) -> int | None:
    """Return an hour of 0 to 23, as a word such as 下午 or pm says; None where word and number disagree."""
    if not half:
        return hour if hour < 24 else None
    if half == NOON:  # from 11 to 1
        return {11: 11, 12: 12, 1: 13, 13: 13}.get(hour)
    if half in MORNING:
        return hour % 12 if hour <= 12 else None
    if half not in AFTERNOON or (half == EVENING and hour == 12):  # the end of which day
        return None
    return hour if 12 <= hour < 24 else hour + 12 if 1 <= hour < 12 else None
