"""The table of the study file that asks for a sensitivity analysis: read, refused, waived."""

import shutil
from pathlib import Path

import pytest

from survey import read_study

DEMO = Path(__file__).parents[2] / "data" / "taiyuan" / "study.toml"


def demo_with(folder, old, new):
    """The demonstration with one text replaced."""
    for path in DEMO.parent.iterdir():
        if path.suffix in (".csv", ".xlsx"):
            shutil.copy(path, folder)
    text = DEMO.read_text(encoding="utf-8")
    assert old in text
    path = folder / "study.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("population = 220000", "population = 0", "the number of people in the target population"),
        ("population_source = {", "# {", "population_source: is missing"),
        ("population = 220000", "population = 220000\nreached = [2.0]", "shares between 0 and 1"),
        ("under_5000 = 0.133", "under_5000 = 13.3", "a share from 0 to 1"),
        ("under_5000 = 0.133, ", "", "under_5000: is missing"),
        ("under_5000 = 0.133", "under_5000 = 0.2", "not 1"),
        ('question = "income"\nshares', 'question = "incom"\nshares', 'no question "incom"'),
        ("[honesty]", "[honesty]\npeople = 3", "people"),
        ('id = "census2010"', 'id = "census 2010"', "letters, digits"),
    ],
)
def test_mistakes_in_the_table_are_named(tmp_path, capsys, old, new, words):
    from reports.cli import main

    assert main(["check", str(demo_with(tmp_path, old, new))]) == 2
    assert words in capsys.readouterr().err


def test_a_study_may_waive_what_its_shares_hang_on_and_a_probability_sample_has_no_claims(tmp_path):
    from reports.commands.report import run_estimates

    path = demo_with(tmp_path, 'sensitivity = ["concerns"]', "sensitivity = []")
    waived = run_estimates(read_study(path), tmp_path / "a", say=lambda _: None).frame
    assert not {"tipping_ratio", "total_error", "proxy_correlation"} & set(waived["measure"])
    assert "alternative_share" not in set(waived["measure"])
    path = demo_with(tmp_path, 'sample = "opt-in"', 'sample = "probability"')
    text = path.read_text(encoding="utf-8")
    beside = text[text.index("[reference]") : text.index("# What is known beside the answers.")]
    path.write_text(text.replace(beside, ""), encoding="utf-8")  # which is for volunteers
    drawn = run_estimates(read_study(path), tmp_path / "b", say=lambda _: None).frame
    assert not {"tipping_ratio", "total_error", "proxy_correlation", "defect_correlation"} & set(
        drawn["measure"]
    )
    assert {"margin_left_out", "rule_left_out", "screening"} <= set(
        drawn.query("measure == 'alternative_share'")["by"]
    )
