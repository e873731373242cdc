"""Rao and Scott's test that two questions are independent."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import rank_test, rao_scott, wald
from analysis.statistics.testing.associations import mcnemar
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
    with pytest.raises(EstimateError, match="question c"):
        rao_scott(sample, "a", "c")
    with pytest.raises(EstimateError, match="question concerns"):
        rao_scott(optin60[0], "sex", "concerns")


def test_first_order_divides_by_the_mean_design_effect(designed):
    first, second = (rao_scott(designed, "price", "district", order=o) for o in ("first", "second"))
    mean = np.mean(second.design_effects)
    assert first.statistic * first.numerator == pytest.approx(second.chi_square / mean, rel=1e-12)
    assert (first.numerator, first.denominator) == (2, np.inf)


def test_wald_of_two_by_two_by_hand():
    table = {("p", "x"): 300, ("p", "y"): 200, ("q", "x"): 250, ("q", "y"): 250}
    rows = [pair for pair, n in table.items() for _ in range(n)]
    found = wald(survey.from_frame(pd.DataFrame(rows, columns=["a", "b"])), "a", "b", variance="taylor")
    # N_px - N_p. N_.x / N = 25; by a person of px it changes by 1 - 0.5 - 0.55 + 0.5 x 0.55, and so on.
    per_person = {("p", "x"): 1 - 0.5 - 0.55, ("p", "y"): -0.55, ("q", "x"): -0.5, ("q", "y"): 0.0}
    values = np.repeat([v + 0.5 * 0.55 for v in per_person.values()], list(table.values()))
    assert found.statistic == pytest.approx(25**2 / (1000 * values.var(ddof=1)), rel=1e-10)
    assert (found.numerator, found.denominator) == (1, 999)


def test_wald_denominators_differ_by_the_number_of_cells(designed):
    design, adjusted = (wald(designed, "price", "district", denominator=d) for d in ("design", "adjusted"))
    assert (design.denominator, adjusted.denominator) == (6, 5)
    assert adjusted.statistic == pytest.approx(design.statistic * 5 / 6)


def test_wald_refuses_what_has_no_test(designed):
    for settings_of, message in (({"denominator": "none"}, "adjusted"), ({}, "question shoe")):
        with pytest.raises(EstimateError, match=message):
            wald(designed, "price" if settings_of else "shoe", "district", **settings_of)
    frame = pd.DataFrame({"a": list("xyxyxyxy"), "b": list("pqrspqrs"), "c": [1, 1, 2, 2, 3, 3, 3, 3]})
    with pytest.raises(EstimateError, match=r"group the options|use rao_scott"):
        wald(survey.from_frame(frame, clusters="c"), "a", "b")


def test_mean_ranks_by_hand():
    frame = pd.DataFrame({"fee": [100.0, 200, 200, 400, 500, 600], "town": list("aababb")})
    found = rank_test(survey.from_frame(frame), "fee", "town", variance="taylor")
    # Ranks 0.5, 2, 2, 3.5, 4.5, 5.5 of 6.
    assert found.mean_rank == pytest.approx(((0.5 + 2 + 3.5) / 18, (2 + 4.5 + 5.5) / 18), rel=1e-12)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_ranks_do_not_mind_a_rising_change_of_scale(seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"a": rng.integers(0, 9, 60) * 1.0, "g": rng.choice(list("xyz"), 60),
                          "w": rng.uniform(1, 3, 60)})  # fmt: skip
    one = rank_test(survey.from_frame(frame, "w"), "a", "g")
    other = rank_test(survey.from_frame(frame.assign(a=np.exp(frame["a"])), "w"), "a", "g")
    assert other.statistic == pytest.approx(one.statistic, rel=1e-9)
    assert 0 <= one.p_value <= 1


def test_a_rank_test_needs_numbers_and_two_groups():
    frame = pd.DataFrame(
        {"fee": [1.0, 2, 3, 4], "flat": [1.0] * 4, "town": list("aabb"), "one": list("aaaa")}
    )
    sample = survey.from_frame(frame)
    for question, by, message in (("town", "one", "use rao_scott"), ("fee", "one", "one group only"),
                                  ("flat", "town", "one value only")):  # fmt: skip
        with pytest.raises(EstimateError, match=message):
            rank_test(sample, question, by)


def test_a_table_that_cannot_be_tested_is_refused():
    frame = pd.DataFrame({"a": ["x", "y"] * 50, "b": ["p", "p", "q", "q"] * 25})
    sample = survey.from_frame(frame, sample="opt-in")
    margins = {("a", "b"): {("x", "p"): 0.3, ("x", "q"): 0.2, ("y", "p"): 0.3, ("y", "q"): 0.2}}
    for test in (rao_scott, wald):
        with pytest.raises(EstimateError, match="fixed by the margins"):
            test(survey.rake(sample, margins), "a", "b")
        with pytest.raises(EstimateError, match='was given "a" twice'):
            test(sample, "a", "a")
    three = [*"xyz"] * 40
    same = survey.from_frame(pd.DataFrame({"a": three, "b": [v * 2 for v in three]}))
    with pytest.raises(EstimateError, match="too few cells with people"):
        rao_scott(same, "a", "b", empty="leave_out")


def test_worked_test_of_two_options_on_the_same_people(vector):
    case = vector("multi_response")["srs_mcnemar"]
    statistic, exact = mcnemar(case["input"]["a_only"], case["input"]["b_only"])
    assert statistic == pytest.approx(case["expected"]["z2"], rel=1e-9)
    assert exact == pytest.approx(case["expected"]["exact_p"], rel=1e-9)
    for wrong in ((0, 0), (-1, 3), (1.5, 2)):
        with pytest.raises(EstimateError, match="mcnemar"):
            mcnemar(*wrong)
