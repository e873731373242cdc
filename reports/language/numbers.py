"""The only place that rounds: numbers to the texts that text, charts and tables share."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"


def rounded(value: float, places: int = 0, *, tens: int = 0) -> Decimal:
    """Return the value times ten to the power of `tens` to so many places, halves away from zero (四舍五入).

    The shift is exact: 100 times the float 0.285 is a little under 28.5, which would print as 28.
    """
    return Decimal(repr(float(value))).scaleb(tens).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _signed(number: Decimal) -> str:
    """Return a number with commas for thousands and a minus sign in place of the hyphen."""
    text = f"{abs(number):,}"
    return f"{MINUS}{text}" if number < 0 else text


def whole(value: float) -> str:
    """Return a whole number with commas for thousands, such as "2,249"."""
    return _signed(rounded(value))


def decimal(value: float, places: int = 2) -> str:
    """Return a number to so many places, such as "1.35"."""
    return _signed(rounded(value, places))


def percent_number(share: float) -> str:
    """Return a share as a whole per cent without the sign, such as "46"."""
    return _signed(rounded(share, tens=2))


def percent_tenth(share: float) -> str:
    """Return a share in per cent to one decimal without the sign: census figures carry it."""
    return _signed(rounded(share, 1, tens=2))


def percent(share: float) -> str:
    """Return a share as a whole per cent, such as "46%"."""
    return percent_number(share) + "%"


def points(difference: float) -> str:
    """Return a difference of shares in whole percentage points with its sign, such as "+5"."""
    return _with_sign(rounded(difference, tens=2))


def points_tenth(difference: float) -> str:
    """Return a difference of shares in percentage points to one decimal with its sign, such as "+0.3"."""
    return _with_sign(rounded(difference, 1, tens=2))


def _with_sign(number: Decimal) -> str:
    return f"+{_signed(number)}" if number > 0 else _signed(number) if number < 0 else f"{abs(number)}"


def plain_points(size: float) -> str:
    """Return the size of a difference in percentage points to one decimal, without a sign: "1.4"."""
    return _signed(rounded(abs(size), 1, tens=2))


def as_given(number: float) -> str:
    """Return a number as it was given, with commas and no needless digits: 1,800 or 2.5."""
    return f"{number:,.10g}"


def amount(value: float) -> str:
    """Return an estimated amount: whole from a hundred up, else to one decimal."""
    return _signed(rounded(value, 0 if abs(value) >= 100 else 1))


def month_text(months: int) -> str:
    """Return months since year 0 as year and month: 2021-05."""
    return f"{months // 12}-{months % 12 + 1:02}"
