"""What goes wrong around a run: kills, two at once, no room, no font, inputs that go; nothing is lost."""

import os
import subprocess
import sys
from pathlib import Path

import killed_runs
import pytest
from small_study import write_sound

import reports.commands.report
import reports.folder.results
import reports.folder.system
from reports.cli import main
from reports.folder.results import only_run, replace_results
from survey.errors import ReportError


def files_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no exchange of folders")
def test_a_killed_run_leaves_what_was_there_whole():
    found = killed_runs.runs(14, seed=3)
    assert found["before"] >= 3
    assert found["before"] + found["after"] == 13


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no exchange of folders")
def test_a_run_killed_while_it_makes_word_and_slides_leaves_what_was_there_whole():
    found = killed_runs.runs(5, seed=4, lines=('files = ["word", "slides", "pictures"]',))
    assert found["before"] + found["after"] == 4


def write(folder, **texts):
    return replace_results(folder, {"run.json": b"{}"} | {n: t.encode() for n, t in texts.items()})


@pytest.mark.parametrize("swaps", [True, False])
def test_results_are_replaced_as_a_whole_and_other_files_stay(tmp_path, monkeypatch, swaps):
    if not swaps:  # as on a system without an exchange of folders
        monkeypatch.setattr(reports.folder.results, "swapped", lambda *_: False)
    out = tmp_path / "out"
    write(out, a="old", b="old")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "run.json").write_text('{"briefings": {"sha256": {"a": "", "b": ""}}}', encoding="utf-8")
    write(out, a="new", **{"charts/c.svg": "new"})
    assert {name: data for name, data in files_of(out).items() if name != "run.json"} == {
        "a": b"new",
        "charts/c.svg": b"new",
        "notes.txt": b"mine",
    }
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_second_rename_that_fails_puts_the_results_back(tmp_path, monkeypatch):
    monkeypatch.setattr(reports.folder.results, "swapped", lambda *_: False)
    out = tmp_path / "out"
    write(out, a="old")
    before, rename = files_of(out), Path.replace

    def held(path, target):
        if path.name == ".out.new":
            raise OSError(13, "a program has a file open")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(ReportError, match="a program has a file open"):
        write(out, a="new")
    assert files_of(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_lock_taken_away_meanwhile_keeps_nobody_out(tmp_path):
    path = tmp_path / ".out.lock"
    with path.open("w", encoding="utf-8") as gone:
        path.unlink()
        path.touch()
        assert not reports.folder.system.locked(gone.fileno(), path)


def test_a_failure_while_staging_changes_nothing(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out, a="old")
    before = files_of(out)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reports.folder.results, "write_new", full)
    with pytest.raises(ReportError, match="No space left on device"):
        write(out, a="new")
    assert files_of(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_run_that_died_between_two_renames_is_put_right(tmp_path):
    out, old = tmp_path / "out", tmp_path / ".out.old"
    write(old, a="kept")
    write(tmp_path / ".out.new", a="half")
    with only_run(out):
        assert files_of(out)["a"] == b"kept"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("foreign", ["folder", "no record", "link"])
def test_a_folder_that_is_not_one_of_results_is_never_moved(tmp_path, foreign):
    out = tmp_path / "out"
    if foreign == "link":
        (tmp_path / "there").mkdir()
        out.symlink_to(tmp_path / "there")
        write(tmp_path / "there", a="old")
    else:
        out.mkdir()
        (out / "thesis.docx").write_text("years of work", encoding="utf-8")
    if foreign == "folder":
        (out / "run.json").write_text("{}", encoding="utf-8")
        (out / "data").mkdir()
        (out / "data" / "x").write_text("x", encoding="utf-8")
    before, place = files_of(out), out.stat().st_ino
    write(out, b="new")
    assert out.stat().st_ino == place
    assert files_of(out) == before | {"b": b"new", "run.json": b"{}"}


def test_a_folder_of_ones_own_in_anothers_is_written_into(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out, a="old")
    place = out.stat().st_ino
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    with only_run(out):
        assert (out / ".lock").exists()
        write(out, a="new")
    assert files_of(out) == {"a": b"new", "run.json": b"{}"}
    assert out.stat().st_ino == place
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_second_run_on_one_folder_is_refused_by_name(tmp_path, capsys):
    study = write_sound(tmp_path)
    out = tmp_path / "results"
    with only_run(out):
        ran = subprocess.run(
            killed_runs.command(study, out), capture_output=True, text=True, check=False, encoding="utf-8"
        )
    assert ran.returncode == 2
    assert "another run is writing here" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert main(["report", str(study), "--out", str(out)]) == 0


def test_a_disk_without_room_is_named_and_the_old_results_stay(tmp_path):
    study, out = killed_runs.prepared(tmp_path)
    before = files_of(out)
    study.write_text(study.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    # No file may grow past 60 kB, as if the disk were full.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
    code = (
        limit
        + f"import sys; from reports.cli import main; sys.exit(main({killed_runs.command(study, out)[4:]!r}))"
    )
    environment = os.environ | {"MPLCONFIGDIR": str(tmp_path / "mpl")}
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert ran.returncode == 2, ran.stderr
    line = ran.stderr.splitlines()[-1]
    assert "File too large" in line
    assert files_of(out) == before


def test_an_input_that_goes_while_a_run_reads_is_named(tmp_path, monkeypatch, capsys):
    study, out = killed_runs.prepared(tmp_path)
    before = files_of(out)
    study.write_text(study.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    hashes = reports.commands.report.run_record.input_hashes

    def gone(*arguments):
        found = hashes(*arguments)
        (tmp_path / "answers.csv").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(reports.commands.report.run_record, "input_hashes", gone)
    assert main(["report", str(study), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert "answers.csv" in error
    assert "no such file" in error
    assert files_of(out) == before


def test_a_font_that_cannot_be_read_is_named(tmp_path, monkeypatch, capsys):
    import pylopdf_fonts_zh_cn as pack

    study, out = killed_runs.prepared(tmp_path)
    before = files_of(out)
    study.write_text(study.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    broken = tmp_path / "broken.otf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(pack, "sans_path", lambda: broken)
    assert main(["report", str(study), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert "broken.otf" in error
    assert len(error.splitlines()) == 1
    assert files_of(out) == before


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_another_locale_other_ends_of_lines_and_long_chinese_paths(tmp_path, encoding):
    folder = tmp_path / "托育 调查（2024年）" / ("长" * 40) / ("x y" * 20)
    folder.mkdir(parents=True)
    study = write_sound(folder)
    text = study.read_text(encoding="utf-8").replace('en = "Price"', 'en = "Price 😀 − é"')
    study.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    for table in folder.glob("*.csv"):
        table.write_bytes(table.read_bytes().replace(b"\n", b"\r\n"))
    more = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    out = folder / "输出 夹"
    for command in (
        ["check"],
        ["check", "--json"],
        ["report", "--out", str(out)],
        ["plan", "--out", str(out)],
    ):
        arguments = [sys.executable, "-P", "-m", "reports.cli", command[0], str(study), *command[1:]]
        ran = subprocess.run(arguments, capture_output=True, check=False, env=os.environ | more)
        assert ran.returncode == 0, ran.stderr.decode(encoding, "replace")
    assert (out / "briefing-zh.pdf").stat().st_size > 10_000
