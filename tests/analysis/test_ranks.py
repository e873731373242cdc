"""Which ranks groups may have: worked numbers, a case by hand, properties, and what has no rank."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import ranks, read_estimates, shares
from analysis.statistics.comparisons.ranks import rank_ranges
from survey.errors import EstimateError


@pytest.mark.parametrize("name", ["ranks_taiyuan_like", "ranks_well_separated"])
@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("holm", "holm_pairwise"),
        ("tukey", "tukey"),
        ("sidak", "kww_sidak"),
        ("bonferroni", "kww_bonferroni"),
    ],
)
def test_worked_ranges(vector, name, method, key):
    case = vector("multiplicity_ranks")[name]
    y, se = np.array(case["input"]["est"]), np.array(case["input"]["se"])
    low, high = rank_ranges(y, np.diag(se**2), method=method)
    assert low.tolist() == case["expected"][key]["rank_lo"]
    assert high.tolist() == case["expected"][key]["rank_hi"]


def test_a_case_by_hand():
    # 60 points apart at a standard error of 1 point is clear; one point apart is not.
    low, high = rank_ranges(np.array([0.2, 0.8, 0.81]), np.eye(3) * 1e-4)
    assert low.tolist() == [3, 1, 1]
    assert high.tolist() == [3, 2, 2]


def test_estimates_that_move_together_are_told_apart():
    y, v = np.array([0.5, 0.52, 0.54]), np.full((3, 3), 0.01) + np.eye(3) * 1e-5
    low, high = rank_ranges(y, v)
    assert low.tolist() == high.tolist() == [3, 2, 1]
    low, high = rank_ranges(y, np.diag(np.diag(v)))
    assert low.tolist() == [1, 1, 1]
    assert high.tolist() == [3, 3, 3]


@settings(deadline=None, max_examples=30, derandomize=True)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.2)), min_size=2, max_size=8), st.integers(0, 5))
def test_ranges_hold_the_order_seen_and_follow_the_groups(groups, seed):
    y, se = (np.array(side) for side in zip(*groups, strict=True))
    turn = np.random.default_rng(seed).permutation(len(y))
    for method in ("holm", "tukey", "sidak", "bonferroni"):
        low, high = rank_ranges(y, np.diag(se**2), method=method)
        larger, as_large = (y[:, None] > y).sum(axis=0), (y[:, None] >= y).sum(axis=0)
        assert (low <= larger + 1).all()
        assert (as_large <= high).all()
        turned = rank_ranges(y[turn], np.diag(se[turn] ** 2), method=method)
        assert (turned[0] == low[turn]).all()
        assert (turned[1] == high[turn]).all()


def test_the_ranges_hold_the_true_ranks_as_often_as_they_say():
    random = np.random.default_rng(20)
    truth = np.array([0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75])
    rank, held = np.arange(8, 0, -1), 0
    for _ in range(200):
        low, high = rank_ranges(truth + random.normal(0, 0.03, 8), np.eye(8) * 0.03**2)
        held += bool(((low <= rank) & (rank <= high)).all())
    assert held >= 186  # 95% of 200, less two standard errors


def city(spread, *, n=2400, seed=4):
    random = np.random.default_rng(seed)
    group = random.choice(list("abcdef"), n)
    p = 0.5 + spread * np.array([list("abcdef").index(g) - 2.5 for g in group]) / 2.5
    frame = pd.DataFrame({"g": group, "p": (random.random(n) < p) * 1.0})
    return survey.from_frame(frame, multiple={"q": ["p"]}, sample="opt-in")


def test_a_table_by_group_has_a_range_for_each(tmp_path):
    table = shares(city(0.3), "q", by="g")
    found = ranks(table)
    frame = found.frame.set_index("group")
    assert frame.loc["f", ["conf_low", "conf_high"]].tolist() == [1, 1]
    assert frame.loc["a", "conf_low"] >= 5
    assert set(frame["family"]) == {"holm, 30 tests: order of p by g"}
    assert frame["estimate"].isna().all()
    found.to_csv(tmp_path / "estimates.csv")
    pd.testing.assert_frame_equal(read_estimates(tmp_path / "estimates.csv").frame, found.frame)


def test_no_order_is_named():
    found = ranks(shares(city(0.0), "q", by="g")).frame
    assert set(found["note"]) == {"no_order"}
    assert set(found["conf_low"]) == {1}
    assert set(found["conf_high"]) == {6}


def test_a_group_that_is_unanimous_is_not_certainly_first():
    frame = pd.DataFrame({"g": ["a"] * 40 + ["b"] * 300 + ["c"] * 300, "p": 0.0})
    frame.loc[:39, "p"] = 1.0
    frame.loc[40:339, "p"] = [1.0] * 285 + [0.0] * 15
    frame.loc[340:, "p"] = [1.0] * 150 + [0.0] * 150
    found = ranks(shares(survey.from_frame(frame, multiple={"q": ["p"]}), "q", by="g")).frame
    ranges = found.set_index("group")[["conf_low", "conf_high"]]
    assert ranges.loc["a"].tolist() == [1, 2]  # its own variance is 0
    assert ranges.loc["b"].tolist() == [1, 2]
    assert ranges.loc["c"].tolist() == [3, 3]


def test_withheld_groups_and_tables_of_two_have_no_rank():
    frame = pd.DataFrame({"g": ["a"] * 300 + ["b"] * 300 + ["c"] * 300 + ["d"] * 5, "p": 1.0})
    frame.loc[::2, "p"] = 0.0
    sample = survey.from_frame(frame, multiple={"q": ["p"]})
    found = ranks(shares(sample, "q", by="g")).frame.set_index("group")
    assert found.loc["d", "flag"] == "suppress"
    assert np.isnan(found.loc["d", "conf_high"])
    assert found.loc["a", "conf_high"] == 3
    two = ranks(shares(survey.from_frame(frame[300:], multiple={"q": ["p"]}), "q", by="g")).frame
    assert set(two["note"]) == {"too_few_groups"}


def test_what_has_no_order_is_refused():
    y = np.array([0.5, 0.6])
    with pytest.raises(EstimateError, match="variance that is not above 0"):
        rank_ranges(y, np.diag([0.0, 0.1]))
    with pytest.raises(EstimateError, match="two or more"):
        rank_ranges(y[:1], np.eye(1))
    with pytest.raises(EstimateError, match='"holm", "tukey"'):
        rank_ranges(y, np.eye(2), method="best")
    table = shares(city(0.0), "q", by="g")
    with pytest.raises(EstimateError, match="no joint covariance"):
        ranks(type(table)(table.frame))
    with pytest.raises(EstimateError, match="no shares by group"):
        ranks(shares(city(0.0), "q"))
