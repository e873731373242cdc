"""Shares under other rules of screening."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis import screening_variants, shares
from analysis.sensitivity.screening_variants import variant_of
from survey import read_responses, read_study, screen, weigh
from survey.errors import EstimateError

STUDY = read_study(Path(__file__).parents[2] / "data" / "taiyuan" / "study.toml")


@pytest.fixture(scope="module")
def returned():
    return read_responses(STUDY, "2024")


@pytest.fixture(scope="module")
def variants(returned):
    return screening_variants(STUDY, returned, "concerns")


def test_the_default_is_the_studys_own(returned, variants):
    kept, _ = screen(returned, STUDY)
    own = shares(weigh(kept, STUDY), "concerns").frame
    rows = variants.rows(group="default")
    np.testing.assert_array_equal(rows["estimate"], own["estimate"])
    np.testing.assert_array_equal(rows["conf_high"], own["conf_high"])


def test_stricter_rules_leave_fewer_people(variants):
    n = variants.frame.groupby("group", sort=False)["n"].max()
    assert list(n.index) == ["none", "minimal", "default", "strict"]
    assert n["none"] > n["minimal"] > n["default"] > n["strict"]
    assert (variants.frame["by"] == "screening").all()
    assert variants.covariance is None


def test_each_set_of_rules_is_the_one_it_says():
    plan = STUDY.screening
    assert variant_of(plan, "none").rules == ("test", "no_consent", "ineligible")
    assert variant_of(plan, "default") is plan
    strict = variant_of(plan, "strict")
    assert strict.share_of_median == 0.5
    assert strict.identical == 0.8
    lenient = replace(plan, share_of_median=0.6)
    assert variant_of(lenient, "strict").share_of_median == 0.6
    with pytest.raises(EstimateError, match='"none", "minimal", "default", "strict"'):
        variant_of(plan, "lax")


def test_screened_responses_are_refused(returned):
    with pytest.raises(EstimateError, match="screened already"):
        screening_variants(STUDY, screen(returned, STUDY)[0], "concerns")
