"""Calibration by other distances than raking, and to totals of numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import person_weights
from rules import ANYTHING

import survey
from analysis import means, shares
from survey.errors import CalibrationError, EstimateError, MarginError

BOUNDED = [
    ("optin60_raking", "raking", None),
    ("optin60_logit_0.1_6", "logit", (0.1, 6)),
    ("optin60_linear_bounded_0.15_4.2", "linear", (0.15, 4.2)),
]


@pytest.fixture
def margins(small):
    return {name: small["targets"][name] for name in ("sex", "age", "edu")}


@pytest.mark.parametrize(("case", "distance", "bounds"), BOUNDED)
def test_weights_and_errors_equal_the_reference(vector, optin60, margins, case, distance, bounds, small):
    expected = vector("calibration")[case]["expected"]
    sample = survey.calibrate(optin60[0], margins, distance=distance, bounds=bounds)
    found = person_weights(sample, small["optin60"], list(margins))
    np.testing.assert_allclose(found, expected["w"], rtol=1e-8)
    table = shares(sample, "concerns", rules=ANYTHING, variance="taylor")
    np.testing.assert_allclose(table.frame["estimate"], list(expected["est"].values()), rtol=1e-8)
    np.testing.assert_allclose(table.covariance, expected["vcov"], rtol=1e-7)


def test_linear_weights_below_zero_are_refused(optin60, margins):
    with pytest.raises(CalibrationError, match=r"weights at or below 0.*bounds such as") as caught:
        survey.calibrate(optin60[0], margins)
    assert "-0.0468" in str(caught.value)


def test_bounds_nothing_can_keep_are_refused(optin60, margins):
    with pytest.raises(CalibrationError, match="would do"):
        survey.calibrate(optin60[0], margins, bounds=(0.3, 4))


def test_post_stratification_gives_each_group_its_share_by_hand(optin60):
    sample = survey.calibrate(optin60[0], {"sex": {"c0": 510, "c1": 490}})
    np.testing.assert_allclose(np.unique(sample.weight.round(9)), [490 / 45, 510 / 15])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(2, 30), min_size=2, max_size=5), st.data())
def test_one_margin_weighs_the_same_by_every_distance(counts, data):
    targets = data.draw(st.lists(st.floats(0.8, 1.25), min_size=len(counts), max_size=len(counts)))
    figures = {f"c{i}": 1000 * n * t for i, (n, t) in enumerate(zip(counts, targets, strict=True))}
    frame = pd.DataFrame({"a": [f"c{i}" for i, n in enumerate(counts) for _ in range(n)]})
    sample = survey.from_frame(frame)
    weights = [
        survey.calibrate(sample, {"a": figures}, distance=distance).weight
        for distance in ("raking", "linear", "logit")
    ]
    np.testing.assert_allclose(weights[1], weights[0], rtol=1e-9)
    np.testing.assert_allclose(weights[2], weights[0], rtol=1e-9)


@pytest.fixture
def children():
    rng = np.random.default_rng(5)
    age = rng.choice(["young", "old"], 200)
    hours = rng.normal(20, 4, 200).round(1) + 5 * (age == "old")
    fee = (100 * hours + rng.normal(0, 150, 200)).round()
    return pd.DataFrame({"age": age, "hours": hours, "fee": fee})


def test_a_total_of_a_number_is_met_and_narrows_what_goes_with_it(children):
    sample = survey.from_frame(children)
    margins = {"age": {"young": 5000, "old": 5000}}
    plain = survey.calibrate(sample, margins)
    helped = survey.calibrate(sample, margins, totals={"hours": 228_000})
    known = means(helped, "hours").frame.iloc[0]
    assert known["estimate"] == pytest.approx(22.8, rel=1e-10)
    assert known["std_error"] == pytest.approx(0, abs=1e-9)
    assert (
        means(helped, "fee").frame["std_error"].iloc[0] < 0.5 * means(plain, "fee").frame["std_error"].iloc[0]
    )
    written = helped.history.weighting.margins[-1]
    assert (written.name, written.categories[0].weighted) == ("hours", 1.0)


@pytest.mark.parametrize(
    ("totals", "message"),
    [
        ({"hours": 0}, "other than 0"),
        ({"hours": np.nan}, "other than 0"),
        ({"hours": "many"}, "is .many.; expected a number"),
        ({"age": 5000}, "give it as a margin"),
        ({"gaps": 5000}, "1 people did not answer"),
        ({"size": 5000}, "is not in the sample"),
    ],
)
def test_a_total_that_cannot_be_met_is_refused_by_name(children, totals, message):
    children["gaps"] = children["hours"].where(children.index > 0)
    sample = survey.from_frame(children)
    with pytest.raises((MarginError, EstimateError), match=message):
        survey.calibrate(sample, {"age": {"young": 5000, "old": 5000}}, totals=totals)


def test_totals_out_of_reach_say_so(children):
    sample = survey.from_frame(children)
    margins = {"age": {"young": 5000, "old": 5000}}
    with pytest.raises(CalibrationError, match="totals of hours"):
        survey.calibrate(sample, margins, totals={"hours": 900_000}, distance="raking")


def test_an_unknown_distance_is_refused(optin60, margins):
    with pytest.raises(CalibrationError, match='"linear", "raking", "logit"'):
        survey.calibrate(optin60[0], margins, distance="hellinger")
    with pytest.raises(CalibrationError, match="upper bound over 1"):
        survey.calibrate(optin60[0], margins, distance="logit", bounds=(0.2, np.inf))
    with pytest.raises(CalibrationError, match="expected two numbers"):
        survey.calibrate(optin60[0], margins, bounds="0.2-5")


def test_a_category_nobody_is_in_needs_no_figure():
    age = pd.Categorical(list("aabbcc") * 5, categories=["a", "zz", "b", "c"])
    frame = pd.DataFrame({"age": age, "q": list("yn") * 15})
    margins = {"age": {"a": 0.3, "b": 0.3, "c": 0.4}}
    found = survey.rake(survey.from_frame(frame), margins)
    expected = survey.rake(survey.from_frame(frame.assign(age=frame["age"].astype(str))), margins)
    np.testing.assert_allclose(np.sort(found.weight), np.sort(expected.weight), rtol=1e-12)
