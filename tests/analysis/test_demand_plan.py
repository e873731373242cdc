"""Demand and places of a study file: what is estimated of it, what is withheld, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from small_study import refusal
from supplied_study import SUPPLY, write_supplied

from analysis import demand
from analysis.plans.demand import read_demand
from analysis.publication.published import published
from analysis.publication.sums import Ties
from analysis.study.run import run_study
from survey import read_responses, read_study, screen, weigh

OPTIONS = ["yes@800", "yes@1200", "yes@1800"]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return read_study(write_supplied(tmp_path_factory.mktemp("supplied") / "study"))


@pytest.fixture(scope="module")
def run(study):
    return run_study(study)


def test_the_plan(study):
    plan = read_demand(study)
    assert plan.curves == (("yes",), ("yes", "depends"))
    assert plan.supply.places == {"north": 100, "south": 900, "west": 10}
    assert plan.supply.costs == (3, 1)
    assert plan.take_up["yes"].high == 0.5
    assert plan.sources["yes"].in_("zh") == "示例"
    assert study.path.parent / "supply.csv" in study.inputs


def test_curves_are_those_of_the_verb(study, run):
    sample = weigh(screen(read_responses(study), study)[0], study)
    for answers, name in (("yes", "yes"), (("yes", "depends"), "yes+depends")):
        expected = demand(sample, intent="intent", willing=answers, fee="fee", at=[800, 1200, 1800]).frame
        rows = run.full.rows(measure="demand", by="")
        rows = rows[rows["option"].str.startswith(f"{name}@")]
        for column in ("estimate", "std_error", "band_low", "band_high", "n"):
            assert rows[column].to_numpy() == pytest.approx(expected[column].to_numpy())
    assert run.full.rows(measure="demand", by="")["option"].tolist()[:3] == OPTIONS


def test_published_bands_have_four_decimals_and_what_was_given_all_its_digits(run):
    rows = run.estimates.rows(measure="demand", by="")
    assert (
        rows["band_low"].tolist() == np.round(run.full.rows(measure="demand", by="")["band_low"], 4).tolist()
    )
    assert run.estimates.rows(measure="children", by="", option="1200")["estimate"].tolist() == [10_000]


def test_if_fees_are_overstated_what_is_said_of_a_higher_one_counts(study, run):
    sample = weigh(screen(read_responses(study), study)[0], study)
    higher = demand(sample, intent="intent", willing="yes", fee="fee", at=[1440]).frame["estimate"].item()
    row = run.full.rows(measure="demand_if_overstated", option="yes@1200 x 1.2", by="")
    assert row["estimate"].item() == pytest.approx(higher)


def test_places_of_the_whole_are_its_children_times_its_own_demand(study, run):
    sample = weigh(screen(read_responses(study), study)[0], study)
    call = {"intent": "intent", "willing": ("yes", "depends"), "fee": "fee", "at": [1200]}
    yes, depends = demand(sample, **call, apart=True).frame["estimate"]
    found = run.full.rows(measure="expected_places", option="1200", by="")["estimate"].item()
    assert found == pytest.approx(10_000 * (0.4 * yes + 0.1 * depends))
    low = run.full.rows(measure="places_at_low_take_up", option="1200", group="north")["estimate"].item()
    north = demand(sample, **call, apart=True, by="district").rows(group="north")["estimate"].to_numpy()
    assert low == pytest.approx(5200 * (np.array([0.3, 0.05]) @ north))


def test_a_withheld_group_has_neither_demand_nor_places_and_the_register_stands(run):
    # A total of the groups together would give the withheld one back.
    total = run.full.rows(measure="expected_places", group="north").assign(group="")
    frame = pd.concat([run.full.frame, total], ignore_index=True)
    hidden = frame["group"].eq("west") & frame["measure"].eq("demand")
    frame = frame.assign(flag=frame["flag"].mask(hidden, "suppress"))
    done = published(type(run.full)(frame), Ties())
    assert done.rows(group="", by="district", measure="expected_places")["estimate"].isna().all()
    assert done.rows(group="", by="", measure="expected_places")["estimate"].notna().all()
    west = done.rows(group="west", by="district", question="fee").set_index("measure")
    derived = west.index.isin(["expected_places", "gap", "places_q10", "places_by_cost", "short"])
    assert west.loc[derived, "estimate"].isna().all()
    assert west.loc["existing_places", "estimate"].tolist() == [10, 10, 10]
    for measure in ("lowest_demand", "highest_demand", "demand_if_overstated"):
        assert west.loc[measure, "estimate"].isna().all()


def test_a_study_without_demand_has_none(tmp_path):
    path = write_supplied(tmp_path / "study")
    text = path.read_text(encoding="utf-8")
    start = text.index("[demand]")
    path.write_text(text[:start] + text[text.index("[disclosure]") :], encoding="utf-8")
    assert read_demand(read_study(path)) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('intent = "intent"\n', 'intent = "fee"\n'), "intent"),
        (('fee = "fee"', 'fee = "intent"'), "fee"),
        (('willing = ["yes", "depends"]', 'willing = ["yes", "perhaps"]'), "perhaps"),
        (('willing = ["yes", "depends"]', 'willing = ["yes", "depends", "no"]'), "every answer of intent"),
        (('willing = ["yes", "depends"]\n', ""), "willing"),
        (("at = [800, 1200, 1800]", "at = [1200, 800]"), "rising order"),
        (("at = [800, 1200, 1800]", 'at = ["800"]'), "rising order"),
        (("at = [800, 1200, 1800]", "at = [800, 1200, 9000]"), "above the largest fee named"),
        (('by = ["district"]\n[take', 'by = ["concerns"]\n[take'), "concerns"),
        (("[take_up.depends]", "[take_up.no]"), "not among willing"),
        (("range = [0.3, 0.5]", "range = [0.3, 1.5]"), "two shares from 0 to 1"),
        (("range = [0.3, 0.5]", "range = [0.5, 0.3]"), "the smaller first"),
        (("fee = 1200", "fee = 1300"), "1300"),
        (("fee = 1200\n", ""), "fee"),
        (("fee = 1200\n", "fee = 1200\nattendance = 2\n"), "at most 1"),
        (("turned_away = 3, empty = 1", "turned_away = 0, empty = 0"), "costs"),
        (('file = "supply.csv"', 'file = "none.csv"'), "no such file"),
        (('file = "supply.csv"', 'files = "supply.csv"'), 'did you mean "file"?'),
    ],
)
def test_refused(tmp_path, capsys, change, words):
    write_supplied(tmp_path / "study", change)
    assert words in refusal(tmp_path / "study", capsys)


def test_a_supply_without_take_up_or_demand_is_refused(tmp_path, capsys):
    start = '[take_up.yes]\nrange = [0.3, 0.5]\nsource = { zh = "示例", en = "an example" }\n'
    path = write_supplied(tmp_path / "study", (start, ""))
    assert "yes" in refusal(tmp_path / "study", capsys)
    text = path.read_text(encoding="utf-8")
    one, two = text.index("[take_up.depends]"), text.index("[supply]")
    path.write_text(text[:one] + text[two:], encoding="utf-8")
    assert "a stated intent is not use" in refusal(tmp_path / "study", capsys)
    one, two = text.index("[demand]"), text.index("[take_up.depends]")
    path.write_text(text[:one] + text[two:], encoding="utf-8")
    assert "needs [demand]" in refusal(tmp_path / "study", capsys)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("west,2200,10,Register,2024\n", "", "no line for west"),
        ("west,2200", "east,2200", "east"),
        ("west,2200", "north,2200", "given twice"),
        ("west,2200", "west,-5", "-5"),
        ("west,2200,10,Register", "west,2200,10,", "has no source"),
        ("district,children,places", "district,kids,places", "has the columns"),
        ("district,children", "sex,children", "sex"),
        ("west,2200,10,Register,2024", "west,2200,10", "cells under"),
    ],
)
def test_a_supply_that_is_none(tmp_path, capsys, old, new, words):
    write_supplied(tmp_path / "study", supply=SUPPLY.replace(old, new))
    assert words in refusal(tmp_path / "study", capsys)


def test_an_unknown_number_of_children_leaves_its_group_and_the_whole_without_places(tmp_path):
    path = write_supplied(tmp_path / "study", supply=SUPPLY.replace("west,2200", "west,"))
    full = run_study(read_study(path)).full
    rows = full.rows(measure="expected_places", option="1200").set_index("group")
    assert rows.loc["west", "note"] == "children_unknown"
    assert rows.loc["", "note"] == "children_unknown"
    assert np.isfinite(rows.loc["north", "estimate"])
