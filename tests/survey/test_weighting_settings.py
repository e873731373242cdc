"""One rule for the study file and for scripts: the caller only says how its error names the place."""

import pytest

import survey
from survey.errors import CalibrationError, MarginError, StudyError
from survey.study.weighting_settings import check_members, checked_bounds, checked_partners, refusal


@pytest.mark.parametrize(
    ("bounds", "settings", "expected"),
    [
        ("0.2-5", {}, "two numbers"),
        ((0.2, float("nan")), {}, "two numbers"),
        ((10**400, 5), {}, "two numbers"),
        ((0.2, 0.9), {}, "a lower bound under 1 and an upper bound over 1"),
        ((0.2, float("inf")), {"distance": "logit"}, "an upper bound over 1, both finite"),
        ((-0.2, 5), {}, "a lower bound from 0 up"),
        ((7, 3), {"relative_to": "base"}, "an upper bound above it"),
    ],
)
def test_bounds_that_no_weights_can_have_are_refused(bounds, settings, expected):
    with pytest.raises(CalibrationError) as caught:
        checked_bounds(bounds, refusal("bounds", bounds), **settings)
    # A number of hundreds of digits is cut.
    assert str(caught.value).startswith(f"bounds: is {bounds!r}; expected "[:150])
    assert expected in str(caught.value)


def test_bounds_are_read_as_numbers_in_the_unit_they_are_given_in():
    assert checked_bounds([0, 5], refusal("bounds", None)) == (0.0, 5.0)
    assert checked_bounds((-1, 5), refusal("bounds", None), distance="linear") == (-1.0, 5.0)
    assert checked_bounds((900, 3000), refusal("bounds", None), relative_to="base") == (900.0, 3000.0)


def test_a_group_of_one_category_is_refused_where_two_are_asked_for():
    refuse = refusal("collapse", None, StudyError)
    assert checked_partners([["a"], [1, 2]], refuse) == (("a",), ("1", "2"))
    with pytest.raises(StudyError, match="2 or more categories in each group"):
        checked_partners([["a"], ["b", "c"]], refuse, smallest=2)
    with pytest.raises(StudyError, match="groups of categories"):
        checked_partners([{"a": 1, "b": 2}], refuse)


def test_a_name_is_refused_with_the_nearest_one():
    with pytest.raises(MarginError, match=r'^collapse: "sx" is not one of the margins \(sex\); did you mean'):
        check_members(["sex", "sx"], ["sex"], "collapse", "margin")


def test_scripts_and_study_files_meet_the_same_rule(optin60):
    margins = {"sex": {"c0": 0.51, "c1": 0.49}}
    with pytest.raises(CalibrationError, match="expected a lower bound from 0 up"):
        survey.rake(optin60[0], margins, bounds=(-0.5, 5))
    with pytest.raises(MarginError, match=r'collapse "sex": is .* expected each category in one group only'):
        survey.rake(optin60[0], margins, collapse={"sex": [["c0", "c1"], ["c1", "c0"]]})
