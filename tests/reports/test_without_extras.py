"""What is installed only where it is asked for: a report needs none of it, and what does says so at once."""

import sys

import pytest
from small_study import study_with, write_sound
from table_studies import answers, stored

from reports.cli import main

REMEDY = (
    "needs duckdb, which is installed only where it is asked for; "
    "run make large, or pip install duckdb narwhals"
)


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """As where the extra is not installed."""
    monkeypatch.setitem(sys.modules, "duckdb", None)


def refused(capsys, *arguments):
    capsys.readouterr()
    assert main([*map(str, arguments)]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    return error


def test_a_report_needs_no_extra(tmp_path):
    out = tmp_path / "printed"
    assert main(["report", str(write_sound(tmp_path)), "--out", str(out)]) == 0
    assert (out / "briefing-zh.pdf").is_file()
    assert not (out / "estimates.parquet").exists()


@pytest.mark.parametrize("asked", ["by the study", "by the command"])
def test_parquet_that_cannot_be_written_is_refused_before_anything_is_estimated(tmp_path, capsys, asked):
    lines, more = (['files = ["parquet"]'], []) if asked == "by the study" else ([], ["--all"])
    study, out = study_with(tmp_path, *lines), tmp_path / "printed"
    error = refused(capsys, "report", study, "--out", out, *more)
    assert error == f"parent-intent: estimates.parquet: {REMEDY}\n"
    assert not out.exists()


@pytest.mark.parametrize("form", ["csv", "parquet", "table"])
def test_answers_that_need_an_engine_say_how_to_get_it(tmp_path, capsys, monkeypatch, form):
    with monkeypatch.context() as there:
        there.delitem(sys.modules, "duckdb")
        study = stored(tmp_path, answers(60), form)
    error = refused(capsys, "check", study)
    assert error == f"parent-intent: {'city.duckdb' if form == 'table' else form}: {REMEDY}\n"


def test_a_parquet_file_says_how_it_can_be_read(tmp_path, capsys):
    (tmp_path / "answers.parquet").write_bytes(b"PAR1 and more")
    error = refused(capsys, "init", tmp_path / "answers.parquet", "--out", tmp_path / "study.toml")
    assert error == f"parent-intent: answers.parquet: {REMEDY}\n"
