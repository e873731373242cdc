"""The joint covariance of a table, held in blocks: it says what the whole matrix would, at any width."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import change, combine, linear_combinations, option_difference, quantiles, ranks, shares
from analysis.estimates import make_estimates
from analysis.numeric.joint_covariance import summed
from survey.errors import EstimateError

WAVES = ("1", "2", "2 - 1", "3")


def table(random, wave, rows, *, known=True):
    root = random.normal(size=(rows, rows + 1))
    made = [{"wave": wave, "estimate": random.random(), "df": 9.0, "confidence": 0.95} for _ in range(rows)]
    return make_estimates(made, root @ root.T if known else None, {})


def whole_matrix(parts):
    """The definition: what each part knows of itself, 0 for parts without a wave in common, else NaN."""
    ends = np.cumsum([0, *map(len, parts)])
    joint = np.full((ends[-1], ends[-1]), np.nan)
    for a, one in enumerate(parts):
        for b, two in enumerate(parts):
            at = np.s_[ends[a] : ends[a + 1], ends[b] : ends[b + 1]]
            waves = [set(part.frame["wave"].iloc[0].split(" - ")) for part in (one, two)]
            if a == b and one.covariance is not None:
                joint[at] = one.covariance
            elif a != b and not waves[0] & waves[1]:
                joint[at] = 0
    return joint


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_blocks_say_what_the_whole_matrix_says(seed, number):
    random = np.random.default_rng(seed)
    parts = [
        table(random, random.choice(WAVES), int(random.integers(1, 5)), known=random.random() < 0.8)
        for _ in range(number)
    ]
    joined, expected = combine(parts), whole_matrix(parts)
    if all(part.covariance is None for part in parts):
        assert joined.covariance is None
        return
    np.testing.assert_array_equal(joined.covariance, expected)
    rows, columns = (random.integers(0, len(expected), 4) for _ in range(2))
    np.testing.assert_array_equal(joined.joint.between(rows, columns), expected[np.ix_(rows, columns)])
    half = len(parts) // 2
    apart = combine([combine(some) for some in (parts[:half], parts[half:]) if some])
    np.testing.assert_array_equal(apart.covariance, expected)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, 10**6))
def test_combinations_are_unknown_only_where_an_unknown_covariance_enters(seed):
    random = np.random.default_rng(seed)
    joined = combine([table(random, wave, 2, known=wave != "3") for wave in ("1", "1", "2", "3")])
    gradients = random.choice([0.0, 0.0, 1.0, -0.5], size=(3, len(joined)))
    covariance = joined.covariance
    found = joined.joint.of_combinations(gradients)
    for i, one in enumerate(gradients):
        for j, two in enumerate(gradients):
            terms = np.outer(one, two)
            expected = (terms * covariance)[terms != 0].sum()
            np.testing.assert_allclose(found[i, j], expected, rtol=1e-12, atol=1e-12)


def test_sums_of_two_tables_add_their_covariances_row_by_row():
    random = np.random.default_rng(4)
    later = combine([table(random, "2", 3), table(random, "2", 2)])
    earlier = combine([table(random, "1", 2), table(random, "1", 3)])
    rows, other = [0, 1, 3, 2, 4], [4, 2, 0, 3, 1]
    found = summed(later.joint, rows, earlier.joint, other).dense()
    expected = later.covariance[np.ix_(rows, rows)] + earlier.covariance[np.ix_(other, other)]
    np.testing.assert_array_equal(found, expected)
    assert np.isnan(expected).any()
    assert np.isfinite(expected).sum() > len(rows)


def test_width_costs_what_its_blocks_do():
    """The matrix of these rows would take 18 GB."""
    random = np.random.default_rng(5)
    parts = [table(random, wave, 240) for wave in ("1", "2")]
    joined = combine(parts * 100)
    assert len(joined) == 48_000
    np.testing.assert_array_equal(joined.joint.between([0, 1], [1, 240]), [
        [parts[0].covariance[0, 1], 0], [parts[0].covariance[1, 1], 0]
    ])  # fmt: skip
    assert np.isnan(joined.joint.between([0], [480])).all()


def people(seed, wave):
    random = np.random.default_rng(seed)
    columns = {"area": random.choice(["n", "s", "w"], 400), "age": random.integers(20, 60, 400)}
    columns |= {name: (random.random(400) < p).astype(int) for name, p in (("a", 0.6), ("b", 0.3))}
    return survey.from_frame(pd.DataFrame(columns), multiple={"q": ["a", "b"]}, wave=wave)


def test_rows_without_a_covariance_leave_that_of_the_others():
    sample = people(1, "1")
    grouped = shares(sample, "q", by="area")
    ordered, middle = ranks(grouped), quantiles(sample, "age", 0.5)
    assert ordered.covariance is None
    assert middle.covariance is None
    joined = combine([grouped, ordered, middle])
    np.testing.assert_array_equal(joined.covariance[:6, :6], grouped.covariance)
    assert np.isnan(joined.covariance[6:]).all()
    pd.testing.assert_frame_equal(
        option_difference(joined, "a", "b").frame,
        option_difference(grouped, "a", "b").frame,
        check_exact=True,
    )
    zeros = [0.0] * (len(joined) - 2)
    assert linear_combinations(joined, {"gap": [1.0, -1.0, *zeros]}).frame["std_error"].iloc[0] > 0


def test_differences_of_shares_from_a_file_are_refused_also_beside_others():
    sample = people(2, "1")
    read = replace(shares(people(3, "2"), "q"), joint=None)
    for estimates in (read, combine([shares(sample, "q"), read])):
        with pytest.raises(EstimateError, match="no joint covariance"):
            option_difference(estimates, "a", "b")


def test_changes_keep_the_blocks_of_their_tables():
    samples = people(6, "2"), people(7, "1")
    later, earlier = (combine([shares(s, "q"), shares(s, "q", by="area")]) for s in samples)
    moved = change(later, earlier)
    np.testing.assert_array_equal(moved.covariance, later.covariance + earlier.covariance)
    assert len(moved.joint.blocks) == 2


def test_a_combination_of_two_waves_is_not_independent_of_either():
    later, earlier = (shares(people(seed, wave), "q") for seed, wave in ((8, "2"), (9, "1")))
    both = combine([later, earlier])
    summed_up = linear_combinations(both, {"sum": [1.0] * len(both)})
    covariance = combine([summed_up, earlier]).covariance
    assert np.isnan(covariance[0, 1:]).all()
