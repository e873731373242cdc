"""The pairs behind the letters of a printed crosstab: those of `crosstab`, by hand, in any order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import crosstab, shares
from analysis.estimates import make_estimates
from analysis.publication.published import sources_of
from analysis.statistics.crosstabs.clear_pairs import clear_pairs


def people(seed, n=900):
    draw = np.random.default_rng(seed)
    area = draw.choice(["a", "b", "c", "d"], n)
    likely = {"a": 0.3, "b": 0.5, "c": 0.52, "d": 0.8}
    use = np.where(draw.random(n) < pd.Series(area).map(likely), "yes", "no")
    return pd.DataFrame({"area": area, "use": use, "sex": draw.choice(["f", "m"], n, p=[0.7, 0.3])})


def weighed(frame):
    return survey.rake(survey.from_frame(frame, sample="opt-in"), {"sex": {"f": 0.5, "m": 0.5}})


@pytest.mark.parametrize("seed", [1, 2])
def test_they_are_the_pairs_that_a_crosstab_gives_letters_for(seed):
    sample = weighed(people(seed))
    pairs = clear_pairs(shares(sample, "use", by="area")).frame
    told = crosstab(sample, "use", by="area").pairs
    told = told[told["p_adjusted"] <= 0.05]
    assert len(pairs) == len(told) > 5
    names = [
        (option, *((a, b) if d > 0 else (b, a)), p)
        for option, a, b, d, p in told[["option", "first", "second", "difference", "p_adjusted"]].to_numpy()
    ]
    found = {
        (o, *group.split(" - ")): p for o, group, p in pairs[["option", "group", "p_adjusted"]].to_numpy()
    }
    assert found == pytest.approx({(o, a, b): p for o, a, b, p in names}, rel=1e-9)
    assert (pairs[["estimate", "conf_low"]] > 0).all(axis=None)
    assert set(pairs["family"]) == {"holm, 12 tests: use by area, pairs"}


def test_two_plain_halves_by_hand():
    use = ["yes"] * 150 + ["no"] * 50 + ["yes"] * 90 + ["no"] * 110
    frame = pd.DataFrame({"area": ["n"] * 200 + ["s"] * 200, "use": use})
    no, yes = clear_pairs(shares(survey.from_frame(frame), "use", by="area")).frame.itertuples()
    assert (yes.option, yes.group, no.option, no.group) == ("yes", "n - s", "no", "s - n")
    assert yes.estimate == pytest.approx(0.75 - 0.45)
    assert yes.n == 400
    # The error of two independent shares, of 400 people taken together.
    alone = 0.75 * 0.25 / 200 + 0.45 * 0.55 / 200
    assert yes.std_error == pytest.approx(np.sqrt(alone * 400 / 399))


@given(order=st.permutations(["a", "b", "c", "d"]))
@settings(max_examples=8, deadline=None)
def test_the_order_of_the_groups_changes_nothing(order):
    frame = people(3, 400)
    moved = frame.set_index("area").loc[order].reset_index()
    one, two = (clear_pairs(shares(survey.from_frame(f), "use", by="area")).frame for f in (frame, moved))
    keys = ["option", "group"]
    pd.testing.assert_frame_equal(
        one.sort_values(keys).reset_index(drop=True), two.sort_values(keys).reset_index(drop=True), rtol=1e-9
    )


def test_a_withheld_share_is_in_no_pair_and_what_rests_on_one_is_withheld_with_it():
    frame = pd.concat([people(4), pd.DataFrame({"area": "e", "use": ["yes"] * 12, "sex": "f"})])
    table = shares(survey.from_frame(frame), "use", by="area")
    assert not clear_pairs(table).frame["group"].str.contains("e").any()
    keys = {"wave": "w", "question": "use", "option": "yes", "by": "area"}
    rows = [keys | {"group": group, "measure": "share"} for group in "ab"]
    rows.append(keys | {"group": "a - b", "measure": "pair_difference"})
    assert sources_of(make_estimates(rows, None, {}).frame) == {2: [0, 1]}


def test_shares_without_their_covariance_or_of_several_questions_are_refused():
    table = shares(survey.from_frame(people(5, 300)), "use", by="area")
    with pytest.raises(survey.SurveyError, match="one question by one other with their covariance"):
        clear_pairs(make_estimates(table.frame.to_dict("records"), None, {}))
