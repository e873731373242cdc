"""A difference of two shares is built in one way, in tables of changes, groups, options and panels."""

import numpy as np
import pytest
from scipy import stats

from analysis.numeric.intervals import mover, wilson
from analysis.statistics.comparisons.difference import Side, correlation_of, difference_columns


def side(shares, *, n=200.0, suppressed=False, fixed=False):
    p, size = np.array(shares, dtype=float), np.full(len(shares), n)
    low, high = wilson(p, size, np.full(len(shares), stats.t.ppf(0.975, 50)))
    flags = (np.full(len(shares), value) for value in (suppressed, fixed))
    return Side(p, low, high, np.full(len(shares), 50.0), size, *flags)


def columns(one, two, *, correlation=0.0, fixed=False, interval="wilson"):
    variance = one.share * (1 - one.share) / 200 + two.share * (1 - two.share) / 200
    m = len(one.share)
    return difference_columns(
        one,
        two,
        difference=one.share - two.share,
        variance=variance,
        df=np.full(m, 50.0),
        correlation=np.full(m, correlation),
        fixed=np.full(m, fixed),
        confidence=0.95,
        interval=interval,
    )


def test_between_ordinary_shares_the_interval_and_the_test_are_those_of_t():
    row = columns(side([0.5]), side([0.4]))
    error = np.sqrt((0.25 + 0.24) / 200)
    assert row["method"].tolist() == ["t"]
    assert row["std_error"][0] == pytest.approx(error)
    assert row["conf_high"][0] - row["conf_low"][0] == pytest.approx(2 * stats.t.ppf(0.975, 50) * error)
    assert row["p_value"][0] == pytest.approx(2 * stats.t.sf(0.1 / error, 50))


@pytest.mark.parametrize("near", [0.0, 0.05, 0.95, 1.0])
def test_near_0_and_1_limits_and_p_value_are_recovered_from_both_sides(near):
    one, two = side([near, 0.5]), side([0.3, 0.3])
    row = columns(one, two, correlation=0.2)
    first = slice(0, 1)
    limits = mover(one.share[first], (one.low[first], one.high[first]), two.share[first],
                   (two.low[first], two.high[first]), np.array([0.2]))  # fmt: skip
    assert row["method"].tolist() == ["mover_wilson", "t"]
    assert (row["conf_low"][0], row["conf_high"][0]) == (limits[0][0], limits[1][0])
    assert np.isnan(row["statistic"][0])
    assert (row["p_value"][0] < 0.05) == (row["conf_low"][0] > 0 or row["conf_high"][0] < 0)


def test_from_limits_of_another_interval_no_p_value_is_recovered():
    row = columns(side([0.02]).without_size(), side([0.3]), interval="korn_graubard")
    assert row["method"].tolist() == ["mover_korn_graubard"]
    assert np.isfinite([row["conf_low"][0], row["conf_high"][0]]).all()
    assert np.isnan(row["p_value"][0])


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("share", [0.5, 0.02])
@pytest.mark.parametrize("fixed", [True, False])
def test_a_difference_is_suppressed_where_either_share_is(which, share, fixed):
    sides = [side([share]), side([share])]
    sides[which] = side([share], suppressed=True)
    row = columns(*sides, fixed=fixed)
    assert (row["flag"][0], row["note"][0], row["method"][0]) == ("suppress", "share_withheld", "t")


@pytest.mark.parametrize("share", [0.5, 0.02])
def test_what_weighting_fixes_has_no_error_and_no_test(share):
    row = columns(side([share]), side([0.3]), fixed=True)
    assert (row["flag"][0], row["note"][0], row["method"][0]) == ("caution", "fixed_by_margins", "t")
    assert row["std_error"][0] == 0
    assert row["conf_low"][0] == row["conf_high"][0] == row["estimate"][0] == share - 0.3
    assert np.isnan([row["statistic"][0], row["p_value"][0]]).all()


def test_the_correlation_comes_back_from_three_variances():
    one, two, r = np.array([4.0, 1.0, 0.0]), np.array([9.0, 1.0, 2.0]), np.array([0.5, -1.0, 0.0])
    difference = one + two - 2 * r * np.sqrt(one * two)
    np.testing.assert_allclose(correlation_of(one, two, difference), r)
