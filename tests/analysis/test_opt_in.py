"""What an opt-in sample cannot know: worked numbers, cases by hand, properties, the impossible."""

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.numeric.opt_in import (
    Proxy,
    biserial,
    data_defect,
    population_share,
    reach_bounds,
    self_selection_bias,
    standardised_bias,
    tipping_ratio,
    tipping_unreached,
    total_error,
)
from analysis.numeric.rubin import pool
from analysis.statistics.testing.adjust import simultaneous_z
from survey.errors import EstimateError

NEAR = {"rel": 1e-8, "abs": 1e-10}


def near(value, **more):
    return pytest.approx(value, **(NEAR | more))


@pytest.fixture
def worked(vector):
    """Worked cases of a method by its name."""
    return lambda method: [c for c in vector("nonprobability").values() if c["method"] == method]


def test_worked_correlations_of_joining_and_answering(worked):
    for case in worked("meng"):
        given_, expected = case["input"], case["expected"]
        found = data_defect(given_["p_sample"], given_["p_true"], n=given_["n"], population=given_["N"])
        assert found.correlation == near(expected["ddc"])
        assert found.effective == near(expected["n_eff"])
        assert found.lost == near(expected["reduction"])


def test_worked_identity_with_and_without_weights(worked):
    case = worked("meng_identity")[0]
    y, r, w = (np.array(case["input"][k], dtype=float) for k in ("Y", "R", "W"))
    p, weighted, truth = y[r == 1].mean(), w @ y / w.sum(), y.mean()
    found = data_defect(p, truth, n=r.sum(), population=len(y))
    assert found.correlation == near(case["expected"]["ddc"])
    assert found.correlation == near(np.corrcoef(r, y)[0, 1])
    cv = w[r == 1].std() / w[r == 1].mean()
    assert cv == near(case["expected"]["cv_w"])
    found = data_defect(weighted, truth, n=r.sum(), population=len(y), cv=cv)
    assert found.correlation == near(case["expected"]["weighted_ddc"])
    assert weighted - truth == near(case["expected"]["weighted_error"])


def test_worked_biases_of_a_mean(worked):
    for case in worked("smub"):
        rho, d = case["input"]["rho"], case["input"]["d"]
        for phi in (0, 0.5, 1):
            assert standardised_bias(rho, d, phi) == near(case["expected"][f"smub_{phi:g}"])
            if phi:
                adjusted = standardised_bias(rho, d, phi) - standardised_bias(rho, d, 0)
                assert adjusted == near(case["expected"][f"smab_{phi:g}"])


def test_worked_biases_of_a_share(worked):
    for case in worked("mubp"):
        given_, expected = case["input"], case["expected"]
        tolerance = {"abs": case.get("tolerance", {}).get("abs", 1e-10)}
        if "x" in given_:
            x, y = np.array(given_["x"]), np.array(given_["y"], dtype=float)
            p, rho = y.mean(), biserial(y, x)
            assert rho == near(expected["rho_two_step"], **tolerance)
            proxy = Proxy(x.mean(), x.var(), given_["mean_x_nonselected"], given_["var_x_nonselected"])
        else:
            p, rho = given_["p"], given_["rho"]
            names = [f"{k}_x_{s}" for s in ("selected", "nonselected") for k in ("mean", "var")]
            proxy = Proxy(*(given_[name] for name in names))
        for phi in (0, 0.5, 1):
            found = population_share(p, proxy, rho=rho, f=given_["f"], phi=phi)
            assert found == near(expected[f"phi_{phi:g}"]["p_population"], **tolerance)
            assert p - found == near(expected[f"phi_{phi:g}"]["mubp"], **tolerance)


def test_worked_tipping_points(worked):
    for case in worked("tipping"):
        p, t = case["input"]["p"], case["input"]["threshold"]
        assert tipping_ratio(p, t) == near(case["expected"]["propensity_ratio"])
        for reach, share in case["expected"]["needed_among_unreached_by_reach"].items():
            assert tipping_unreached(p, t, reach=float(reach)) == near(share)
    for case in worked("manski"):
        found = reach_bounds(case["input"]["p"], reach=case["input"]["reach"])
        assert found == near((case["expected"]["lower"], case["expected"]["upper"]))


