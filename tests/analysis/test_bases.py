"""Bases of a multiple question, and how far silence could move a share."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING

import survey
from analysis import option_difference, share_bounds, shares
from survey.errors import EstimateError

OPTIONS = ["price", "quality", "distance"]


def of(sample, base, option, **more):
    frame = shares(sample, "c", base=base, rules=ANYTHING, variance="taylor", **more).frame
    return frame[frame["option"] == option].iloc[0]


@pytest.fixture(scope="module")
def partly(small):
    """The opt-in sample of 60, eight of whom left the question blank, plain and raked."""
    frame = small["optin60"].drop(columns="id")
    frame[OPTIONS] = frame[OPTIONS].astype(float).mask(frame["answered"] == 0)
    sample = survey.from_frame(frame, multiple={"c": OPTIONS}, sample="opt-in")
    margins = {name: small["targets"][name] for name in ("sex", "age", "edu")}
    return {"unweighted": sample, "raked": survey.rake(sample, margins, bounds=(0, np.inf))}


@pytest.mark.parametrize("weights", ["unweighted", "raked"])
def test_worked_bases(vector, partly, weights):
    expected, sample = vector("multi_response")["optin60_bases"]["expected"][weights], partly[weights]
    for option in OPTIONS:
        answered = of(sample, "answered", option)
        assert answered["estimate"] == pytest.approx(expected[option]["base_answered"], rel=1e-7)
        assert answered["std_error"] == pytest.approx(expected[option]["se"], rel=1e-6)
        assert of(sample, "all", option)["estimate"] == pytest.approx(expected[option]["base_all"], rel=1e-7)
        mentions = of(sample, "mentions", option)
        assert mentions["estimate"] == pytest.approx(expected["share_of_mentions"][option], rel=1e-7)
        assert mentions["measure"] == "share_of_mentions"
    assert answered["n"] == expected["n_answered"]


def seven():
    """Seven people: four ticked, one left it blank, two were not asked (kept apart by hand below)."""
    frame = pd.DataFrame({"price": [1.0, 1, 0, 1, np.nan], "far": [1.0, 0, 1, 0, np.nan]})
    return survey.from_frame(frame, multiple={"c": ["price", "far"]})


def test_bases_by_hand():
    sample = seven()
    assert of(sample, "answered", "price")["estimate"] == 3 / 4
    assert of(sample, "asked", "price")["estimate"] == 3 / 5
    assert of(sample, "all", "price")["estimate"] == 3 / 5
    assert of(sample, "mentions", "price")["estimate"] == 3 / 5
    assert of(sample, "mentions", "far")["estimate"] == 2 / 5
    assert of(sample, "asked", "price")["n"] == 5


def test_the_error_of_a_share_of_mentions_is_that_of_a_ratio():
    row = of(seven(), "mentions", "price")
    ticks, price = np.array([2.0, 1, 1, 1]), np.array([1.0, 1, 0, 1])
    u = np.append((price - 3 / 5 * ticks) / 5, 0.0)
    assert row["std_error"] == pytest.approx(np.sqrt(5 / 4 * (u**2).sum()))


def test_people_who_were_not_asked_count_among_all_only():
    from dataclasses import replace

    from survey.study.questionnaire import Missing

    sample = seven()
    levels = sample.tally.levels["c"]
    missing = np.where(levels.missing == Missing.BLANK, Missing.NOT_ASKED, levels.missing)
    tally = replace(sample.tally, levels={"c": replace(levels, missing=missing)})
    sample = replace(sample, tally=tally)
    assert of(sample, "asked", "price")["estimate"] == 3 / 4
    assert of(sample, "all", "price")["estimate"] == 3 / 5
    # Nobody was asked and silent: those not asked count as not choosing.
    assert of(sample, "everybody", "price")["estimate"] == 3 / 5
    assert of(seven(), "everybody", "price")["estimate"] == of(seven(), "answered", "price")["estimate"]


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.integers(0, 10_000))
def test_shares_of_mentions_add_up_to_one_and_bases_are_in_order(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(10, 60))
    frame = pd.DataFrame((random.random((n, 3)) < 0.5).astype(float), columns=OPTIONS)
    frame.loc[random.random(n) < 0.2, OPTIONS] = np.nan
    frame = frame.assign(g=random.choice(["a", "b"], n), w=random.uniform(1, 3, n))
    frame.loc[0, OPTIONS] = 1.0
    sample = survey.from_frame(frame, "w", multiple={"c": OPTIONS})
    assert sum(of(sample, "mentions", o)["estimate"] for o in OPTIONS) == pytest.approx(1, rel=1e-12)
    for option in OPTIONS:
        parts = [of(sample, base, option)["estimate"] for base in ("answered", "asked", "all")]
        assert parts[0] >= parts[1] - 1e-12
        assert parts[1] == pytest.approx(parts[2])
        bounds = share_bounds(sample, "c", rules=ANYTHING).rows(option=option)["estimate"].tolist()
        assert bounds[0] == pytest.approx(parts[1])
        assert bounds[0] - 1e-12 <= parts[0] <= bounds[1] + 1e-12


def test_bounds_by_hand():
    found = share_bounds(seven(), "c", rules=ANYTHING)
    assert found.frame[["measure", "option", "estimate"]].to_numpy().tolist() == [
        ["lowest_share", "price", 3 / 5],
        ["lowest_share", "far", 2 / 5],
        ["highest_share", "price", 4 / 5],
        ["highest_share", "far", 3 / 5],
    ]
    assert (found.frame["n"] == 5).all()


def test_bounds_hold_a_single_question_too():
    frame = pd.DataFrame({"q": ["a"] * 30 + ["b"] * 50 + [None] * 20, "g": ["x", "y"] * 50})
    rows = share_bounds(survey.from_frame(frame), "q", by="g", rules=ANYTHING).rows(option="a", group="x")
    assert rows["estimate"].tolist() == pytest.approx([0.3, 0.5])


def test_options_of_any_base_are_set_against_each_other(partly):
    table = shares(partly["unweighted"], "c", base="all", rules=ANYTHING)
    row = option_difference(table, "price", "quality").frame.iloc[0]
    share = table.frame.set_index("option")["estimate"]
    assert row["estimate"] == pytest.approx(share["price"] - share["quality"])


def test_an_exclusive_option_beside_others_does_not_count():
    frame = pd.DataFrame({"price": [1.0, 1, 0, 0], "none": [1.0, 0, 1, 0]})
    sample = survey.from_frame(frame, multiple={"c": ["price", "none"]}, exclusive=["none"])
    assert of(sample, "answered", "none")["estimate"] == 1 / 4
    assert of(sample, "answered", "price")["estimate"] == 2 / 4
    with pytest.raises(EstimateError, match="is not a column of a multiple question"):
        survey.from_frame(frame, multiple={"c": ["price"]}, exclusive=["none"])


@pytest.mark.parametrize("base", ["everyone", ""])
def test_an_unknown_base_is_refused(base):
    with pytest.raises(EstimateError, match='"answered", "asked", "all", "everybody", "mentions"'):
        shares(seven(), "c", base=base)


def test_bounds_of_a_question_nobody_answered_are_refused():
    frame = pd.DataFrame({"price": [np.nan, np.nan], "x": ["a", "b"]})
    with pytest.raises(EstimateError, match="nobody in the sample answered"):
        share_bounds(survey.from_frame(frame, multiple={"c": ["price"]}), "c")


def test_a_text_names_one_exclusive_column_and_no_other():
    frame = pd.DataFrame({"no": [1.0, 1, 0, 0], "none": [1.0, 0, 1, 0]})
    sample = survey.from_frame(frame, multiple={"c": ["no", "none"]}, exclusive="none")
    assert of(sample, "answered", "no")["estimate"] == 2 / 4


def test_a_group_without_any_tick_has_no_shares_of_mentions():
    frame = pd.DataFrame({"price": [0.0] * 40 + [1.0] * 40, "g": ["a"] * 40 + ["b"] * 40})
    rows = shares(survey.from_frame(frame, multiple={"c": ["price"]}), "c", by="g", base="mentions").frame
    assert rows["note"].iloc[0] == "no_answers"
    assert np.isnan(rows["estimate"].iloc[0])
