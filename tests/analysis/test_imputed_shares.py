"""Shares with item nonresponse imputed: among people alike, repeatable, intervals that hold."""

import numpy as np
import pandas as pd
import pytest
from volunteers import volunteers

import survey
from analysis import shares
from analysis.sensitivity.imputed_shares import imputed_shares, item_nonresponse
from survey.errors import EstimateError


def with_blanks(n=900, *, seed=3):
    """Women say yes, men no, for the most part; men leave it blank more often."""
    random = np.random.default_rng(seed)
    sex = random.choice(["f", "m"], n)
    yes = random.random(n) < np.where(sex == "f", 0.8, 0.3)
    answer = np.where(yes, "yes", "no").astype(object)
    answer[random.random(n) < np.where(sex == "f", 0.05, 0.45)] = None
    return survey.from_frame(pd.DataFrame({"sex": sex, "q": answer}), sample="opt-in")


def test_the_silent_are_filled_in_from_people_of_their_own_kind():
    sample = survey.rake(with_blanks(), {"sex": {"f": 0.5, "m": 0.5}})
    assert item_nonresponse(sample, "q") == pytest.approx(0.25, abs=0.04)
    answered = shares(sample, "q").frame.set_index("option")
    filled = imputed_shares(sample, "q", seed=1).frame.set_index("option")
    by_sex = shares(sample, "q", by="sex").frame.query("option == 'yes'")["estimate"].to_numpy()
    # Within a sex the silent are like the others, so the truth is the mean of the two sexes.
    assert filled.loc["yes", "estimate"] == pytest.approx(by_sex.mean(), abs=0.01)
    assert answered.loc["yes", "estimate"] > filled.loc["yes", "estimate"] + 0.03
    assert filled.loc["yes", "std_error"] > 0.8 * answered.loc["yes", "std_error"]
    assert filled["estimate"].sum() == pytest.approx(1)


def test_the_same_seed_fills_in_the_same_and_another_about_the_same():
    sample = survey.rake(with_blanks(), {"sex": {"f": 0.5, "m": 0.5}})
    one, again, other = (imputed_shares(sample, "q", seed=s).frame["estimate"].to_numpy() for s in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    np.testing.assert_allclose(one, other, atol=0.02)
    assert not np.array_equal(one, other)


def test_intervals_of_imputed_shares_hold_the_truth():
    held, runs = 0, 60
    for seed in range(runs):
        sample = survey.rake(with_blanks(400, seed=seed), {"sex": {"f": 0.5, "m": 0.5}})
        row = imputed_shares(sample, "q", seed=seed, imputations=10).frame.set_index("option").loc["yes"]
        held += row["conf_low"] <= 0.55 <= row["conf_high"]
    assert held >= 52  # 95% of 60, less three standard errors


def test_what_cannot_be_imputed_is_refused():
    sample = with_blanks()
    with pytest.raises(EstimateError, match="nobody to impute"):
        imputed_shares(volunteers(), "q", seed=1)
    with pytest.raises(EstimateError, match="too few"):
        imputed_shares(sample, "q", seed=1, imputations=1)
