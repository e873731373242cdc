"""Time each step of the pipeline on made-up rows of growing number, all sizes in one run.

    make bench        prints seconds a step, the records in the tally, and ratios to the smallest size

Rows are drawn with replacement from the demonstration's answers, given new times and addresses, and
written as a text download in CSV, so that reading, screening and weighting meet what they meet in life.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench_rows import made_up

SIZES = tuple(int(a) for a in sys.argv[1:]) or (2_000, 20_000, 200_000)
STEPS = ("read", "screen", "weigh", "estimate", "print")


def once(path: Path) -> tuple[dict[str, float], int, int]:
    """Return seconds of each step, questionnaires analysed and records in the tally."""
    import survey
    from analysis import estimate
    from reports import write_briefing

    seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def timed(step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        seconds[step] = time.perf_counter() - start

    study = survey.read_study(path)
    with timed("read"):
        responses = survey.read_responses(study)
    with timed("screen"):
        kept, flow = survey.screen(responses, study)
    with timed("weigh"):
        sample = survey.weigh(kept, study)
    with timed("estimate"):
        estimates = estimate(study, {"2023": sample})
    with timed("print"):
        write_briefing(study, estimates, path.parent / "out", say=lambda _: None)
    return seconds, flow.analysed, len(sample.tally)


def main() -> None:
    """Print a line a size, then the ratios of each to the first."""
    print(
        f"{'rows':>9} {'analysed':>9} {'records':>8} " + " ".join(f"{s:>9}" for s in STEPS) + f" {'all':>9}"
    )
    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as name:
        warm = Path(name) / "warm"
        warm.mkdir()
        once(made_up(warm, 600))  # libraries load here, outside the times
        for n in SIZES:
            folder = Path(name) / str(n)
            folder.mkdir()
            seconds, analysed, records = once(made_up(folder, n))
            seconds["all"] = sum(seconds.values())
            found.append(seconds)
            cells = " ".join(f"{s:8.3f}s" for s in seconds.values())
            print(f"{n:9,} {analysed:9,} {records:8,} {cells}", flush=True)
    for n, seconds in zip(SIZES[1:], found[1:], strict=True):
        cells = " ".join(f"{seconds[s] / found[0][s]:8.1f}x" for s in (*STEPS, "all"))
        print(f"{n / SIZES[0]:8.0f}x {'':18} {cells}")


if __name__ == "__main__":
    main()
