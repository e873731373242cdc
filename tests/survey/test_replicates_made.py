"""Replicates made from a design: worked numbers, the formula they stand for, recipes run again in each."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANY_COUNT, ANYTHING

import survey
from analysis import shares, totals
from survey.errors import CalibrationError, EstimateError
from survey.numeric.multipliers import balanced, hadamard, jackknife, rao_wu, successive_differences
from survey.weighting.recipe import recipe_from_json

OPTIONS = ["price", "quality", "distance"]
MARGINS = ("sex", "age", "edu")


def three_strata(small):
    frame = small["design48"]
    frame = frame[frame["stratum"] < 4]
    return frame[["stratum", "psu", "w", "npsu", *OPTIONS]]


def error(sample, option="price", **settings):
    found = shares(sample, "concerns", rules=ANYTHING, **settings).frame
    return float(found.loc[found["option"] == option, "std_error"].iloc[0])


def opinions(n, seed=5):
    """Made-up answers: district, sex and three options, tied to both."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "district": random.choice(list("abcd"), n, p=[0.4, 0.3, 0.2, 0.1]),
            "sex": random.choice(list("mf"), n),
        }
    )
    lean = 0.3 + 0.3 * (frame["district"] < "c") + 0.2 * (frame["sex"] == "m")
    for option in OPTIONS:
        frame[option] = (random.random(n) < lean).astype(float)
    return frame


TARGETS = {"district": {"a": 0.25, "b": 0.25, "c": 0.25, "d": 0.25}, "sex": {"m": 0.5, "f": 0.5}}


def test_worked_jackknife_of_a_plain_list(vector, small):
    case = vector("variance_replicate")["jk1"]
    frame = small["design48"][["w", *OPTIONS]]
    sample = survey.from_frame(frame, "w", multiple={"concerns": OPTIONS})
    assert error(survey.make_replicates(sample, "jk1")) == pytest.approx(case["expected"]["se"], rel=1e-9)


def test_worked_jackknife_of_strata(vector, small):
    case = vector("variance_replicate")["jkn"]["expected"]
    frame = three_strata(small)
    sample = survey.from_frame(frame, "w", strata="stratum", clusters="psu", multiple={"concerns": OPTIONS})
    made = survey.make_replicates(sample, "jkn")
    assert error(made) == pytest.approx(case["se"], rel=1e-9)
    assert sorted(made.sampling.replicates.coefficients) == pytest.approx(sorted(case["coef"]))
    assert shares(made, "concerns", rules=ANYTHING).frame["df"].iloc[0] == case["df"]


def test_worked_jackknife_raked_again(vector, small, optin60):
    case = vector("variance_replicate")["jk1_reraked"]["expected"]
    made = survey.make_replicates(optin60[1], "jk1")
    found = shares(made, "concerns")
    np.testing.assert_allclose(found.covariance, case["vcov"], rtol=1e-6)
    assert made.history.weighting.replication.failed == 0
    # People alike are one replicate, its coefficient times their number.
    assert len(made.sampling.replicates.coefficients) < 60


@pytest.mark.parametrize(("name", "rho"), [("brr", 0.0), ("fay_0.3", 0.3)])
def test_worked_balanced_repetition(vector, small, name, rho):
    case = vector("variance_replicate")[name]
    frame = three_strata(small)
    frame = frame[frame["psu"].isin([11, 12, 21, 22, 31, 33])]
    sample = survey.from_frame(frame, "w", strata="stratum", clusters="psu", multiple={"concerns": OPTIONS})
    given = np.array(list(case["input"]["hadamard_sign_by_psu"].values()))
    signs = (balanced(np.array([0, 0, 1, 1, 2, 2]), rho=rho).times - 1) / (1 - rho)
    np.testing.assert_allclose(sorted(map(tuple, signs.T)), sorted(map(tuple, given.T)))
    made = survey.make_replicates(sample, "brr" if rho == 0 else "fay", rho=rho)
    assert error(made) == pytest.approx(case["expected"]["se"], rel=1e-9)