def test_worked_allowances_for_bias(worked):
    for case in worked("total_error"):
        i = case["input"]
        found = total_error(i["p"], i["se"], bias=i["bias_rms"], df=i["df"])
        assert found == near(tuple(case["expected"]["interval"]))


def test_four_times_as_likely_by_hand():
    # Half of 100 say yes; of them 40 join, of the others 10: four times as likely, and 80 % of the file.
    assert tipping_ratio(40 / 50, 0.5) == pytest.approx(4)


@settings(deadline=None, max_examples=50, derandomize=True)
@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.floats(0.05, 0.95))
def test_the_formulas_are_each_others_inverse(p, t, reach):
    k = tipping_ratio(p, t)
    assert k * t / (k * t + 1 - t) == pytest.approx(p)
    assert reach * p + (1 - reach) * tipping_unreached(p, t, reach=reach) == pytest.approx(t)
    low, high = reach_bounds(p, reach=reach)
    assert low <= p <= high
    found = data_defect(p, t, n=500, population=10_000)
    assert self_selection_bias(found.correlation, t, n=500, population=10_000) == pytest.approx(p - t)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.floats(0.05, 0.95), st.floats(0.1, 1), st.floats(-1, 1))
def test_the_further_selection_goes_by_the_answer_the_further_a_share_may_be_off(p, rho, shift):
    proxy = Proxy(0.0, 1.0, -shift, 1.0)
    off = [abs(p - population_share(p, proxy, rho=rho, f=0.01, phi=phi)) for phi in (0, 0.5, 1)]
    assert off == sorted(off)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: data_defect(0.8, 1.0, n=5, population=10), "truth=1.0"),
        (lambda: data_defect(0.8, 0.7, n=10, population=10), "not under the population"),
        (lambda: self_selection_bias(0.1, 1.2, n=5, population=10), "p=1.2"),
        (lambda: standardised_bias(-0.2, 0.1, 0.5), "reverse the sign of the proxy"),
        (lambda: standardised_bias(0.2, 0.1, 1.5), "phi=1.5"),
        (lambda: population_share(1.0, Proxy(0, 1, 0, 1), rho=0.5, f=0.1, phi=0), "p=1.0"),
        (lambda: population_share(0.5, Proxy(0, 0, 0, 1), rho=0.5, f=0.1, phi=0), "variances above 0"),
        (lambda: biserial(np.ones(5), np.arange(5)), "that differ"),
        (lambda: tipping_ratio(0.8, 1), "threshold=1"),
        (lambda: tipping_unreached(0.8, 0.5, reach=1), "reach=1"),
        (lambda: reach_bounds(1.2, reach=0.5), "p=1.2"),
        (lambda: total_error(0.5, -1, bias=0, df=9), "from 0 up"),
        (lambda: pool([0.5], [0.1]), "two or more"),
        (lambda: pool([0.5, 0.6], [0.1, 0.0]), "not above 0"),
        (lambda: simultaneous_z(0), "k=0"),
        (lambda: simultaneous_z(1, method="tukey"), "k=1"),
        (lambda: simultaneous_z(3, method="scheffe"), '"bonferroni", "sidak", "tukey"'),
    ],
)
def test_the_impossible_is_refused(call, words):
    with pytest.raises(EstimateError, match=words):
        call()


def test_worked_imputations(vector):
    for case in vector("multiple_imputation").values():
        i, e = case["input"], case["expected"]
        found = pool(i["q"], i["u"], df=inf if i["df_com"] == "inf" else i["df_com"])
        values = (found.estimate, found.std_error, found.within, found.between, found.missing)
        assert values == near((e["qbar"], e["se"], e["ubar"], e["b"], e["fmi"]))
        assert found.df == (inf if e["df"] == "inf" else near(e["df"]))


@pytest.mark.parametrize("k", [1, 3, 10, 45])
def test_worked_simultaneous_quantiles(vector, k):
    expected = vector("multiplicity_ranks")[f"simultaneous_z_{k}"]["expected"]
    assert simultaneous_z(k) == near(expected["bonferroni"])
    assert simultaneous_z(k, method="sidak") == near(expected["sidak"])
    if k > 1:
        found = simultaneous_z(k, method="tukey")
        assert found == near(expected["studentized_range_over_sqrt2"], rel=1e-6)
