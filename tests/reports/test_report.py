"""The command does again only what is out of date, shows what it does, and never half-writes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_study import contents, replace, reported, write_sound

import analysis.study.run
import reports.commands.report
import reports.folder.results
from reports.cli import main
from reports.folder import run_record
from reports.folder.results import write_together
from survey.errors import ReportError

ROOT = Path(__file__).parents[2]
NAMES = {
    "briefing-zh.pdf",
    "briefing-en.pdf",
    "briefing-zh-appendix.pdf",
    "briefing-en-appendix.pdf",
    "estimates.csv",
    "estimates.xlsx",
    "estimates.csv-metadata.json",
    "index.html",
    "run.json",
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    return reported(write_sound(tmp_path_factory.mktemp("printed"))).parent


@pytest.fixture
def folder(printed, tmp_path):
    """A study that has been printed, times of the files kept."""
    shutil.copytree(printed, tmp_path / "study")
    return tmp_path / "study"


def report(folder):
    return main(["report", str(folder / "study.toml"), "--out", str(folder / "out")])


def later(path):
    """Give a file the time of one second from now, as an edit would."""
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, max(stat.st_mtime_ns, _now(path)) + 10**9))


def _now(path):
    marker = path.parent / ".marker"
    marker.touch()
    when = marker.stat().st_mtime_ns
    marker.unlink()
    return when


def forbid(monkeypatch, *names):
    def refuse(*_arguments, **_keywords):
        raise AssertionError("work was done again")

    for name in names:
        monkeypatch.setattr(reports.commands.report, name, refuse)


def test_a_report_says_what_it_does_and_where_the_files_are(tmp_path, capsys):
    study = write_sound(tmp_path)
    assert main(["report", str(study), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    for words in ("reading answers.csv", "200 returned", "weighting", "estimating 2024",
                  "setting pages: zh, en", *(str(tmp_path / "out" / name) for name in NAMES)):  # fmt: skip
        assert words in said
    assert {p.name for p in (tmp_path / "out").iterdir()} == NAMES


def test_a_second_report_does_no_work(folder, monkeypatch, capsys):
    forbid(monkeypatch, "run_estimates", "run_briefings", "stored_estimates")
    before = {p: p.stat().st_mtime_ns for p in (folder / "out").iterdir()}
    assert report(folder) == 0
    assert "is up to date" in capsys.readouterr().out
    assert {p: p.stat().st_mtime_ns for p in (folder / "out").iterdir()} == before


def test_a_second_report_loads_neither_pandas_nor_charts(folder):
    code = (
        "import sys; from reports.cli import main; status = main(sys.argv[1:])\n"
        "slow = {'pandas', 'scipy', 'matplotlib', 'typst'} & set(sys.modules)\n"
        "sys.exit(', '.join(slow) or status)"
    )
    arguments = ["report", str(folder / "study.toml"), "--out", str(folder / "out")]
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "is up to date" in ran.stdout


def test_touching_a_source_of_the_report_prints_again_without_estimating(folder, monkeypatch, capsys):
    source = ROOT / "reports" / "charts" / "style.py"
    stat = source.stat()
    forbid(monkeypatch, "run_estimates")
    before = (folder / "out" / "estimates.csv").stat().st_mtime_ns
    later(source)
    try:
        assert report(folder) == 0
    finally:
        os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    said = capsys.readouterr().out
    assert "estimates are up to date" in said
    assert "setting pages" in said
    assert (folder / "out" / "estimates.csv").stat().st_mtime_ns == before


@pytest.mark.parametrize("name", ["study.toml", "answers.csv", "district.csv"])
def test_touching_an_input_estimates_again(folder, name, capsys):
    later(folder / name)
    assert report(folder) == 0
    assert "estimating" in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(NAMES - {"run.json"}))
def test_a_result_that_was_altered_or_lost_is_made_again(folder, name):
    wanted = {n: (folder / "out" / n).read_bytes() for n in NAMES}
    (folder / "out" / name).write_bytes(b"altered")
    assert report(folder) == 0
    (folder / "out" / name).unlink()
    assert report(folder) == 0
    assert {n: (folder / "out" / n).read_bytes() for n in NAMES} == wanted


def test_a_record_that_was_altered_is_made_again_and_without_one_nothing_is_written_over(folder, capsys):
    record = folder / "out" / "run.json"
    whole = record.read_bytes()
    record.write_bytes(b"altered")
    assert report(folder) == 0
    assert record.read_bytes() == whole
    record.unlink()
    before = contents(folder)
    assert report(folder) == 2
    assert "is not of an earlier run" in capsys.readouterr().err
    assert contents(folder) == before


def test_a_changed_answer_changes_the_record(folder):
    before = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
    replace(folder, "answers.csv", "价格,500", "质量,500")
    assert report(folder) == 0
    after = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
    changed = {n for n, v in after["estimates"]["inputs"].items() if v != before["estimates"]["inputs"][n]}
    assert changed == {"answers.csv"}
    assert after["estimates"]["sha256"] != before["estimates"]["sha256"]


def test_the_record_holds_what_was_done_and_nothing_of_this_machine(folder):
    text = (folder / "out" / "run.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert str(folder) not in text
    assert str(ROOT) not in text
    wave = record["waves"][0]
    assert wave["flow"]["returned"] == 200
    assert wave["weighting"]["gap"] < 1e-8
    assert record["synthetic"] is True
    assert set(record["estimates"]["packages"]) == set(run_record.PACKAGES)


def test_an_interrupted_report_leaves_the_old_files(folder, monkeypatch, capsys):
    before = contents(folder)
    later(folder / "answers.csv")

    def stop(*_arguments, **_keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr(analysis.study.run, "estimate", stop)
    assert report(folder) == 130
    assert "stopped" in capsys.readouterr().err
    assert contents(folder) == before


def test_files_are_written_all_or_none(tmp_path, monkeypatch):
    write_together(tmp_path, {"a": b"old", "b": b"old"})
    write, calls = reports.folder.results.write_new, []

    def full(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        write(*arguments)

    monkeypatch.setattr(reports.folder.results, "write_new", full)
    with pytest.raises(ReportError, match=r"cannot be written to \(No space left on device\)"):
        write_together(tmp_path, {"a": b"new", "b": b"new"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"old", "b": b"old"}


def test_a_bug_keeps_its_traceback(folder, monkeypatch):
    later(folder / "answers.csv")
    monkeypatch.setattr(analysis.study.run, "estimate", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report(folder)


def test_the_output_folder_is_named_after_the_study(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert main(["estimate", "study.toml"]) == 0
    assert {p.name for p in (folder / "out" / "small").iterdir()} == {"estimates.csv", "run.json"}
