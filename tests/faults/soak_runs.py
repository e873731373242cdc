"""A small study reported over and over: memory stays level and every file has the same bytes.

make soak                 two thousand runs in one process, then two hundred processes (about forty minutes)
soak_runs.py 100 10       fewer of both
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from small_study import write_sound

# Memory settles while modules load and caches fill; from here on it may not grow by more than this.
SETTLED, ALLOWED = 0.1, 1.05


def digest(out: Path) -> str:
    """Return one hash over the names and bytes of all files of a folder."""
    made = hashlib.sha256()
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        made.update(path.relative_to(out).as_posix().encode() + b"\0" + path.read_bytes())
    return made.hexdigest()


def resident() -> float:
    """Return the memory of this process in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def in_one_process(study: Path, out: Path, runs: int) -> str:
    """Report a study so many times and return the hash that every run gave."""
    from reports.cli import main

    first, memory, begun = "", [], time.monotonic()
    for run in range(1, runs + 1):
        shutil.rmtree(out, ignore_errors=True)
        with contextlib.redirect_stdout(io.StringIO()):
            assert main(["report", str(study), "--out", str(out)]) == 0
        found = digest(out)
        first = first or found
        assert found == first, f"run {run} gave other bytes"
        if run % max(runs // 20, 1) == 0:
            memory.append(resident())
            print(f"{run:>6} runs, {time.monotonic() - begun:6.0f} s, {memory[-1]:6.1f} MB", flush=True)
    settled = memory[max(int(SETTLED * len(memory)), 1) :]
    assert settled[-1] <= ALLOWED * settled[0], f"memory grew from {settled[0]:.0f} to {settled[-1]:.0f} MB"
    return first


def as_processes(study: Path, out: Path, runs: int, expected: str) -> None:
    """Report a study by so many processes, each of which must give the expected hash."""
    peaks, begun = [], time.monotonic()
    program = [sys.executable, "-P", "-m", "reports.cli", "report", str(study), "--out", str(out)]
    for run in range(1, runs + 1):
        shutil.rmtree(out, ignore_errors=True)
        process = subprocess.Popen(program, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        assert status == 0, f"process {run} failed"
        assert digest(out) == expected, f"process {run} gave other bytes"
        peaks.append(used.ru_maxrss / 2**10)
    middle = statistics.median(peaks)
    print(
        f"{runs} processes, {time.monotonic() - begun:.0f} s, "
        f"peak memory {min(peaks):.0f} to {max(peaks):.0f} MB, median {middle:.0f}"
    )


def main() -> None:
    """Run both and print what they took."""
    runs, processes = (int(a) for a in (sys.argv[1:3] or ("2000", "200")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = write_sound(folder)
        shutil.rmtree(folder / "out")
        same = in_one_process(study, folder / "printed", runs)
        as_processes(study, folder / "printed", processes, same)
    print("every run gave the same bytes")


if __name__ == "__main__":
    main()
