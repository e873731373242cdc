"""What no machine holds is refused by name before it is tried: remarks as a question, groups by thousands."""

import numpy as np
import pandas as pd
import pytest

import survey
from analysis import shares
from survey.errors import EstimateError


def test_a_column_of_remarks_is_no_question():
    frame = pd.DataFrame({"q": ["a", "b"] * 30_000, "remark": [f"r{i}" for i in range(60_000)]})
    with pytest.raises(EstimateError, match=r'column "remark": has 60,000 different answers.*drop it'):
        survey.from_frame(frame)
    assert len(survey.from_frame(frame, key="remark").keys) == 60_000


@pytest.mark.parametrize("strata", [None, "town"])
def test_categories_left_over_from_a_larger_frame_do_not_count(strata):
    town = pd.Categorical([f"t{i}" for i in range(6_000)])
    frame = pd.DataFrame({"town": town, "q": ["a", "b"] * 3_000})
    part = frame[frame["town"].isin(["t1", "t2", "t3"])]
    part = pd.concat([part, part], ignore_index=True)
    sample = survey.from_frame(part, strata=strata)
    assert sample.tally.levels["town"].options == ("t1", "t2", "t3")


def test_strata_by_thousands_are_strata_though_no_question():
    frame = pd.DataFrame({"q": ["a", "b", "b", "a"] * 3_000, "pair": [f"p{i // 2}" for i in range(12_000)]})
    sample = survey.from_frame(frame, strata="pair")
    assert "pair" not in sample.tally.codes
    assert shares(sample, "q").frame["estimate"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("by", ["g", ["g", "h"]])
def test_more_estimates_than_a_joint_covariance_holds_are_refused(by):
    random = np.random.default_rng(1)
    frame = pd.DataFrame({name: random.integers(0, 80, 3_000).astype(str) for name in ("q", "g", "h")})
    with pytest.raises(EstimateError, match=r"estimates at once, and 5,000 is the most"):
        shares(survey.from_frame(frame), "q", by=by)
    assert len(shares(survey.from_frame(frame), "q").frame) == 80
