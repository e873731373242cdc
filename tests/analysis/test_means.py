"""Means, totals, ratios, variances, quantiles, combinations: by hand, as properties, what they refuse."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import delta_method, linear_combinations, means, quantiles, ratios, shares, totals, variances
from analysis.publication.rules import COUNTS, NUMBERS, NumberRules, judge_count, judge_number
from analysis.statistics.quantiles import weighted_quantile
from survey.errors import EstimateError


def sample(n=200, seed=3, **design):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "g": rng.choice(["a", "b"], n), "h": rng.choice(["u", "v", "w"], n),
        "y": rng.normal(50, 10, n).round(1),
        "x": rng.uniform(1, 5, n), "w": rng.uniform(1, 3, n), "s": np.repeat(["p", "q"], n // 2),
    })  # fmt: skip
    return survey.from_frame(frame, "w", **design), frame


def test_a_mean_by_hand():
    found, frame = sample()
    row = means(found, "y").frame.iloc[0]
    w, y = frame["w"], frame["y"]
    mean = (w * y).sum() / w.sum()
    z = w * (y - mean) / w.sum()
    assert row["estimate"] == pytest.approx(mean, rel=1e-12)
    assert row["std_error"] == pytest.approx(np.sqrt(200 / 199 * (z**2).sum()), rel=1e-10)
    assert row["n_eff"] == pytest.approx(
        (w * (y - mean) ** 2).sum() / w.sum() / row["std_error"] ** 2, rel=1e-9
    )
    assert (row["measure"], row["option"], row["df"]) == ("mean", "", 199)


def test_means_of_groups_add_up_to_the_mean_and_totals_to_the_total():
    found, frame = sample()
    groups = totals(found, "y", by=["g", "h"]).frame
    assert set(groups["group"]) == {f"{g} x {h}" for g in "ab" for h in "uvw"}
    assert groups["estimate"].sum() == pytest.approx((frame["w"] * frame["y"]).sum(), rel=1e-12)
    people = totals(found, "g").frame["estimate"].sum()
    assert people == pytest.approx(frame["w"].sum(), rel=1e-12)


def test_a_ratio_is_the_smooth_function_of_two_means_and_its_error_too():
    found, _ = sample()
    ratio = ratios(found, "y", "x").frame.iloc[0]
    delta = delta_method(means(found, ["y", "x"]), {"y / x": lambda e: e[0] / e[1]}).frame.iloc[0]
    assert delta["estimate"] == pytest.approx(ratio["estimate"], rel=1e-12)
    assert delta["std_error"] == pytest.approx(ratio["std_error"], rel=1e-9)


def test_a_linear_combination_by_hand():
    found, _ = sample()
    pair = means(found, ["y", "x"])
    row = linear_combinations(pair, {"y - 2x": [1, -2]}).frame.iloc[0]
    v = pair.covariance
    assert row["estimate"] == pytest.approx(pair.frame["estimate"] @ [1, -2], rel=1e-12)
    assert row["std_error"] == pytest.approx(np.sqrt(v[0, 0] + 4 * v[1, 1] - 4 * v[0, 1]), rel=1e-12)
    assert (row["option"], row["measure"]) == ("y - 2x", "combination")


def test_the_shares_of_a_question_add_up_to_one_without_error():
    found, _ = sample()
    table = shares(found, "h")
    row = linear_combinations(table, {"all": [1, 1, 1]}).frame.iloc[0]
    assert row["estimate"] == pytest.approx(1.0, rel=1e-12)
    # Of a variance of 1e-3 or so rounding leaves 1e-18.
    assert row["std_error"] < 1e-8


def test_a_variance_by_hand():
    found, frame = sample()
    w, y = frame["w"], frame["y"]
    mean = (w * y).sum() / w.sum()
    expected = (w * (y - mean) ** 2).sum() / w.sum() * 200 / 199
    assert variances(found, "y").frame["estimate"].iloc[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("math", 2),
        ("school", 2.5),
        ("hf4", 2),
        ("hf5", 2.5),
        ("hf6", 2.5),
        ("hf7", 2.5),
        ("hf8", 2.5),
        ("hf9", 2.5),
    ],
)
def test_the_median_of_four_by_each_rule(rule, expected):
    x, w, count = np.array([4.0, 1, 3, 2]), np.ones(4), np.ones(4, dtype=int)
    assert weighted_quantile(x, w, count, 0.5, rule) == pytest.approx(expected)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.integers(0, 20), min_size=2, max_size=30), st.floats(0.05, 0.95))
def test_quantiles_agree_with_numpy_where_weights_are_equal(values, p):
    x, ones = np.array(values, dtype=float), np.ones(len(values))
    found = weighted_quantile(x, ones, ones.astype(int), p, "hf7")
    assert found == pytest.approx(np.quantile(x, p), abs=1e-9)
    merged, count = np.unique(x, return_counts=True)
    for rule in ("math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"):
        one = weighted_quantile(x, ones, ones.astype(int), p, rule)
        assert weighted_quantile(merged, count.astype(float), count, p, rule) == pytest.approx(one, abs=1e-9)


def test_a_quantile_has_its_interval_from_the_distribution_function():
    found, frame = sample()
    row = quantiles(found, "y", [0.5]).frame.iloc[0]
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert {row["conf_low"], row["estimate"], row["conf_high"]} <= set(frame["y"])
    assert (row["measure"], row["option"], row["method"]) == ("quantile", "0.5", "woodruff")
    others = {
        k: quantiles(found, "y", [0.5], interval=k).frame.iloc[0]
        for k in ("logit", "arcsine", "clopper_pearson")
    }
    for other in others.values():
        assert abs(other["conf_low"] - row["conf_low"]) < 1.5


def test_few_answers_are_withheld_and_one_value_shows_no_error():
    frame = pd.DataFrame({"g": ["a"] * 29 + ["b"] * 60, "y": [*range(29), *([5.0] * 60)]})
    rows = means(survey.from_frame(frame), "y", by="g").frame
    assert list(rows["note"]) == ["few_answers", "no_variation"]
    assert rows["estimate"].isna().all()
    assert quantiles(survey.from_frame(frame), "y", [0.5], by="g").frame["note"].tolist() == [
        "few_answers",
        "no_variation",
    ]


def test_a_mean_that_weighting_fixes_says_so():
    frame = pd.DataFrame({"g": ["a"] * 50 + ["b"] * 50, "y": [1.0] * 50 + [3.0] * 50})
    raked = survey.rake(survey.from_frame(frame), {"g": {"a": 0.4, "b": 0.6}})
    row = means(raked, "y").frame.iloc[0]
    assert row["estimate"] == pytest.approx(2.2)
    assert (row["std_error"], row["note"]) == (0.0, "fixed_by_margins")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: means(s, "z"), "question z: "),
        (lambda s: means(s, "y", by="x"), 'by="x".*number'),
        (lambda s: ratios(s, "y", "g"), "two numbers"),
        (lambda s: variances(s, "g"), "options"),
        (lambda s: quantiles(s, "g"), "options"),
        (lambda s: quantiles(s, "y", [0]), "between 0 and 1"),
        (lambda s: quantiles(s, "y", rule="hf2"), 'rule="hf2".*"math"'),
        (lambda s: quantiles(s, "y", interval="wald"), '"woodruff"'),
        (lambda s: linear_combinations(means(s, "y"), {"a": [1, 2]}), "2 coefficients for 1 rows"),
        (
            lambda s: delta_method(means(s, "y"), {"a": lambda e: np.log(-np.abs(e[0]) + 0 * e[0])}),
            "not finite",
        ),
        (lambda s: linear_combinations(quantiles(s, "y"), {"a": [1, 0, 0]}), "joint covariance"),
    ],
)
def test_what_cannot_be_computed_is_refused(call, words):
    found, _ = sample()
    with np.errstate(all="ignore"), pytest.raises(EstimateError, match=words):
        call(found)


def test_rules_for_counts_reproduce_the_worked_decisions(vector):
    for case in vector("nchs_counts").values():
        given_, expected = case["input"], case["expected"]
        width = given_["upper"] - given_["lower"]
        verdict = judge_count(given_["estimate"], given_["n"], given_["df"], width, COUNTS)
        flags = {"present": "", "review": "caution", "suppress": "suppress"}
        assert verdict.flag == flags[expected["status"]], case["id"]


def test_rules_at_their_boundaries():
    assert judge_number(29, 29, 100).note == "few_answers"
    assert judge_number(30, 29.9, 100).note == "few_effective_answers"
    assert judge_number(30, 30, 0).note == "one_unit"
    assert judge_number(30, 30, 7, NUMBERS).note == "few_degrees_of_freedom"
    assert judge_count(100, 9, 100, 10).note == "few_answers"
    assert judge_count(100, 10, 100, 161).note == "relative_width"
    assert judge_count(100, 10, 100, 160).flag == ""


def test_designs_give_their_weights():
    frame = pd.DataFrame(
        {"y": np.arange(40.0), "p": 0.25, "c": np.repeat(np.arange(8), 5), "m": 16.0, "k": 20.0}
    )
    by_chance = totals(survey.from_frame(frame[["y", "p"]], probability="p"), "y").frame.iloc[0]
    assert by_chance["estimate"] == pytest.approx(4 * frame["y"].sum())
    staged = survey.from_frame(frame[["y", "c", "m", "k"]], clusters=["c"], fpc=["m", "k"])
    assert totals(staged, "y").frame["estimate"].iloc[0] == pytest.approx(2 * 4 * frame["y"].sum())
    with pytest.raises(EstimateError, match=r'column "p", row 1: is 1\.5'):
        survey.from_frame(frame.assign(p=1.5)[["y", "p"]], probability="p")
    with pytest.raises(EstimateError, match="weight and probability"):
        survey.from_frame(frame[["y", "p", "m"]], "m", probability="p")
    single = frame.assign(s=["x"] + ["z"] * 39)[["y", "s"]]
    with pytest.raises(EstimateError, match="stratum x: has a single unit"):
        survey.from_frame(single, strata="s", lonely="fail")


def test_a_quantile_without_an_interval_says_so():
    frame = pd.DataFrame({"y": [*np.linspace(0, 9, 60), *([10.0] * 40)]})
    assert quantiles(survey.from_frame(frame), "y", 0.9).frame["note"].tolist() == ["interval_is_a_point"]


def test_the_interval_of_a_median_holds_it_where_answers_repeat():
    random, held = np.random.default_rng(11), {"probability": 0, "estimate": 0}
    for _ in range(100):
        y = random.choice([2.0, 3, 4, 5], 400, p=[0.2, 0.305, 0.2, 0.295])
        sample = survey.from_frame(pd.DataFrame({"y": y}))
        for centre in held:
            row = quantiles(sample, "y", 0.5, centre=centre).frame.iloc[0]
            held[centre] += row["conf_low"] <= 3 <= row["conf_high"]
    assert held["probability"] >= 92
    # R's way, as docs/methods.md says of it.
    assert held["estimate"] < 75


def test_an_interpolated_quantile_lies_in_its_interval():
    random = np.random.default_rng(12)
    for _ in range(30):
        sample = survey.from_frame(pd.DataFrame({"y": random.poisson(3, 65).astype(float)}))
        rows = quantiles(sample, "y", (0.1, 0.5, 0.9), rule="hf7").frame
        assert (rows["conf_low"] <= rows["estimate"]).all()
        assert (rows["estimate"] <= rows["conf_high"]).all()


def test_everybody_alike_is_withheld_whatever_rounding_leaves():
    frame = pd.DataFrame({"y": 0.1, "x": 0.3, "g": ["a", "b"] * 100, "u": np.arange(200) // 4})
    for design in ({}, {"clusters": "u"}):
        sample = survey.from_frame(frame, **design)
        found = [means(sample, "y"), means(sample, "y", by="g"), ratios(sample, "y", "x")]
        assert {n for f in found for n in f.frame["note"]} == {"no_variation"}


def test_a_group_without_a_denominator_has_no_ratio_and_the_others_keep_theirs():
    frame = pd.DataFrame({"g": list("aabb"), "y": [1.0, 3, 2, 5], "x": [2.0, 2, 0, 0]})
    found = ratios(survey.from_frame(frame), "y", "x", by="g", rules=NumberRules(people=2, df=0)).frame
    assert found["estimate"].iloc[0] == 1
    assert (found["flag"].iloc[1], found["note"].iloc[1]) == ("suppress", "no_denominator")
    with pytest.raises(survey.EstimateError, match='"x" adds up to 0'):
        ratios(survey.from_frame(frame[frame["g"] == "b"]), "y", "x", by="g")
