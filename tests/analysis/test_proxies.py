"""The margins as a proxy: what self-selection on the answer itself would do."""

import numpy as np
import pytest
from volunteers import MARGINS, volunteers

import survey
from analysis import shares
from analysis.sensitivity.proxies import probit, proxy_pattern_mixture
from survey.errors import EstimateError


def test_a_probit_of_two_groups_is_their_two_shares_by_hand():
    from scipy.stats import norm

    x, people = np.eye(2), np.array([4e6, 4e6])
    beta = probit(x, people * [0.3, 0.8], people)
    assert beta[1] - beta[0] == pytest.approx(norm.ppf(0.8) - norm.ppf(0.3), abs=1e-4)
    alike = probit(x, np.array([0.0, 50.0]), np.array([50.0, 50.0]))
    assert np.isfinite(alike).all()


def test_an_answer_that_follows_the_margins_shows_what_selection_on_it_would_do():
    found = proxy_pattern_mixture(survey.rake(volunteers(tie=0.9), MARGINS), "q").frame
    yes = found[found["option"] == "yes"].set_index("group")
    rho = yes[yes["measure"] == "proxy_correlation"]["estimate"].iloc[0]
    assert rho > 0.8
    p = shares(survey.rake(volunteers(tie=0.9), MARGINS), "q").frame["estimate"].iloc[0]
    assert yes.loc["0", "estimate"] == pytest.approx(p)
    # Women were too many and say yes: the more the answer itself decided, the lower the truth.
    assert p > yes.loc["0.5", "estimate"] > yes.loc["1", "estimate"]


def test_an_answer_the_margins_say_nothing_of_is_named_weak():
    found = proxy_pattern_mixture(survey.rake(volunteers(), MARGINS), "q").frame
    assert set(found["note"]) == {"weak"}
    assert set(found["measure"]) == {"proxy_correlation"}
    assert (found["estimate"] >= 0).all()
    with pytest.raises(EstimateError, match="not weighted"):
        proxy_pattern_mixture(volunteers(), "q")
