"""Shares under other rules of screening, margins, bounds and bases, and the keys they have in the table."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from volunteers import MARGINS, volunteers

import survey
from analysis import screening_variants, shares
from analysis.estimates import make_estimates
from analysis.sensitivity.alternative_shares import rule_alternatives, variant_of, weighting_alternatives
from analysis.sensitivity.alternatives import AS_HERE, Alternative, alternative_of, with_present_keys
from survey import read_responses, read_study, screen, weigh
from survey.errors import EstimateError
from survey.weighting.margins.margins import margin_from_values

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
    assert (variants.frame["measure"] == "alternative_share").all()
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


def test_every_choice_is_the_weighting_it_says():
    start = volunteers(tie=0.4)
    sample = survey.rake(start, MARGINS)
    other = [margin_from_values("sex", {"f": 0.9, "m": 0.1})]
    found = weighting_alternatives(sample, "q", other_margins={"old": other}).frame
    assert set(found["measure"]) == {"alternative_share"}
    yes = found[found["option"] == "yes"].set_index(["by", "group"])["estimate"]

    def share(sample):
        return shares(sample, "q").frame["estimate"].iloc[0]

    assert list(yes.index) == [
        ("as_here", ""),
        ("unweighted", ""),
        ("margin_left_out", "sex"),
        ("margin_left_out", "age"),
        ("other_margins", "old"),
        ("bounds", "narrower"),
        ("bounds", "wider"),
    ]
    assert yes["as_here", ""] == share(sample)
    assert yes["unweighted", ""] == share(start)
    assert yes["margin_left_out", "sex"] == share(survey.rake(start, {"age": MARGINS["age"]}))
    assert yes["other_margins", "old"] == share(survey.rake(start, {"sex": {"f": 0.9, "m": 0.1}}))
    assert yes["bounds", "wider"] == pytest.approx(share(survey.rake(start, MARGINS, bounds=(0.1, 10))))


def test_a_choice_that_no_weights_meet_is_withheld_by_name():
    sample = survey.rake(volunteers(), MARGINS)
    far = [margin_from_values("sex", {"f": 0.001, "m": 0.999})]
    found = weighting_alternatives(sample, "q", other_margins={"far": far}).rows(
        by="other_margins", group="far"
    )
    assert set(found["note"]) == {"cannot_be_weighted"}
    assert found["estimate"].isna().all()
    trimmed = survey.trim(sample)
    with pytest.raises(EstimateError, match="several steps"):
        weighting_alternatives(trimmed, "q")


def test_each_rule_that_set_somebody_aside_is_left_out_in_turn(returned):
    found = rule_alternatives(STUDY, returned, "concerns").frame
    assert list(dict.fromkeys(found["group"])) == ["incomplete", "duplicate", "speeder"]
    assert set(found["by"]) == {"rule_left_out"}
    rules = tuple(rule for rule in STUDY.screening.rules if rule != "speeder")
    changed = replace(STUDY, screening=replace(STUDY.screening, rules=rules))
    own = shares(weigh(screen(returned, changed)[0], changed), "concerns").frame
    rows = found[found["group"] == "speeder"]
    np.testing.assert_array_equal(rows["estimate"], own["estimate"])
    with pytest.raises(EstimateError, match="screened already"):
        rule_alternatives(STUDY, screen(returned, STUDY)[0], "concerns")


# --- keys in the table


@pytest.mark.parametrize(
    "alternative",
    [AS_HERE, Alternative("margin_left_out", "sex x age"), Alternative("screening", "none")],
)
def test_the_keys_of_an_alternative_give_it_back(alternative):
    keys = alternative.keys
    assert keys["measure"] == "alternative_share"
    assert alternative_of(keys["by"], keys["group"]) == alternative


def test_a_crossed_margin_left_out_names_its_questions():
    assert Alternative("margin_left_out", "sex x age").questions == ("sex", "age")


def test_a_kind_that_is_not_one_is_refused():
    with pytest.raises(EstimateError, match='by="district": is not a recognised value; use one of "as_here"'):
        alternative_of("district", "north")


FORMER = {
    ("choice", "as_here"): ("as_here", ""),
    ("choice", "unweighted"): ("unweighted", ""),
    ("choice", "without sex x age"): ("margin_left_out", "sex x age"),
    ("choice", "margins census2010"): ("other_margins", "census2010"),
    ("choice", "narrower_bounds"): ("bounds", "narrower"),
    ("choice", "wider_bounds"): ("bounds", "wider"),
    ("choice", "base_asked"): ("base", "asked"),
    ("choice", "rule speeder"): ("rule_left_out", "speeder"),
    ("screening", "strict"): ("screening", "strict"),
}


def table_of(keys):
    rows = [
        {"wave": "w", "question": "q", "option": "a", "measure": "share", "by": by, "group": group}
        for by, group in keys
    ]
    return make_estimates([row | {"estimate": 0.5} for row in rows], None, {})


def test_a_table_of_version_0_1_is_read_with_the_keys_of_today():
    former = table_of([("", ""), *FORMER, ("district", "north")])
    frame = with_present_keys(former, STUDY.questionnaire).frame
    keys = list(frame[["measure", "by", "group"]].itertuples(index=False, name=None))
    assert keys[0] == ("share", "", "")
    assert keys[1:-1] == [("alternative_share", *key) for key in FORMER.values()]
    assert keys[-1] == ("share", "district", "north")
    assert set(former.frame["measure"]) == {"share"}  # the table given stays as it was


def test_shares_by_questions_of_those_names_stay_what_they_are():
    questions = [
        replace(STUDY.questionnaire["district"], id="choice"),
        replace(STUDY.questionnaire["district"], id="screening"),
    ]
    codes = STUDY.questionnaire["district"].codes
    table = table_of([("choice", codes[0]), ("screening", codes[1]), ("screening", "other")])
    assert with_present_keys(table, questions) is table
