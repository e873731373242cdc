"""Volunteers joined with a random sample: by hand, by derivatives, and what always holds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from two_samples import link_and_names, two_samples

import survey
from analysis import balance, blend, composite, reference_bias, shares, worth_in_random_answers
from analysis.blending.joined import joined, joint_of, run
from analysis.blending.matching import matched
from analysis.blending.model import model_of, with_family
from analysis.numeric.blending.composite import weighed

METHODS = ("ipw", "ipw_calibrated", "mass_imputation", "doubly_robust")
COVARIATES = ["district", "age", "income"]
MARGINS = {"district": {"east": 3000, "north": 1800, "west": 1200}}


def by_hand():
    """120 volunteers, 40 old and 80 young, of 900 old and 600 young; 50 drawn of either."""
    old, young = [1.0] * 10 + [0.0] * 30, [1.0] * 60 + [0.0] * 20
    link = pd.DataFrame({"age": ["old"] * 40 + ["young"] * 80, "uses": old + young})
    drawn = pd.DataFrame({"age": ["old"] * 50 + ["young"] * 50, "w": [18.0] * 50 + [12.0] * 50})
    return survey.from_frame(link), survey.reference(drawn, weight="w")


@pytest.mark.parametrize("method", METHODS)
def test_one_covariate_of_two_categories_by_hand(method):
    row = blend(*by_hand(), "uses", covariates=["age"], method=method).frame.iloc[0]
    # The shares of old and young, 1/4 and 3/4, weighted by 900 and 600.
    mean = 0.6 * 0.25 + 0.4 * 0.75
    assert row["estimate"] == pytest.approx(mean)
    trials = (1, 1) if method == "mass_imputation" else (1 - 40 / 900, 1 - 80 / 600)
    first = 0.36 * trials[0] * (0.25 * 0.75 / 40) + 0.16 * trials[1] * (0.75 * 0.25 / 80)
    z = np.repeat([18 * (0.25 - mean) / 1500, 12 * (0.75 - mean) / 1500], 50)
    second = 100 / 99 * (z**2).sum()
    assert row["se_volunteers"] == pytest.approx(np.sqrt(first))
    assert row["se_reference"] == pytest.approx(np.sqrt(second))
    assert row["std_error"] == pytest.approx(np.sqrt(first + second))
    assert row["conf_high"] - row["estimate"] == pytest.approx(1.959963984540054 * row["std_error"])


def test_nearest_neighbours_by_hand_take_all_who_are_as_near():
    link, drawn = by_hand()
    row = blend(link, drawn, "uses", covariates=["age"], method="nearest_neighbour", neighbours=3).frame.iloc[
        0
    ]
    assert row["estimate"] == pytest.approx(0.45)
    assert (row["flag"], row["note"]) == ("caution", "error_of_reference_alone")
    assert np.isnan(row["se_volunteers"])


def test_bias_composite_and_worth_by_hand():
    link = survey.from_frame(pd.DataFrame({"uses": ["yes"] * 60 + ["no"] * 40}))
    frame = pd.DataFrame({"uses": ["yes"] * 20 + ["no"] * 30, "w": [30.0] * 50})
    drawn = survey.reference(frame, weight="w")
    bias = reference_bias(link, drawn, "uses").rows(option="yes").iloc[0]
    first, second = 0.24 / 99, 0.24 / 49
    assert bias["estimate"] == pytest.approx(0.2)
    assert bias["std_error"] == pytest.approx(np.sqrt(first + second))
    assert bias["statistic"] == pytest.approx(0.2 / np.sqrt(first + second))
    both = composite(link, drawn, "uses").rows(option="yes").iloc[0]
    square = 0.04 - first - second
    weight = second / (first + second + square)
    assert both["bias_squared"] == pytest.approx(square)
    assert both["weight_volunteers"] == pytest.approx(weight)
    assert both["estimate"] == pytest.approx(0.4 + 0.2 * weight)
    assert both["std_error"] ** 2 == pytest.approx(weight**2 * (first + square) + (1 - weight) ** 2 * second)
    assert (both["flag"], both["note"]) == ("caution", "bias_of_same_question")
    elsewhere = composite(link, drawn, "uses", bias_from=reference_bias(link, drawn, "uses"))
    assert elsewhere.rows(option="yes")["note"].tolist() == ["wide_interval"]
    assert elsewhere.frame["bias_squared"].iloc[0] == pytest.approx(square)
    cautious = composite(link, drawn, "uses", bias_from="cautious").rows(option="yes").iloc[0]
    assert cautious["bias_squared"] == pytest.approx(0.04 + first + second)
    assert cautious["note"] != "bias_of_same_question"
    worth = worth_in_random_answers(link, drawn, "uses").rows(option="yes").iloc[0]
    assert worth["estimate"] == pytest.approx(0.24 / square)
    assert worth["conf_low"] == pytest.approx(0.24 / bias["conf_high"] ** 2)
    assert worth["conf_high"] == pytest.approx(0.24 / bias["conf_low"] ** 2)


def test_no_bias_is_worth_no_number():
    link = survey.from_frame(pd.DataFrame({"uses": ["yes"] * 50 + ["no"] * 50}))
    drawn = survey.reference(pd.DataFrame({"uses": ["yes", "no"] * 40, "w": [30.0] * 80}), weight="w")
    row = worth_in_random_answers(link, drawn, "uses").frame.iloc[0]
    assert np.isnan(row["estimate"])
    assert np.isnan(row["conf_high"])
    assert row["note"] == "no_bias_seen"


def derivatives(function, at):
    """The derivative of a function by each number of `at`, shape (numbers, results)."""
    found = []
    for i, value in enumerate(at):
        step = 1e-4 * value
        ends = [function(np.where(np.arange(len(at)) == i, value + s, at)) for s in (step, -step)]
        found.append((ends[0] - ends[1]) / (2 * step))
    return np.array(found)


@pytest.mark.parametrize("raked", ["unweighted", "raked"])
@pytest.mark.parametrize("size", ["own", "reference", 6000.0])
@pytest.mark.parametrize("method", METHODS)
def test_linearised_parts_are_the_derivatives_of_the_whole_procedure(method, size, raked):
    """By how often each volunteer is there, and by the weight of each of the random sample."""
    link, drawn = two_samples(link=60, names=45)
    if raked == "raked":
        link = survey.rake(link, MARGINS, bounds=(0, np.inf), collapse_below=1)
    named, model = model_of(["district", "income"], None, method, "pseudo_likelihood", "auto", size=size)
    pair = matched(link, drawn, "sends", named, by="age" if size == "own" else None)
    joint, result = joined(joint_of(pair, with_family(model, pair, "auto")))
    columns = joint.joining or joint.answers
    a, d = columns.pair.a, columns.pair.d
    u = result.parts.u if result.parts.stacked is None else result.parts.stacked
    scale = np.abs(u).max()
    got = derivatives(lambda a: run(joint, a, d).parts.estimate, a)
    assert np.abs(got - u).max() < 1e-5 * scale
    got = derivatives(lambda d: run(joint, a, d).parts.estimate, d)
    assert np.abs(got - result.parts.v).max() < 1e-5 * np.abs(result.parts.v).max()


def test_raking_last_meets_the_margins_without_error():
    link, drawn = two_samples()
    raked = survey.rake(link, MARGINS, bounds=(0, np.inf))
    frame = blend(raked, drawn, "district", covariates=["age", "income"]).frame
    assert frame["estimate"].tolist() == pytest.approx([0.5, 0.3, 0.2], abs=1e-7)
    assert (frame["std_error"].fillna(0) < 1e-7).all()
    free = blend(link, drawn, "sends", covariates=["age", "income"]).frame.iloc[0]
    held = blend(raked, drawn, "sends", covariates=["age", "income"]).frame.iloc[0]
    assert abs(free["estimate"] - held["estimate"]) > 1e-6


def test_margins_with_an_error_of_their_own_add_it():
    link, drawn = two_samples()
    exact, rough = (
        survey.rake(link, MARGINS, bounds=(0, np.inf), margin_errors=errors)
        for errors in (None, {"district": 50})
    )
    one, other = (
        blend(s, drawn, "sends", covariates=["age"]).frame["std_error"].iloc[0] for s in (exact, rough)
    )
    assert other > one


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 500), st.sampled_from(METHODS))
def test_names_of_categories_and_the_order_of_rows_do_not_matter(seed, method):
    link, names = link_and_names(link=150, names=60, seed=seed)
    given = {"covariates": ["age", "income"], "method": method}
    first = blend(survey.from_frame(link), survey.reference(names, weight="w"), "fee", **given).frame
    turned = {"old": "b", "young": "a"}
    link, names = (
        f.assign(age=f["age"].map(turned)).sample(frac=1, random_state=seed) for f in (link, names)
    )
    other = blend(survey.from_frame(link), survey.reference(names, weight="w"), "fee", **given).frame
    for name in ("estimate", "se_volunteers", "se_reference"):
        assert other[name].iloc[0] == pytest.approx(first[name].iloc[0], rel=1e-7)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 500))
def test_calibrated_joining_has_the_totals_of_the_random_sample(seed):
    link, drawn = two_samples(link=200, names=90, seed=seed)
    table = balance(link, drawn, COVARIATES, joining="calibrated")
    after = table.rows(measure="standardised_difference", group="after")["estimate"].dropna()
    assert np.abs(after).max() < 1e-7
    share = blend(link, drawn, "age", covariates=COVARIATES, method="ipw_calibrated").frame["estimate"]
    assert share.to_numpy() == pytest.approx(shares(drawn, "age").frame["estimate"].to_numpy(), abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 500))
def test_shares_add_up_and_biases_cancel(seed):
    link, drawn = two_samples(link=200, names=90, seed=seed)
    for method in METHODS:
        frame = blend(link, drawn, "sends", covariates=COVARIATES, method=method).frame
        assert frame["estimate"].sum() == pytest.approx(1)
    assert reference_bias(link, drawn, "sends").frame["estimate"].sum() == pytest.approx(0, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(1e-5, 0.1), st.floats(1e-5, 0.1), st.floats(0, 0.1))
def test_a_composite_lies_between_and_leans_to_the_random_sample_as_the_bias_grows(p, q, v, w, square):
    def at(square):
        one = np.array
        return weighed(
            one([p]), one([q]), v_volunteers=one([v]), v_reference=one([w]), covariance=one([0.0]),
            square=one([square]),
        )  # fmt: skip

    found = at(square)
    assert min(p, q) - 1e-12 <= found.estimate[0] <= max(p, q) + 1e-12
    assert at(0.0).weight[0] == pytest.approx(w / (v + w))
    assert at(square + 0.01).weight[0] < found.weight[0]
    assert found.error[0] ** 2 <= w * (1 + 1e-9)


def test_groups_are_those_of_either_sample_and_few_are_withheld():
    link, drawn = two_samples(names=60)
    table = blend(link, drawn, "sends", covariates=["age", "income"], by="district", method="doubly_robust")
    assert table.frame["group"].unique().tolist() == ["east", "north", "west"]
    # Twenty were drawn in each district, fewer than may be printed.
    assert (table.frame["flag"] == "suppress").all()
    assert table.frame[["estimate", "se_volunteers", "std_error_stacked"]].isna().all(axis=None)
    both = blend(link, drawn, "sends", covariates=["age", "income"], method="doubly_robust")
    assert both.covariance[0, 1] == pytest.approx(-both.covariance[0, 0], rel=1e-6)
