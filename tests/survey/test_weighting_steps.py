"""Weighting classes, unknown categories shared out, margins with their own error."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANYTHING

import survey
from analysis import shares
from survey.errors import EstimateError, MarginError
from survey.weighting.margins import categories
from survey.weighting.margins.categories import collapse


def unknowns(case):
    frame = pd.DataFrame({"sex": case["input"]["sex"], "edu": case["input"]["edu"], "who": 0})
    frame["who"] = [f"p{i:02}" for i in range(len(frame))]
    frame["sex"] = frame["sex"].map({0: "m", 1: "f"})
    frame["edu"] = frame["edu"].map({0: "a", 1: "b"})
    targets = {"sex": dict(zip("mf", case["input"]["sex_targets"], strict=True))}
    targets["edu"] = dict(zip("ab", case["input"]["edu_targets"], strict=True))
    return frame, targets


def weights_of(sample):
    """Return weights as shares of their sum, by person in the frame's order."""
    who = sample.tally.levels["who"].options
    each = pd.Series(sample.weight, [who[code] for code in sample.tally.codes["who"]]).sort_index()
    return (each / each.sum()).to_numpy()


@pytest.fixture
def lenient(monkeypatch):
    """The worked cases have a fifth unknown, where the product stops at a tenth."""
    monkeypatch.setattr(categories, "UNKNOWN_LIMIT", 0.5)


@pytest.mark.parametrize("policy", ["own_target", "fractional"])
def test_worked_case_of_unknown_categories(vector, lenient, policy):
    case = vector("raking")[f"unknown_{policy}"]
    frame, targets = unknowns(case)
    raked = survey.rake(survey.from_frame(frame), targets, bounds=(0, np.inf), unknown=policy)
    np.testing.assert_allclose(weights_of(raked), case["expected"]["w"], rtol=1e-7)


def test_shared_out_unknowns_by_hand():
    # One of twenty has no known sex: half counts as m, half as f, at targets of a half each.
    frame = pd.DataFrame({"sex": ["m"] * 15 + ["f"] * 4 + [None], "price": [1.0] * 10 + [0.0] * 10})
    raked = survey.rake(
        survey.from_frame(frame, multiple={"c": ["price"]}),
        {"sex": {"m": 0.5, "f": 0.5}},
        unknown="fractional",
    )
    weight = raked.weight[raked.tally.codes["sex"] == 2]
    assert weight == pytest.approx([(10 / 15.5 + 10 / 4.5) / 2])
    table = raked.history.weighting.margins[0].categories
    assert [c.codes for c in table] == [("f",), ("m",)] or [c.codes for c in table] == [("m",), ("f",)]
    assert [c.weighted for c in table] == pytest.approx([0.5, 0.5])


def test_the_error_of_shared_out_unknowns_agrees_with_the_jackknife():
    random = np.random.default_rng(4)
    frame = pd.DataFrame({"sex": random.choice(["m", "f"], 900, p=[0.3, 0.7]).astype(object)})
    frame["price"] = (random.random(900) < np.where(frame["sex"] == "m", 0.8, 0.3)).astype(float)
    frame.loc[random.random(900) < 0.08, "sex"] = None
    sample = survey.from_frame(frame, multiple={"c": ["price"]}, sample="opt-in")
    raked = survey.rake(sample, {"sex": {"m": 0.5, "f": 0.5}}, unknown="fractional")
    plain = shares(raked, "c").frame["std_error"].iloc[0]
    again = shares(survey.make_replicates(raked, "jk1"), "c").frame["std_error"].iloc[0]
    assert plain == pytest.approx(again, rel=0.02)


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.integers(0, 10_000))
def test_nobody_unknown_makes_the_policies_one(seed):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"sex": random.choice(["m", "f"], 60), "who": [f"p{i:02}" for i in range(60)]})
    sample = survey.from_frame(frame)
    one, two = (
        survey.rake(sample, {"sex": {"m": 0.5, "f": 0.5}}, unknown=u) for u in ("own_target", "fractional")
    )
    np.testing.assert_allclose(one.weight, two.weight, rtol=1e-12)


def test_an_unknown_policy_is_refused(optin60):
    with pytest.raises(survey.SurveyError, match="own_target"):
        survey.rake(optin60[0], {"sex": {"c0": 1, "c1": 1}}, unknown="drop")


