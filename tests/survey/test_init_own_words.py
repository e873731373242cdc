"""`init` says on the screen which lists of options hold what one person alone wrote."""

import pytest
from sample_exports_en import google_sheets
from sample_people import people
from write_samples import csv_text

from reports.cli import main


def test_own_words_among_the_options_are_named_on_the_screen(tmp_path, capsys):
    (tmp_path / "a.csv").write_bytes(csv_text(google_sheets(people(80))))
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    said = capsys.readouterr().out
    assert "options that one person alone gave, perhaps in their own words: q5; take them out" in said


def said_of(folder, capsys, rows):
    (folder / "a.csv").write_bytes(csv_text(rows))
    assert main(["init", str(folder / "a.csv"), "--out", str(folder / "study.toml")]) == 0
    return "options that one person alone gave" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answers", "named"),
    [(["price"] * 4 + ["staff"] * 4 + ["far"] * 3 + ["grandma minds her"], True),
     (["price"] * 4 + ["staff"] * 4 + ["far"] * 4, False),
     (["price", "price", "staff", "staff", "far", "near"], False),  # nothing is common
     (["1"] * 6 + ["2"] * 5 + ["5"], False)],
)  # fmt: skip
def test_own_words_are_named_in_a_small_file_as_well(tmp_path, capsys, answers, named):
    rows = [["n", "Why?"], *[[f"x{i}", answer] for i, answer in enumerate(answers)]]
    assert said_of(tmp_path, capsys, rows) == named


def test_the_heading_of_a_column_ticked_once_is_in_no_one_s_own_words(tmp_path, capsys):
    rows = [["n", "Why? - Price", "Why? - Far"]]
    rows += [[f"x{i}", str(int(i < 12)), str(int(i == 3))] for i in range(24)]
    assert not said_of(tmp_path, capsys, rows)
