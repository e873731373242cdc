"""Wrong paths, refused in one line, with exit status 2 and nothing written."""

import subprocess
import sys

import pytest
from small_study import STUDY, contents, refusal, replace, write_sound

from reports.cli import main


def test_the_sound_study_works(tmp_path, capsys):
    study = write_sound(tmp_path)
    assert main(["estimate", str(study), "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err == ""
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"estimates.csv", "run.json"}
    assert (tmp_path / "out" / "estimates.csv").read_text(encoding="utf-8").startswith("wave,question,")


def study_of_numbers(folder):
    first, last = STUDY.index("[questions.district]"), STUDY.index("[questions.birth]")
    short = STUDY[:first] + STUDY[last : STUDY.index("[questions.intent]")]
    (folder / "study.toml").write_text(short, encoding="utf-8")


def output_is_a_file(folder):
    (folder / "file").write_text("mine", encoding="utf-8")


# each name with what spoils the folder, arguments of `refusal`, words
FILES = {
    "no study file": (lambda f: None, {"study": "stdy.toml"}, ["stdy.toml", "no such file"]),
    "folder for the study file": (lambda f: None, {"study": "."}, ["is a folder"]),
    "study name too long": (lambda f: None, {"study": "a" * 300}, ["aaa", "cannot be read"]),
    "study file not UTF-8": (
        lambda f: (f / "study.toml").write_bytes(STUDY.encode("gb18030")), {},
        ["study.toml, line 3", "UTF-8"]),
    "study file empty": (lambda f: (f / "study.toml").write_bytes(b""), {}, ["study.toml", "[questions]"]),
    "study without closed questions": (
        study_of_numbers, {}, ["[estimates] shares", "no closed-ended question to estimate"]),
    "output folder is a file": (output_is_a_file, {"out": "file"}, ["file", "cannot be written to", "--out"]),
    "output folder below a file": (
        output_is_a_file, {"out": "file/out"}, ["file/out", "cannot be written to"]),
    "report refuses alike": (
        lambda f: replace(f, "study.toml", "[12, 40]", "[11, 40]"), {"command": "report"}, ["[derived.age]"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_path_is_refused_by_name(name, tmp_path, capsys):
    spoil, arguments, words = FILES[name]
    write_sound(tmp_path)
    spoil(tmp_path)
    line = refusal(tmp_path, capsys, **arguments)
    assert [word for word in words if word not in line] == [], line


@pytest.mark.parametrize(
    ("file", "old", "new"), [("study.toml", "[study]", "[study"), ("sex.csv", "0.49", "x")]
)
def test_the_command_itself_prints_one_line_and_exits_2(file, old, new, tmp_path):
    study = write_sound(tmp_path)
    replace(tmp_path, file, old, new)
    before = contents(tmp_path)
    command = [sys.executable, "-m", "reports.cli", "estimate", str(study), "--out", str(tmp_path / "out")]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.startswith("parent-intent: ")
    assert len(ran.stderr.splitlines()) == 1
    assert contents(tmp_path) == before