def test_worked_case_of_margins_with_their_own_error(vector, small, optin60):
    case = vector("calibration")["optin60_raking_uncertain_margins"]
    # The worked case gives variances of all categories but the first of each margin, which makes up the
    # total and so takes their error with the opposite sign.
    errors = {}
    for name, variances in (("sex", [225.0]), ("age", [400.0, 400.0]), ("edu", [625.0])):
        whole = np.vstack([-np.ones(len(variances)), np.eye(len(variances))])
        errors[name] = whole @ np.diag(variances) @ whole.T
    margins = {name: small["targets"][name] for name in errors}
    raked = survey.rake(optin60[0], margins, bounds=(0, np.inf), margin_errors=errors)
    row = shares(raked, "concerns", variance="taylor", rules=ANYTHING).frame.iloc[0]
    plain = shares(optin60[1], "concerns", variance="taylor", rules=ANYTHING).frame.iloc[0]
    assert row["std_error"] ** 2 - plain["std_error"] ** 2 == pytest.approx(
        case["expected"]["var_margins"], rel=1e-6
    )
    assert row["std_error"] == pytest.approx(case["expected"]["se_total"], rel=1e-6)


def test_a_margin_from_a_survey_gives_what_it_fixes_that_surveys_error(optin60):
    # A share of the margin itself is then known as well as the 400 answers knew it.
    raked = survey.rake(
        optin60[0], {"sex": {"c0": 0.51, "c1": 0.49}}, margin_errors={"sex": 400}, bounds=(0, np.inf)
    )
    row = shares(raked, "sex", rules=ANYTHING).frame.iloc[0]
    assert row["std_error"] == pytest.approx(np.sqrt(0.51 * 0.49 / 400), rel=1e-9)
    assert row["note"] != "fixed_by_margins"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (0.5, "number of answers"),
        ("many", "number of answers"),
        ([[1.0]], "is not a valid 2 × 2 covariance matrix"),
        ([[1.0, 2.0], [2.0, 1.0]], "is not a valid 2 × 2 covariance matrix"),
        ([[1.0, 0.5], [0.0, 1.0]], "is not a valid 2 × 2 covariance matrix"),
    ],
)
def test_an_impossible_error_of_a_margin_is_refused(optin60, error, words):
    with pytest.raises(MarginError, match=words):
        survey.rake(optin60[0], {"sex": {"c0": 0.51, "c1": 0.49}}, margin_errors={"sex": error})


def test_an_error_of_no_margin_is_refused(optin60):
    with pytest.raises(MarginError, match="not one of the margins"):
        survey.rake(optin60[0], {"sex": {"c0": 0.51, "c1": 0.49}}, margin_errors={"age": 400})


def invited():
    """Ten invited in town, six of whom responded; ten in the county, three of whom did."""
    frame = pd.DataFrame({"place": ["town"] * 10 + ["county"] * 10, "w": [1.0] * 10 + [2.0] * 10})
    frame["came"] = ["yes"] * 6 + ["no"] * 4 + ["yes"] * 3 + ["no"] * 7
    frame["price"] = np.where(frame["came"] == "yes", np.arange(20) % 2, np.nan)
    return frame


def test_weighting_classes_by_hand():
    sample = survey.from_frame(invited(), "w", multiple={"c": ["price"]})
    made = survey.adjust_nonresponse(sample, "came", "yes", classes=["place"])
    assert made.tally.n == 9
    assert sorted(set(made.weight.round(9))) == [round(10 / 6, 9), round(20 / 3, 9)]
    assert made.weight @ made.tally.count == pytest.approx(30)
    assert made.history.weighting.nonresponse.classes == (("county", 10, 3, 10 / 3), ("town", 10, 6, 10 / 6))
    together = survey.adjust_nonresponse(sample, "came", "yes")
    assert sorted(set(together.weight.round(9))) == [round(30 / 12, 9), round(60 / 12, 9)]


