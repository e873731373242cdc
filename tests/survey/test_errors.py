"""What errors say: the argument, the value and the values there are."""

from typing import Literal

import pytest

from survey.errors import EstimateError, StudyError, check_choice

Shape = Literal["round", "square"]


@pytest.mark.parametrize(
    ("value", "quoted"), [("oval", '"oval"'), (None, "None"), (3, "3"), (["round"], "['round']")]
)
def test_a_value_that_is_not_recognised_is_refused_with_those_that_are(value, quoted):
    with pytest.raises(EstimateError) as caught:
        check_choice("shape", value, Shape)
    assert str(caught.value) == (f'shape={quoted}: is not a recognised value; use one of "round", "square"')


def test_a_choice_may_come_from_a_sequence_and_raise_an_error_of_its_package():
    check_choice("shape", "square", Shape)
    check_choice("shape", "round", ("round",))
    with pytest.raises(
        StudyError, match=r'^trim, shape="square": is not a recognised value; use one of "round"$'
    ):
        check_choice("shape", "square", ("round",), error=StudyError, where="trim")
