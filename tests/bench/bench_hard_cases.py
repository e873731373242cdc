"""Where people are hardly alike and the tally helps little: our time and memory beside R and svy.

make bench-peers    runs it last, at 200,000 rows

own weights   a base weight of its own for every row; five margins
continuous    the five margins and a total of a number no two people share (linear calibration)
forty         ten questions of four categories, which make a million cells

Each case weights the rows, then takes 33 shares with standard errors (three concerns, everybody and in ten
groups, or four), which account for the weighting where the package can.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve()
ROWS, TIMES, PATIENCE = 200_000, 3, 240
CONCERNS = ("price", "quality", "distance")
FIVE = {"district": 10, "child": 4, "urban": 2, "schooling": 4, "income": 5}
TEN = {f"q{i}": 4 for i in range(10)}
CASES = {"own weights": FIVE, "continuous": FIVE, "forty": TEN}


def made_up(case: str, n: int) -> tuple[pd.DataFrame, dict[str, dict[str, float]]]:
    """Return n answers and the population's count of each category."""
    random, columns, targets = np.random.default_rng(n), {}, {}
    for name, size in CASES[case].items():
        codes = random.choice(size, n, p=random.dirichlet(np.full(size, 8.0)))
        columns[name] = pd.Categorical.from_codes(codes, [f"{name}{i}" for i in range(size)])
        share = 0.6 * np.bincount(codes, minlength=size) / n + 0.4 * random.dirichlet(np.full(size, 30.0))
        targets[name] = {f"{name}{i}": float(n * s) for i, s in enumerate(share / share.sum())}
    frame = pd.DataFrame(columns)
    for concern, share in zip(CONCERNS, (0.7, 0.5, 0.25), strict=True):
        frame[concern] = (random.random(n) < share).astype("int8")
    frame["w"] = random.lognormal(0, 0.5, n) if case == "own weights" else 1.0
    if case == "continuous":
        frame["age"] = random.normal(33, 6, n)
    return frame, targets


def ours(case: str, frame: pd.DataFrame, targets: dict[str, dict[str, float]]) -> list[float]:
    """Weight and estimate, and return the three shares of everybody."""
    import survey
    from analysis import shares

    several = {"concerns": list(CONCERNS)}
    weight = "w" if case == "own weights" else None
    start = survey.from_frame(
        frame if weight else frame.drop(columns="w"), weight, multiple=several, sample="opt-in"
    )
    if case == "continuous":
        total = {"age": float(frame["age"].sum() * 1.01)}
        sample = survey.calibrate(start, targets, totals=total, distance="linear")
    else:
        sample = survey.rake(start, targets, bounds=(0, np.inf))
    shares(sample, "concerns", by=next(iter(CASES[case])))
    return [float(p) for p in shares(sample, "concerns").frame["estimate"]]


def svy(case: str, frame: pd.DataFrame, targets: dict[str, dict[str, float]]) -> list[float]:
    """Do the same with svy."""
    import polars
    import svy as package

    columns = {name: frame[name].astype(str).tolist() for name in CASES[case]}
    columns |= {name: frame[name].to_numpy() for name in frame.columns if name not in columns}
    start = package.Sample(polars.DataFrame(columns), package.Design(wgt="w"))
    if case == "continuous":
        controls = {package.Cat(name): one for name, one in targets.items()}
        sample = start.weighting.calibrate(controls=controls | {"age": float(frame["age"].sum() * 1.01)})
    else:
        sample = start.weighting.rake(controls=targets, tol=1e-8, max_iter=1000)
    found = [sample.estimation.mean(name) for name in CONCERNS]
    for name in CONCERNS:
        sample.estimation.mean(name, by=next(iter(CASES[case])))
    return [float(one.estimates[0].est) for one in found]


def worker(package: str, case: str, folder: Path) -> None:
    """Print seconds, peak memory beyond the data and the shares of one package, as JSON."""
    frame = pd.read_pickle(folder / "frame.pkl")
    targets = json.loads((folder / "targets.json").read_text(encoding="utf-8"))
    run, seconds, found = {"ours": ours, "svy": svy}[package], [], None
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(TIMES):
        begun = time.perf_counter()
        found = run(case, frame, targets)
        seconds.append(time.perf_counter() - begun)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
    print(json.dumps({"seconds": seconds, "memory": memory, "found": found}))


def cell(command: list[str], expected: list[float] | None) -> tuple[str, list[float] | None]:
    """Return a cell of the table and the shares found; what fails or disagrees says so."""
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"over {PATIENCE} s", None
    lines = [line for line in ran.stdout.splitlines() if line.startswith("{")]
    if ran.returncode or not lines:
        return "failed: " + (ran.stderr.strip().splitlines() or ["?"])[-1][:60], None
    got = json.loads(lines[-1])
    apart = 0.0 if expected is None else float(np.abs(np.array(got["found"][:3]) - expected).max())
    note = "" if apart < 1e-5 else f" (off by {apart:.0e})"
    memory = f", {got['memory']:.0f} MB" if "memory" in got else ""
    return f"{statistics.median(got['seconds']):.3g} s{memory}{note}", got["found"][:3]


def main() -> None:
    """Print a row a case."""
    print(
        f"\n**where nothing repeats**, {ROWS:,} rows\n\n| case | ours | svy | R |\n| --- | --- | --- | --- |"
    )
    peers = HERE.parents[2] / ".venv-peers" / "bin" / "python"
    for case in CASES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            frame, targets = made_up(case, ROWS)
            frame.to_pickle(folder / "frame.pkl")
            (folder / "targets.json").write_text(json.dumps(targets), encoding="utf-8")
            frame.to_csv(folder / "frame.csv", index=False)
            rows = [(q, c, count) for q, one in targets.items() for c, count in one.items()]
            table = pd.DataFrame(rows, columns=["question", "category", "count"])
            table.to_csv(folder / "targets.csv", index=False)
            own, found = cell([sys.executable, "-P", str(HERE), "ours", case, name], None)
            cells = [own]
            cells.append(
                cell([str(peers), str(HERE), "svy", case, name], found)[0] if peers.exists() else "not here"
            )
            script = str(HERE.with_suffix(".R"))
            cells.append(
                cell(["Rscript", script, name, case], found)[0] if shutil.which("Rscript") else "not here"
            )
            print(f"| {case} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        worker(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        main()
