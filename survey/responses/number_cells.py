"""Numbers as people and spreadsheets write them: one format for a whole column, or a refusal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import inf

from survey.errors import Cell, ExportError, shown
from survey.study.questionnaire import Question
from survey.text import normalised

UNITS = {"元": "元", "块": "元", "¥": "元", "分": "分", "岁": "岁", "个月": "个月", "%": "%"}
# In which a number without a unit may be meant otherwise: 0.5 is 50 %, 24 is two years.
TWOFOLD = frozenset({"%", "岁", "个月"})
CELL = re.compile(r"(¥?)\s?([-\u2212]?)\s?(\d(?:[\d.,'\u2019 ]*\d)?)\s?(元|块|分|岁|个月|%)?(?:/月|每月)?")
# Marks of thousands and of decimals that go together; the first reads what a program writes.
FORMATS = (("", "."), (",", "."), ("", ","), (".", ","), (" ", "."), (" ", ","), ("'", "."), ("'", ","))
# A comma behind so many digits is a slip of whoever typed it.
SLIP = re.compile(r"\d{4,},\d{3}")
NO_ANSWER = frozenset({-1, -2, -3, -7, -8, -9, -66, -77, -88, -97, -98, -99, -777, -888, -999, -9999})
# Codes as low as this stand apart from small numbers, any do from numbers beyond these.
APART, SMALL = -7, 50


@dataclass(frozen=True, slots=True)
class _Number:
    """A cell that holds one number: its sign, its digits and marks as written, its unit ("" without one)."""

    cell: str
    negative: bool
    digits: str
    unit: str

    @property
    def known(self) -> bool:
        """Whether it is written in one of the formats, without a slip."""
        return not SLIP.fullmatch(self.digits) and any(self.value(form) is not None for form in FORMATS)

    def value(self, form: tuple[str, str]) -> float | None:
        """Return the number in a format of marks; None if it is not written so."""
        thousands, _ = form
        match = _pattern(*form).fullmatch(self.digits)
        if match is None or (self.unit == "元" and len(match[2] or "") == 3):  # no money has thousandths
            return None
        number = float(f"{match[1].replace(thousands, '') if thousands else match[1]}.{match[2] or 0}")
        return (-number if self.negative and number else number) if number < inf else None


@cache
def _pattern(thousands: str, decimal: str) -> re.Pattern[str]:
    """Return the pattern of digits with these marks: what is whole, and the decimals."""
    whole = r"\d+"
    if thousands:
        whole = rf"(?:\d+|[1-9]\d{{0,2}}(?:{re.escape(thousands)}\d{{3}})+)"
    return re.compile(rf"({whole})(?:{re.escape(decimal)}(\d+))?")


def is_number(text: str) -> bool:
    """Say whether a cell holds a number as one column of numbers does, thousands grouped by any sign.

    With a comma for its decimals only behind three digits or more: 1,5 can be two ticks.
    """
    if text[:1].isalpha():  # as most texts do and no number does
        return False
    number = _number(text, None)
    if number is None or not (forms := [form for form in FORMATS if number.value(form) is not None]):
        return False
    return (
        any(decimal == "." for _, decimal in forms) or re.match(r"\d{3}|\d+\.\d", number.digits) is not None
    )


def read_numbers(
    question: Question, cells: Sequence[str], place: Callable[[int], Cell]
) -> tuple[list[float | None], str]:
    """Return the number in each cell, None where there is none, and a remark on how commas were read.

    Parameters
    ----------
    cells : sequence of str
        The distinct answered cells of a column.
    place : callable
        Returns file, row and question of a cell, for messages.

    Raises
    ------
    ExportError
        Naming the first cell that is in another format or unit than the others, or can be read in two ways.
    """
    unit = None if question.unit is None else str(question.unit)
    found = [_number(cell, unit) for cell in cells]
    numbers = {i: number for i, number in enumerate(found) if number is not None}
    declared = question.decimal is not None or question.thousands is not None
    if declared:
        forms = [_declared(question)]
    else:
        numbers = {i: number for i, number in numbers.items() if number.known}
        forms = [form for form in FORMATS if all(n.value(form) is not None for n in numbers.values())]
        if not forms:
            raise _two_formats(numbers, place)
        forms = _within_valid(forms, numbers, question.valid)
        _refuse_two_readings(forms, numbers, place)
        _refuse_packed(forms[0], numbers, place)
    _refuse_two_units(numbers, unit, place)
    values: list[float | None] = [None] * len(cells)
    for i, number in numbers.items():
        values[i] = number.value(forms[0])
    if question.valid is None:
        _refuse_codes(values, cells, place)
    return values, "" if declared else _remark(forms[0], numbers)


def _number(cell: str, unit: str | None) -> _Number | None:
    """Return what a cell holds; None if it is not one number, with the declared unit or a known one."""
    text, own = normalised(cell), ""
    declared = normalised(unit or "")
    if declared and text != declared and (text.startswith(declared) or text.endswith(declared)):
        text, own = text.removeprefix(declared).removesuffix(declared).strip(), declared
    match = CELL.fullmatch(text)
    # ① or ½ would be read as 1.
    if match is None or any(unicodedata.category(c) == "No" for c in cell):
        return None
    own = own or UNITS.get(match[4] or match[1], "")
    return _Number(cell, bool(match[2]), match[3].replace("\u2019", "'"), own)


def _declared(question: Question) -> tuple[str, str]:
    """Return the marks a study file declares; of one alone, the other is the point or comma it leaves."""
    decimal = question.decimal or ("," if question.thousands == "." else ".")
    return question.thousands or "", decimal


def _within_valid(
    forms: list[tuple[str, str]], numbers: dict[int, _Number], valid: tuple[float, float] | None
) -> list[tuple[str, str]]:
    """Return the formats under which all numbers are valid, if there are any."""
    if valid is None:
        return forms
    low, high = valid
    inside = [
        form
        for form in forms
        if all((v := number.value(form)) is not None and low <= v <= high for number in numbers.values())
    ]
    return inside or forms


def _two_formats(numbers: dict[int, _Number], place: Callable[[int], Cell]) -> ExportError:
    """Return the error for the first number that no format reads together with those before it."""
    left, before = [*FORMATS], next(iter(numbers.values()))
    for i, number in numbers.items():
        fitting = [form for form in left if number.value(form) is not None]
        if not fitting:
            alone = next(v for form in FORMATS if (v := number.value(form)) is not None)
            other = next(v for form in FORMATS if (v := before.value(form)) is not None)
            return ExportError(
                place(i),
                key="number.two_formats",
                cell=shown(number.cell),
                value=alone,
                other=shown(before.cell),
                other_value=other,
            )
        if len(fitting) < len(left):
            left, before = fitting, number
    raise AssertionError("every number has a format, and some do not share one")


def _refuse_two_readings(
    forms: Sequence[tuple[str, str]], numbers: dict[int, _Number], place: Callable[[int], Cell]
) -> None:
    """Refuse the first number that two possible formats read differently."""
    for i, number in numbers.items():
        readings: dict[float, tuple[str, str]] = {}
        for form in forms:
            value = number.value(form)
            if value is not None:
                readings.setdefault(value, form)
        if len(readings) > 1:
            (small, fine), (large, coarse) = sorted(readings.items(), key=lambda reading: abs(reading[0]))[:2]
            raise ExportError(
                place(i),
                key="number.two_readings",
                cell=shown(number.cell),
                large=large,
                small=small,
                thousands=coarse[0],
                decimal=fine[1],
            )


def _refuse_packed(form: tuple[str, str], numbers: dict[int, _Number], place: Callable[[int], Cell]) -> None:
    """Refuse numbers such as 100,200,300, which may be several in one cell.

    Amounts have leading groups of one or two digits too, as 12,500 has; codes of three digits never do.
    """
    mark = form[0]
    grouped = {i: n.digits.split(mark) for i, n in numbers.items() if mark and mark in n.digits}
    if not grouped or any(len(groups[0]) < 3 for groups in grouped.values()):
        return
    first = next(iter(grouped))
    raise ExportError(
        place(first),
        key="number.packed",
        cell=shown(numbers[first].cell),
        numbers=grouped[first],
        thousands=mark,
    )


def _refuse_two_units(numbers: dict[int, _Number], unit: str | None, place: Callable[[int], Cell]) -> None:
    """Refuse two units in a column, another than the declared one, or none where that can mean another."""
    declared = unit and UNITS.get(normalised(unit), normalised(unit))
    first: _Number | None = None
    for i, number in numbers.items():
        if declared and number.unit not in ("", declared):
            raise ExportError(place(i), key="number.declared_unit", cell=shown(number.cell), unit=unit)
        if not number.unit:
            continue
        first = first or number
        if number.unit != first.unit:
            raise ExportError(
                place(i), key="number.two_units", cell=shown(number.cell), other=shown(first.cell)
            )
    if declared or first is None or first.unit not in TWOFOLD:
        return
    for i, number in numbers.items():
        if not number.unit and set(number.digits) - set("0.,"):
            raise ExportError(
                place(i),
                key="number.no_unit",
                cell=shown(number.cell),
                other=shown(first.cell),
                unit=first.unit,
            )


def codes_for_nothing(values: Iterable[float]) -> set[float]:
    """Return the numbers, such as -99, that seem to be codes for no answer among others.

    Only where no other number is negative, and they stand apart: not on a scale from -3 to 3, nor as frost.
    """
    distinct = set(values)
    negative = {value for value in distinct if value < 0}
    largest = max(distinct, default=-1.0)
    if largest < 0 or not negative or not negative <= NO_ANSWER:
        return set()
    return negative if min(negative) <= APART or largest > SMALL else set()


def _refuse_codes(values: Sequence[float | None], cells: Sequence[str], place: Callable[[int], Cell]) -> None:
    """Refuse a number such as -99 beside numbers of which none is negative otherwise."""
    codes = codes_for_nothing(value for value in values if value is not None)
    negative = [i for i, value in enumerate(values) if value in codes]
    if negative:
        raise ExportError(place(negative[0]), key="number.code_for_nothing", cell=shown(cells[negative[0]]))


def _remark(form: tuple[str, str], numbers: dict[int, _Number]) -> str:
    """Return how marks were read that a program would not read so; "" where there are none."""
    for number in numbers.values():
        value = number.value(form)
        if value is not None and number.value(FORMATS[0]) is None:
            return f'numbers such as "{shown(number.cell)}" are read as {value:.12g}'
    return ""
