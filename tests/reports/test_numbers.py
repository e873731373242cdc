"""Rounding happens here and only here: halves away from zero, signs."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.language.numbers import (
    as_given,
    decimal,
    month_text,
    percent,
    points,
    rounded,
    whole,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.465, "47%"), (0.455, "46%"), (0.005, "1%"), (0.0049, "0%"), (1.0, "100%"), (0.285, "29%")],
)
def test_halves_go_up_as_people_are_taught(value, text):
    assert percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.054, "+5"), (-0.055, "−6"), (0.004, "0"), (-0.004, "0"), (-0.13, "−13"), (0.0, "0")],
)
def test_points_carry_their_sign_and_a_real_minus(value, text):
    assert points(value) == text


def test_counts_and_decimals():
    assert whole(2249) == "2,249"
    assert whole(1605.5) == "1,606"
    assert decimal(1.405) == "1.41"
    assert decimal(-1.405) == "−1.41"


@given(st.floats(-2, 2, allow_nan=False))
def test_rounding_is_never_off_by_more_than_half(value):
    assert abs(Decimal(repr(value)) - rounded(value, 2)) <= Decimal("0.005")
    assert rounded(-value, 2) == -rounded(value, 2)


def test_no_other_module_of_reports_rounds():
    folder = Path(__file__).parents[2] / "reports"
    for path in folder.glob("*.py"):
        if path.name != "number_format.py":
            text = path.read_text(encoding="utf-8")
            for mark in (":.0f", ":.1f", ":.2f", ":.0%", ":.1%", ":,", "quantize"):
                assert mark not in text.replace("[:,", ""), f"{path.name} holds {mark}"


def test_numbers_and_months_as_given():
    assert [as_given(n) for n in (1800.0, 2.5, 0, 1234567)] == ["1,800", "2.5", "0", "1,234,567"]
    assert [month_text(m) for m in (24252, 24263)] == ["2021-01", "2021-12"]
