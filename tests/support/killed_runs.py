"""Reports killed at random moments: whether the results before them survive whole, and the next run works."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from small_study import study_with


def command(study: Path, out: Path) -> list[str]:
    """Return the command of a report."""
    return [sys.executable, "-P", "-m", "reports.cli", "report", str(study), "--out", str(out)]


def whole(out: Path) -> str:
    """Return which study a folder is the whole result of; raises AssertionError where it is none."""
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    expected = record["briefings"]["sha256"] | {"estimates.csv": record["estimates"]["sha256"]}
    for name, value in expected.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == value, f"{name} is of another run"
    found = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert found == {*expected, "run.json", "notes.txt"}, found ^ set(expected)
    assert (out / "notes.txt").read_text(encoding="utf-8") == "my own"
    return str(record["estimates"]["inputs"]["study.toml"])


def prepared(folder: Path, *lines: str) -> tuple[Path, Path]:
    """Return a study with results of its own, and its folder of results, a note of the user's in it."""
    study = study_with(folder, *lines)
    out = folder / "results"
    subprocess.run(command(study, out), check=True, capture_output=True)
    (out / "notes.txt").write_text("my own", encoding="utf-8")
    return study, out


def killed(study: Path, out: Path, after: float) -> None:
    """Start a report of the study as it is now and kill it after so many seconds."""
    process = subprocess.Popen(command(study, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def runs(count: int, *, seed: int, lines: tuple[str, ...] = ()) -> dict[str, int]:
    """Return how many kills left the results before, and how many were too late and left the new ones.

    `lines` stand in the table [briefing] of the study, such as those that ask for further files.
    """
    moments, found = random.Random(seed), {"before": 0, "after": 0}
    with tempfile.TemporaryDirectory() as name:
        study, out = prepared(Path(name), *lines)
        start = time.perf_counter()
        text = study.read_text(encoding="utf-8")
        for i in range(count):
            before = whole(out)
            study.write_text(f"{text}# {i}\n", encoding="utf-8")
            begun = time.perf_counter()
            if i == 0:  # how long a run takes here
                subprocess.run(command(study, out), check=True, capture_output=True)
                length = time.perf_counter() - begun
                continue
            # Half of the kills near the end, where files are put in place.
            share = moments.uniform(0, 1.05) if i % 2 else moments.uniform(0.85, 1.1)
            killed(study, out, share * length)
            found["before" if whole(out) == before else "after"] += 1
        subprocess.run(command(study, out), check=True, capture_output=True)
        assert whole(out) == hashlib.sha256(study.read_bytes()).hexdigest()
        left = [p.name for p in Path(name).iterdir() if p.name.startswith(".")]
        assert left == [], left
        found["seconds"] = round(time.perf_counter() - start)
    return found
