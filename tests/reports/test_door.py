"""The way in: the demonstration, from a wheel too, the versions, completion, and the order of the help."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reports.cli import main
from survey import read_study

ROOT = Path(__file__).parents[2]


def run(*command, cwd, path):
    environment = {"PYTHONPATH": str(path), "PATH": "/usr/bin:/bin", "MPLCONFIGDIR": str(cwd)}
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_demonstration_is_written_and_printed_as_in_the_checkout(demo, tmp_path, capsys):
    folder = tmp_path / "shown here"
    assert main(["demo", str(folder)]) == 0
    for path in read_study(ROOT / "data" / "taiyuan" / "study.toml").inputs:
        assert (folder / path.name).read_bytes() == path.read_bytes()
    for name in ("estimates.csv", "briefing-zh.pdf", "briefing-en.pdf"):
        assert (folder / "results" / name).read_bytes() == (demo / name).read_bytes(), name
    told = capsys.readouterr().out
    assert f"parent-intent report {folder / 'study.toml'} --out {folder / 'results'}" in told


def test_the_demonstration_overwrites_nothing(tmp_path, capsys):
    mine = tmp_path / "supply.csv"
    mine.write_text("mine", encoding="utf-8")
    assert main(["demo", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert "supply.csv: already exists" in error
    assert [p.name for p in tmp_path.iterdir()] == ["supply.csv"]
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from what a checkout holds."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("survey", "analysis", "reports", "data"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    run(*pip, "--wheel-dir", str(made), ".", cwd=source, path=source)
    return next(made.glob("*.whl"))


def test_a_wheel_holds_every_file_that_is_read(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    kinds = {".py", ".toml", ".typ", ".css"}
    files = [p for name in ("survey", "analysis", "reports") for p in (ROOT / name).rglob("*")]
    assert {p.relative_to(ROOT).as_posix() for p in files if p.suffix in kinds} <= held


def test_a_wheel_writes_the_demonstration_without_a_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import reports, sys; from pathlib import Path\n"
        "from reports.commands.demo import write_demonstration\n"
        "print(reports.__file__); write_demonstration(Path(sys.argv[1]))"
    )
    told = run("-P", "-c", code, str(tmp_path / "demo"), cwd=tmp_path, path=tmp_path / "site")
    assert told.startswith(str(tmp_path / "site"))
    written = {p.name for p in (tmp_path / "demo").iterdir()}
    assert written == {p.name for p in read_study(ROOT / "data" / "taiyuan" / "study.toml").inputs}


def test_versions_name_everything_that_decides_a_result(tmp_path):
    told = run("-m", "reports", "--version", cwd=tmp_path, path=ROOT)
    assert told.startswith("parent-intent ")
    named = {line.split(" ")[0] for line in told.splitlines()}
    assert {"python", "platform", "numpy", "pandas", "scipy", "matplotlib", "typst"} <= named
    assert all(re.fullmatch(r"\S+ \S+", line) for line in told.splitlines())


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_a_shell_completes_commands_and_files(tmp_path, shell):
    pytest.importorskip("shtab")
    told = run("-m", "reports", "--completion", shell, cwd=tmp_path, path=ROOT)
    assert "questionnaire" in told
    assert "--full-precision" in told
    if shell == "bash" and shutil.which("bash"):
        words = "COMP_WORDS=(parent-intent re); COMP_CWORD=1; _shtab_parent_intent; echo ${COMPREPLY[@]}"
        done = subprocess.run(
            ["bash", "-c", f"{told}\n{words}"], capture_output=True, encoding="utf-8", check=False
        )
        assert done.stdout.split() == ["report"], done.stderr


def test_what_is_seldom_needed_stands_last_in_the_help(capsys):
    for command in ("report", "estimate", "check", "plan", "verify", "init"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        often, seldom = capsys.readouterr().out.split("seldom needed:")
        # Above, every option stands in the line of usage too.
        listed = often.split("positional arguments:")[1]
        for option in ("--read", "--engine", "--header", "--full-precision", "--json", "--power"):
            assert option not in listed
        assert "--out" not in seldom
