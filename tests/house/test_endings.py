"""How a command ends when machine or user stop it: one line, and a status that `verify` does not use."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_study import write_sound

from reports.cli import main

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full and limits of Linux")


def command(*arguments, before=""):
    """The program, with a line first that says when it begins."""
    begun = "import sys; print('up', flush=True, file=sys.stderr)"
    code = f"{before}\nfrom reports.cli import main\n{begun}; sys.exit(main({[*map(str, arguments)]!r}))"
    return [sys.executable, "-P", "-c", code]


def lines(told):
    assert told.startswith("up\n")
    return told.splitlines()[1:]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("after", [0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.45])
def test_control_c_in_the_first_half_second_is_answered_in_one_line(tmp_path, after):
    study, out = write_sound(tmp_path), tmp_path / "printed"
    arguments = command("report", study, "--out", out)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        first = process.stderr.readline()
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        told = first + process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    assert lines(told) == ["parent-intent: stopped; nothing half-written"]
    assert not out.exists()


@LINUX
@pytest.mark.parametrize("arguments", [["check", "study.toml"], ["report", "study.toml"], ["--help"]])
def test_a_full_standard_output_is_said_in_one_line(tmp_path, arguments):
    write_sound(tmp_path)
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            command(*arguments),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
            cwd=tmp_path,
        )
    assert ran.returncode in (0, 2), ran.stderr
    assert len(lines(ran.stderr)) <= 1, ran.stderr
    if arguments[0] in ("check", "report"):
        assert ran.returncode == 2
        assert "No space left on device" in ran.stderr


@LINUX
def test_nobody_who_can_be_told_is_no_finding_either(tmp_path):
    with Path("/dev/full").open("wb") as full:
        study, program = str(write_sound(tmp_path)), [sys.executable, "-P", "-m", "reports.cli"]
        ran = subprocess.run([*program, "check", study], stdout=full, stderr=full, check=False)
    assert ran.returncode not in (0, 1)


@LINUX
@pytest.mark.parametrize("lacking", ["room", "folder"])
def test_temporary_files_without_room_are_said_in_one_line(tmp_path, lacking):
    study, out = write_sound(tmp_path), tmp_path / "out"
    assert main(["report", str(study), "--out", str(out)]) == 0
    if lacking == "room":
        spoilt = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))"
    else:
        spoilt = "import tempfile; tempfile._candidate_tempdir_list = lambda: ['/proc']"
    ran = subprocess.run(
        command("verify", out / "run.json", before=spoilt),
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
        env=os.environ | {"MPLCONFIGDIR": str(tmp_path)},
    )
    assert ran.returncode == 2, ran.stderr
    assert len(lines(ran.stderr)) == 1, ran.stderr


def test_a_machine_without_memory_is_said_in_one_line(tmp_path, monkeypatch, capsys):
    def without(*_, **__):
        raise MemoryError

    monkeypatch.setattr("reports.commands.study_file.read_study", without)
    assert main(["check", str(write_sound(tmp_path))]) == 2
    assert capsys.readouterr().err.startswith("parent-intent: parent-intent: the memory of this machine")


def test_a_fault_of_the_program_is_shown_whole(tmp_path, monkeypatch):
    def wrong(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("reports.commands.study_file.read_study", wrong)
    with pytest.raises(ZeroDivisionError):
        main(["check", str(write_sound(tmp_path))])


@pytest.mark.skipif(os.name != "posix", reason="homes of POSIX")
def test_nothing_is_said_of_the_font_cache(tmp_path):
    study, out = write_sound(tmp_path), tmp_path / "printed"
    nowhere = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR"), "/proc/none")
    # As where building the cache takes longer than five seconds.
    slow = "import threading, types\nthreading.Timer = lambda _, call: types.SimpleNamespace("
    slow += "start=call, cancel=lambda: None)"
    ran = subprocess.run(
        command("report", study, "--out", out, before=slow),
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=os.environ | nowhere,
    )
    assert ran.returncode == 0, ran.stderr
    assert lines(ran.stderr) == []
