"""Raking, shares and replicates against other packages and against a floor of bare numpy, in one run.

make bench-peers          sets up .venv-peers first; R's survey is measured where Rscript has it
bench_peers.py 200000     one size alone

The data are made up: district 10, child's age 4, urban 2, schooling 4, income 5; three concerns; volunteers.
Every figure is a median; all packages are given the same rows on the same machine, and must agree.
"""

from __future__ import annotations

import json
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd
from bench_peer_calls import CONCERNS, PACKAGES, QUESTIONS, REPLICATES

HERE = Path(__file__).resolve()
SIZES = (2_000, 20_000, 200_000, 2_000_000)
QUICK = 15  # how often what takes milliseconds is run
PATIENCE = 240  # seconds that a peer may take for one task
PEERS = {
    "rake": ("rimpy", "weightipy", "leafblower", "balance", "svy", "R"),
    "shares": ("svy", "samplics", "R"),
    "replicates": ("svy",),
}


def made_up(n: int) -> tuple[pd.DataFrame, dict[str, dict[str, float]]]:
    """Return n answers with categorical columns, and the population's shares of each question."""
    random = np.random.default_rng(n)
    columns = {}
    for name, size in QUESTIONS.items():
        codes = random.choice(size, n, p=random.dirichlet(np.full(size, 8.0)))
        columns[name] = pd.Categorical.from_codes(codes, [f"{name}{i}" for i in range(size)])
    frame = pd.DataFrame(columns)
    lean = 0.3 * (columns["income"].codes - 2) + 0.2 * (columns["district"].codes % 3 - 1)
    for concern, level in zip(CONCERNS, (0.8, -0.1, -1.1), strict=True):
        frame[concern] = (random.random(n) < 1 / (1 + np.exp(-(level + lean)))).astype("int8")
    targets = {}
    for name, size in QUESTIONS.items():
        seen = np.bincount(columns[name].codes, minlength=size) / n
        share = 0.6 * seen + 0.4 * random.dirichlet(np.full(size, 30.0))
        targets[name] = {f"{name}{i}": float(s) for i, s in enumerate(share / share.sum())}
    return frame, targets


def median(task: Callable[[], object], times: int = 5) -> tuple[float, object]:
    """Return the median seconds of a task, and what it gave last."""
    seconds, found = [], None
    for _ in range(times):
        begun = time.perf_counter()
        found = task()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds), found


# --- the floor: what the arithmetic alone takes, from the same frame


def tallied(frame: pd.DataFrame) -> np.ndarray:
    """Return how many people are in each cell and gave each pattern of answers, (cells, 8)."""
    cell = np.zeros(len(frame), dtype=np.int32)
    for name, size in QUESTIONS.items():
        cell = cell * size + frame[name].cat.codes.to_numpy()
    for concern in CONCERNS:
        cell = cell * 2 + frame[concern].to_numpy()
    size = int(np.prod(list(QUESTIONS.values()))) * 8
    return np.bincount(cell, minlength=size).reshape(-1, 8)


def raked(count: np.ndarray, targets: dict[str, dict[str, float]]) -> np.ndarray:
    """Return g of each cell by proportional fitting to a relative error of 1e-8."""
    base = count.sum(axis=1).astype(float)
    weight, places = base.copy(), np.indices(tuple(QUESTIONS.values())).reshape(len(QUESTIONS), -1)
    goals = [np.array(list(one.values())) * base.sum() for one in targets.values()]
    for _ in range(1000):
        error = 0.0
        for place, goal in zip(places, goals, strict=True):
            sums = np.bincount(place, weights=weight, minlength=len(goal))
            error = max(error, float(np.abs(sums - goal).max() / base.sum()))
            weight *= (goal / sums)[place]
        if error < 1e-8:
            break
    return weight / np.where(base > 0, base, 1)