def weighted_share(frame, weight):
    return float(weight @ frame["price"] / weight.sum())


@pytest.mark.parametrize("name", ["rao_wu_m_nh_minus_1", "rao_wu_fpc_m_nh"])
def test_worked_bootstrap_of_units(vector, small, name):
    case = vector("variance_replicate")[name]
    frame = three_strata(small)
    psu = np.unique(frame["psu"])
    drawn = np.array([case["input"]["multiplicity_by_psu"][str(p)] for p in psu])
    stratum, n = psu // 10 - 1, np.array([3, 2, 4])
    fraction = n / np.array([frame.loc[frame["stratum"] == h, "npsu"].iloc[0] for h in (1, 2, 3)])
    if "minus" in name:
        multiplier = rao_wu(drawn, stratum, np.ones(9, dtype=int), draws=n - 1, fraction=np.zeros(3))
    else:
        multiplier = rao_wu(drawn, stratum, np.ones(9, dtype=int), draws=n, fraction=fraction)
        expected = [case["expected"]["multiplier_by_psu"][str(p)] for p in psu]
        np.testing.assert_allclose(multiplier, expected, rtol=1e-9)
    each = frame["w"].to_numpy()[:, None] * multiplier[np.searchsorted(psu, frame["psu"])]
    found = [weighted_share(frame, w) for w in each.T]
    np.testing.assert_allclose(found, case["expected"]["replicate_estimates"], rtol=1e-9)
    apart = np.array(found) - case["expected"].get("est", weighted_share(frame, frame["w"].to_numpy()))
    assert (apart**2).mean() == pytest.approx(case["expected"]["var_mse"], rel=1e-9)


def test_worked_poisson_bootstrap_raked_again(vector, small):
    case = vector("variance_replicate")["poisson_bootstrap_reraked"]
    counts = np.array(case["input"]["counts"]).T
    frame = small["optin60"].drop(columns="id").assign(w=1.0)
    names = [f"r{i}" for i in range(counts.shape[1])]
    frame[names] = counts
    sample = survey.from_replicates(
        frame, "w", replicates=names, method="bootstrap", multiple={"concerns": OPTIONS}
    )
    raked = survey.rake(sample, {m: small["targets"][m] for m in MARGINS}, bounds=(0, np.inf))
    assert error(raked) ** 2 == pytest.approx(case["expected"]["var_mse"], rel=1e-6)


def test_jackknife_by_hand():
    # Two strata of 2 and 3: leaving one out doubles its fellow, or gives the others 3/2.
    found = jackknife(np.array([0, 0, 1, 1, 1]), np.ones(5, dtype=int), np.zeros(2))
    np.testing.assert_allclose(found.times[:, 0], [0, 2, 1, 1, 1])
    np.testing.assert_allclose(found.times[:, 4], [1, 1, 1.5, 1.5, 0])
    np.testing.assert_allclose(found.coefficients, [1 / 2, 1 / 2, 2 / 3, 2 / 3, 2 / 3])


def test_successive_differences_are_half_the_squared_steps():
    # The sum over replicates is Σ (y_i - y_i+1)² / 2 of totals, whichever matrix is taken.
    y = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0])
    made = successive_differences(7, 0.0)
    found = made.coefficients @ ((made.times - 1).T @ y) ** 2
    assert found == pytest.approx(((y - np.roll(y, -1)) ** 2).sum() / 2)


@settings(deadline=None, max_examples=20, derandomize=True)
@given(st.integers(1, 40))
def test_balanced_signs_are_orthogonal(strata):
    stratum = np.repeat(np.arange(strata), 2)
    found = balanced(stratum)
    signs = found.times[::2] - 1
    np.testing.assert_allclose(signs @ signs.T, np.eye(strata) * signs.shape[1], atol=1e-9)
    np.testing.assert_allclose(signs.sum(axis=1), 0, atol=1e-9)
    assert found.coefficients.sum() == pytest.approx(1)
    assert hadamard(strata).shape[0] > strata


