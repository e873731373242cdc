"""Demand from bands, ladders and bids, and the distribution behind it: worked numbers, by hand, refusals."""

import numpy as np
import pandas as pd
import pytest
from fees import DATA, asked_otherwise, bands
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING

import survey
from analysis import demand_from_bands, demand_from_bids, demand_from_ladder
from analysis.numeric.demand.simultaneous_band import both_beyond_less_one, critical_value
from analysis.numeric.demand.turnbull import turnbull
from survey.errors import EstimateError

WILLING = {"intent": "intent", "willing": "yes"}
RUNGS = {float(fee): f"at{fee}" for fee in DATA["bids300"]["ladder_fees"]}
CALLS = {
    "bids300_bands": (demand_from_bands, {"bands": {f"band{v}": bands(v) for v in (0, 1)}}),
    "bids300_ladder_first_no": (demand_from_ladder, {"rungs": RUNGS}),
    "bids300_ladder_last_yes": (demand_from_ladder, {"rungs": RUNGS, "inconsistent": "last_yes"}),
    "bids300_double_bounded": (
        demand_from_bids,
        {"bids": ["bid1", "bid2"], "answers": ["answer1", "answer2"]},
    ),
}


def near(expected):
    return pytest.approx(np.asarray(expected, dtype=float), rel=1e-6, abs=1e-8)


@pytest.fixture(scope="module")
def sample():
    return survey.from_frame(asked_otherwise(), "weight")


@pytest.mark.parametrize("name", CALLS)
def test_worked_numbers(vector, sample, name):
    call, how = CALLS[name]
    expected = vector("demand")[name]["expected"]
    table = call(sample, **WILLING, **how, rules=ANYTHING, variance="taylor")
    assert table.frame["option"].tolist() == [f"{fee:g}" for fee in expected["fees"]]
    assert table.frame["estimate"].to_numpy() == near(expected["S_all"])
    assert table.frame["std_error"].to_numpy() == near(expected["se_all"])
    assert table.covariance == near(expected["cov_all"])


def test_one_version_of_bands_is_the_weighted_share_and_is_unknown_inside_them(vector):
    frame = asked_otherwise()
    first = frame[[version == 0 for version in DATA["bids300"]["version"]]].drop(columns="band1")
    sample, how = survey.from_frame(first, "weight"), {"bands": {"band0": bands(0)}, "rules": ANYTHING}
    expected = vector("demand")["bids300_bands_version0"]["expected"]
    found = demand_from_bands(sample, **WILLING, **how).frame["estimate"].to_numpy()
    assert found == pytest.approx(expected["S_all"], rel=1e-12)
    with pytest.raises(EstimateError, match="at=1200: lies between two fees that were asked"):
        demand_from_bands(sample, **WILLING, **how, at=[1200])


def test_a_single_bid_is_the_share_saying_yes_by_bid(vector, sample):
    expected = vector("demand")["bids300_single_bounded"]["expected"]
    willing = vector("demand")["bids300_bands"]["expected"]["willing"]
    found = demand_from_bids(sample, **WILLING, bids=["bid1"], answers=["answer1"], rules=ANYTHING)
    assert found.frame["option"].astype(float).tolist() == expected["bids"]
    assert found.frame["estimate"].to_numpy() / willing == pytest.approx(expected["share_yes"], rel=1e-7)


def test_the_words_of_a_single_question_may_be_yes():
    answers = ["会"] * 40 + ["不会"] * 40 + [None] * 20
    frame = pd.DataFrame({"intent": ["yes"] * 80 + ["no"] * 20, "q": answers})
    table = demand_from_ladder(survey.from_frame(frame), **WILLING, rungs={1000: "q"}, yes="会")
    assert table.frame["estimate"].tolist() == pytest.approx([0.4])
    with pytest.raises(EstimateError, match="has no option yes"):
        demand_from_ladder(survey.from_frame(frame), **WILLING, rungs={1000: "q"})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4), st.floats(0.1, 5)), min_size=1, max_size=40))
def test_no_distribution_is_more_likely(people):
    low, width, weight = (np.array(column, dtype=float) for column in zip(*people, strict=True))
    high = np.where(low + width > 6, np.inf, low + width)
    found = turnbull(low, high, weight)
    a = found.distinct[found.kind]
    assert found.mass.sum() == pytest.approx(1)
    # Kuhn and Tucker: moving mass to any cell gains nothing.
    assert (a.T @ (weight / (a @ found.mass)) / weight.sum() <= 1 + 1e-6).all()


def test_the_distribution_by_hand():
    # Half know only that it is under 2; of the others one is at 1, and one at 2 or more.
    found = turnbull(np.array([0.0, 0.0, 1.0, 2.0]), np.array([2.0, 2.0, 2.0, np.inf]), np.ones(4))
    assert found.cells.tolist() == [[1.0, 2.0], [2.0, np.inf]]
    assert found.mass == pytest.approx([0.75, 0.25])
    assert found.above(np.array([1.0, 1.5, 2.0])) == pytest.approx([1.0, np.nan, 0.25], nan_ok=True)


