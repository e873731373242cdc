import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules import ANYTHING

import survey
from analysis import shares
from analysis.numeric.intervals import (
    agresti_coull,
    arcsine,
    clopper_pearson,
    korn_graubard,
    likelihood,
    logit,
    mover,
    t_quantile,
    wilson,
    wilson_size,
)
from analysis.statistics.shares import INTERVALS


def number(value):
    return float(value)


def test_wilson_and_korn_graubard_equal_the_reference(vector):
    checked = 0
    for case in vector("ci_proportion").values():
        if "intervals" not in case["expected"]:
            continue
        given_, expected = case["input"], case["expected"]["intervals"]
        p, n_eff, df = (np.array(number(given_[k])) for k in ("p", "n_eff", "df"))
        n = np.array(number(given_.get("n", n_eff)))
        found = wilson(p, n_eff, t_quantile(given_["level"], df))
        error, t = np.sqrt(p * (1 - p) / n_eff), t_quantile(given_["level"], df)
        for name, limits in (
            ("logit", logit(p, error, t)),
            ("arcsine", arcsine(p, error, t)),
            ("profile_likelihood", likelihood(p, n_eff, t)),
        ):
            if expected.get(name) is not None and 0 < p < 1:
                clipped = np.clip(expected[name], 0, 1)
                np.testing.assert_allclose(limits, clipped, atol=1e-9, err_msg=f"{case['id']} {name}")
                checked += 1
        if expected.get("agresti_coull_unclipped") is not None:
            clipped = np.clip(expected["agresti_coull_unclipped"], 0, 1)
            np.testing.assert_allclose(agresti_coull(p, n_eff, t), clipped, atol=1e-12)
            checked += 1
        if expected.get("wilson") is not None:
            np.testing.assert_allclose(found, expected["wilson"], atol=1e-12)
            checked += 1
        if expected.get("korn_graubard") is not None and n > 1:
            limits = korn_graubard(p, n, n_eff, df, given_["level"])
            np.testing.assert_allclose(limits, expected["korn_graubard"], atol=1e-9)
            checked += 1
    assert checked >= 80


def test_recovered_limits_of_a_difference_equal_the_reference(vector):
    for case in vector("ci_difference").values():
        given_, expected = case["input"], case["expected"]
        sizes = [given_.get(f"n_eff{i}", given_.get(f"n{i}")) for i in (1, 2)]
        p = [np.array(given_["p1"]), np.array(given_["p2"])]
        t = t_quantile(given_["level"], np.array(np.inf))
        limits = [wilson(p[i], np.array(float(sizes[i])), t) for i in (0, 1)]
        found = mover(p[0], limits[0], p[1], limits[1], np.array(given_.get("rho", 0.0)))
        np.testing.assert_allclose(found, expected.get("mover", expected.get("newcombe")), atol=1e-9)


def test_nobody_in_57_is_at_most_about_six_per_cent():
    low, high = wilson(np.array(0.0), np.array(57.0), t_quantile(0.95, np.array(np.inf)))
    assert low == 0
    assert high == pytest.approx(3.8414588 / (57 + 3.8414588), rel=1e-6)


@given(st.floats(0, 1), st.floats(2, 5000), st.floats(1, 5000))
def test_intervals_hold_the_share_and_mirror_under_complement(p, n, df):
    t = t_quantile(0.95, np.array(df))
    low, high = wilson(np.array(p), np.array(n), t)
    assert 0 <= low <= p + 1e-12
    assert p - 1e-12 <= high <= 1
    other = wilson(np.array(1 - p), np.array(n), t)
    assert (1 - other[1], 1 - other[0]) == pytest.approx((float(low), float(high)), abs=1e-9)
    exact = clopper_pearson(np.array(p), np.array(n), 0.95)
    assert exact[0] <= p + 1e-9
    assert p - 1e-9 <= exact[1]


@pytest.mark.parametrize("option", ["price", "distance"])
def test_intervals_of_a_stratified_clustered_sample_equal_the_reference(vector, small, option):
    expected = vector("ci_proportion")[f"design48_strata1to3_{option}"]["expected"]
    frame = small["design48"][lambda f: f["stratum"] < 4]
    sample = survey.from_frame(
        frame, "w", strata="stratum", clusters="psu", multiple={"q": ["price", "quality", "distance"]}
    )
    for method, limits in (("wilson", expected["wilson"]), ("korn_graubard", expected["korn_graubard"])):
        row = shares(sample, "q", interval=method, rules=ANYTHING).frame.query("option == @option").iloc[0]
        found = [limits["lower"], limits["upper"]] if isinstance(limits, dict) else limits
        assert [row["conf_low"], row["conf_high"]] == pytest.approx(found, rel=1e-9)
        assert row["method"] == method
        for name in ("df", "n", "n_eff"):
            assert row[name] == pytest.approx(expected[name], rel=1e-9)


@pytest.mark.parametrize("interval", INTERVALS)
def test_every_interval_is_finite_at_0_and_100_per_cent(interval):
    frame = pd.DataFrame({"never": [0] * 60, "always": [1] * 60, "half": [0, 1] * 30})
    sample = survey.from_frame(frame, multiple={"q": list(frame)})
    rows = shares(sample, "q", interval=interval, rules=ANYTHING).frame.set_index("option")
    assert rows.loc["never", "conf_low"] == 0
    assert 0.02 < rows.loc["never", "conf_high"] < 0.1
    assert rows.loc["always", "conf_high"] == 1
    assert 0.9 < rows.loc["always", "conf_low"] < 0.98
    assert 0.3 < rows.loc["half", "conf_low"] < 0.5 < rows.loc["half", "conf_high"] < 0.7
    assert rows.loc["half", "method"] == interval


@given(p=st.floats(0, 1), n=st.floats(2, 1e6), df=st.floats(1, 1e6))
def test_the_size_behind_wilsons_limits_is_found_again(p, n, df):
    at = np.array([p]), np.array([n]), t_quantile(0.95, np.array([df]))
    found = wilson_size(at[0], wilson(*at), at[2])
    np.testing.assert_allclose(found, n, rtol=1e-6)
