"""How many times likelier the choosers must have been to answer, for a claim to fail; by hand too."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimates import Estimates, make_estimates
from analysis.sensitivity.tipping import change_tippings, differential_participation, tipping_points
from survey.errors import EstimateError


def one_share(p, low, high, **more):
    row = {"wave": "w", "question": "q", "option": "a", "measure": "share", "estimate": p, "n": 900.0}
    row |= {"conf_low": low, "conf_high": high, "confidence": 0.95, "std_error": 0.02, "df": 899.0}
    return make_estimates([row | more], None, {})


def test_the_claims_of_eight_in_ten_by_hand():
    found = tipping_points(one_share(0.8, 0.75, 0.84)).frame.set_index("group")
    ratio = found[found["measure"] == "tipping_ratio"]
    assert ratio.loc["half", "estimate"] == pytest.approx(4.0)
    assert ratio.loc["half", "conf_low"] == pytest.approx(3.0)
    assert ratio.loc["two_thirds", "estimate"] == pytest.approx(2.0)
    assert ratio.loc["three_quarters", "note"] == "not_borne"  # the interval begins there
    assert found.loc["half x 0.25", "estimate"] == pytest.approx(0.4)
    assert found.loc["half x 0.5", "estimate"] == pytest.approx(0.2)
    assert found.loc["half x 0.75", "note"] == "impossible"


def test_a_claim_the_interval_does_not_bear_is_named():
    found = tipping_points(one_share(0.48, 0.45, 0.51)).frame.set_index("group")
    assert found.loc["half", "note"] == "not_borne"
    assert found.loc["two_thirds", "note"] == ""


def test_a_change_tips_with_the_errors_of_both_waves():
    later, earlier = one_share(0.7, 0.67, 0.72), one_share(0.8, 0.78, 0.82)
    changes = one_share(-0.1, -0.12, -0.08, measure="change", wave="w - v")
    row = change_tippings(changes, later, earlier).frame.iloc[0]
    assert row["measure"] == "change_tipping"
    assert row["estimate"] == pytest.approx((0.8 / 0.2) / (0.7 / 0.3))
    error = (0.02**2 / 0.16**2 + 0.02**2 / 0.21**2) ** 0.5
    assert row["conf_low"] == pytest.approx(np.exp(np.log(row["estimate"]) - 1.9626 * error), abs=1e-4)
    assert row["note"] == ""
    for other in (changes.frame.assign(flag="suppress"), changes.frame.assign(note="not_comparable")):
        assert len(change_tippings(Estimates(other), later, earlier)) == 0
    small = change_tippings(changes, one_share(0.79, 0.7, 0.8), earlier).frame.iloc[0]
    assert (small["conf_low"], small["note"]) == (1, "within_chance")


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.floats(0.05, 0.95), st.floats(0.005, 0.04))
def test_joining_at_the_ratio_gives_the_share_seen(p, half):
    for row in (
        tipping_points(one_share(p, p - half, p + half)).rows(measure="tipping_ratio").to_dict("records")
    ):
        t = {"quarter": 1 / 4, "third": 1 / 3, "half": 1 / 2, "two_thirds": 2 / 3, "three_quarters": 3 / 4}
        k, truth = row["estimate"], t[row["group"]]
        assert k * truth / (k * truth + 1 - truth) == pytest.approx(p)
        said = differential_participation(k, row["conf_low"], row["conf_high"])
        assert said.choosers == (p >= truth)
        assert said.times >= 1
        assert said.cautious <= said.times
        assert (said.cautious > 1) == (row["note"] == "") or said.cautious == pytest.approx(1)


def test_withheld_and_unanimous_shares_have_no_claim():
    held = one_share(np.nan, np.nan, np.nan, flag="suppress", note="few_answers")
    for estimates in (held, one_share(1.0, 0.95, 1.0)):
        frame = tipping_points(estimates).frame
        assert set(frame["flag"]) == {"suppress"}
        assert frame["estimate"].isna().all()
    with pytest.raises(EstimateError, match="no share of the whole sample"):
        tipping_points(make_estimates([], None, {}))
    with pytest.raises(EstimateError, match="between 0 and 1"):
        tipping_points(held, reached=[1.0])