@settings(deadline=None, max_examples=15, derandomize=True)
@given(st.integers(0, 10_000))
def test_the_jackknife_of_a_total_is_the_linearised_variance(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(8, 40))
    frame = pd.DataFrame(
        {"h": np.arange(n) % 3, "y": random.normal(size=n), "w": random.uniform(1, 5, n), "f": 0.2}
    )
    sample = survey.from_frame(frame, "w", strata="h", fpc="f")
    plain = totals(sample, "y", rules=ANY_COUNT).frame["std_error"].iloc[0]
    again = totals(survey.make_replicates(sample, "jkn"), "y", rules=ANY_COUNT).frame["std_error"].iloc[0]
    assert again == pytest.approx(plain, rel=1e-9)


@pytest.mark.parametrize("method", ["multinomial", "poisson", "rao_wu"])
def test_a_bootstrap_of_unit_weights_agrees_with_the_linearised_error(method):
    sample = survey.from_frame(opinions(800), multiple={"concerns": OPTIONS}, sample="opt-in")
    made = survey.make_replicates(sample, method, replicates=4000, seed=1)
    for option in OPTIONS:
        assert error(made, option) == pytest.approx(error(sample, option), rel=0.05)


def test_a_bootstrap_of_raked_weights_agrees_with_the_linearised_error():
    sample = survey.from_frame(opinions(1500), multiple={"concerns": OPTIONS}, sample="opt-in")
    raked = survey.rake(sample, TARGETS)
    made = survey.make_replicates(raked, "rao_wu", replicates=1500, seed=2)
    for option in OPTIONS:
        assert error(made, option) == pytest.approx(error(raked, option), rel=0.06)
        assert error(made, option) < error(sample, option) * 1.5
    np.testing.assert_allclose(
        shares(made, "concerns").frame["estimate"], shares(raked, "concerns").frame["estimate"]
    )


def test_replicate_and_linearised_errors_meet_as_the_sample_grows():
    apart = []
    for n in (100, 1600):
        raked = survey.rake(
            survey.from_frame(opinions(n), multiple={"concerns": OPTIONS}, sample="opt-in"), TARGETS
        )
        again = survey.make_replicates(raked, "jk1")
        apart.append(abs(error(again) / error(raked, variance="taylor") - 1))
    assert apart[1] < apart[0] / 4
    assert apart[1] < 0.005


def test_people_alike_are_one_replicate_of_the_jackknife():
    frame = opinions(300)
    sample = survey.rake(survey.from_frame(frame, multiple={"concerns": OPTIONS}), TARGETS)
    numbered = frame.assign(number=np.arange(300.0))
    apart = survey.rake(survey.from_frame(numbered, multiple={"concerns": OPTIONS}), TARGETS)
    together, one_by_one = survey.make_replicates(sample, "jk1"), survey.make_replicates(apart, "jk1")
    assert len(together.sampling.replicates.coefficients) < 80
    assert len(one_by_one.sampling.replicates.coefficients) == 300
    assert error(together) == pytest.approx(error(one_by_one), rel=1e-8)


def test_every_step_of_a_recipe_runs_again_in_every_replicate():
    frame = opinions(200)
    random = np.random.default_rng(3)
    frame["answered"] = np.where(random.random(200) < 0.6, "yes", "no")
    invited = survey.from_frame(frame, multiple={"concerns": OPTIONS})
    sample = survey.adjust_nonresponse(invited, "answered", "yes", classes=["district"])
    sample = survey.rake(sample, {"sex": {"m": 100, "f": 100}})
    with pytest.raises(EstimateError, match="taken from the median"):
        survey.make_replicates(survey.trim(sample, value=1.2), "jk1")
    sample = survey.trim(sample, cap="fixed", value=1.7)
    assert sample.history.weighting.trimming.cut > 10
    made = survey.make_replicates(sample, "jk1")
    # People alike are one replicate.
    assert made.history.weighting.replication.replicates < 100
    assert str(made.recipe) == (
        "1. weighting classes for nonresponse (answered = yes) by district\n"
        "2. raking to sex, weights from 0.2 to 5 times the base weight scaled to the population; "
        "unknown categories: own_target\n"
        "3. trimming above 1.7, what was cut shared in proportion"
    )

    # Each replicate by hand: drop a person, and weight the rest from the start.
    def by_hand(rows):
        again = survey.from_frame(frame.iloc[rows], multiple={"concerns": OPTIONS})
        again = survey.run_recipe(sample.recipe, again)
        return shares(again, "concerns", rules=ANYTHING).frame["estimate"].iloc[0]

    full = shares(sample, "concerns", rules=ANYTHING).frame["estimate"].iloc[0]
    left = np.array([by_hand(np.delete(np.arange(200), i)) for i in range(200)])
    assert error(made) ** 2 == pytest.approx(199 / 200 * ((left - full) ** 2).sum(), rel=1e-6)