def floor_shares(count: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return 33 shares and their variances by calibration residuals with leverage."""
    ticks = ((np.arange(8)[:, None] >> np.array([2, 1, 0])) & 1).astype(float)
    sizes = list(QUESTIONS.values())
    places = np.indices(tuple(sizes)).reshape(len(sizes), -1)
    x = np.hstack([np.eye(size)[place] for size, place in zip(sizes, places, strict=True)])
    base = count.sum(axis=1).astype(float)
    inverse = np.linalg.pinv(x.T @ (x * base[:, None]), hermitian=True)
    domains = np.vstack([np.ones(len(base)), np.eye(sizes[0])[:, places[0]]])
    yes, total = count @ ticks, domains @ (base * g)
    p = domains @ (yes * g[:, None]) / total[:, None]
    u = domains[:, :, None] * (yes - base[:, None] * p[:, None, :]) / total[:, None, None]
    fitted = x @ (inverse @ (x.T @ u.transpose(1, 0, 2).reshape(len(base), -1)))
    leverage = ((x @ inverse) * x).sum(axis=1)
    square = (g / (1 - np.minimum(leverage, 0.999))) ** 2
    variance = np.zeros(p.size)
    for pattern in range(8):
        one = domains.T[:, :, None] * (ticks[pattern] - p) / total[None, :, None]
        variance += (count[:, pattern] * square) @ (one.reshape(len(base), -1) - fitted) ** 2
    return p, variance


def floor_replicates(count: np.ndarray, targets: dict[str, dict[str, float]]) -> np.ndarray:
    """Return the shares in 500 multinomial replicates, each raked again, (500, 11, 3)."""
    random, n = np.random.default_rng(1), int(count.sum())
    ticks = ((np.arange(8)[:, None] >> np.array([2, 1, 0])) & 1).astype(float)
    place = np.indices(tuple(QUESTIONS.values())).reshape(len(QUESTIONS), -1)[0]
    domains = np.vstack([np.ones(len(count)), np.eye(10)[:, place]])
    found = np.empty((REPLICATES, 11, 3))
    for r in range(REPLICATES):
        again = random.multinomial(n, count.ravel() / n).reshape(count.shape)
        g = raked(again, targets)
        sums = domains @ np.column_stack([(again @ ticks) * g[:, None], again.sum(axis=1) * g])
        found[r] = sums[:, :3] / sums[:, 3:]
    return found


# --- ours


def ours(n: int) -> dict[str, object]:
    """Return our medians and the floor's in seconds, and our shares."""
    import survey
    from analysis import shares

    frame, targets = made_up(n)
    several = {"concerns": list(CONCERNS)}

    def rake() -> survey.weighting.sample.WeightedSample:
        start = survey.from_frame(frame, multiple=several, sample="opt-in")
        return survey.rake(start, targets, bounds=(0, np.inf))

    def estimates(sample: survey.weighting.sample.WeightedSample) -> tuple[pd.DataFrame, pd.DataFrame]:
        return shares(sample, "concerns").frame, shares(sample, "concerns", by="district").frame

    def replicates() -> object:
        return estimates(survey.make_replicates(sample, "multinomial", replicates=REPLICATES, seed=1))

    found: dict[str, object] = {}
    found["rake"], sample = median(rake, QUICK)
    found["shares"], frames = median(lambda: estimates(sample), QUICK)
    found["replicates"], _ = median(replicates, 3)
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    count = tallied(frame)
    found["floor rake"], g = median(lambda: raked(tallied(frame), targets), QUICK)
    found["floor shares"], floor = median(lambda: floor_shares(count, g), QUICK)
    found["floor replicates"], _ = median(lambda: floor_replicates(count, targets), 3)
    p = frames[0]["estimate"].to_numpy()
    assert np.allclose(p, floor[0][0], atol=1e-7), "the floor disagrees"
    return found | {"found": p.tolist(), "errors": frames[0]["std_error"].tolist()}


def worker(name: str, task: str, folder: Path, times: int) -> None:
    """Print what a peer takes, as JSON; run in the peer's interpreter."""
    frame = pd.read_pickle(folder / "frame.pkl")
    targets = json.loads((folder / "targets.json").read_text(encoding="utf-8"))
    run, read = PACKAGES[name](frame, targets, task)
    seconds, found = [], None
    for _ in range(times):
        begun = time.perf_counter()
        found = run()
        seconds.append(time.perf_counter() - begun)
        if sum(seconds) > PATIENCE / 4:
            break
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"seconds": seconds, "found": read(found), "memory": memory}))


