"""The one test of two shares: worked numbers, exact size, and the properties that any such test has."""

import doctest
import json
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
import survey.numeric.special_functions as special
from analysis import paired_score_test, score_test
from analysis.numeric.intervals import t_quantile
from analysis.numeric.score import (
    paired_score_limits,
    score,
    score_limits,
    shares_under,
    two_sided_p_value,
)
from analysis.statistics.testing.adjust import adjusted_p_values
from survey.errors import EstimateError

VECTORS = Path(__file__).parents[1] / "vectors" / "two_shares.json"
TABLES = json.loads(VECTORS.read_text(encoding="utf-8"))
CLOSE = {"rtol": TABLES["tolerance"]["rel"], "atol": TABLES["tolerance"]["abs"]}


def cases(prefix):
    """Return the worked cases of a kind; the name of each begins with it."""
    found = [pytest.param(case, id=case["id"]) for case in TABLES["cases"] if case["id"].startswith(prefix)]
    assert found
    return found


def degrees(given_):
    return inf if given_["df"] is None else given_["df"]


def as_arrays(*values):
    return [np.array([float(value)]) for value in values]


def found_for(given_):
    return score_test(
        given_["p1"],
        given_["n1"] / given_["deff1"],
        given_["p2"],
        given_["n2"] / given_["deff2"],
        correlation=given_["correlation"],
        df=degrees(given_),
        confidence=given_["level"],
    )


@pytest.mark.parametrize("case", cases("two_"))
def test_two_shares_of_different_people(case):
    found, expected = found_for(case["input"]), case["expected"]
    np.testing.assert_allclose(found.statistic, expected["statistic"], **CLOSE)
    np.testing.assert_allclose(found.p_value, expected["p"], **CLOSE)
    np.testing.assert_allclose([found.conf_low, found.conf_high], expected["interval"], **CLOSE)


@pytest.mark.parametrize("case", cases("restricted_"))
def test_the_likeliest_shares_with_a_difference(case):
    given_, expected = case["input"], case["expected"]
    found = shares_under(*as_arrays(*(given_[name] for name in ("p1", "m1", "p2", "m2", "difference"))))
    np.testing.assert_allclose(np.ravel(found), [expected["p1"], expected["p2"]], rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("case", cases("paired_"))
def test_two_shares_of_the_same_people(case):
    given_, expected = case["input"], case["expected"]
    p10, p01, variance = (
        given_[name] for name in ("share_first_only", "share_second_only", "variance_of_difference")
    )
    size = (p10 + p01 - (p10 - p01) ** 2) / variance if variance else given_["kish_n"]
    np.testing.assert_allclose(size, expected["m"], **CLOSE)
    found = paired_score_test(p10, p01, size, df=degrees(given_), confidence=given_["level"])
    np.testing.assert_allclose(found.statistic, expected["statistic"], **CLOSE)
    np.testing.assert_allclose(found.p_value, expected["p"], **CLOSE)
    np.testing.assert_allclose([found.conf_low, found.conf_high], expected["interval"], **CLOSE)


@pytest.mark.parametrize("case", cases("holm_"))
def test_p_values_adjusted_for_their_family(case):
    given_, expected = case["input"], case["expected"]
    found = adjusted_p_values(np.array(given_["p"]))
    np.testing.assert_allclose(found, expected["p_holm"], **CLOSE)
    assert (found <= given_["alpha"]).tolist() == expected["clear"]


@pytest.mark.parametrize("case", cases("family_"))
def test_ten_groups_each_against_the_rest(case):
    p = np.array([found_for(row).p_value for row in case["input"]["rows"]])
    np.testing.assert_allclose(p, case["expected"]["p"], **CLOSE)
    np.testing.assert_allclose(adjusted_p_values(p), case["expected"]["p_holm"], **CLOSE)


def test_the_vectors_are_those_of_the_reference_material(shared):
    reference = json.loads((shared / "decision" / "tests.json").read_text(encoding="utf-8"))
    assert TABLES["cases"] == reference["cases"]
    assert len(TABLES["cases"]) == 53


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=f"{row['n']} of 2000, {row['p']}") for row in TABLES["size_table"]["rows"]][:14],
)
def test_the_chance_of_a_false_finding_by_exact_enumeration(row):
    n, rest, p = row["n"], row["rest"], row["p"]
    one, other = np.arange(n + 1), np.arange(rest + 1)
    chance = [_binomial(one, n, p), _binomial(other, rest, p)]
    likely = [np.flatnonzero(c > 1e-14) for c in chance]
    first, second = np.meshgrid(one[likely[0]] / n, other[likely[1]] / rest, indexing="ij")
    z = score(first, np.array(float(n)), second, np.array(float(rest)), d=np.array(0.0),
              correlation=np.array(0.0))  # fmt: skip
    p_value = two_sided_p_value(z, np.array(inf))
    together = np.outer(chance[0][likely[0]], chance[1][likely[1]])
    for alpha, name in ((0.05, "default_05"), (0.05 / 40, "default_tail")):
        assert together[p_value < alpha].sum() / alpha == pytest.approx(row[name], abs=6e-4)


def _binomial(k, n, p):
    from scipy.stats import binom

    return binom.pmf(k, n, p)


CALM = settings(deadline=None, derandomize=True, max_examples=60)
PEOPLE = st.integers(2, 400)
SIDES = st.tuples(PEOPLE, PEOPLE, st.floats(0, 1), st.floats(0, 1))


