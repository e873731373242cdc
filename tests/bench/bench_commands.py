"""Whole commands and whole processes: seconds with everything loaded, peak memory, and what loading takes.

make bench    runs it last; medians of five (three for a file of 200,000 rows)
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
from bench_hard_cases import made_up
from bench_rows import DEMO
from bench_rows import made_up as study_of

HERE = Path(__file__).resolve()
PROGRAM = str(Path(sys.executable).with_name("parent-intent"))
PEERS = HERE.parents[2] / ".venv-peers" / "bin" / "python"
OURS = """
import json, sys, pandas as pd, survey
from analysis import shares
frame, targets = pd.read_csv(sys.argv[1]), json.load(open(sys.argv[2]))
start = survey.from_frame(frame, multiple={"concerns": ["price", "quality", "distance"]}, sample="opt-in")
sample = survey.rake(start, targets, bounds=(0, float("inf")))
shares(sample, "concerns"), shares(sample, "concerns", by="district")
"""
SVY = """
import json, sys, numpy as np, polars, svy
frame, targets = polars.read_csv(sys.argv[1]), json.load(open(sys.argv[2]))
start = svy.Sample(frame.with_columns(w=polars.lit(1.0)), svy.Design(wgt="w"))
sample = start.weighting.rake(controls=targets, tol=1e-8, max_iter=1000)
for name in ("price", "quality", "distance"):
    sample.estimation.mean(name), sample.estimation.mean(name, by="district")
"""
FLOOR = """
import json, sys, numpy as np
sys.path.insert(0, sys.argv[3])
import pandas as pd, bench_peers as bench
frame, targets = pd.read_csv(sys.argv[1]), json.load(open(sys.argv[2]))
for name in bench.QUESTIONS:
    frame[name] = pd.Categorical(frame[name], categories=list(targets[name]))
n = len(frame)
shares = {q: {c: v / n for c, v in one.items()} for q, one in targets.items()}
count = bench.tallied(frame)
bench.floor_shares(count, bench.raked(count, shares))
"""


def measured(command: list[str]) -> tuple[float, float]:
    """Return seconds and peak memory in MB of a process."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - begun, used.ru_maxrss / 2**10


def line(name: str, command: list[str], times: int, before: Callable[[], object] = lambda: None) -> None:
    """Print a row of the table: the medians of a command."""
    found = []
    for _ in range(times):
        before()
        found.append(measured(command))
    seconds, memory = (statistics.median(column) for column in zip(*found, strict=True))
    print(f"| {name} | {seconds:.2f} | {memory:.0f} MB |", flush=True)


def commands(folder: Path) -> None:
    """Print what the commands take."""
    study, out = str(DEMO / "study.toml"), folder / "out"
    line("`parent-intent --help`", [PROGRAM, "--help"], 5)
    line("`check`, demonstration (two waves, 5,000 rows, .xlsx)", [PROGRAM, "check", study], 5)
    report = [PROGRAM, "report", study, "--out", str(out)]
    line("`report`, demonstration", report, 5, partial(shutil.rmtree, out, ignore_errors=True))
    line("printing again from stored estimates", report, 5, (out / "briefing-zh.pdf").unlink)
    for n, times in ((2_000, 5), (200_000, 3)):
        (folder / str(n)).mkdir()
        made, there = study_of(folder / str(n), n), folder / f"out-{n}"
        command = [PROGRAM, "report", str(made), "--out", str(there)]
        afresh = partial(shutil.rmtree, there, ignore_errors=True)
        line(f"`report`, one wave of {n:,} rows, CSV", command, times, afresh)


def processes(folder: Path) -> None:
    """Print what reading a CSV, raking and 33 shares take as a process of its own."""
    for n in (2_000, 200_000):
        frame, targets = made_up("own weights", n)
        frame.drop(columns="w").to_csv(folder / "frame.csv", index=False)
        frame.assign(w=1.0).to_csv(folder / "r" / "frame.csv", index=False)
        (folder / "targets.json").write_text(json.dumps(targets), encoding="utf-8")
        rows = [(q, c, count) for q, one in targets.items() for c, count in one.items()]
        table = pd.DataFrame(rows, columns=["question", "category", "count"])
        table.to_csv(folder / "r" / "targets.csv", index=False)
        given = [str(folder / "frame.csv"), str(folder / "targets.json"), str(HERE.parent)]
        line(f"{n:,} rows: bare numpy and pandas", [sys.executable, "-c", FLOOR, *given], 5)
        line(f"{n:,} rows: ours", [sys.executable, "-c", OURS, *given], 5)
        if PEERS.exists():
            line(f"{n:,} rows: svy", [str(PEERS), "-c", SVY, *given], 3)
        if shutil.which("Rscript"):
            script = str(HERE.with_name("bench_hard_cases.R"))
            line(f"{n:,} rows: R", ["Rscript", script, str(folder / "r"), "own weights"], 1)


def loading() -> None:
    """Print what each package takes to load where a report is made, its own modules only."""
    ran = subprocess.run([sys.executable, "-X", "importtime", "-c", "import reports.commands.report"],
                         capture_output=True, text=True, check=True)  # fmt: skip
    own: Counter[str] = Counter()
    for microseconds, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", ran.stderr):
        own[name.split(".")[0]] += int(microseconds)
    largest = ", ".join(f"{name} {1e-3 * took:.0f} ms" for name, took in own.most_common(8))
    print(f"\nloading reports.commands.report: {1e-6 * own.total():.2f} s ({largest})")


def main() -> None:
    """Print both tables and what loading takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "r").mkdir()
        print("\n| command | seconds | peak memory |\n| --- | --- | --- |")
        commands(folder)
        print("\n| process: CSV, five margins, 33 shares | seconds | peak memory |\n| --- | --- | --- |")
        processes(folder)
    loading()


if __name__ == "__main__":
    main()
