"""p-values adjusted for their family, and figures withheld so that others stay unknown."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import survey
from analysis import adjust, combine, group_difference, means, shares, suppress_complementary, totals
from analysis.estimates import make_estimates
from analysis.statistics.testing.adjust import adjusted_p_values
from survey.errors import EstimateError


@pytest.mark.parametrize("name", ["10_0.001", "3_0.01", "1_0.5", "4_0.04"])
@pytest.mark.parametrize("method", ["holm", "bonferroni", "bh"])
def test_worked_adjustments(vector, name, method):
    case = vector("multiplicity_ranks")[f"p_adjust_{name}"]
    found = adjusted_p_values(np.array(case["input"]["p"]), method)
    np.testing.assert_allclose(found, case["expected"][method], rtol=1e-10)


@settings(deadline=None, max_examples=15, derandomize=True)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_values_are_in_order_of_caution(p):
    p = np.array(p)
    holm, bonferroni, bh = (adjusted_p_values(p, m) for m in ("holm", "bonferroni", "bh"))
    assert (p <= bh + 1e-12).all()
    assert (bh <= holm + 1e-12).all()
    assert (holm <= bonferroni + 1e-12).all()


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_they_are_those_of_statsmodels(p):
    from statsmodels.stats.multitest import multipletests

    for ours, theirs in (("holm", "holm"), ("bonferroni", "bonferroni"), ("bh", "fdr_bh")):
        expected = multipletests(p, method=theirs)[1]
        np.testing.assert_allclose(adjusted_p_values(np.array(p), ours), expected, rtol=1e-12, atol=1e-300)


def opinions():
    random = np.random.default_rng(6)
    frame = pd.DataFrame({"g": random.choice(list("abc"), 900), "p": (random.random(900) < 0.4) * 1.0})
    return survey.from_frame(frame, multiple={"q": ["p"]}, sample="opt-in")


def test_the_family_is_named_beside_its_p_values():
    found = group_difference(opinions(), "q", "g")
    assert set(found.frame["family"]) == {"holm, 3 tests: q by g"}
    both = adjust(combine([found, found]), "both tables", method="bonferroni")
    assert set(both.frame["family"]) == {"bonferroni, 6 tests: both tables"}
    np.testing.assert_allclose(both.frame["p_adjusted"], np.minimum(1, 6 * both.frame["p_value"]))


def test_a_family_without_tests_or_name_is_refused():
    with pytest.raises(EstimateError, match="none of the estimates is a test"):
        adjust(shares(opinions(), "q"), "shares")
    found = group_difference(opinions(), "q", "g")
    with pytest.raises(EstimateError, match="has no name"):
        adjust(found, " ")
    with pytest.raises(EstimateError, match='"holm", "bonferroni", "bh"'):
        adjust(found, "all", method="sidak")


def rows_of(*cells, by=""):
    """Rows of shares of question q: (group, option, estimate, withheld)."""
    return make_estimates(
        [
            {"wave": "w", "question": "q", "option": option, "by": by if group else "", "group": group,
             "measure": "share", "estimate": estimate, "n": 100, "confidence": 0.95,
             "flag": "suppress" if held else "", "note": "few_answers" if held else ""}
            for group, option, estimate, held in cells
        ],
        None,
        {},
    )  # fmt: skip


def withheld(estimates):
    frame = estimates.frame[estimates.frame["flag"] == "suppress"]
    return list(zip(frame["group"], frame["option"], frame["note"], strict=True))


def test_the_smallest_other_option_is_withheld_with_one():
    found = rows_of(("", "a", 0.1, True), ("", "b", 0.6, False), ("", "c", 0.3, False))
    done = suppress_complementary(found, adding=("q",))
    assert withheld(done) == [("", "a", "few_answers"), ("", "c", "complementary")]
    assert np.isnan(done.frame.loc[2, "estimate"])
    # Options of which several may be ticked add up to nothing.
    assert withheld(suppress_complementary(found)) == [("", "a", "few_answers")]


def test_two_withheld_options_keep_each_other():
    found = rows_of(("", "a", 0.1, True), ("", "b", 0.6, True), ("", "c", 0.3, False))
    assert suppress_complementary(found, adding=("q",)) is found


def test_a_group_cannot_be_had_from_the_whole_and_the_others():
    whole = [("", "a", 0.4, False)]
    groups = [("x", "a", 0.5, True), ("y", "a", 0.2, False), ("z", "a", 0.6, False)]
    assert withheld(suppress_complementary(rows_of(*whole, *groups, by="d")))[1] == (
        "y",
        "a",
        "complementary",
    )
    # Without the whole there is nothing to subtract from.
    assert len(withheld(suppress_complementary(rows_of(*groups, by="d")))) == 1


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.integers(0, 10_000))
def test_no_set_with_a_printed_total_is_left_with_one_withheld(seed):
    random = np.random.default_rng(seed)
    cells = [("", o, 0.25, False) for o in "abcd"]
    cells += [(g, o, float(random.random()), bool(random.random() < 0.2)) for g in "uvwxyz" for o in "abcd"]
    done = suppress_complementary(rows_of(*cells, by="d"), adding=("q",)).frame
    held = done.assign(held=done["flag"] == "suppress")
    printed = set(held.loc[(held["by"] == "") & ~held["held"], "option"])
    assert (held.groupby(["by", "group"])["held"].sum() != 1).all()
    inside = held[(held["by"] == "d") & held["option"].isin(printed)]
    assert (inside.groupby("option")["held"].sum() != 1).all()
    assert done.loc[done["flag"] == "suppress", "estimate"].isna().all()


def test_totals_of_groups_add_up_too():
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"g": ["a"] * 6 + ["b"] * 300 + ["c"] * 400, "q": random.choice(["x", "y"], 706)})
    sample = survey.from_frame(frame)
    table = combine([totals(sample, "q"), totals(sample, "q", by="g")])
    assert {n for _, _, n in withheld(suppress_complementary(table))} == {"few_answers", "complementary"}


def test_the_coefficient_of_variation_is_the_error_over_the_estimate():
    frame = pd.DataFrame({"y": np.arange(100.0), "z": np.zeros(100)})
    found = means(survey.from_frame(frame), ["y", "z"])
    cv = found.cv
    assert cv[0] == pytest.approx(found.frame["std_error"][0] / 49.5)
    assert np.isnan(cv[1])


def test_a_crossed_cell_cannot_be_had_from_the_tables_by_one_question():
    cells = [("t", "a", 0.5, False), ("u", "a", 0.5, False)]
    one_way = rows_of(*cells, by="sex").frame
    crossed = rows_of(("t x p", "a", 0.4, True), ("t x q", "a", 0.5, False), ("u x p", "a", 0.4, False),
                      ("u x q", "a", 0.5, False), by="sex x d").frame  # fmt: skip
    from analysis import Estimates

    table = Estimates(pd.concat([one_way, crossed], ignore_index=True))
    assert ("t x q", "a", "complementary") in withheld(suppress_complementary(table))


def test_shares_of_everybody_by_group_add_up_to_the_whole():
    random = np.random.default_rng(1)
    frame = pd.DataFrame({"g": ["a"] * 6 + ["b"] * 300 + ["c"] * 400, "p": random.integers(0, 2, 706) * 1.0})
    sample = survey.from_frame(frame, multiple={"q": ["p"]})
    table = combine([shares(sample, "q", base="all"), shares(sample, "q", by="g", base="all")])
    assert {n for _, _, n in withheld(suppress_complementary(table))} == {"few_answers", "complementary"}


def test_a_group_nobody_is_in_hides_nothing():
    cells = [("", "a", 0.4, False), ("x", "a", 0.5, True), ("y", "a", 0.2, False), ("z", "a", 0.6, False)]
    found = rows_of(*cells, ("none", "a", np.nan, True), by="d")
    found.frame.loc[4, "note"] = "no_answers"
    assert ("y", "a", "complementary") in withheld(suppress_complementary(found))


def test_a_withheld_whole_cannot_be_had_from_its_parts():
    found = rows_of(("", "a", 0.4, True), ("x", "a", 0.5, False), ("y", "a", 0.2, False), by="d")
    assert ("y", "a", "complementary") in withheld(suppress_complementary(found))
