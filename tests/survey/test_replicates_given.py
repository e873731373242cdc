"""Variance from replicate weights."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANY_NUMBER, ANYTHING

import survey
from analysis import adjusted_shares, group_difference, means, regression, shares, variances
from analysis.bases import question_base
from analysis.domains import shares_in
from analysis.publication.rules import NumberRules
from survey.errors import CalibrationError, EstimateError


def sample_of(frame, multipliers, weight="w", **settings_of):
    """A sample whose replicate weights are the weights times multipliers, shape (n, R)."""
    names = [f"r{i}" for i in range(multipliers.shape[1])]
    table = pd.DataFrame(frame[weight].to_numpy()[:, None] * multipliers, columns=names, index=frame.index)
    return survey.from_replicates(pd.concat([frame, table], axis=1), weight, replicates=names, **settings_of)


@pytest.fixture
def design48(small):
    return small["design48"][["price", "district", "stratum", "psu", "w"]]


def mean_of(sample):
    row = means(sample, "price", rules=ANY_NUMBER).frame.iloc[0]
    return row["estimate"], row["std_error"], row["df"]


def test_jackknife_equals_the_reference(vector, design48):
    expected = vector("variance_replicate")["jk1"]["expected"]
    n = len(design48)
    sample = sample_of(design48, (1 - np.eye(n)) * n / (n - 1), method="jk1")
    assert mean_of(sample)[:2] == pytest.approx((expected["est"], expected["se"]), rel=1e-9)


def test_stratified_jackknife_equals_the_reference(vector, design48):
    expected = vector("variance_replicate")["jkn"]["expected"]
    frame = design48.query("stratum < 4").reset_index(drop=True)
    columns = []
    for psu in expected["deleted_psu"]:
        stratum = frame.loc[frame["psu"] == psu, "stratum"].iloc[0]
        n = frame.loc[frame["stratum"] == stratum, "psu"].nunique()
        columns.append(
            np.where(frame["psu"] == psu, 0, np.where(frame["stratum"] == stratum, n / (n - 1), 1))
        )
    sample = sample_of(frame, np.column_stack(columns), method="jkn", scale=expected["coef"])
    assert mean_of(sample) == pytest.approx((expected["est"], expected["se"], expected["df"]), rel=1e-9)


@pytest.mark.parametrize(("case", "rho"), [("brr", 0.0), ("fay_0.3", 0.3)])
def test_balanced_halves_equal_the_reference(vector, design48, case, rho):
    given_case = vector("variance_replicate")[case]
    signs = {int(k): v for k, v in given_case["input"]["hadamard_sign_by_psu"].items()}
    frame = design48[design48["psu"].isin(signs)].reset_index(drop=True)
    multipliers = 1 + (1 - rho) * np.array([signs[p] for p in frame["psu"]])
    method = {"method": "fay", "rho": rho} if rho else {"method": "brr"}
    found = mean_of(sample_of(frame, multipliers, **method))
    assert found[:2] == pytest.approx((given_case["expected"]["est"], given_case["expected"]["se"]), rel=1e-9)


def test_a_raked_jackknife_is_raked_again_in_every_replicate(vector, small):
    expected = vector("variance_replicate")["jk1_reraked"]["expected"]
    frame = small["optin60"].drop(columns="id").assign(w=1.0)
    n = len(frame)
    options = {"concerns": ["price", "quality", "distance"]}
    sample = sample_of(frame, (1 - np.eye(n)) * n / (n - 1), method="jk1", multiple=options)
    margins = {name: small["targets"][name] for name in ("sex", "age", "edu")}
    found = shares(survey.rake(sample, margins, bounds=(0, np.inf)), "concerns", rules=ANYTHING)
    np.testing.assert_allclose(found.frame["estimate"], expected["est"], rtol=1e-8)
    np.testing.assert_allclose(found.covariance, expected["vcov"], rtol=1e-7)


def test_centring_at_the_replicates_by_hand():
    frame = pd.DataFrame({"price": [1.0, 0, 1, 1], "w": 1.0})
    half = np.array([[2.0, 0], [2, 0], [0, 2], [0, 2]])
    at_estimate = mean_of(sample_of(frame, half, method="bootstrap"))
    at_mean = mean_of(sample_of(frame, half, method="bootstrap", centre="replicates"))
    # Replicates 0.5 and 1 about 0.75, which is also the estimate.
    assert at_estimate[1] == at_mean[1] == pytest.approx(0.25)
    uneven = half * [1, 0.5] + [0, 0.5]
    # Replicates 0.5 and, with weights 1/2, 1/2, 3/2, 3/2, 3.5 / 4; their mean is 0.6875.
    assert mean_of(sample_of(frame, uneven, method="bootstrap"))[1] ** 2 == pytest.approx(
        (0.25**2 + 0.125**2) / 2
    )
    centred = sample_of(frame, uneven, method="bootstrap", centre="replicates")
    assert mean_of(centred)[1] == pytest.approx(0.1875)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_a_jackknife_of_many_is_close_to_linearisation(seed):
    rng = np.random.default_rng(seed)
    n = 150
    frame = pd.DataFrame({"price": (rng.uniform(size=n) < 0.4) * 1.0, "w": rng.uniform(1, 2, n),
                          "district": rng.choice(list("ab"), n)})  # fmt: skip
    sample = sample_of(frame, (1 - np.eye(n)) * n / (n - 1), method="jk1")
    linear = means(survey.from_frame(frame, "w"), "price", by="district", rules=ANY_NUMBER).frame["std_error"]
    found = means(sample, "price", by="district", rules=ANY_NUMBER).frame["std_error"]
    np.testing.assert_allclose(found, linear, rtol=0.04)


def test_a_group_against_the_rest_is_the_jackknife_of_the_difference():
    rng = np.random.default_rng(3)
    n = 240
    frame = pd.DataFrame(
        {"price": rng.choice(["no", "yes"], n), "district": rng.choice(list("abc"), n), "w": 1.0}
    )
    sample = sample_of(frame, (1 - np.eye(n)) * n / (n - 1), method="jk1")
    found = group_difference(sample, "price", by="district").rows(group="a", option="yes").iloc[0]
    apart = []
    for i in range(n):
        yes, a = frame["price"].drop(i) == "yes", frame["district"].drop(i) == "a"
        apart.append(yes[a].mean() - yes[~a].mean())
    yes, a = frame["price"] == "yes", frame["district"] == "a"
    variance = (n - 1) / n * ((np.array(apart) - (yes[a].mean() - yes[~a].mean())) ** 2).sum()
    assert found["std_error"] == pytest.approx(np.sqrt(variance), rel=1e-9)


def test_factors_are_multiplied_into_the_weight():
    frame = pd.DataFrame({"price": [1.0, 0, 1, 1, 0, 0], "w": [1.0, 2, 3, 1, 2, 3]})
    factors = np.random.default_rng(1).uniform(0, 2, (6, 5))
    names = [f"r{i}" for i in range(5)]
    wide = frame.join(pd.DataFrame(factors, columns=names))
    given_factors = survey.from_replicates(wide, "w", replicates=names, method="bootstrap", content="factors")
    assert mean_of(given_factors) == mean_of(sample_of(frame, factors, method="bootstrap"))


def test_a_group_in_one_unit_has_no_error_and_is_withheld():
    n = 40
    frame = pd.DataFrame({"price": ["no", "yes"] * 20, "w": 1.0, "town": ["lone"] * 10 + ["rest"] * 30})
    unit = np.repeat([0, 1, 2, 3], 10)
    multipliers = np.column_stack([np.where(unit == u, 0, 4 / 3) for u in range(4)])
    found = shares(sample_of(frame, multipliers, method="jk1"), "price", by="town").frame
    lone = found[found["group"] == "lone"]
    assert (lone["flag"] == "suppress").all()
    assert lone["estimate"].isna().all()
    assert n == len(frame)


REFUSALS = [
    ({"method": "jk2"}, "is not a recognised value"),
    ({"method": "jkn"}, "one a replicate"),
    ({"method": "fay"}, "rho"),
    ({"method": "fay", "rho": 1.0}, "rho"),
    ({"method": "brr", "scale": [1.0, 2, 3]}, "3 values for 2 replicates"),
    ({"method": "brr", "scale": -1.0}, "from 0 up"),
    ({"method": "brr", "centre": "median"}, 'use one of "estimate", "replicates"'),
    ({"method": "brr", "content": "logs"}, 'use one of "weights", "factors"'),
]


@pytest.mark.parametrize(("settings_of", "message"), REFUSALS)
def test_what_the_method_lacks_is_named(settings_of, message):
    frame = pd.DataFrame({"price": [1.0, 0, 1, 1], "w": 1.0})
    halves = np.array([[2.0, 0], [0, 2], [2, 0], [0, 2]])
    with pytest.raises(EstimateError, match=message):
        sample_of(frame, halves, **settings_of)


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [(1, -9.0, 'column "r1": adds up to -5'), (0, np.nan, "row 3"), (1, np.inf, "row 3")],
)
def test_a_wrong_replicate_weight_is_named(at, value, message):
    frame = pd.DataFrame({"price": [1.0, 0, 1, 1], "w": 1.0})
    halves = np.array([[2.0, 0], [0, 2], [2, 0], [0, 2]])
    halves[2, at] = value
    with pytest.raises(EstimateError, match=message):
        sample_of(frame, halves, method="brr")
    with pytest.raises(EstimateError, match="0 for everybody"):
        sample_of(frame, halves * 0 if np.isfinite(value) and value >= 0 else np.zeros((4, 2)), method="brr")
    with pytest.raises(EstimateError, match='column "r9"'):
        survey.from_replicates(frame, "w", replicates=["price", "r9"], method="brr")


def test_replicate_weights_may_be_negative_and_are_not_raked():
    frame = pd.DataFrame({"y": [1.0, 0.0] * 20, "sex": ["a", "b"] * 20, "w": 1.0})
    sample = sample_of(frame, np.tile([[3.0, -1.0], [-1.0, 3.0]], (20, 1)), method="bootstrap")
    # The means are 1.5 and -0.5 around 0.5: half of 1 + 1.
    found = means(sample, "y", rules=NumberRules(people=0, df=0)).frame
    assert found["std_error"].iloc[0] == pytest.approx(1)
    with pytest.raises(CalibrationError, match="negative weights"):
        survey.rake(sample, {"sex": {"a": 1, "b": 1}})


def test_replicates_that_cannot_meet_the_margins_are_counted_and_refused():
    frame = pd.DataFrame({"sex": list("abab"), "w": 1.0, "price": [1.0, 0, 1, 0]})
    halves = np.array([[2.0, 1], [0, 1], [2, 1], [0, 1]])
    with pytest.raises(CalibrationError, match="1 of 2 cannot be weighted"):
        survey.rake(sample_of(frame, halves, method="brr"), {"sex": {"a": 50, "b": 50}})


def test_a_technique_that_does_not_suit_is_refused(design48):
    n = len(design48)
    sample = sample_of(design48, (1 - np.eye(n)) * n / (n - 1), method="jk1")
    with pytest.raises(EstimateError, match="has replicate weights"):
        means(sample, "price", variance="taylor")
    with pytest.raises(EstimateError, match="has no replicate weights"):
        means(survey.from_frame(design48, "w"), "price", variance="replicates")


def test_variances_and_adjusted_shares_are_estimated_again_in_every_replicate(design48):
    n = len(design48)
    sample = sample_of(design48, (1 - np.eye(n)) * n / (n - 1), method="jk1")
    row = variances(sample, "price", rules=ANY_NUMBER).frame.iloc[0]

    def spread_of(left_out):
        w = np.delete(design48["w"].to_numpy(), left_out)
        y = np.delete(design48["price"].to_numpy(), left_out)
        return (w @ (y - w @ y / w.sum()) ** 2) / w.sum() * n / (n - 1)

    again = np.array([spread_of(i) for i in range(n)])
    assert row["estimate"] == pytest.approx(spread_of([]))
    assert row["std_error"] ** 2 == pytest.approx((n - 1) / n * ((again - row["estimate"]) ** 2).sum())
    adjusted = adjusted_shares(
        regression(sample, "price ~ district", family="logistic"), "district", rules=ANY_NUMBER
    )
    plain = means(sample, "price", by="district", rules=ANY_NUMBER).frame
    # With nothing else in the model, an adjusted share is the category's own.
    np.testing.assert_allclose(adjusted.frame["estimate"], plain["estimate"], rtol=1e-9)
    np.testing.assert_allclose(adjusted.frame["std_error"], plain["std_error"], rtol=1e-6)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"replicates": ["r0", "r0"]}, 'column "r0": is named twice'),
        ({"replicates": ["w", "r1"]}, 'column "w": is named twice'),
        ({"scale": "much"}, "scale='much'"),
        ({"weight": "town", "content": "factors"}, "other than numbers"),
        ({"frame": [1, 2]}, "from_replicates: was given a list"),
    ],
)
def test_a_call_with_the_wrong_things_is_refused_by_name(changed, message):
    frame = pd.DataFrame(
        {"y": [1.0, 0, 1], "w": 1.0, "town": list("abc"), "r0": [2.0, 0, 1], "r1": [0.0, 2, 1]}
    )
    call = {"frame": frame, "weight": "w", "replicates": ["r0", "r1"], "method": "brr"} | changed
    with pytest.raises(EstimateError, match=message):
        survey.from_replicates(call.pop("frame"), call.pop("weight"), **call)


def test_what_margins_fix_says_so_and_not_the_design():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"sex": rng.choice(list("ab"), 80), "w": 1.0})
    sample = survey.rake(
        sample_of(frame, rng.poisson(1, (80, 20)), method="bootstrap"), {"sex": {"a": 50, "b": 50}}
    )
    found = shares(sample, "sex").frame
    assert list(found["note"]) == ["fixed_by_margins"] * 2
    assert (found["std_error"] == 0).all()


def test_a_replicate_without_a_domain_is_left_out_of_its_variance():
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"u": np.repeat(np.arange(12), 8), "y": random.normal(size=96)})
    frame["g"] = np.where(frame["u"] < 3, "few", "most")
    sample = survey.from_frame(frame, clusters="u")
    made = survey.make_replicates(sample, "rao_wu", replicates=400, seed=1)
    row = variances(made, "y", by="g", rules=ANY_NUMBER).frame.set_index("group").loc["few"]
    plain = variances(sample, "y", by="g", rules=ANY_NUMBER).frame.set_index("group").loc["few"]
    assert row["std_error"] == pytest.approx(plain["std_error"], rel=0.5)


def test_everybody_alike_has_no_variance_and_is_withheld():
    frame = pd.DataFrame({"u": np.arange(60), "y": 3.7, "z": np.arange(60.0)})
    made = survey.make_replicates(survey.from_frame(frame, clusters="u"), "jk1")
    assert variances(made, "y").frame["note"].tolist() == ["no_variation"]
    assert means(made, "y").frame["note"].tolist() == ["no_variation"]


def test_the_logit_interval_of_replicates_has_the_margins_error_too(design48):
    frame = pd.DataFrame({"sex": ["m", "f"] * 200, "price": ([1.0, 0, 1, 1] * 100)})
    sample = survey.from_frame(frame, multiple={"c": ["price"]}, sample="opt-in")
    raked = survey.rake(sample, {"sex": {"m": 0.4, "f": 0.6}}, margin_errors={"sex": 50})
    made = survey.make_replicates(raked, "jk1")
    one, two = (shares(s, "c", interval="logit").frame.iloc[0] for s in (raked, made))
    assert one["conf_low"] == pytest.approx(two["conf_low"], abs=0.005)


@pytest.mark.parametrize("heaviest", [1.0, 1e9])
def test_a_heavy_unit_hides_no_degree_of_freedom(heaviest):
    base = np.r_[heaviest, np.ones(59)]
    frame = pd.DataFrame({"w": base, "q": ["a", "b"] * 30})
    left = base[:, None] * np.where(np.eye(60) == 1, 0, 60 / 59)
    names = [f"r{i}" for i in range(60)]
    frame = pd.concat([frame, pd.DataFrame(left, columns=names)], axis=1)
    sample = survey.from_replicates(frame, "w", replicates=names, method="jk1")
    base = question_base(sample, "q", None)
    assert shares_in(base.inside, base, "replicates")[0].df.tolist() == [59.0]