def test_trimming_in_a_bootstrap_looks_at_people_drawn_and_not_at_how_often():
    frame = opinions(300).assign(w=np.random.default_rng(4).lognormal(0, 1, 300))
    sample = survey.trim(survey.from_frame(frame, "w", multiple={"concerns": OPTIONS}), value=2)
    made = survey.make_replicates(sample, "multinomial", replicates=2000, seed=3)
    random, moved = np.random.default_rng(9), []
    for _ in range(300):
        drawn = frame.iloc[random.integers(0, 300, 300)]
        again = survey.run_recipe(
            sample.recipe, survey.from_frame(drawn, "w", multiple={"concerns": OPTIONS})
        )
        moved.append(shares(again, "concerns", rules=ANYTHING).frame["estimate"].iloc[0])
    assert error(made) == pytest.approx(np.std(moved), rel=0.12)
    # The order of making replicates and trimming is all one.
    plain = survey.from_frame(frame, "w", multiple={"concerns": OPTIONS})
    other = survey.trim(survey.make_replicates(plain, "multinomial", replicates=2000, seed=3), value=2)
    assert error(other) == pytest.approx(error(made), rel=1e-9)


def test_an_fpc_of_nothing_changes_nothing_after_trimming():
    frame = opinions(300).assign(w=np.random.default_rng(4).lognormal(0, 1, 300), big=1e9)
    found = []
    for fpc in (None, "big"):
        plain = survey.from_frame(frame, "w", fpc=fpc, multiple={"concerns": OPTIONS})
        made = survey.make_replicates(survey.trim(plain, value=3), "rao_wu", replicates=800, seed=1)
        found.append(error(made))
    assert found[1] == pytest.approx(found[0], rel=1e-3)


def test_successive_differences_follow_the_order_of_the_file():
    trend = (np.arange(400) / 400 + np.random.default_rng(2).normal(0, 0.2, 400) > 0.5).astype(float)
    frame = pd.DataFrame({"price": trend, "who": np.arange(400)})
    with pytest.raises(EstimateError, match="give key="):
        survey.make_replicates(
            survey.from_frame(frame, multiple={"concerns": ["price"]}), "successive_differences"
        )
    sample = survey.from_frame(frame, multiple={"concerns": ["price"]}, key="who")
    u = (trend - trend.mean()) / 400
    by_hand = np.sqrt(((u - np.roll(u, -1)) ** 2).sum() / 2)
    assert error(survey.make_replicates(sample, "successive_differences")) == pytest.approx(by_hand, rel=1e-9)


