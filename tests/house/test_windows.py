"""Windows, as far as another system stands in for it; docs/install.md says what has not been tried there."""

import ntpath
import os
import re
import subprocess
import sys
import types
from pathlib import Path, PureWindowsPath

import pytest
from small_study import write_sound

import reports.folder.results
import reports.folder.system
from reports.cli import main
from reports.folder.results import only_run, replace_results
from reports.results import paths
from survey import read_study
from survey.errors import ReportError, StudyError

ROOT = Path(__file__).parents[2]
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@pytest.fixture
def windows(monkeypatch):
    """Its locks, no exchange of folders, no owners, and no file removed that is open."""
    held = set()

    def locking(handle, _mode, _length):
        place = os.fstat(handle).st_ino
        if place in held:
            raise OSError(36, "Resource deadlock avoided")
        held.add(place)

    remove = Path.unlink

    def unlink(path, missing_ok=False):  # noqa: FBT002
        if path.name.endswith("lock"):
            held.clear()  # the file is about to be closed
            raise PermissionError(13, "The process cannot access the file")
        remove(path, missing_ok=missing_ok)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", types.SimpleNamespace(locking=locking, LK_NBLCK=2))
    monkeypatch.setattr(reports.folder.system, "NOT_THROUGH_LINKS", 0)
    monkeypatch.delattr(os, "chown")
    monkeypatch.setattr(Path, "unlink", unlink)


@pytest.mark.usefixtures("windows")
def test_one_run_at_a_time_by_the_locks_of_windows(tmp_path):
    out = tmp_path / "out"
    with (
        only_run(out),
        pytest.raises(ReportError, match="another run is writing here"),
        only_run(out),
    ):
        pass
    with only_run(out):  # the file of the lock is still there
        replace_results(out, {"run.json": b"{}", "a": b"new"})
    assert (out / "a").read_bytes() == b"new"


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("held", ["the folder", "its successor"])
def test_a_folder_that_a_program_holds_open_stays_as_it_was(tmp_path, monkeypatch, held):
    out, rename = tmp_path / "out", Path.replace
    replace_results(out, {"run.json": b"{}", "a": b"old"})

    def replace(path, target):
        if path.name == {"the folder": "out", "its successor": ".out.new"}[held]:
            raise PermissionError(13, "The process cannot access the file")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(ReportError, match="Excel, WPS"):
        replace_results(out, {"run.json": b"{}", "a": b"new"})
    assert (out / "a").read_bytes() == b"old"
    assert not (tmp_path / ".out.new").exists()
    assert not (tmp_path / ".out.old").exists()


@pytest.mark.parametrize("name", ["con", "NUL", "Aux", "prn", "com1", "LPT9"])
def test_a_study_is_not_named_as_a_device(tmp_path, name):
    with pytest.raises(StudyError, match="no device of Windows"):
        read_study(write_sound(tmp_path, ('id = "small"', f'id = "{name}"')))


@pytest.mark.parametrize("name", ["console", "nul_2024", "com", "lpt10"])
def test_a_study_may_be_named_nearly_as_one(tmp_path, name):
    assert read_study(write_sound(tmp_path, ('id = "small"', f'id = "{name}"'))).id == name


def test_paths_are_written_with_slashes_and_whole_from_another_drive(monkeypatch):
    monkeypatch.setattr(paths, "os", types.SimpleNamespace(path=ntpath, sep="\\"))
    folder = PureWindowsPath("C:\\survey\\2025")
    assert paths.from_folder(PureWindowsPath("C:\\survey\\2025\\in\\a.csv"), folder) == "in/a.csv"
    assert paths.from_folder(PureWindowsPath("C:\\survey\\sex.csv"), folder) == "../sex.csv"
    assert paths.from_folder(PureWindowsPath("E:\\a.csv"), folder) == "E:/a.csv"


@pytest.mark.parametrize("written", ['"sub\\answers.csv"', "'sub\\answers.csv'"])
def test_a_path_with_backslashes_is_read_or_refused_in_one_line(tmp_path, capsys, written):
    path = write_sound(tmp_path, ('"answers.csv"', written))
    assert main(["check", str(path)]) == (0 if os.sep == "\\" and "'" in written else 2)
    assert len(capsys.readouterr().err.splitlines()) <= 1


def test_every_file_of_a_report_has_a_name_that_windows_takes(demo):
    written = [p.relative_to(demo).as_posix() for p in demo.rglob("*")]
    assert len({name.lower() for name in written}) == len(written)
    for name in written:
        assert len(name) < 100
        for part in name.split("/"):
            assert not re.search(r'[<>:"|?*\\]|[. ]$', part), name
            assert not DEVICES.fullmatch(part), name


@pytest.mark.parametrize("encoding", ["cp936", "cp1252"])
def test_without_modules_of_posix_in_a_console_of_a_code_page(tmp_path, encoding):
    absent = ("fcntl", "resource", "termios", "pwd", "grp", "posix_ipc")
    folder = tmp_path / "托育 调查"
    study = write_sound(folder, ('en = "Price"', 'en = "Price 😀"'))
    study.write_bytes(study.read_bytes().replace(b"\n", b"\r\n"))
    for command in (
        ["check", str(study)],
        ["questionnaire", "--out", str(folder / "q")],
        ["report", "--help"],
    ):
        code = (
            f"import sys\nfor name in {absent!r}: sys.modules[name] = None\n"
            f"from reports.cli import main; sys.exit(main({command!r}))"
        )
        ran = subprocess.run(
            [sys.executable, "-P", "-c", code],
            capture_output=True,
            check=False,
            env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)},
        )
        assert ran.returncode == 0, ran.stderr.decode(encoding, "replace")
        assert ran.stdout.decode(encoding)


def test_a_workbook_is_read_without_modules_of_posix(tmp_path):
    child, book = (
        ROOT / "survey" / "exports" / "workbook_child.py",
        ROOT / "tests" / "exports" / "wjx_text.xlsx",
    )
    code = (
        "import runpy, sys; sys.modules['resource'] = None; sys.argv = ['child', '']\n"
        f"runpy.run_path({str(child)!r}, run_name='__main__')"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-c", code], input=book.read_bytes(), capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout) > 1000
