"""What a folder of results keeps, what is not written over, and what is not followed."""

import json
import os
import stat

import pytest
from small_study import write_sound

import reports.folder.results
import reports.folder.system
from reports.cli import main
from reports.folder.results import only_run, replace_results, write_together
from survey.errors import ReportError

POSIX = pytest.mark.skipif(os.name != "posix", reason="a system without owners and modes")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def write(folder, record=None, *, over="refuse", **texts):
    files = {"run.json": json.dumps(record or {}).encode()} | {n: t.encode() for n, t in texts.items()}
    return replace_results(folder, files, over=over)


@pytest.fixture(params=["exchanged", "renamed"])
def swapping(request, monkeypatch):
    if request.param == "renamed":
        monkeypatch.setattr(reports.folder.results, "swapped", lambda *_: False)


@POSIX
@pytest.mark.usefixtures("swapping")
def test_a_folder_keeps_its_mode_and_its_charts_theirs(tmp_path):
    out = tmp_path / "out"
    write(out, a="old", **{"charts/c.svg": "old"})
    out.chmod(0o700)
    (out / "charts").chmod(0o750)
    place = out.stat().st_ino
    write(out, a="new", **{"charts/c.svg": "new"})
    assert out.stat().st_ino != place
    assert (mode(out), mode(out / "charts")) == (0o700, 0o750)


@POSIX
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root gives a folder away")
@pytest.mark.usefixtures("swapping")
def test_a_folder_keeps_its_owner_and_group(tmp_path):
    out = tmp_path / "out"
    write(out, a="old")
    os.chown(out, 12345, 54321)
    out.chmod(0o2770)
    write(out, a="new")
    assert (out.stat().st_uid, out.stat().st_gid, mode(out)) == (12345, 54321, 0o2770)
    assert (out / "a").read_text(encoding="utf-8") == "new"


def test_a_folder_that_could_not_keep_its_owner_is_written_into(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(out, {"briefings": {"sha256": {"a": "", "b": ""}}}, a="old", b="old")

    def forbidden(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(reports.folder.results, "keep_standing", forbidden)
    place = out.stat().st_ino
    write(out, a="new")
    assert out.stat().st_ino == place
    assert sorted(p.name for p in out.iterdir()) == ["a", "run.json"]  # b was of the run before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@POSIX
@pytest.mark.parametrize("into", ["a new folder", "results", "a folder that is not replaced"])
def test_files_follow_the_umask_and_weights_are_their_owners_alone(tmp_path, into):
    out = tmp_path / "out"
    if into != "a new folder":
        write(out, a="old")
    if into == "a folder that is not replaced":
        (out / "mine").mkdir()
    before = os.umask(0o027)
    try:
        write(out, a="new", **{"weights-2024.csv": "row,weight"})
    finally:
        os.umask(before)
    assert mode(out / "a") == mode(out / "run.json") == 0o640
    assert mode(out / "weights-2024.csv") == 0o600


def test_weights_go_with_the_estimates_that_they_were_of(tmp_path):
    study, out = write_sound(tmp_path), tmp_path / "results"
    assert main(["estimate", str(study), "--out", str(out), "--weights", "row"]) == 0
    assert (out / "weights-2024.csv").is_file()
    (out / "weights-mine.csv").write_text("mine", encoding="utf-8")
    assert main(["estimate", str(study), "--out", str(out)]) == 0
    assert {p.name for p in out.glob("weights-*")} == {"weights-mine.csv"}


def test_weights_stay_where_only_pages_are_printed_anew(tmp_path):
    out = tmp_path / "out"
    write(out, {"estimates": {"weights": ["weights-2024.csv"]}}, **{"weights-2024.csv": "w", "a": "old"})
    write(out, {}, a="new")
    assert (out / "weights-2024.csv").is_file()


def test_files_that_no_run_has_written_are_not_written_over(tmp_path, capsys):
    study, out = write_sound(tmp_path), tmp_path / "thesis"
    out.mkdir()
    (out / "estimates.csv").write_text("mine", encoding="utf-8")
    (out / "notes.txt").write_text("mine too", encoding="utf-8")
    assert main(["estimate", str(study), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert f"{out / 'estimates.csv'}: is not of an earlier run" in error
    assert "--replace" in error
    assert sorted(p.name for p in out.iterdir()) == ["estimates.csv", "notes.txt"]
    assert (out / "estimates.csv").read_text(encoding="utf-8") == "mine"
    assert main(["estimate", str(study), "--out", str(out), "--replace"]) == 0
    assert (out / "estimates.csv").stat().st_size > 100
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine too"


@POSIX
@pytest.mark.parametrize("how", ["replaced", "written into"])
def test_charts_that_are_a_link_are_not_followed(tmp_path, how):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    write(out, a="old")
    elsewhere.mkdir()
    (out / "charts").symlink_to(elsewhere)
    if how == "written into":
        (out / "mine").mkdir()
    with pytest.raises(ReportError, match="charts: is a link"):
        write(out, a="new", **{"charts/c.svg": "new"})
    assert (out / "a").read_text(encoding="utf-8") == "old"
    assert list(elsewhere.iterdir()) == []


@POSIX
def test_a_lock_that_is_a_link_or_a_pipe_is_not_followed(tmp_path):
    mine, lock = tmp_path / "mine.txt", tmp_path / ".out.lock"
    mine.write_text("years of work", encoding="utf-8")
    lock.symlink_to(mine)
    with pytest.raises(ReportError, match="cannot be written to"), only_run(tmp_path / "out"):
        pass
    assert mine.read_text(encoding="utf-8") == "years of work"
    lock.unlink()
    os.mkfifo(lock)
    with pytest.raises(ReportError, match="cannot be written to"), only_run(tmp_path / "out"):
        pass


@POSIX
@pytest.mark.parametrize("place", ["pipe", "charts/pipe"])
def test_a_pipe_among_results_is_not_lost(tmp_path, place):
    out = tmp_path / "out"
    write(out, a="old", **{"charts/c.svg": "old"})
    os.mkfifo(out / place)
    write(out, a="new")
    assert stat.S_ISFIFO((out / place).stat().st_mode)
    assert (out / "a").read_text(encoding="utf-8") == "new"


@POSIX
def test_a_link_among_the_results_is_replaced_and_what_it_leads_to_stays(tmp_path):
    out, mine = tmp_path / "out", tmp_path / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (out / "a").symlink_to(mine)
    write_together(out, {"a": b"new"})
    assert (mine.read_text(encoding="utf-8"), (out / "a").read_text(encoding="utf-8")) == ("mine", "new")
    assert not (out / "a").is_symlink()


def test_names_in_a_record_never_lead_out_of_the_folder(tmp_path):
    out, mine = tmp_path / "out", tmp_path / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    write(out, {"briefings": {"sha256": {"../mine.txt": "", str(mine): ""}}}, a="old")
    (out / "folder").mkdir()  # so that it is written into and not replaced
    write(out, a="new")
    assert mine.read_text(encoding="utf-8") == "mine"
