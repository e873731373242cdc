"""`parent-intent check` says what a run would do, and writes nothing."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from small_study import replace, write_sound

from analysis.study.check import check_study
from reports.cli import main
from reports.commands.check import as_lines
from survey import read_study

ROOT = Path(__file__).parents[2]
TAIYUAN = ROOT / "data" / "taiyuan" / "study.toml"


def as_text(checks):
    return "\n".join(map(str, as_lines(checks)))


@pytest.fixture
def study(tmp_path):
    return write_sound(tmp_path)


@pytest.fixture(scope="module")
def taiyuan():
    return check_study(read_study(TAIYUAN))


def test_everything_is_accounted_for(taiyuan):
    for check in taiyuan:
        assert check.returned == check.analysed + sum(removed for _, removed, _, _ in check.flow)
        for question in check.questions:
            assert question.answered + sum(question.missing.values()) == check.returned
            if question.kind == "single":
                assert sum(question.options.values()) == question.answered


def test_what_is_merged_unknown_and_withheld_is_named(taiyuan):
    later = taiyuan[-1]
    assert len(later.merged) == 2
    assert set(later.unknown) == {"district", "sex x age"}
    assert len(later.withheld["concerns by district"]) > 5
    text = as_text(taiyuan)
    assert "read as 问卷星, xlsx" in text
    assert "Will be suppressed" in text


def test_no_estimate_is_shown(taiyuan):
    assert "%" not in re.sub("% (of the answers|of all weight|were seen)", "", as_text(taiyuan))


def test_the_command_prints_and_writes_nothing(study, capsys):
    before = sorted(study.parent.rglob("*"))
    assert main(["check", str(study)]) == 0
    assert "Answers as they came" in capsys.readouterr().out
    assert sorted(study.parent.rglob("*")) == before


def test_for_scripts_it_prints_json_alone(study, capsys):
    assert main(["check", str(study), "--json"]) == 0
    waves = json.loads(capsys.readouterr().out)["waves"]
    assert [wave["wave"] for wave in waves] == ["2024"]
    assert {q["id"] for q in waves[0]["questions"]} >= {"concerns", "intent", "district"}


def test_a_mistake_is_one_line_and_exit_2(study, capsys):
    replace(study.parent, "study.toml", 'file = "sex.csv"', 'file = "six.csv"')
    assert main(["check", str(study)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_rule_that_nothing_is_judged_by_is_named(tmp_path):
    study = write_sound(tmp_path, ('complete = ["intent", "concerns"]\n', ""))
    assert "incomplete: not applicable (the file or the study lacks what it needs)" in as_text(
        check_study(read_study(study))
    )


def test_a_reader_that_stops_early_is_no_mistake(study):
    command = f"{sys.executable} -m reports.cli check {study} | head -n 1"
    ran = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.stdout.startswith("2024: ")
    assert ran.stderr == ""
