"""Limits that hold together for the differences that stand, and an answer that comes first by its test."""

import re

import numpy as np
import pytest
from estimate_rows import results_from, share
from scipy.special import ndtr, ndtri
from small_study import study_with
from three_waves import three_waves

from analysis import change, difference_from_first, estimate, group_difference, option_difference, shares
from analysis.estimates import BAND, make_estimates
from analysis.study.differences import adjusted, differences
from reports.results.results import results_of
from reports.sections.front_page.own_headline import first_clearly
from survey import read_study

KEYS = ["option", "group"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    study, samples = three_waves(tmp_path_factory.mktemp("plain"))
    return study, samples, estimate(study, samples)


def number_of_tests(row):
    return int(re.match(r"holm, (\d+) test", row["family"])[1])


def test_of_those_that_stand_the_level_is_that_of_the_family(plain):
    _, samples, estimates = plain
    changes = estimates.rows(measure="change", wave="2025 - 2019", by="").set_index("option")
    row = changes.loc["x"]
    tables = [shares(samples[wave], "q") for wave in ("2025", "2019")]
    alone = change(*tables, confidence=1 - 0.05 / number_of_tests(row)).rows(option="x").iloc[0]
    assert [row[name] for name in BAND] == pytest.approx([alone["conf_low"], alone["conf_high"]])
    assert row["band_low"] < row["conf_low"]
    assert row["band_high"] > row["conf_high"]
    rest = estimates.frame[estimates.frame["measure"].isin(["change", "difference", "difference_from_rest"])]
    stands = rest["p_adjusted"] < 0.05
    several = rest["family"].str.match("holm, [2-9]")
    assert (rest.loc[stands & several, "band_low"].notna()).all()
    assert rest.loc[~stands, [*BAND]].isna().all(axis=None)
    kept = rest[rest["band_low"].notna()]
    assert ((kept["band_low"] > 0) | (kept["band_high"] < 0)).all()


def made_up(option, d, *, error=0.01):
    """A difference with limits d - z error to d + z error."""

    def again(confidence):
        half = -error * ndtri((1 - confidence) / 2)
        row = {"wave": "w", "question": "q", "option": option, "measure": "difference", "estimate": d}
        row |= {"conf_low": d - half, "conf_high": d + half, "p_value": 2 * ndtr(-abs(d) / error)}
        return make_estimates([row | {"confidence": confidence}], None, {})

    return differences(again, 0.95)


def test_a_later_step_of_holm_has_the_limits_of_its_step():
    """Of three pairs two stand beyond doubt; the third at its own level, not at a third of it."""
    frame = adjusted([made_up("a - b", 0.04), made_up("b - c", -0.05), made_up("a - c", 0.022)], None).frame
    thirds = -ndtri(0.025 / 3) * 0.01
    assert frame["band_low"].tolist() == pytest.approx([0.04 - thirds, -0.05 - thirds, 0.022 - 1.959964e-2])
    assert 0.022 - thirds < 0 < frame["band_low"][2]
    alone = adjusted([made_up("a - b", 0.04)], None).frame
    assert "band_low" not in alone
    unclear = adjusted([made_up("a - b", 0.04), made_up("b - c", 0.01)], None).frame
    assert unclear["band_low"].isna().tolist() == [False, True]


def test_the_printed_interval_is_that_which_holds_together(plain):
    study, _, estimates = plain
    row = estimates.rows(measure="change", wave="2025 - 2019", by="", option="x").iloc[0]
    printed = results_of(study, estimates, "en").row("change", "q", "x", wave="2025 - 2019")
    assert (printed.low, printed.high) == (row["band_low"], row["band_high"])
    assert printed.clear


def test_groups_can_be_had_at_another_level(plain):
    _, samples, _ = plain
    narrow, wide = (group_difference(samples["2025"], "q", "place", confidence=c).frame for c in (0.9, 0.99))
    shown = (narrow["flag"] != "suppress").to_numpy()
    assert (wide.loc[shown, "conf_low"] < narrow.loc[shown, "conf_low"]).all()


def test_the_first_is_held_against_each_other_answer(plain):
    _, samples, _ = plain
    table = shares(samples["2025"], "q")
    found = difference_from_first(table).frame
    assert [*found["option"]] == ["x - y", "x - z"]
    pair = option_difference(table, "x", "y").frame.iloc[0]
    np.testing.assert_allclose(
        found.loc[0, ["estimate", "conf_low", "p_value"]].astype(float),
        pair[["estimate", "conf_low", "p_value"]].astype(float),
    )
    hidden = table.frame.assign(flag=["", "suppress", "suppress"])
    assert difference_from_first(type(table)(hidden, table.joint, {})) is None


@pytest.mark.parametrize(("low", "first"), [(0.01, True), (-0.001, False)])
def test_an_answer_comes_first_by_the_test_though_intervals_overlap(tmp_path, low, first):
    study = read_study(study_with(tmp_path))
    rows = [share("price", 0.50, 0.05), share("quality", 0.45, 0.05), share("none", 0.06, 0.02)]
    tests = [
        share("price - quality", 0.05, 0.05 - low, measure="difference_from_first"),
        share("price - none", 0.44, 0.05, measure="difference_from_first"),
    ]
    results = results_from(study, [*rows, *tests], "en")
    assert first_clearly(results, "concerns", "price") == first
    assert not first_clearly(results, "concerns", "quality")
    # Results of a former version have no such test: their intervals overlap.
    assert not first_clearly(results_from(study, rows, "en"), "concerns", "price")
