"""Caps on weights: worked numbers, a case by hand, properties, and caps nothing can meet."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rules import ANYTHING

import survey
from analysis import shares
from survey.errors import CalibrationError, EstimateError
from survey.numeric.trimming import cap_at, trimmed
from survey.weighting.recipe import TrimmingStep

MARGINS = ("sex", "age", "edu")


def of(weights, **settings):
    weights = np.array(weights, dtype=float)
    return trimmed(weights, np.ones(len(weights), dtype=np.int64), **settings)


def by_person(sample):
    """Return weights in no order, one a person."""
    return np.sort(np.repeat(sample.weight, sample.tally.count))


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [("median_times_5_once", "median", 5), ("median_plus_6_iqr_once", "median_iqr", 6)],
)
def test_worked_caps(vector, name, kind, value):
    case = vector("trimming")[name]
    weights = np.array(case["input"]["w"])
    cap = cap_at(weights, np.ones(len(weights), dtype=np.int64), kind, value)
    found = of(weights, upper=cap)
    assert cap == pytest.approx(case["expected"]["cap"])
    assert found.cut == case["expected"]["trimmed"]
    np.testing.assert_allclose(found.weight, case["expected"]["w"], rtol=1e-12)


def test_worked_case_of_repeated_trimming(vector):
    case = vector("trimming")["strict_repeats"]
    found = of(case["input"]["w"], upper=11.0, rounds="strict")
    np.testing.assert_allclose(found.weight, case["expected"]["w"], rtol=1e-12)


def test_a_cap_below_the_mean_is_refused(vector):
    weights = vector("trimming")["cap_below_mean_impossible"]["input"]["w"]
    assert of(weights, upper=1.5, rounds="strict") is None
    sample = survey.from_frame(pd.DataFrame({"a": list("xxyz"), "w": weights}), "w")
    with pytest.raises(CalibrationError, match="their mean is 2"):
        survey.trim(sample, cap="fixed", value=1.5, rounds="strict")


@pytest.mark.parametrize("cap", ["60", "80", "33.72"])
def test_worked_cases_of_cutting_and_raking_in_turns(vector, optin60, cap):
    case = vector("trimming")[f"optin60_trim_rerake_cap_{cap}"]
    raked, expected = optin60[1], case["expected"]
    if expected["status"] != "converged":
        words = {"infeasible": r"mean weight is 41\.6667", "not_converged": r"after 51 turns .* 60\.0131739"}
        with pytest.raises(CalibrationError, match=words[expected["status"]]):
            survey.trim_and_rake(raked, value=expected["cap"])
        return
    sample = survey.trim_and_rake(raked, value=expected["cap"])
    assert sample.history.weighting.trimming.rounds == expected["rounds"]
    np.testing.assert_allclose(by_person(sample), np.sort(expected["w"]), rtol=1e-6)
    assert sample.history.weighting.gap < 1e-9
    assert sample.history.weighting.n_eff == pytest.approx(expected["kish"]["n_eff"], rel=1e-6)


@pytest.mark.parametrize("bounds", ["0_6", "0_5", "0.2_3.6", "0.2_3"])
def test_worked_bounds_in_one_solve(vector, small, optin60, bounds):
    case = vector("trimming")[f"optin60_bounded_raking_g_{bounds}"]
    margins = {name: small["targets"][name] for name in MARGINS}
    if not case["expected"]["feasible"]:
        with pytest.raises(CalibrationError, match="cannot be met by weights between"):
            survey.rake(optin60[0], margins, bounds=tuple(case["input"]["bounds"]))
        return
    sample = survey.rake(optin60[0], margins, bounds=tuple(case["input"]["bounds"]))
    np.testing.assert_allclose(by_person(sample), np.sort(case["expected"]["w"]), rtol=1e-6)


def test_trimming_by_hand():
    # 1, 1, 2 and 8 with a cap of 4: 4 too many go to weights of 4, which double.
    assert of([1, 1, 2, 8], upper=4).weight.tolist() == [2, 2, 4, 4]
    # Equally: 4/3 more each; the cap is kept by chance.
    np.testing.assert_allclose(of([1, 1, 2, 8], upper=4, sharing="equal").weight, [7 / 3, 7 / 3, 10 / 3, 4])
    # A floor of 2 takes 2 from the other 10.
    np.testing.assert_allclose(of([1, 1, 2, 8], upper=10, lower=2).weight, [2, 2, 2 * 0.8, 8 * 0.8])


def test_what_trimming_moved_is_in_the_record(optin60):
    raked = optin60[1]
    cut = survey.trim(raked, cap="median", value=5)
    history = cut.history.weighting
    assert history.trimming.cut == 7
    assert history.trimming.moved > 0.01
    assert history.n_eff > raked.history.weighting.n_eff
    # The margins are off now, and the history says how far.
    assert history.gap > 0.01
    off = [abs(c.weighted - c.target) for m in history.margins for c in m.categories]
    assert history.gap == max(off)
    assert cut.weight @ cut.tally.count == pytest.approx(raked.weight @ raked.tally.count)


def test_a_trimmed_sample_keeps_its_calibration_in_the_variance(optin60):
    cut = survey.trim(optin60[1], cap="median", value=5)
    found = shares(cut, "concerns", variance="taylor").frame["std_error"]
    plain = survey.from_frame(_frame_of(cut), "w", multiple={"concerns": ["price", "quality", "distance"]})
    assert (found < shares(plain, "concerns", variance="taylor").frame["std_error"]).any()


def _frame_of(sample):
    levels, codes = sample.tally.question("concerns")
    rows = np.repeat(np.arange(len(codes)), sample.tally.count)
    frame = pd.DataFrame(levels.values[codes[rows]], columns=list(levels.options))
    return frame.assign(w=sample.weight[rows])


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.lists(st.floats(0.01, 100), min_size=3, max_size=40), st.floats(1.05, 10))
def test_strict_trimming_keeps_the_sum_the_order_and_the_cap(weights, times):
    w = np.array(weights)
    upper = times * w.mean()
    found = of(w, upper=upper, rounds="strict")
    assume(found is not None)
    assert found.weight.sum() == pytest.approx(w.sum())
    assert found.weight.max() <= upper * (1 + 1e-9)
    assert (np.diff(found.weight[np.argsort(w, kind="stable")]) >= -1e-9).all()


@settings(deadline=None, max_examples=30, derandomize=True)
@given(st.lists(st.tuples(st.floats(0.1, 50), st.integers(1, 5)), min_size=3, max_size=12))
def test_people_alike_are_trimmed_as_one_record(rows):
    w, count = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    each = np.repeat(w, count)
    for kind, value in (("median", 2.0), ("median_iqr", 1.0)):
        cap = cap_at(w, count, kind, value)
        assert cap == pytest.approx(cap_at(each, np.ones(len(each), dtype=np.int64), kind, value))
        together, apart = trimmed(w, count, upper=cap), of(each, upper=cap)
        if together is None or apart is None:
            assert together is apart
        else:
            np.testing.assert_allclose(np.repeat(together.weight, count), apart.weight)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"cap": "mode"}, "use one of"), ({"cap": "fixed"}, "value: is not given"), ({"value": -1}, "from 0 up"),
     ({"sharing": "half"}, "proportional"), ({"floor": np.nan}, "floor")],
)  # fmt: skip
def test_a_wrong_request_is_refused(optin60, settings, words):
    with pytest.raises(CalibrationError, match=words):
        survey.trim(optin60[1], **settings)


def test_turns_need_a_raked_sample(optin60):
    with pytest.raises(EstimateError, match="rake first"):
        survey.trim_and_rake(optin60[0], value=50)


def test_a_step_is_printed_in_words():
    assert str(TrimmingStep("median_iqr", 6)) == (
        "trimming above the median + 6 interquartile ranges, what was cut shared in proportion"
    )


def test_a_sample_is_trimmed_once(optin60):
    cut = survey.trim(optin60[1])
    with pytest.raises(EstimateError, match="trimmed already"):
        survey.trim(cut)


def test_trimming_that_would_take_more_than_there_is_is_refused():
    weights = [0.2] * 150 + [0.6] * 50 + [5.0] * 10
    assert of(weights, upper=20.0, lower=0.5, sharing="equal") is None


def test_weights_raked_after_they_were_cut_meet_the_margins_and_say_so(optin60):
    made = survey.trim_and_rake(optin60[1], value=80)
    assert set(shares(made, "sex", rules=ANYTHING).frame["note"]) == {"fixed_by_margins"}
