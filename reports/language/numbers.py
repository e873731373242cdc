"""The only place that rounds: numbers to the texts that text, charts and tables share."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"


def rounded(value: float, places: int = 0, *, tens: int = 0) -> Decimal:
    """Return the value times ten to the power of `tens` to so many places, halves away from zero (四舍五入).

    The shift is exact: 100 times the float 0.285 is a little under 28.5, which would print as 28.
    """
    return Decimal(repr(float(value))).scaleb(tens).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    text = f"{abs(number):,}"
    return f"{MINUS}{text}" if number < 0 else text


def whole(value: float) -> str:
    """Return a whole number with commas for thousands, such as "2,249"."""
    return _plain(rounded(value))


def decimal(value: float, places: int = 2) -> str:
    """Return a number to so many places, such as "1.35"."""
    return _plain(rounded(value, places))


def percent_number(share: float) -> str:
    """Return a share as a whole per cent without the sign, such as "46"."""
    return _plain(rounded(share, tens=2))


def percent_tenth(share: float) -> str:
    """Return a share in per cent to one decimal without the sign: census figures carry it."""
    return _plain(rounded(share, 1, tens=2))


def percent(share: float) -> str:
    """Return a share as a whole per cent, such as "46%"."""
    return percent_number(share) + "%"


def points(difference: float) -> str:
    """Return a difference of shares in whole percentage points with its sign, such as "+5"."""
    number = rounded(difference, tens=2)
    return "0" if number == 0 else f"+{_plain(number)}" if number > 0 else _plain(number)


def plain_points(size: float) -> str:
    """Return the size of a difference in percentage points to one decimal, without a sign: "1.4"."""
    return _plain(rounded(abs(size), 1, tens=2))


def percent_range(low: float, high: float, language: str) -> str:
    """Return an interval of shares: both ends carry the sign (GB/T 15835)."""
    return f"{percent(low)}～{percent(high)}" if language == "zh" else f"{percent(low)} to {percent(high)}"


def number_range(low: float, high: float, language: str) -> str:
    """Return an interval of shares for a column headed %, such as "44～48" or "44 to 48"."""
    joint = "～" if language == "zh" else " to "
    return percent_number(low) + joint + percent_number(high)


def points_range(low: float, high: float, language: str) -> str:
    """Return an interval of a difference; words join the ends, as a dash would look like a minus."""
    joint = " 至 " if language == "zh" else " to "
    return points(low) + joint + points(high)


def day_range(days: tuple[date, date], language: str) -> str:
    """Return a period, such as "2023年9月4日至9月24日" or "4 to 24 September 2023"."""
    first, last = days
    if language == "zh":
        head = f"{first.year}年{first.month}月{first.day}日"
        if first == last:
            return head
        tail = (
            f"{last.month}月{last.day}日"
            if first.year == last.year
            else f"{last.year}年{last.month}月{last.day}日"
        )
        return f"{head}至{tail}"
    months = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    end = f"{last.day} {months[last.month - 1]} {last.year}"
    if first == last:
        return end
    if first.year != last.year:
        return f"{first.day} {months[first.month - 1]} {first.year} to {end}"
    if first.month != last.month:
        return f"{first.day} {months[first.month - 1]} to {end}"
    return f"{first.day} to {end}"


def as_given(number: float) -> str:
    """Return a number as somebody gave it, with commas and no needless digits: 1,800 or 2.5."""
    return f"{number:,.10g}"


def amount(value: float) -> str:
    """Return an estimated amount: whole from a hundred up, else to one decimal."""
    return _plain(rounded(value, 0 if abs(value) >= 100 else 1))


def amount_range(low: float, high: float, language: str) -> str:
    """Return an interval of an amount, such as "1,650～1,750" or "1,650 to 1,750"."""
    joint = "～" if language == "zh" else " to "
    return amount(low) + joint + amount(high)


def month_text(months: int) -> str:
    """Return months since year 0 as year and month: 2021-05."""
    return f"{months // 12}-{months % 12 + 1:02}"
