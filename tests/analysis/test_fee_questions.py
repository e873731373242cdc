"""The fee asked in bands, a ladder, bids or as a chance: what a study estimates, and what it refuses."""

import numpy as np
import pytest
from asked_otherwise import EDGES, WAYS, write_asked
from small_study import refusal, replace

from analysis.study.run import run_study
from survey import read_study


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ways")
    return {way: run_study(read_study(write_asked(folder / way, way))).full for way in WAYS}


def value(table, measure, option, **at):
    return table.rows(measure=measure, option=option, **({"by": ""} | at))["estimate"].item()


@pytest.mark.parametrize("name", ["yes", "yes+depends"])
def test_a_ladder_says_what_bands_with_its_fees_as_edges_say(runs, name):
    for fee in EDGES:
        for measure in ("demand", "lowest_demand", "highest_demand"):
            found = {way: value(runs[way], measure, f"{name}@{fee}") for way in ("bands", "ladder")}
            assert found["bands"] == pytest.approx(found["ladder"], rel=1e-6)
    assert value(runs["bids"], "demand", f"{name}@800") == pytest.approx(found["ladder"], abs=0.35)


def test_bounds_hold_the_estimate_and_a_fee_inside_a_band_has_only_them(runs):
    for way in ("bands", "ladder", "bids"):
        for fee in EDGES:
            low, middle, high = (
                value(runs[way], measure, f"yes@{fee}")
                for measure in ("lowest_demand", "demand", "highest_demand")
            )
            assert low <= middle <= high
        ends = [value(runs[way], measure, "yes@800 x 1.2") for measure in ("lowest_demand", "highest_demand")]
        assert ends == [value(runs[way], "demand", f"yes@{fee}") for fee in (1200, 800)]
        assert not len(runs[way].rows(measure="demand_if_overstated"))


def test_why_the_willing_are_silent_is_counted_apart(runs):
    for way in ("bands", "ladder", "bids"):
        rows = runs[way].rows(measure="share_silent", by="").set_index("option")["estimate"]
        # Every tenth of the 200 cannot say; of the 134 willing 14.
        assert rows["yes+depends@dont_know"] == pytest.approx(14 / 134, abs=0.02)
        assert rows["yes+depends@blank"] == 0


def test_a_chance_is_a_share_and_its_places_take_no_take_up(runs):
    whole = value(runs["chance_alone"], "demand", "chance@")
    assert value(runs["chance_alone"], "expected_places", "") == pytest.approx(10_000 * whole)
    at = value(runs["chance"], "demand", "chance@1200")
    assert at < whole
    assert value(runs["chance"], "expected_places", "1200") == pytest.approx(10_000 * at)


def test_what_each_step_more_loses_is_the_slope_between_the_fees(runs):
    shares = [value(runs["bands"], "demand", f"yes@{fee}") for fee in EDGES]
    lost = value(runs["bands"], "demand_lost", "yes@800 - 1200")
    assert lost == pytest.approx((shares[0] - shares[1]) / 4)
    row = runs["bands"].rows(measure="demand_lost", option="yes@1200 - 1800", by="").iloc[0]
    assert row["confidence"] == pytest.approx(0.975)
    assert row["conf_low"] < (shares[1] - shares[2]) / 6 < row["conf_high"]
    assert np.isfinite(row["std_error"])


@pytest.mark.parametrize(
    ("way", "old", "new", "words"),
    [
        ("bands", "unsure = []\n", "", "has no band for unsure"),
        ("bands", "middle = [800, 1200]", "middle = [700, 1200]", "overlap"),
        ("bands", "low = [0, 800]", "low = [-5, 800]", "expected a fee from 0 up"),
        ("bands", "low = [0, 800]", "lowest = [0, 800]", "lowest"),
        ("bands", "low = [0, 800]", 'low = "800"', "expected two numbers"),
        ("bands", "bands.band]", "bands.fee]", 'is of kind "number"'),
        ("bands", "at = [800, 1200, 1800]", "at = [800, 1000]", "1000 lies between the fees that were asked"),
        ("ladder", "ladder = { 800", "ladder = { 0", "no fee above 0"),
        ("ladder", 'no = "no"\n', "", "no"),
        ("ladder", 'yes = "yes"\n', 'yes = "maybe"\n', "maybe"),
        ("ladder", "at = [800, 1200, 1800]", "at = [900]", "900 lies between the fees that were asked"),
        ("bids", "at = [800, 1200, 1800]", "at = [1000, 1200]", "lies between two fees that were asked"),
        ("bids", 'bid = "bid1"', 'bid = "answer1"', 'is of kind "single"'),
        ("bids", 'no = "no"\n', 'no = "no"\ninconsistent = "x"\n', '"first_no", "last_yes"'),
        (
            "chance",
            'chance = "chance"\n',
            'chance = "chance"\nintent = "intent"\n',
            "does not go with chance",
        ),
        ("chance", 'chance = "chance"\n', 'chance = "intent"\n', 'is of kind "single"'),
        ("chance_alone", 'chance = "chance"\n', 'chance = "chance"\nat = [800]\n', "beside chance"),
        (
            "chance",
            "[supply]",
            '[take_up.yes]\nrange = [0.1, 0.2]\nsource = "x"\n[supply]',
            "probability of use",
        ),
        ("ladder", "[demand]\n", '[demand]\nfee = "fee"\n', "by fee, ladder how the fee was asked"),
        ("chance", 'chance = "chance"\nfee = "fee"\n', "", "how the fee was asked"),
        ("ladder", "[demand]\n", "[demand]\nstep = 0\n", "expected a number above 0"),
    ],
)
def test_refused(tmp_path, capsys, way, old, new, words):
    path = write_asked(tmp_path / "study", way)
    replace(path.parent, "study.toml", old, new)
    assert words in refusal(tmp_path / "study", capsys)


def test_a_chance_above_ten_is_refused(tmp_path, capsys):
    path = write_asked(tmp_path / "study", "chance")
    replace(path.parent, "answers.csv", ",8\n", ",80\n")
    assert "give chances of 0 to 10" in refusal(tmp_path / "study", capsys)
