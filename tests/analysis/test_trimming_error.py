"""What a cap costs and saves: worked numbers, a case by hand, what is refused."""

import numpy as np
import pandas as pd
import pytest

import survey
from analysis import trimming_error
from survey.errors import EstimateError


def test_worked_search_for_a_cap(vector, optin60):
    case = vector("trimming")["potter_mse_optin60_price"]["expected"]
    found = trimming_error(optin60[1], "concerns", "price", multiples=[row["k"] for row in case["grid"]])
    assert found.loc[0, "estimate"] == pytest.approx(case["untrimmed"]["est"], rel=1e-7)
    assert found.loc[0, "variance"] == pytest.approx(case["untrimmed"]["var"], rel=1e-6)
    for row, expected in zip(found.iloc[1:].to_dict("records"), case["grid"], strict=True):
        for name, key in (("cap", "cap"), ("cut", "trimmed"), ("estimate", "est"), ("variance", "var"),
                          ("covariance", "cov"), ("bias_square", "bias2_hat"), ("mse", "mse"),
                          ("mse_potter", "mse_potter_rho1")):  # fmt: skip
            assert row[name] == pytest.approx(expected[key], rel=1e-6, abs=1e-8), (expected["k"], name)
    assert found.loc[found["mse"].idxmin(), "times_median"] == case["best_k"]


def test_a_cap_nobody_reaches_changes_nothing():
    frame = pd.DataFrame({"a": [1.0, 0, 1, 0, 1, 1], "w": [1.0, 1, 1, 2, 2, 2]})
    found = trimming_error(survey.from_frame(frame, "w", multiple={"q": ["a"]}), "q", "a", multiples=[5])
    assert found.loc[1, "cut"] == 0
    assert found.loc[1, "mse"] == pytest.approx(found.loc[0, "variance"])
    # By hand: p = 6/9, z = w (y - p) / 9.
    z = frame["w"] * (frame["a"] - 6 / 9) / 9
    assert found.loc[0, "variance"] == pytest.approx(6 / 5 * (z**2).sum())


@pytest.mark.parametrize(
    ("design", "option", "words"),
    [
        ({"clusters": "u"}, "a", "plain list"),
        ({}, "b", "is not an option"),
        ({"w": 0}, "a", "cuts everybody"),
    ],
)
def test_what_it_cannot_judge_is_refused(design, option, words):
    frame = pd.DataFrame({"a": [1.0, 0, 1, 0], "w": [1.0, 1, 1, 1], "u": np.arange(4) // 2})
    design = {k: v for k, v in design.items() if k != "w"}
    sample = survey.from_frame(frame, "w", multiple={"q": ["a"]}, **design)
    with pytest.raises(EstimateError, match=words):
        trimming_error(sample, "q", option, multiples=[0.5])