def test_the_critical_value_by_hand():
    assert critical_value(np.array([])) == pytest.approx(1.959964, abs=1e-6)
    assert critical_value(np.array([1.0, 1.0])) == pytest.approx(1.959964, abs=1e-6)
    # Two independent estimates: 1 - (1 - x)² = 0.05.
    assert critical_value(np.array([0.0])) == pytest.approx(2.236477, abs=1e-6)
    assert critical_value(np.array([0.0]), band="bonferroni") == pytest.approx(2.241403, abs=1e-6)
    assert critical_value(np.array([0.9]), df=5.0) > critical_value(np.array([0.9])) > 1.96
    # P(|Z| > c) P(|Z| < c) where both are independent.
    only_one = both_beyond_less_one(1.5, np.array([0.0]), np.inf)[0]
    assert only_one == pytest.approx(0.133614 * 0.866386, abs=1e-6)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"bands": {"band0": {"b9": (0, 500)}}}, 'band "b9": is none of the options of band0'),
        ({"bands": {"band0": {"b0": (500, 0)}}}, "without overlap"),
        ({"bands": {"band0": {"b0": (0, 500), "b1": (400, 900)}}}, "without overlap"),
        ({"bands": {"band0": bands(0)}, "at": [800, 500]}, "rising order"),
        ({"bands": {"band0": bands(0)}, "at": [9000]}, "lies between two fees"),
    ],
)
def test_refused(sample, how, words):
    with pytest.raises(EstimateError, match=words):
        demand_from_bands(sample, **WILLING, **how)


def test_contradictions_above_a_fifth_are_refused():
    frame = pd.DataFrame({"intent": ["yes"] * 8 + ["no"] * 2, "a": [0, 1] * 5, "b": [1, 0] * 5})
    call = {**WILLING, "rungs": {1000: "a", 2000: "b"}, "rules": ANYTHING}
    with pytest.raises(EstimateError, match="50% say yes to a fee above one they refuse"):
        demand_from_ladder(survey.from_frame(frame), **call)
    one = frame.assign(a=[0] + [1] * 9, b=[1] + [0] * 9)
    found = [
        demand_from_ladder(survey.from_frame(one), **call, inconsistent=how).frame["estimate"].tolist()
        for how in ("first_no", "last_yes")
    ]
    assert found[0] == pytest.approx([0.7, 0.0])
    assert found[1] == pytest.approx([0.8, 0.1])
    with pytest.raises(EstimateError, match="are 2, answers 1"):
        demand_from_bids(survey.from_frame(one), **WILLING, bids=["a", "b"], answers=["a"])
    with pytest.raises(EstimateError, match="holds numbers but 0 and 1"):
        demand_from_ladder(survey.from_frame(one.assign(a=3)), **call)


TWO = {"intent": "intent", "willing": ["yes", "depends"]}
BANDS = {"fee": {"low": (0, 1000), "middle": (1000, 2000), "high": (2000, np.inf)}}


def two_answers():
    """40 yes (20 high, 10 low, 10 silent), 40 "depends" (10 middle, 10 low, 20 silent), 20 no."""
    fees = ["high"] * 20 + ["low"] * 10 + ["unsure"] * 10
    fees += ["middle"] * 10 + ["low"] * 10 + [None] * 20 + [None] * 20
    intent = ["yes"] * 40 + ["depends"] * 40 + ["no"] * 20
    return survey.from_frame(pd.DataFrame({"intent": intent, "fee": fees}))


def test_the_silent_are_spread_within_their_own_answer_and_bounded():
    call = {**TWO, "bands": BANDS, "rules": ANYTHING, "at": [1000, 2000]}
    found = {
        silent: demand_from_bands(two_answers(), **call, silent=silent).frame
        for silent in ("class", "lower", "upper")
    }
    # 30 of 100 silent among 80 willing is past what may be spread; by hand: 0.4 x 2/3 + 0.4 x 1/2.
    assert set(found["class"]["note"]) == {"bounds_only"}
    assert found["lower"]["estimate"].tolist() == pytest.approx([0.3, 0.2])
    assert found["upper"]["estimate"].tolist() == pytest.approx([0.6, 0.5])
    apart = demand_from_bands(two_answers(), **call, apart=True)
    assert apart.frame["option"].tolist() == ["yes@1000", "yes@2000", "depends@1000", "depends@2000"]
    lower = demand_from_bands(two_answers(), **call, apart=True, silent="lower").frame["estimate"]
    assert lower.tolist() == pytest.approx([0.2, 0.2, 0.1, 0.0])


def test_curves_apart_add_up_with_their_covariance():
    frame = asked_otherwise()
    frame["intent"] = ["depends" if i % 3 == 0 and v == "yes" else v for i, v in enumerate(frame["intent"])]
    sample, call = survey.from_frame(frame, "weight"), {**TWO, "rungs": RUNGS, "rules": ANYTHING}
    both, apart = (demand_from_ladder(sample, **call, apart=apart) for apart in (False, True))
    m = len(both)
    assert apart.frame["estimate"].to_numpy().reshape(2, m).sum(axis=0) == near(both.frame["estimate"])
    joint = apart.covariance.reshape(2, m, 2, m).sum(axis=(0, 2))
    assert joint == near(both.covariance)


def test_an_answer_that_is_neither_yes_nor_no_says_nothing():
    frame = pd.DataFrame(
        {"intent": ["yes"] * 90 + ["no"] * 10, "q": ["yes", "no", "unsure"] * 30 + [None] * 10}
    )
    sample, call = survey.from_frame(frame), {**WILLING, "rungs": {1000: "q"}, "rules": ANYTHING}
    with pytest.raises(EstimateError, match="has several options beside yes"):
        demand_from_ladder(sample, **call)
    bounds = [
        demand_from_ladder(sample, **call, no="no", silent=silent).frame["estimate"].item()
        for silent in ("lower", "upper")
    ]
    assert bounds == pytest.approx([0.3, 0.6])
