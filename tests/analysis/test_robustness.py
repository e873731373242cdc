"""Robustness of a share: worked numbers, cases by hand, properties, the impossible."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from volunteers import MARGINS, volunteers

import survey
from analysis import bias_allowance, change_tipping, data_defect, margin_robustness, shares
from analysis.estimates import make_estimates
from analysis.sensitivity.benchmarks import allowed_limits, shrunk_bias
from analysis.sensitivity.margin_robustness import margin_moves, missing_variable_bias, robustness_value
from analysis.sensitivity.tipping import change_in_joining, data_defect_correlation, smallest_defect
from survey.errors import EstimateError

UNBOUNDED = (0.0, np.inf)


def near(value, **more):
    return pytest.approx(value, **({"rel": 1e-9, "abs": 1e-12} | more))


@pytest.fixture(scope="module")
def worked(vector):
    """Worked cases whose names begin so."""
    return lambda start: [case for name, case in vector("robust").items() if name.startswith(start)]


def one(**values):
    return make_estimates(
        [{"wave": "w", "question": "q", "option": "a", "measure": "share"} | values], None, {}
    )


# --- 4.6: in the margins' units


def test_worked_biases_of_a_missing_variable(worked):
    for case in worked("bias_"):
        i = case["input"]
        found = missing_variable_bias(i["rho"], i["R2"], weights=i["var_w"], answers=i["var_y"])
        assert found == near(case["expected"]["bias"])


def test_worked_robustness_values(worked):
    for case in worked("robustness_value"):
        i = case["input"]
        if case["expected"].get("status") == "error":
            with pytest.raises(EstimateError, match="no scale"):
                robustness_value(i["move"], weights=i["var_w"], answers=i["var_y"])
            continue
        found = robustness_value(i["move"], weights=i["var_w"], answers=i["var_y"])
        assert found == near(case["expected"]["rv"])
        back = missing_variable_bias(np.sqrt(found), found, weights=i["var_w"], answers=i["var_y"])
        assert back == near(i["move"])


@pytest.fixture(scope="module")
def optin400():
    """The made-up file of the worked numbers, raked to two margins without limits."""
    path = Path(__file__).parents[1] / "vectors" / "data_optin400.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    columns = {name: np.array(values, dtype=float) for name, values in data["columns"].items()}
    frame = pd.DataFrame({name: [f"c{v:g}" for v in columns[name]] for name in data["margins"]})
    for name in ("price", "quality"):
        frame[name] = columns[name]
    margins = {n: {f"c{i}": v for i, v in enumerate(values)} for n, values in data["margins"].items()}
    start = survey.from_frame(frame, multiple={"concerns": ["price", "quality"]}, sample="opt-in")
    return survey.rake(start, margins, bounds=UNBOUNDED)


@pytest.mark.parametrize("option", ["price", "quality"])
def test_worked_margins_left_out(vector, optin400, option):
    expected = vector("robust")[f"optin400_{option}_benchmark"]["expected"]
    found = margin_robustness(optin400, "concerns", option)
    close = {"rel": 1e-7, "abs": 1e-10}
    for value, name in (
        (found.share, "estimate"),
        (found.unweighted, "unweighted"),
        (found.weight_variance, "var_w"),
        (found.answer_variance, "var_y"),
        (found.correlation, "cor_w_y"),
        (found.robustness_value, "rv_to_half"),
    ):
        assert value == near(expected[name], **close), name
    for margin in found.margins:
        of = expected["margins"][margin.margin]
        assert margin.share == near(of["share_without"], **close)
        assert margin.imbalance == near(of["R2_eps"], **close)
        assert margin.missing == near(of["R2"], **close)
        assert margin.correlation == near(of["rho"], **close)
        assert margin.bias == near(of["bias"], **close)
        assert found.times_needed(margin) == near(of["times_needed_to_half"], **close)
        killer = expected["killer"][margin.margin]
        assert found.times_in_weights(margin) == near(killer["k_sigma_min"], **close)
        assert found.times_in_answers(margin) == near(killer["k_rho_min"], **close)
        # The formula and weighting again without the margin say the same.
        bias = missing_variable_bias(
            margin.correlation, margin.missing, weights=found.weight_variance, answers=found.answer_variance
        )
        assert bias == near(margin.bias, **close)


def test_a_margin_that_moves_a_share_is_told_from_one_that_does_not():
    sample = survey.rake(volunteers(tie=0.6), MARGINS)
    table = shares(sample, "q")
    found = margin_moves(sample, "q", table).frame.set_index(["measure", "option", "group"])
    without = shares(survey.rake(volunteers(tie=0.6), {"age": MARGINS["age"]}), "q").frame["estimate"].iloc[0]
    own = table.frame["estimate"].iloc[0]
    raw = shares(volunteers(tie=0.6), "q").frame["estimate"].iloc[0]
    assert found.loc[("weighting_move", "yes", ""), "estimate"] == near(own - raw)
    assert found.loc[("margin_move", "yes", "sex"), "estimate"] == near(without - own)
    assert found.loc[("margin_move", "yes", "sex"), "note"] == ""
    assert found.loc[("margin_move", "yes", "age"), "note"] == "within_noise"
    times = found.loc[("times_needed", "yes", "sex x two_thirds"), "estimate"]
    assert times == near(abs((own - 2 / 3) / (without - own)))
    assert ("times_needed", "yes", "age x half") not in found.index


def test_margins_that_give_no_scale_are_refused():
    sample = survey.rake(volunteers(), {"sex": MARGINS["sex"]})
    with pytest.raises(EstimateError, match="several margins"):
        margin_robustness(sample, "q", "yes")
    with pytest.raises(EstimateError, match='no option "perhaps"'):
        margin_robustness(sample, "q", "perhaps")
    even = pd.DataFrame({"sex": ["f", "m"] * 40, "age": ["a", "a", "b", "b"] * 20, "yes": [1.0, 0.0] * 40})
    start = survey.from_frame(even, multiple={"q": ["yes"]}, sample="opt-in")
    halves = {"sex": {"f": 0.5, "m": 0.5}, "age": {"a": 0.5, "b": 0.5}}
    with pytest.raises(EstimateError, match="equal"):
        margin_robustness(survey.rake(start, halves), "q", "yes")


# --- 4.5: allowance for bias


def benchmarks_of(case):
    rows = [
        {
            "measure": "benchmark_error",
            "question": f"b{i}",
            "option": str(j),
            "estimate": gap,
            "std_error": v**0.5,
        }
        for i, question in enumerate(case["input"]["benchmarks"])
        for j, (gap, v) in enumerate(zip(question["gap"], question["var"], strict=True))
    ]
    return make_estimates(rows, None, {}) if rows else None


def test_worked_allowances(worked):
    cases = [case for case in worked("allowance_") if "benchmarks" in case["input"]]
    assert len(cases) >= 4
    for case in cases:
        i, expected = case["input"], case["expected"]
        share = one(estimate=i["p"], conf_low=i["interval"][0], conf_high=i["interval"][1])
        for prior in i["prior_b"]:
            found = bias_allowance(share, benchmarks_of(case), prior=prior)
            assert list(found.squares) == near(expected["mean_square_by_question"])
            assert found.bias == near(expected["b"][f"{prior:g}"])
            assert (found.low, found.high) == near(tuple(expected["allowance"][f"{prior:g}"]))
            assert expected["never_inside_interval"]
            assert found.low <= i["interval"][0] <= i["interval"][1] <= found.high
    for case in worked("allowance_edge"):
        i = case["input"]
        found = allowed_limits(i["p"], *i["interval"], bias=i["b"])
        assert found == near(tuple(case["expected"]["allowance"]))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    st.floats(0.01, 0.99), st.floats(0, 0.3), st.floats(0, 0.3), st.lists(st.floats(-0.01, 0.02), max_size=6)
)
def test_an_allowance_holds_the_interval_and_is_never_without_doubt(p, below, above, squares):
    bias = shrunk_bias(squares)
    low, high = allowed_limits(p, max(0, p - below), min(1, p + above), bias=bias)
    assert low <= max(0, p - below) + 1e-15
    assert high >= min(1, p + above) - 1e-15
    # One benchmark that agrees exactly leaves .073, ten .046.
    assert shrunk_bias([0.0]) == near(0.0730296743340221)
    assert shrunk_bias([0.0] * 10) == near(0.046188021535170064)


# --- 4.4: a change


def test_worked_tipping_of_a_change(worked):
    for case in worked("tipping_change"):
        i, expected = case["input"], case["expected"]
        old, new = (one(estimate=i[f"p_{side}"], std_error=i[f"V_{side}"] ** 0.5) for side in ("old", "new"))
        if expected.get("status") == "error":
            with pytest.raises(EstimateError, match="no odds"):
                change_tipping(old, new)
            continue
        found = change_tipping(old, new, covariance=i.get("covariance", 0.0))
        assert found.ratio == near(expected["ratio"])
        assert found.log_se == near(expected["log_se"])
        assert found.cautious == near(expected["cautious"])
        assert found.within_chance == expected["within_chance"]


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0, 1e-3), st.floats(0, 1e-3))
def test_a_change_tips_alike_in_both_directions(old, new, first, second):
    there = change_in_joining(old, new, variances=(first, second), t=1.96)
    assert there == near(change_in_joining(new, old, variances=(second, first), t=1.96))
    assert there[0] >= there[2] >= 1


# --- 4.1: one correlation


def test_worked_correlations_that_move_a_share(worked):
    for case in worked("meng"):
        i, expected = case["input"], case["expected"]
        given_ = {"n": i["n"], "population": i["N"], "cv": i["cv_weights"]}
        found = smallest_defect(i["p"], i["move"], **given_)
        assert found[0] == near(expected["rho"])
        for side, truth in (("lower", i["p"] - i["move"]), ("higher", i["p"] + i["move"])):
            if (of := expected[f"truth_{side}"]) is not None:
                assert abs(data_defect(i["p"], truth, **given_).correlation) == near(of)
            else:
                assert not 0 < truth < 1
    assert smallest_defect(0.5, 0.6, n=10, population=100) is None


def test_the_correlation_that_is_printed_rises_with_the_move():
    sample = volunteers()
    moved = [0.02 * step for step in range(1, 24)]
    found = data_defect_correlation(shares(sample, "q"), 50_000, moved=moved).rows(option="yes")
    rho = found[found["measure"] == "defect_correlation"]["estimate"].tolist()
    assert rho == sorted(rho)
    worth = found[found["measure"] == "random_equivalent"]["estimate"].tolist()
    assert worth == sorted(worth, reverse=True)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: missing_variable_bias(0.1, 1.0, weights=1, answers=1), "under 1"),
        (lambda: allowed_limits(0.5, 0.6, 0.7, bias=0.1), "0.6 to 0.7"),
        (lambda: allowed_limits(0.5, 0.4, 0.7, bias=-0.1), "low <= p"),
        (lambda: bias_allowance(shares(volunteers(), "q")), "given 2 rows"),
        (lambda: bias_allowance(one(flag="suppress")), "suppressed"),
    ],
)
def test_the_impossible_is_refused(call, words):
    with pytest.raises(EstimateError, match=words):
        call()
