"""The area model: worked numbers, a case by hand, properties, what cannot be fitted, its table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING

import survey
from analysis import shares, small_areas
from analysis.numeric.fay_herriot import fay_herriot
from analysis.statistics.small_areas import arcsine_back, arcsine_limits
from survey.errors import EstimateError

FITS = {"REML": "reml", "ML": "ml", "FH": "moment"}
PARTS = {
    "beta": "coefficients",
    "gamma": "kept",
    "eblup": "estimate",
    "g1": "own",
    "g2": "fixed",
    "g3": "unknown",
    "mse": "error",
}


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-10)


@pytest.mark.parametrize(
    "name",
    [
        *(f"fh_intercept_{fit}" for fit in FITS),
        *(f"fh_intercept_urban_{fit}" for fit in FITS),
        "fh_heterogeneous_REML",
        "fh_heterogeneous_urban_FH",
        "fh_zero_variance",
    ],
)
def test_worked_models(vector, name):
    case = vector("small_area")[name]
    y, psi, x = (np.array(case["input"][k], dtype=float) for k in ("y", "psi", "X"))
    found = fay_herriot(y, psi, x=x, fit=FITS[case["input"]["method"]])
    assert found.spread == near(case["expected"]["A"])
    for key, attribute in PARTS.items():
        assert getattr(found, attribute).tolist() == near(case["expected"][key]), key


def test_worked_transform(vector):
    case = vector("small_area")["fh_arcsine_intercept_REML"]
    p, n = np.array(case["input"]["p"]), np.array(case["input"]["n_eff"])
    found = fay_herriot(np.arcsin(np.sqrt(p)), 1 / (4 * n), fit="reml")
    assert found.error.tolist() == near(case["expected"]["mse"])
    assert arcsine_back(found).tolist() == near(case["expected"]["corrected_back"])
    low, high = arcsine_limits(found, 1.959963984540054)
    assert low.tolist() == near(case["expected"]["lower"])
    assert high.tolist() == near(case["expected"]["upper"])


def test_equal_variances_by_hand():
    # With one psi for all, REML is the sample variance less psi, and every area keeps A/(A + psi).
    y, psi = np.array([0.2, 0.4, 0.5, 0.6, 0.8]), np.full(5, 0.01)
    a = y.var(ddof=1) - 0.01
    found = fay_herriot(y, psi, fit="reml")
    assert found.spread == pytest.approx(a)
    assert found.estimate.tolist() == pytest.approx((0.5 + a / (a + 0.01) * (y - 0.5)).tolist())
    assert fay_herriot(y, psi, fit="moment").spread == pytest.approx(a)
    assert fay_herriot(y, psi, fit="ml").spread == pytest.approx(y.var() - 0.01)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(
    st.lists(st.tuples(st.floats(0.05, 0.95), st.floats(1e-4, 0.05)), min_size=4, max_size=12),
    st.sampled_from(["adjusted", "reml", "ml", "moment"]),
)
def test_every_area_lies_between_its_own_and_the_common_share(areas, fit):
    y, psi = (np.array(side) for side in zip(*areas, strict=True))
    found = fay_herriot(y, psi, fit=fit)
    assert found.spread >= 0
    low, high = np.minimum(y, found.coefficients[0]), np.maximum(y, found.coefficients[0])
    assert (found.estimate >= low - 1e-9).all()
    assert (found.estimate <= high + 1e-9).all()
    order = np.argsort(psi)
    assert (np.diff(found.kept[order]) <= 1e-12).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"psi": np.array([0.0, 1, 1])}, "not above 0"),
        ({"x": np.ones((3, 2))}, "depend on each other"),
        ({"x": np.ones((2, 1))}, "areas"),
        ({"fit": "bayes"}, '"adjusted", "reml", "ml", "moment"'),
        ({}, "three areas more"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, words):
    arguments = {"y": np.array([0.1, 0.2, 0.3]), "psi": np.ones(3)} | change
    y, psi = arguments.pop("y"), arguments.pop("psi")
    with pytest.raises(EstimateError, match=words):
        fay_herriot(y, psi, **arguments)


def city(spread, *, districts=10, seed=3):
    random = np.random.default_rng(seed)
    sizes = np.linspace(12, 180, districts).astype(int)
    truth = 0.7 + spread * np.linspace(-1, 1, districts)
    group = np.repeat([f"d{i}" for i in range(districts)], sizes)
    p = np.repeat(truth, sizes)
    frame = pd.DataFrame({"d": group, "p": (random.random(len(p)) < p) * 1.0})
    return survey.from_frame(frame, multiple={"q": ["p"]}, sample="opt-in")


def test_small_districts_are_drawn_further_and_all_add_up_to_the_city():
    sample = city(0.2)
    direct, model = shares(sample, "q", by="d").frame, small_areas(sample, "q", "d").frame
    whole = float(shares(sample, "q").frame["estimate"].iloc[0])
    n = np.linspace(12, 180, 10).astype(int)
    assert model["n"].isna().tolist() == (n < 30).tolist()  # their number is not told
    assert (model["estimate"] * n).sum() / n.sum() == pytest.approx(whole)
    assert set(model["measure"]) == {"model_share"}
    given = model.dropna(subset="conf_low")
    assert (given["conf_low"] < given["estimate"]).all()
    assert set(model.loc[model["conf_low"].isna(), "note"]) == {"wider_than_direct"}
    raw = shares(sample, "q", by="d", rules=ANYTHING).frame["estimate"].to_numpy()
    moved = np.abs(model["estimate"].to_numpy() - raw) / np.abs(raw - whole)
    assert moved[0] > moved[-1]
    assert len(direct) == len(model) == 10


def test_an_adjusted_likelihood_by_hand():
    # One psi for all, V = A + psi: the slope of 2 log A + twice the restricted one is 2/A - 4/V + S/V² = 0.
    y, psi = np.array([0.4, 0.45, 0.5, 0.55, 0.6]), 0.01
    found = fay_herriot(y, np.full(5, psi))
    a = found.spread
    assert 2 / a - 4 / (a + psi) + ((y - 0.5) ** 2).sum() / (a + psi) ** 2 == pytest.approx(0, abs=1e-6)
    assert fay_herriot(y, np.full(5, psi), fit="reml").spread == 0 < a
    # m Var(A) = 2/Σv² = 2V²/5; bias 2/(A Σv²); the error is not taken below g1 + g2.
    v, away = a + psi, psi / (a + psi)
    own, fixed, unknown = psi * a / v, away**2 * v / 5, away**2 / v * 2 * v**2 / 5
    error = max(own + fixed + 2 * unknown - away**2 * 2 * v**2 / (5 * a), own + fixed)
    assert found.error.tolist() == pytest.approx([error] * 5)


def test_no_model_interval_is_wider_than_the_direct_one():
    notes = set()
    for seed, spread in ((3, 0.0), (5, 0.02), (6, 0.05), (7, 0.2)):
        sample = city(spread, seed=seed)
        direct = shares(sample, "q", by="d", rules=ANYTHING).frame
        for fit in ("adjusted", "reml"):
            model = small_areas(sample, "q", "d", fit=fit).frame
            width = (direct["conf_high"] - direct["conf_low"]).to_numpy()
            found = (model["conf_high"] - model["conf_low"]).to_numpy(dtype=float)
            assert not (found > width).any()
            notes |= {(fit, note) for note in model["note"]}
            if fit == "adjusted":
                assert model["estimate"].nunique() == 10
    assert ("reml", "wider_than_direct") in notes


def test_intervals_of_the_adjusted_model_cover_where_areas_hardly_differ():
    """A of 0.002 beside psi of 0.002 to 0.03: REML's cover one area's share in 85 of 100 files."""
    random, n = np.random.default_rng(1), np.array([112, 59, 75, 55, 94, 37, 34, 14, 8, 19])
    psi, covered = 0.21 / n, {"adjusted": np.zeros(10), "reml": np.zeros(10)}
    for _ in range(400):
        truth = 0.7 + np.sqrt(0.002) * random.standard_normal(10)
        y = truth + np.sqrt(psi) * random.standard_normal(10)
        for fit, inside in covered.items():
            found = fay_herriot(y, psi, fit=fit)
            inside += np.abs(found.estimate - truth) <= 1.96 * np.sqrt(found.error)
    assert covered["adjusted"].min() / 400 > 0.935
    assert covered["reml"].min() / 400 < 0.9


@pytest.mark.parametrize("scale", ["share", "arcsine"])
def test_districts_that_do_not_differ_have_one_figure_and_no_interval(scale):
    frame = pd.DataFrame({"d": np.repeat([f"d{i}" for i in range(10)], 50), "p": np.tile([1.0, 0.0], 250)})
    frame.loc[:3, "p"] = 1.0  # chance would have moved them further than this
    sample = survey.from_frame(frame, multiple={"q": ["p"]})
    found = small_areas(sample, "q", "d", scale=scale, fit="reml").frame
    assert set(found["note"]) == {"not_separated"}
    assert found["estimate"].nunique() == 1
    assert found["conf_low"].isna().all()


def test_a_covariate_takes_its_share():
    sample = city(0.2)
    urban = {f"d{i}": [float(i >= 5)] for i in range(10)}
    plain, explained = (
        small_areas(sample, "q", "d").frame,
        small_areas(sample, "q", "d", covariates=urban).frame,
    )
    # The smallest district leans on other districts of its kind, which are lower.
    assert explained["estimate"].iloc[0] < plain["estimate"].iloc[0]


def test_too_few_districts_and_missing_covariates_are_refused():
    with pytest.raises(EstimateError, match="has 7 groups"):
        small_areas(city(0.1, districts=7), "q", "d")
    with pytest.raises(EstimateError, match="nothing for d9"):
        small_areas(city(0.1), "q", "d", covariates={f"d{i}": [1.0] for i in range(9)})
    with pytest.raises(EstimateError, match=r'scale="logit".*one of "share", "arcsine"'):
        small_areas(city(0.1), "q", "d", scale="logit")


def test_a_district_of_a_few_people_is_withheld():
    frame = pd.DataFrame({"d": ["tiny"] * 3, "p": [1.0, 0.0, 1.0]})
    group = [f"d{i}" for i in range(10) for _ in range(40)]
    more = pd.DataFrame({"d": group, "p": np.tile([1.0, 0.0], 200)})
    both = survey.from_frame(pd.concat([more, frame], ignore_index=True), multiple={"q": ["p"]})
    found = small_areas(both, "q", "d").frame.set_index("group")
    assert found.loc["tiny", "flag"] == "suppress"
    assert np.isnan(found.loc["tiny", "estimate"])
