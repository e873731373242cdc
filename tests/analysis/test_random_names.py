"""How many random answers halve what is not known of a share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimates import make_estimates
from analysis.numeric.blending.worth import bias_limits, names_to_halve, random_answers
from analysis.study.random_names import random_names


def limits(p, half, **changes):
    row = {
        "wave": "2024", "question": "q", "option": "yes", "by": "prior", "group": "0.06",
        "measure": "total_error", "estimate": p, "conf_low": p - half, "conf_high": p + half,
        "confidence": 0.95,
    }  # fmt: skip
    return make_estimates([row | changes], None, {})


def test_by_hand():
    # ±12 points at one half: 6 points take 1.96² / 4 / 0.06² = 267 answers.
    found = random_names(limits(0.5, 0.12), "2024", "q", "yes")
    assert [(one.group, round(one.n)) for one in found] == [("0.06", 267)]
    assert found[0].half == pytest.approx(0.12)


def test_none_where_nothing_is_known():
    assert random_names(limits(0.5, 0.12, flag="suppress"), "2024", "q", "yes") == []
    assert random_names(limits(0.5, 0.12), "2023", "q", "yes") == []
    assert random_names(limits(0.0, 0.12), "2024", "q", "yes") == []


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.3))
def test_that_many_have_half_the_error(p, error):
    n = names_to_halve(p, error**2)
    assert (p * (1 - p) / n) ** 0.5 == pytest.approx(error / 2)
    assert names_to_halve(p, error**2, 2.0) == pytest.approx(2 * n)


def test_worth_and_limits_of_a_bias():
    import numpy as np

    one = np.array
    assert random_answers(one([0.5]), one([0.01]))[0] == pytest.approx(25)
    assert np.isinf(random_answers(one([0.5]), one([-0.01]))[0])
    low, high = bias_limits(one([-0.02, 0.03, -0.05]), one([0.04, 0.07, -0.01]))
    assert low.tolist() == pytest.approx([0.0, 0.03, 0.01])
    assert high.tolist() == pytest.approx([0.04, 0.07, 0.05])