def peer(name: str, task: str, folder: Path, expected: list[float]) -> str:
    """Return a cell of the table: seconds, and where the shares disagree or it fails, so."""
    times = 5
    if name == "R":
        if shutil.which("Rscript") is None:
            return "not here"
        command = [
            "Rscript",
            str(HERE.with_suffix(".R")),
            str(folder / "frame.csv"),
            str(folder / "targets.csv"),
        ]
        command += [task, str(times if (folder / "frame.csv").stat().st_size < 2e7 else 1)]
    else:
        python = HERE.parents[2] / ".venv-peers" / "bin" / "python"
        if not python.exists():
            return "not here"
        command = [str(python), str(HERE), "--worker", name, task, str(folder), str(times)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"over {PATIENCE} s"
    lines = [line for line in ran.stdout.splitlines() if line.startswith("{")]
    if ran.returncode or not lines:
        return "failed: " + (ran.stderr.strip().splitlines() or ["?"])[-1][:60]
    got = json.loads(lines[-1])
    apart = float(np.abs(np.array(got["found"][:3]) - expected).max())
    note = "" if apart < 1e-5 else f" (off by {apart:.0e})"
    return f"{statistics.median(got['seconds']):.3g} s{note}"


def written(folder: Path, n: int) -> None:
    """Write the data for the peers."""
    frame, targets = made_up(n)
    frame.to_pickle(folder / "frame.pkl")
    frame.to_csv(folder / "frame.csv", index=False)
    (folder / "targets.json").write_text(json.dumps(targets), encoding="utf-8")
    rows = [(q, c, s) for q, one in targets.items() for c, s in one.items()]
    pd.DataFrame(rows, columns=["question", "category", "share"]).to_csv(folder / "targets.csv", index=False)


def ms(seconds: object) -> str:
    """Return seconds as text, in milliseconds under one."""
    value = float(str(seconds))
    return f"{1000 * value:.3g} ms" if value < 1 else f"{value:.3g} s"


def main() -> None:
    """Print a table a task."""
    packages = ", ".join(f"{name} {_version(name)}" for name in ("numpy", "pandas", "scipy"))
    print(f"Python {platform.python_version()}, {packages}; {platform.machine()}, medians\n")
    rows: dict[str, list[str]] = {task: [] for task in PEERS}
    for n in tuple(int(a) for a in sys.argv[1:]) or SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            written(folder, n)
            own = json.loads(subprocess.run([sys.executable, str(HERE), "--ours", str(n)], check=True,
                                            capture_output=True, text=True).stdout)  # fmt: skip
            for task, peers in PEERS.items():
                floor = own[f"floor {task}"]
                cells = [f"{n:,}", ms(own[task]), ms(floor), f"{own[task] / floor:.1f} ×"]
                cells += [peer(one, task, folder, own["found"]) for one in peers]
                rows[task].append("| " + " | ".join(cells) + " |")
                print(rows[task][-1], flush=True)
            print(f"  (memory of ours, all tasks: {own['memory']:.2f} GB)", flush=True)
    for task, peers in PEERS.items():
        print(f"\n**{task}**\n\n| rows | ours | floor | ours / floor | " + " | ".join(peers) + " |")
        print("|" + " --- |" * (4 + len(peers)))
        print("\n".join(rows[task]))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        print(json.dumps(ours(int(sys.argv[2]))))
    elif sys.argv[1:2] == ["--worker"]:
        worker(sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5]))
    else:
        main()