@CALM
@given(SIDES, st.sampled_from([0.0, 0.3, -0.2]), st.sampled_from([inf, 18.0, 3.0]))
def test_the_limits_leave_out_0_where_the_test_rejects_it(sides, r, df):
    n1, n2, a, b = sides
    p1, p2 = round(a * n1) / n1, round(b * n2) / n2
    found = score_test(p1, n1, p2, n2, correlation=r, df=df)
    assert -1 <= found.conf_low <= p1 - p2 <= found.conf_high <= 1
    if abs(found.p_value - 0.05) > 1e-9:
        assert (found.p_value < 0.05) == (found.conf_low > 0 or found.conf_high < 0)
    turned = score_test(p2, n2, p1, n1, correlation=r, df=df)
    mirrored = score_test(1 - p1, n1, 1 - p2, n2, correlation=r, df=df)
    for other in (turned, mirrored):
        assert other.statistic == pytest.approx(-found.statistic, abs=1e-9)
        assert other.conf_low == pytest.approx(-found.conf_high, abs=1e-7)


@CALM
@given(st.floats(0, 1), st.floats(0, 1), st.floats(1, 1e6), st.floats(1, 1e6), st.floats(-0.999, 0.999))
def test_the_likeliest_shares_solve_the_likelihood(p1, p2, m1, m2, d):
    found = shares_under(*as_arrays(p1, m1, p2, m2, d))[0][0]
    low, high = max(d, 0.0), min(1 + d, 1.0)
    for _ in range(80):
        middle = (low + high) / 2
        other = middle - d
        slope = m1 * (p1 - middle) * other * (1 - other) + m2 * (p2 - other) * middle * (1 - middle)
        low, high = (middle, high) if slope > 0 else (low, middle)
    if d:
        assert found == pytest.approx(low, abs=1e-7)
    else:
        assert found == pytest.approx((m1 * p1 + m2 * p2) / (m1 + m2))


@CALM
@given(st.floats(0, 1), st.floats(0, 1), st.floats(2, 5000))
def test_paired_limits_and_test_agree(first, second, n):
    p10, p01 = first * second, first * (1 - second)
    found = paired_score_test(p10, p01, n)
    assert found.conf_low <= p10 - p01 <= found.conf_high
    if abs(found.p_value - 0.05) > 1e-9:
        assert (found.p_value < 0.05) == (found.conf_low > 0 or found.conf_high < 0)


def test_equal_weights_are_mcnemars_test():
    yes, no = 43, 22
    expected = special.chdtrc(1, (yes - no) ** 2 / (yes + no))
    assert paired_score_test(yes / 150, no / 150, 150).p_value == pytest.approx(expected)


def test_nobody_on_either_side_is_no_evidence_and_has_an_interval():
    found = score_test(0, 40, 0, 60)
    assert (found.statistic, found.p_value) == (0, 1)
    assert -0.1 < found.conf_low < 0 < found.conf_high < 0.12
    paired = paired_score_test(0, 0, 300)
    q = t_quantile(0.95, np.array(inf))
    assert paired.conf_high == pytest.approx(q**2 / (300 + q**2))


def test_a_hypothesis_other_than_0_is_the_end_of_the_interval():
    limits = score_test(0.88, 76, 0.695, 1374)
    for end in (limits.conf_low, limits.conf_high):
        assert score_test(0.88, 76, 0.695, 1374, difference=end).p_value == pytest.approx(0.05, abs=1e-6)
    pair = paired_score_test(0.3, 0.2, 500)
    assert paired_score_test(0.3, 0.2, 500, difference=pair.conf_low).p_value == pytest.approx(0.05, abs=1e-6)


def test_many_at_once_equal_one_at_a_time():
    random = np.random.default_rng(7)
    p1, p2 = random.integers(0, 41, (2, 30)) / 40
    m1, m2 = random.uniform(20, 900, (2, 30))
    r, q = np.zeros(30), np.full(30, 1.959963984540054)
    low, high = score_limits(p1, m1, p2, m2, correlation=r, quantile=q)
    one = [score_test(*side) for side in zip(p1, m1, p2, m2, strict=True)]
    np.testing.assert_allclose(low, [found.conf_low for found in one], atol=1e-12)
    np.testing.assert_allclose(high, [found.conf_high for found in one], atol=1e-12)
    assert np.shape(paired_score_limits(p1 / 2, p2 / 2, m1, quantile=q)) == (2, 30)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: score_test(1.2, 40, 0.5, 40), r"p1=1\.2: is not from 0 to 1"),
        (lambda: score_test(0.2, 0, 0.5, 40), "n1=0: is not above 0"),
        (lambda: score_test(0.2, 40, 0.5, 40, difference=-2), "difference=-2: is not from -1 to 1"),
        (lambda: score_test(0.2, 40, 0.5, 40, df=0), "df=0: is not above 0"),
        (lambda: score_test(float("nan"), 40, 0.5, 40), "p1=nan"),
        (lambda: paired_score_test(0.7, 0.6, 40), r"p10 \+ p01=1\.\d+: is not from 0 to 1"),
    ],
)
def test_numbers_out_of_range_are_refused(call, words):
    with pytest.raises(EstimateError, match=words):
        call()


def test_the_examples_in_the_documentation_hold():
    module = analysis.statistics.testing.score_tests
    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(module).attempted >= 3
