"""Time reading and screening of one large export against pandas reading the same file, in one run.

    make bench        seconds and peak memory of each, medians of three processes, and the ratios

Each reading is a process of its own, so that the peak is its own; libraries load outside the times.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS, RUNS = 200_000, 3


def ours(study: Path) -> None:
    """Read and screen the study, as `check` and `report` do first."""
    import survey

    read = survey.read_study(study)
    survey.screen(survey.read_responses(read), read)


def pandas_alone(study: Path) -> None:
    """Read the same file with pandas, nothing else."""
    import pandas as pd

    (file,) = study.parent.glob("responses-2023.*")
    if file.suffix == ".csv":
        pd.read_csv(file)
    else:
        pd.read_excel(file, engine="calamine")


WAYS = {"pandas alone": pandas_alone, "read and screened": ours}


def measured(way: str, study: Path) -> tuple[float, float]:
    """Return seconds and peak gigabytes of one process that does it."""
    done = subprocess.run(
        [sys.executable, "-P", __file__, way, str(study)], check=True, capture_output=True, text=True
    )
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def one(way: str, study: Path) -> None:
    """Print seconds and peak gigabytes of this process as JSON."""
    import pandas as pd  # noqa: F401 - loaded outside the time for both

    start = time.perf_counter()
    WAYS[way](study)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stdout.write(json.dumps([seconds, peak]))


def main() -> None:
    """Print a line a form of the file and way of reading it."""
    from bench_rows import made_up

    for form in ("csv", "xlsx"):
        with tempfile.TemporaryDirectory() as name:
            study = made_up(Path(name), ROWS, form)
            found: dict[str, tuple[float, float]] = {}
            for way in WAYS:
                runs = [measured(way, study) for _ in range(RUNS)]
                found[way] = (statistics.median(r[0] for r in runs), max(r[1] for r in runs))
                seconds, peak = found[way]
                print(f"{ROWS:9,} {form:>5} {way:>18} {seconds:8.2f}s {peak:6.2f} GB", flush=True)
            ratios = [a / b for a, b in zip(found["read and screened"], found["pandas alone"], strict=True)]
            print(f"{'':9} {form:>5} {'ratio':>18} {ratios[0]:8.1f}x {ratios[1]:6.1f}x", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        one(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