def test_an_fpc_that_replicates_cannot_carry_is_refused():
    frame = opinions(120).assign(h=np.arange(120) // 60, u=np.arange(120) // 6, n1=15, n2=30)
    staged = survey.from_frame(
        frame, strata="h", clusters="u", fpc=["n1", "n2"], multiple={"concerns": OPTIONS}
    )
    with pytest.raises(EstimateError, match="what later stages add"):
        survey.make_replicates(staged, "jkn")
    paired = frame.iloc[[0, 6, 60, 66]].assign(n1=9)
    pairs = survey.from_frame(paired, strata="h", fpc="n1", multiple={"concerns": OPTIONS})
    with pytest.raises(EstimateError, match="takes no fpc"):
        survey.make_replicates(pairs, "brr")


def test_two_people_alike_are_two_units_of_balanced_repetition():
    frame = pd.DataFrame({"h": list("aabb"), "price": [1.0, 1, 0, 1]})
    sample = survey.from_frame(frame, strata="h", multiple={"concerns": ["price"]})
    assert np.isfinite(error(survey.make_replicates(sample, "brr")))


def test_a_recipe_is_saved_read_and_run_again(tmp_path, optin60, small):
    margins = {m: small["targets"][m] for m in MARGINS}
    cut = survey.trim(survey.rake(optin60[0], margins, bounds=(0, np.inf)), cap="median", value=5)
    cut.recipe.to_json(tmp_path / "recipe.json")
    again = survey.run_recipe(survey.read_recipe(tmp_path / "recipe.json"), optin60[0])
    assert again.recipe == cut.recipe
    np.testing.assert_array_equal(again.weight, cut.weight)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"recipe": [{"step": "magic"}]}', '{"recipe": [{"step": "trimming", "a": 1}]}']
)
def test_what_is_no_recipe_is_refused(text):
    with pytest.raises(EstimateError, match="is not a recipe file"):
        recipe_from_json(text)


def test_a_missing_recipe_is_refused(tmp_path):
    with pytest.raises(EstimateError, match="no such file"):
        survey.read_recipe(tmp_path / "none.json")


def test_replicates_that_fail_are_counted_and_too_many_refused():
    frame = opinions(60)
    frame.loc[:4, "district"] = "e"
    frame.loc[5:, "district"] = frame.loc[5:, "district"].replace("e", "a")
    sample = survey.from_frame(frame, multiple={"concerns": OPTIONS})
    found = frame["district"].value_counts(normalize=True)
    raked = survey.rake(sample, {"district": dict(found)})
    # Five of sixty are missed by some of the draws.
    made = survey.make_replicates(raked, "rao_wu", replicates=1000, seed=1)
    assert 0 < made.history.weighting.replication.failed <= 50
    assert np.isfinite(error(made))
    rare = frame.assign(district=np.where(np.arange(60) < 2, "z", "a"))
    few = survey.rake(
        survey.from_frame(rare, multiple={"concerns": OPTIONS}), {"district": {"z": 0.03, "a": 0.97}}
    )
    with pytest.raises(CalibrationError, match=r"of 1000 cannot be weighted"):
        survey.make_replicates(few, "rao_wu", replicates=1000, seed=1)


def test_the_same_seed_gives_the_same_replicates():
    sample = survey.from_frame(opinions(100), multiple={"concerns": OPTIONS})
    one, two = (survey.make_replicates(sample, "rao_wu", replicates=50, seed=s) for s in (7, 7))
    np.testing.assert_array_equal(one.sampling.replicates.weights, two.sampling.replicates.weights)


@pytest.mark.parametrize(
    ("method", "settings", "words"),
    [("jackknife", {}, "use one of"), ("rao_wu", {}, "seed=None"),
     ("rao_wu", {"seed": 1, "replicates": 3}, "20 or more"),
     ("fay", {"rho": 1.0}, "under 1"), ("brr", {}, "needs two units in every stratum"),
     ("multinomial", {"seed": 1}, "strata"), ("jk1", {}, "strata")],
)  # fmt: skip
def test_a_method_that_does_not_suit_is_refused(small, method, settings, words):
    sample = survey.from_frame(
        three_strata(small), "w", strata="stratum", clusters="psu", multiple={"concerns": OPTIONS}
    )
    with pytest.raises(EstimateError, match=words):
        survey.make_replicates(sample, method, **settings)


def test_replicates_are_not_made_twice(optin60):
    with pytest.raises(EstimateError, match="already"):
        survey.make_replicates(survey.make_replicates(optin60[0], "jk1"), "jk1")


def test_the_former_name_is_the_same_function():
    assert survey.replicated is survey.make_replicates
