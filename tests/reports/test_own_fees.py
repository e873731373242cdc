"""Places at the fee of each group, and how many of the places are taken."""

import pytest
from supplied_study import write_supplied

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