def test_weighting_classes_in_a_clustered_sample_leave_out_units_without_respondents():
    frame = invited().assign(h=["x"] * 10 + ["y"] * 10, u=np.arange(20) // 2)
    sample = survey.from_frame(frame, "w", strata="h", clusters="u", multiple={"c": ["price"]})
    made = survey.adjust_nonresponse(sample, "came", "yes", classes=["place"])
    assert int(made.tally.units[0].max()) + 1 == len(np.unique(made.tally.units[0])) == 5
    kept = frame[frame["came"] == "yes"].assign(w=lambda f: f["w"] * np.where(f["h"] == "x", 10 / 6, 10 / 3))
    plain = survey.from_frame(kept, "w", strata="h", clusters="u", multiple={"c": ["price"]})
    one, two = (shares(s, "c", rules=ANYTHING).frame for s in (made, plain))
    np.testing.assert_allclose(one["std_error"], two["std_error"])


@pytest.mark.parametrize(
    ("change", "arguments", "words"),
    [({}, ("came", "maybe"), 'has no answer "maybe"'), ({}, ("c", "yes"), "no answer"),
     ({"place": [None] * 20}, ("came", "yes"), "is not known of 20"),
     ({"came": ["yes"] * 10 + ["no"] * 10}, ("came", "yes"), "no respondents in county")],
)  # fmt: skip
def test_impossible_classes_are_refused(change, arguments, words):
    frame = invited().assign(**change).astype({"place": object})
    sample = survey.from_frame(frame, "w", multiple={"c": ["price"]})
    with pytest.raises(EstimateError, match=words):
        survey.adjust_nonresponse(sample, *arguments, classes=["place"])


def test_classes_come_before_calibration(optin60):
    with pytest.raises(EstimateError, match="adjust for it first"):
        survey.adjust_nonresponse(optin60[1], "sex", "c0")


@pytest.mark.parametrize("name", ["12_80_150_40_3", "5_5_5", "40_50", "100_2_100", "31_29_30_4"])
def test_worked_merging_of_neighbours(vector, name):
    case = vector("raking")[f"collapse_{name}"]
    counts = {str(i): n for i, n in enumerate(case["input"]["counts"])}
    groups, _ = collapse(counts, "neighbours", minimum=case["input"]["minimum"])
    assert [[int(code) for code in group] for group in groups] == case["expected"]["groups"]


def test_respondents_are_taken_as_the_people_drawn_by_the_fpc_too():
    frame = pd.DataFrame({"came": ["y"] * 155 + ["n"] * 145, "all": 300})
    frame["price"] = np.random.default_rng(1).integers(0, 2, 300).astype(float)
    sample = survey.from_frame(frame, fpc="all", multiple={"c": ["price"]})
    made = survey.adjust_nonresponse(sample, "came", "y")
    kept = frame[frame["came"] == "y"]
    plain = survey.from_frame(kept, fpc="all", multiple={"c": ["price"]})
    one, two = (shares(s, "c").frame["std_error"].iloc[0] for s in (made, plain))
    assert one == pytest.approx(two)


def test_a_class_that_a_replicate_has_lost_altogether_is_no_failure():
    random = np.random.default_rng(2)
    frame = pd.DataFrame({"school": np.repeat([f"s{i:02}" for i in range(12)], 10), "came": "y"})
    frame["price"] = random.integers(0, 2, 120).astype(float)
    frame.loc[random.random(120) < 0.3, "came"] = "n"
    sample = survey.from_frame(frame, clusters="school", multiple={"c": ["price"]})
    frame["class"] = frame["school"]
    sample = survey.from_frame(frame, clusters="school", multiple={"c": ["price"]})
    made = survey.make_replicates(survey.adjust_nonresponse(sample, "came", "y", classes=["class"]), "jk1")
    assert made.history.weighting.replication.failed == 0


def test_bounds_that_the_average_weight_is_outside_of_are_refused():
    frame = pd.DataFrame({"sex": ["m", "f"] * 50})
    sample = survey.from_frame(frame)
    for bounds in ((0.2, 5), (1, 2)):
        with pytest.raises(survey.SurveyError, match="must be 970 times the base weight"):
            survey.calibrate(
                sample, {"sex": {"m": 45000, "f": 52000}}, distance="logit", bounds=bounds, relative_to="base"
            )


@pytest.mark.parametrize("bounds", [(0, np.inf), (0.7, 1.8)])
@pytest.mark.parametrize("distance", ["raking", "linear"])
def test_the_derivative_by_the_margins_is_that_of_finite_differences(bounds, distance):
    random = np.random.default_rng(7)
    frame = pd.DataFrame(
        {"sex": random.choice(["m", "f"], 200, p=[0.35, 0.65]), "age": random.choice(list("abc"), 200)}
    )
    frame["price"] = (random.random(200) < np.where(frame["sex"] == "m", 0.8, 0.3)).astype(float)
    sample = survey.from_frame(frame, multiple={"c": ["price"]}, sample="opt-in")
    low = -np.inf if distance == "linear" and bounds[0] == 0 else bounds[0]

    def share(m, **more):
        margins = {"sex": {"m": m, "f": 1 - m}, "age": {"a": 0.4, "b": 0.35, "c": 0.25}}
        made = survey.calibrate(sample, margins, distance=distance, bounds=(low, bounds[1]), **more)
        return shares(made, "c", rules=ANYTHING).frame.iloc[0]

    step = 1e-5
    slope = (share(0.5 + step)["estimate"] - share(0.5 - step)["estimate"]) / (2 * step)
    error = [[1.0, -1.0], [-1.0, 1.0]]
    added = share(0.5, margin_errors={"sex": np.array(error) * 1e-4})["std_error"] ** 2
    assert added - share(0.5)["std_error"] ** 2 == pytest.approx(1e-4 * slope**2, rel=1e-4)
