"""Waves in the order of their answers, a file for each, and answers sent outside fieldwork."""

import numpy as np
import pytest
from small_study import FORMER_WAVE, answers, as_csv, refusal, replace, reported, write_sound

from analysis.study.check import check_study
from reports.cli import main
from survey import StudyError, read_responses, read_study, screen

UNDATED = ("fieldwork = [2024-09-02, 2024-09-22]\n", "")


def two_waves(folder, month):
    """The small study with a former wave, its answers sent in a month of 2024."""
    study = write_sound(folder, FORMER_WAVE, UNDATED)
    rows = [[row[0], row[1].replace("2024/9/", f"2024/{month}/"), *row[2:]] for row in answers()]
    (folder / "old.csv").write_text(as_csv(rows), encoding="utf-8")
    return study


@pytest.mark.parametrize("command", ["check", "report"])
def test_waves_listed_against_the_order_of_their_answers_are_refused(tmp_path, capsys, command):
    study = two_waves(tmp_path, 10)
    assert main([command, str(study)]) == 2
    error = capsys.readouterr().err
    assert '"2023" is listed before "2024"' in error
    assert "by 2024-10-" in error
    assert "by 2024-09-" in error
    assert "list the waves in order of time" in error


def test_waves_in_the_order_of_their_answers_are_read(tmp_path):
    assert len(check_study(read_study(two_waves(tmp_path, 8)))) == 2


def test_one_file_for_two_waves_is_refused(tmp_path, capsys):
    write_sound(tmp_path, FORMER_WAVE)
    replace(tmp_path, "study.toml", '"old.csv"', '"answers.csv"')
    line = refusal(tmp_path, capsys)
    assert '"2023" responses: is answers.csv, which is also named for another wave' in line


def some_outside(folder, *changes):
    """The small study with three of its answers sent a month early."""
    study = write_sound(folder, *changes)
    rows = answers()
    for row in rows[5:8]:
        row[1] = row[1].replace("2024/9/", "2024/8/")
    (folder / "answers.csv").write_text(as_csv(rows), encoding="utf-8")
    return study


def test_answers_outside_fieldwork_are_named_from_the_first(tmp_path):
    study = some_outside(tmp_path)
    flow = screen(read_responses(read_study(study)), read_study(study))[1]
    assert [flag.met for flag in flow.flags if flag.name == "outside_fieldwork"] == [3]
    assert "outside_fieldwork" not in {step.rule for step in flow.steps}


def test_a_study_may_exclude_answers_outside_fieldwork(tmp_path):
    rule = ("[screening]\n", '[screening]\nrules = ["ineligible", "outside_fieldwork"]\n')
    study = read_study(some_outside(tmp_path, rule))
    kept, flow = screen(read_responses(study), study)
    assert {step.rule: step.removed for step in flow.steps}["outside_fieldwork"] == 3
    assert kept.paradata.submitted.min().astype("datetime64[M]") == np.datetime64("2024-09")


def test_the_printed_flow_names_answers_outside_fieldwork(tmp_path):
    from pdf import words_of

    folder = reported(some_outside(tmp_path))
    assert "2024:3responsesweresentoutsidethefieldworkdatesandareincluded" in words_of(
        folder / "briefing-en.pdf"
    )
    assert "有3份答卷在调查时间以外提交" in words_of(folder / "briefing-zh.pdf")


def test_most_answers_outside_fieldwork_are_still_refused(tmp_path):
    study = write_sound(tmp_path, ("2024-09-22", "2024-09-05"))
    with pytest.raises(StudyError, match="most responses"):
        read_responses(read_study(study))
