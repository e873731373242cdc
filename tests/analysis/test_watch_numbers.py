"""Formulas of a fieldwork so far: one worked example throughout, made up; then cases by hand and properties.

The example's figures were computed independently, its half-widths with z = 1.959963984540054.
"""

from datetime import date, datetime
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.numeric.fieldwork import chances, projection
from analysis.study.watch.days import Calendar
from analysis.study.watch.downloads import compared

BY_DAY = np.array([148.0, 131, 96, 88, 74, 61, 92, 70, 45, 37])
P, N, DEFF, FIRST = 0.623, 842, 1.37, (537, 1.29)
POPULATION = np.array([1357242.0, 594238, 779479, 530499, 951238, 316445, 344472, 128483, 91208, 210757])
ANALYSED = np.array([236.0, 118, 139, 78, 131, 45, 41, 9, 7, 38])


def exact(value):
    return pytest.approx(value, rel=1e-9)


def test_the_half_width_now_and_at_the_end():
    assert projection.half_width(P, N / DEFF) == exact(0.03820329917336131)
    low, high = projection.sizes_to_come(BY_DAY, N, 11)
    assert (low, high) == (exact(1399.3333333333333), exact(1768.2))
    slope = projection.drift(N, DEFF, *FIRST)
    assert slope == exact(0.17786397471780896)
    for size, deff, half in (
        (1500, 1.4727058398772745, 0.029710521217902536),
        (low, 1.4603497762242046, 0.030627933319870185),
        (high, 1.5019639251251444, 0.027641711236010297),
    ):
        effect = projection.effect_at(size, N, DEFF, slope)
        assert effect == exact(deff)
        assert projection.half_width(P, size / effect) == exact(half)
    assert projection.half_width(P, 1500 / DEFF) == exact(0.028659315054274406)


def test_a_push_that_worked_lowers_the_design_effect_down_to_1():
    assert projection.drift(842, 1.1, 537, 1.3) < 0
    assert projection.effect_at(10_000, 842, 1.1, projection.drift(842, 1.1, 537, 1.3)) == 1
    assert projection.drift(500, 1.2, 500, 1.1) == 0


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.floats(0.05, 0.95), st.floats(0.01, 0.08))
def test_so_many_effective_answers_give_the_half_width_asked_for(p, half):
    m = projection.effective_for_half(p, half)
    assert projection.half_width(p, m) == pytest.approx(half, rel=1e-6)


def test_worth_of_one_more_answer():
    share = POPULATION / POPULATION.sum()
    size = projection.poststratified_size(share, ANALYSED)
    assert size == exact(803.9046303338229)
    worth = projection.worth_of_one_more(share, ANALYSED, size)
    expected = [
        *(0.7597708290830522, 0.582571005744395, 0.7223892561125408, 1.0626052905558871),
        *(1.2112333803229924, 1.1359611755777463, 1.6215568522522996, 4.6816437001984905),
        *(3.8999750206578963, 0.7066247794035488),
    ]
    assert worth == pytest.approx(expected, rel=1e-9)
    for i in (0, 7):  # the derivative, by a difference quotient
        more = ANALYSED.copy()
        more[i] += 1e-4
        slope = (projection.poststratified_size(share, more) - size) / 1e-4
        assert worth[i] == pytest.approx(slope, rel=1e-4)


def test_a_category_without_answers_is_worth_without_end():
    share, counts = np.array([0.5, 0.5]), np.array([10.0, 0])
    assert projection.poststratified_size(share, counts) == 0
    assert projection.worth_of_one_more(share, counts, 10)[1] == inf


def test_answers_lacking_of_a_minimum():
    assert projection.short_of(30, 9, 842, 1500) == 14  # 30 - 9 x 1500/842 = 13.97
    assert projection.short_of(30, 20, 1000, 1500) == 0


def test_late_shares_at_the_channels_of_the_early_ones():
    early, late = np.array([128.0, 190, 103]), np.array([0.55, 0.60, 0.575])
    assert projection.standardised(early, late) == exact(0.5786817102137767)


def test_a_busy_hour():
    p = chances.busy_hour(41, 6.2, 1.8)
    assert p == exact(2.187082837773951e-11)
    assert 240 * p == exact(5.248998810657483e-09)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 60), st.floats(0.1, 40))
def test_both_tails_of_a_count_make_1(count, mean):
    assert chances.poisson_at_most(count, mean) + chances.poisson_at_least(count + 1, mean) == pytest.approx(
        1
    )


def test_dispersion_is_never_under_1():
    assert chances.dispersion(np.array([4.0, 4]), np.array([4.0, 4])) == 1
    assert chances.dispersion(np.array([9.0, 0]), np.array([4.0, np.nan])) == pytest.approx(25 / 4)
    assert chances.dispersion(np.array([9.0]), np.array([np.nan])) == 1


def test_an_option_that_appeared():
    assert chances.fisher_two_sided((0, 690), (24, 152)) == pytest.approx(2.93605810394328e-19, rel=1e-7)
    assert chances.fisher_two_sided((0, 120), (2, 300)) == 1
    # The lady who tasted tea: three of four right (Fisher 1935).
    assert chances.fisher_two_sided((3, 4), (1, 4)) == pytest.approx(34 / 70)


@pytest.mark.parametrize(
    ("looks", "chance"), [(1, 0.05), (2, 0.083), (3, 0.107), (5, 0.142), (10, 0.193), (20, 0.248)]
)
def test_the_chance_of_a_finding_in_several_looks(looks, chance):
    """Armitage, McPherson and Rowe (1969), table 2."""
    assert chances.chance_of_a_finding(looks) == pytest.approx(chance, abs=0.0006)


def test_downloads_are_compared_by_number():
    older, newer = {"a": "1|2", "b": "1|3", "c": "2|2"}, {"a": "1|2", "c": "2|1", "d": "3|3"}
    assert compared(older, newer) == (["b"], ["d"], ["c"], ["a"])


def test_days_without_answers_are_days_and_today_is_a_part():
    calendar = Calendar(date(2024, 9, 2), date(2024, 9, 22), datetime(2024, 9, 11, 18))
    assert len(calendar.days) == 10
    assert (calendar.planned, calendar.gone, calendar.left) == (21, 9.75, 11.25)
    assert Calendar(date(2024, 9, 2), None, datetime(2024, 9, 11)).left is None
    late = Calendar(date(2024, 9, 2), date(2024, 9, 4), datetime(2024, 9, 11, 18))
    assert late.left == 0


def test_the_plan_by_now_follows_the_margin():
    """Ten of twenty-one days, 1,500 planned: Yangqu should have 17, and 9 are too few for chance."""
    share = POPULATION / POPULATION.sum()
    due = 1500 * share * 10 / 21
    assert due[7] == exact(17.302510553436587)
    assert chances.poisson_at_most(9, due[7]) < 0.05
    assert chances.poisson_at_most(38, due[9]) > 0.05
