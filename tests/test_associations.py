"""Rao and Scott's test that two questions are independent."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import rao_scott
from survey.errors import EstimateError


@pytest.fixture
def designed(small):
    frame = small["design48"].query("stratum < 4").drop(columns=["id", "npsu"])
    frame["price"] = frame["price"].map({0: "no", 1: "yes"})
    return survey.from_frame(
        frame[["price", "district", "stratum", "psu", "w"]], weight="w", strata="stratum", clusters="psu"
    )


def test_rao_scott_equals_the_reference(vector, designed):
    expected = vector("variance_taylor")["rao_scott_price_by_district"]["expected"]
    found = rao_scott(designed, "price", "district")
    for name, key in (("statistic", "F"), ("numerator", "ndf"), ("denominator", "ddf"), ("p_value", "p"),
                      ("chi_square", "X2")):  # fmt: skip
        assert getattr(found, name) == pytest.approx(expected[key], rel=1e-9)
    assert sum(found.design_effects) == pytest.approx(expected["trace_delta"], rel=1e-9)
    assert np.mean(found.design_effects) == pytest.approx(expected["mean_gen_deff"], rel=1e-9)


def test_rao_scott_of_plain_people_is_nearly_pearsons_test_by_hand():
    table = {("p", "x"): 300, ("p", "y"): 200, ("q", "x"): 250, ("q", "y"): 250}
    rows = [pair for pair, n in table.items() for _ in range(n)]
    found = rao_scott(survey.from_frame(pd.DataFrame(rows, columns=["a", "b"])), "a", "b")
    # Expected 275 and 225 in each row: 25^2 (2/275 + 2/225).
    assert found.chi_square == pytest.approx(625 * (2 / 275 + 2 / 225), rel=1e-12)
    # Independence is not quite so in the sample: the contrast's exact variance, not that under the null.
    assert found.design_effects[0] == pytest.approx(1.0, abs=0.02)
    assert found.numerator == pytest.approx(1)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_rao_scott_does_not_mind_which_question_comes_first(seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "a": [*"xyxyxy", *rng.choice(list("xy"), 60)],
        "b": [*"ppqqrr", *rng.choice(list("pqr"), 60)],
        "w": rng.uniform(0.5, 3, 66),
    })  # fmt: skip
    sample = survey.from_frame(frame, weight="w")
    one, other = rao_scott(sample, "a", "b"), rao_scott(sample, "b", "a")
    np.testing.assert_allclose(
        [one.statistic, one.numerator, one.p_value], [other.statistic, other.numerator, other.p_value],
        rtol=1e-7,
    )  # fmt: skip


def test_rao_scott_refuses_what_has_no_test(optin60):
    frame = pd.DataFrame({"a": list("xxyy"), "b": list("ppqq"), "c": list("zzzz")})
    sample = survey.from_frame(frame)
    with pytest.raises(EstimateError, match='nobody is in "a" x and "b" q'):
        rao_scott(sample, "a", "b")
    with pytest.raises(EstimateError, match='question "c"'):
        rao_scott(sample, "a", "c")
    with pytest.raises(EstimateError, match='question "concerns"'):
        rao_scott(optin60[0], "sex", "concerns")
