"""`init` says on the screen which lists of options hold what one person alone wrote."""

from sample_exports_en import google_sheets
from sample_people import people
from write_samples import csv_text

from reports.cli import main


def test_own_words_among_the_options_are_named_on_the_screen(tmp_path, capsys):
    (tmp_path / "a.csv").write_bytes(csv_text(google_sheets(people(80))))
    assert main(["init", str(tmp_path / "a.csv"), "--out", str(tmp_path / "study.toml")]) == 0
    said = capsys.readouterr().out
    assert "options that one person alone gave, perhaps in their own words: q5; take them out" in said
