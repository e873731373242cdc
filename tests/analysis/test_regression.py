"""Weighted regression, tests of its terms, adjusted shares, separation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rules import ANY_NUMBER, ANYTHING

import survey
from analysis import adjusted_shares, linear_combinations, means, regression, shares, term_test
from analysis.numeric.separation import separating
from survey.errors import EstimateError


@pytest.fixture
def design48(small):
    frame = small["design48"].query("stratum < 4").drop(columns=["id", "npsu"])
    return survey.from_frame(frame, "w", strata="stratum", clusters="psu")


def test_logistic_coefficients_equal_the_reference(vector, design48):
    expected = vector("regression")["design48_logit"]["expected"]
    found = regression(design48, "price ~ sex + age + edu", family="logistic")
    np.testing.assert_allclose(found.coefficients, expected["coef"], rtol=1e-6)
    np.testing.assert_allclose(found.covariance, expected["vcov"], rtol=1e-6)
    assert found.df == expected["df"]
    assert list(found.frame["term"]) == ["Intercept", "sex[T.c1]", "age[T.c1]", "age[T.c2]", "edu[T.c1]"]


@pytest.mark.parametrize(("question", "key"), [("sex", "sex"), ("edu", "edu")])
def test_adjusted_shares_equal_the_worked_numbers(vector, design48, question, key):
    expected = vector("regression")["design48_logit"]["expected"]["ame"][key]
    model = regression(design48, "price ~ sex + age + edu", family="logistic")
    found = adjusted_shares(model, question, rules=ANY_NUMBER)
    wanted = [expected["adjusted_share_0"], expected["adjusted_share_1"]]
    np.testing.assert_allclose(found.frame["estimate"], wanted, rtol=1e-6)
    effect = linear_combinations(found, {"effect": [-1, 1]}).frame.iloc[0]
    assert effect["estimate"] == pytest.approx(expected["est"], rel=1e-6)
    assert effect["std_error"] == pytest.approx(expected["se_with_covariate_sampling"], rel=1e-6)


def test_raked_weights_leave_their_residuals(vector, optin60):
    expected = vector("regression")["optin60_raked_logit"]["expected"]
    found = regression(
        optin60[1], "chose(concerns, 'price') ~ sex + edu", family="logistic", variance="taylor"
    )
    np.testing.assert_allclose(found.coefficients, expected["coef"], rtol=1e-6)
    np.testing.assert_allclose(found.covariance, expected["vcov"], rtol=1e-6)


def test_a_line_through_two_groups_is_their_difference_by_hand(design48):
    model = regression(design48, "hours ~ sex")
    found = means(design48, "hours", by="sex", rules=ANY_NUMBER).frame["estimate"]
    np.testing.assert_allclose(model.coefficients, [found[0], found[1] - found[0]], rtol=1e-10)


def test_a_logistic_model_of_one_question_gives_its_own_shares(optin60):
    sample = optin60[0]
    model = regression(sample, "chose(concerns, 'price') ~ sex", family="logistic")
    found = adjusted_shares(model, "sex", rules=ANY_NUMBER).frame
    plain = shares(sample, "concerns", by="sex", rules=ANYTHING).rows(option="price")
    np.testing.assert_allclose(found["estimate"], plain["estimate"], rtol=1e-9)


def test_log_linear_rates_by_hand():
    frame = pd.DataFrame(
        {"town": list("aabb") * 10, "days": [3.0, 5, 1, 1] * 10, "children": [2.0, 2, 1, 3] * 10}
    )
    found = regression(
        survey.from_frame(frame), "days ~ town", family="log_linear", offset="np.log(children)"
    )
    # 8 days among 4 children, 2 among 4.
    np.testing.assert_allclose(np.exp(found.coefficients), [2, 0.25], rtol=1e-10)


def test_the_test_of_one_coefficient_is_its_t_squared(design48):
    model = regression(design48, "hours ~ sex + age")
    row, test = model.frame.iloc[1], term_test(model, "sex")
    assert (test.statistic, test.p_value) == pytest.approx((row["statistic"] ** 2, row["p_value"]), rel=1e-9)
    with pytest.raises(EstimateError, match=r"edu.*is not in the model"):
        term_test(model, "edu")


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.sampled_from(["linear", "logistic", "log_linear"]))
def test_scale_of_weights_and_order_of_rows_do_not_matter(seed, scale, family):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"a": rng.choice(list("xyz"), 60), "b": rng.normal(size=60), "w": rng.uniform(1, 4, 60)}
    )
    frame["y"] = (rng.uniform(size=60) < 0.5).astype(float)
    frame.loc[:11, ["a", "y"]] = [[a, y] for a in "xyz" for y in (0.0, 1.0)] * 2
    one = regression(survey.from_frame(frame, "w"), "y ~ a + b", family=family)
    other = frame.sample(frac=1, random_state=seed).assign(w=lambda f: f["w"] * scale)
    two = regression(survey.from_frame(other, "w"), "y ~ a + b", family=family)
    np.testing.assert_allclose(one.coefficients, two.coefficients, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(one.covariance, two.covariance, rtol=1e-6, atol=1e-9)


def test_people_outside_among_stay_in_the_design(design48):
    within = regression(design48, "hours ~ sex", among={"district": "c0"})
    by = means(design48, "hours", by=["district", "sex"], rules=ANY_NUMBER)
    at = [list(by.frame["group"]).index(g) for g in ("c0 x c0", "c0 x c1")]
    v = by.covariance
    expected = v[at[0], at[0]] + v[at[1], at[1]] - 2 * v[at[0], at[1]]
    assert within.frame["std_error"].iloc[1] ** 2 == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("formula", "settings_of", "message"),
    [
        ("hours ~ sex + shoe", {}, "names shoe, which is not in the sample"),
        ("hours ~ sex +", {}, "cannot be read"),
        ("~ sex", {}, "has no response"),
        ("hours ~ sex + I(sex == 'c1')", {}, r"I\(sex == 'c1'\).*is a linear combination"),
        ("sex ~ hours", {"family": "logistic"}, "several categories; say which answer"),
        ("hours ~ sex", {"family": "logistic"}, "takes 0 or 1"),
        ("I(hours - 100) ~ sex", {"family": "log_linear"}, "takes 0 or more"),
        ("hours ~ np.log(price)", {}, "infinite value"),
        ("hours ~ sex + age + edu + district", {}, "leaves 0 degrees of freedom"),
        ("hours ~ sex", {"among": {"district": "c9"}}, 'has no option "c9"'),
        ("hours ~ sex", {"family": "probit"}, 'use one of "linear", "logistic", "log_linear"'),
        ("hours ~ Q('shoe')", {}, 'question shoe'),
        ("hours ~ sex", {"offset": "nonsense(hours)"}, "names nonsense"),
        ("hours ~ sex", {"offset": "sex"}, r'offset "sex": is not a number'),
        (None, {}, "NoneType; give a text"),
    ],
)  # fmt: skip
def test_what_has_no_answer_is_refused_in_a_line(design48, formula, settings_of, message):
    with pytest.raises(EstimateError, match=message) as caught:
        regression(design48, formula, **settings_of)
    assert "\n" not in str(caught.value)


def test_separation_names_the_category():
    frame = pd.DataFrame({"district": list("aabbccbbaa") * 5, "wants": [0, 1, 0, 1, 1, 1, 1, 0, 1, 0] * 5})
    sample = survey.from_frame(frame.astype({"wants": float}))
    with pytest.raises(EstimateError, match=r"district\[T.c\] separates the answers.*merge that category"):
        regression(sample, "wants ~ district", family="logistic")


def test_separation_by_a_threshold_and_none_by_hand():
    x = np.column_stack([np.ones(6), [1.0, 2, 3, 4, 5, 6]])
    assert separating(x, np.array([0.0, 0, 0, 1, 1, 1]), "logistic") == (0, 1)
    assert separating(x, np.array([0.0, 0, 1, 0, 1, 1]), "logistic") == ()
    group = np.column_stack([np.ones(4), [0.0, 0, 1, 1]])
    assert separating(group, np.array([2.0, 0, 0, 0]), "log_linear") == (1,)
    assert separating(group, np.array([2.0, 0, 0, 3]), "log_linear") == ()


def test_adjusted_shares_of_a_question_not_in_the_model_are_refused(design48):
    model = regression(design48, "hours ~ sex")
    with pytest.raises(EstimateError, match="add it to the formula"):
        adjusted_shares(model, "edu")


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("chose(concerns, 'prise') ~ sex", r"'prise'.*did you mean \"price\""),
        (
            "age == 'c1' ~ concerns",
            r'has the multiple-response question "concerns"; say which, as in chose\(concerns, \'price\'\)',
        ),
        ("age == 'c1' ~ Q('concerns')", 'has the multiple-response question "concerns"'),
    ],
)
def test_a_tick_question_is_asked_for_by_option(optin60, formula, message):
    with pytest.raises(EstimateError, match=message):
        regression(optin60[0], formula, family="logistic")


def test_a_mean_that_calibration_fixes_is_no_coefficient():
    frame = pd.DataFrame({"a": list("xyxyxyxy"), "hours": [1.0, 2, 3, 4, 5, 6, 7, 9]})
    sample = survey.calibrate(survey.from_frame(frame), {"a": {"x": 40, "y": 40}}, totals={"hours": 380})
    with pytest.raises(EstimateError, match="Intercept; leave out what the weighting"):
        regression(sample, "hours ~ 1", variance="taylor")
