"""Places at the fee of each group, and how many of the places are taken."""

import pytest
from supplied_study import write_supplied

from analysis.plans.demand import read_demand
from analysis.study.run import run_study
from reports.cli import main
from reports.results.results import results_of
from reports.sections.contents import printed_sections, printing_of
from survey import read_study

OWN = (
    "district,children,places,fee,occupancy,source,date\nnorth,5200,100,800,0.5,Register,2024\n"
    "south,2600,900,1800,0.25,Register,2024\nwest,2200,10,1200,,Register,2024\n"
)


def places_section(path, language):
    study = read_study(path)
    estimates = run_study(study, say=lambda _: None).estimates
    sections = printed_sections(printing_of(results_of(study, estimates, language)))
    return estimates.frame, next(section for section in sections if section.name == "places")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "At the fee of each group"), ("zh", "按各组自己的收费计算")]
)
def test_each_group_s_places_are_those_at_its_own_fee(tmp_path, language, words):
    frame, section = places_section(write_supplied(tmp_path, ("fee = 1200\n", ""), supply=OWN), language)
    places = frame[frame["measure"] == "expected_places"].set_index(["option", "group"])["estimate"]
    assert places["own fee", "north"] == places["800", "north"] > 0
    # The other districts are withheld, and so all of them are.
    assert places["own fee"].drop("north").isna().all()
    assert set(places["own fee"].index) == {"north", "south", "west", ""}
    rows = {row[0]: row for row in section.table.groups[0].rows}
    assert [row[1] for row in rows.values()] == ["", "800", "1,800", "1,200"]
    text = " ".join(section.texts[0]["texts"])
    assert words.lower() in section.table.caption.lower()
    # Half of 100 and a quarter of 900; of the third district it is not known.
    assert "1,000" in text
    assert "275" in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "1800,0.25",
            "1500,0.25",
            ["line 3", "the fee 1500 is not among those of [demand]"],
        ),
        ("1800,0.25", ",0.25", ["line 3", "has no fee"]),
        ("1800,0.25", "1800,25", ["line 3", "the occupancy 25 is above 1", "0.25"]),
        ("fee,occupancy", "fee,taken", ["has the columns"]),
    ],
)
def test_fees_at_which_nobody_was_counted_and_shares_above_1_are_refused(tmp_path, capsys, old, new, words):
    path = write_supplied(tmp_path, ("fee = 1200\n", ""), supply=OWN.replace(old, new))
    assert main(["check", str(path)]) == 2
    error = capsys.readouterr().err
    assert all(word in error for word in words), error


AGED = (
    "district,children_0_17,children_18_35,places,source\nnorth,2000,5200,100,Register\n"
    "south,1000,2600,900,Register\nwest,900,,10,Register\n"
)
SERVED = ("fee = 1200\n", "fee = 1200\nserved_months = [18, 35]\n")


def test_children_are_those_of_the_ages_served(tmp_path):
    supply = read_demand(read_study(write_supplied(tmp_path / "a", SERVED, supply=AGED))).supply
    assert supply.children == {"north": 5200, "south": 2600, "west": None}
    every = read_demand(read_study(write_supplied(tmp_path / "b", supply=AGED))).supply
    assert every.children == {"north": 7200, "south": 3600, "west": None}


@pytest.mark.parametrize(
    ("served", "old", "new", "words"),
    [
        ("[12, 35]", "", "", ["children_0_17 is served in part", "months 12 to 35"]),
        ("[18, 36]", "", "", ["do not cover months 18 to 36"]),
        ("[18, 35]", "children_0_17", "children", ["has children and children by age"]),
        ("[18, 35]", "children_0_17", "children_12_20", ["children_12_20 is served in part"]),
    ],
)
def test_ages_that_are_not_covered_once_are_refused(tmp_path, capsys, served, old, new, words):
    change = (SERVED[0], SERVED[1].replace("[18, 35]", served))
    path = write_supplied(tmp_path, change, supply=AGED.replace(old, new) if old else AGED)
    assert main(["check", str(path)]) == 2
    error = capsys.readouterr().err
    assert all(word in error for word in words), error


def test_ages_served_without_children_by_age_are_refused(tmp_path, capsys):
    assert main(["check", str(write_supplied(tmp_path, SERVED))]) == 2
    assert "[supply] served_months" in capsys.readouterr().err
