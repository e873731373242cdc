"""`make fuzz`: exports, study files, Parquet spoilt at random, each run through check until a traceback."""

import argparse
import contextlib
import io
import resource
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from broken_exports import SOUND, spoilt, study, variants

from reports.cli import main

GIGABYTE = 2**30
DEMO = Path(__file__).parents[2] / "data" / "taiyuan"


def parquet(folder):
    """Return a sound plain table as the bytes of a Parquet file."""
    import duckdb

    path = Path(folder) / "sound.csv"
    path.write_bytes(next(data for name, _, data in variants("plain") if name == "sound"))
    made = Path(folder) / "sound.parquet"
    duckdb.read_csv(str(path), all_varchar=True).write_parquet(str(made))
    return made.read_bytes()


def drawn(folder, files, rng):
    """Put a spoilt file into a folder of its own and return its platform, its name and what was spoilt.

    Two in ten are the study file of the demonstration, one a Parquet file, one a part of a folder of such.
    """
    shutil.rmtree(folder, ignore_errors=True)
    lot = int(rng.integers(10))
    if lot < 2:
        shutil.copytree(DEMO, folder)
        broken = spoilt((folder / "study.toml").read_bytes(), rng)
        (folder / "study.toml").write_bytes(broken)
        return "demonstration", "study.toml", broken
    (folder / "parts").mkdir(parents=True)
    platform, file, data = files[int(rng.integers(len(files)))]
    if lot < 4:
        platform, file, data = "plain", "answers.parquet", parquet(folder)
    broken = spoilt(data, rng)
    place = "parts" if lot == 2 else file
    if lot == 2:
        (folder / "parts" / "sound.parquet").write_bytes(data)
    (folder / ("parts/answers.parquet" if lot == 2 else file)).write_bytes(broken)
    (folder / "study.toml").write_text(study(platform, place), encoding="utf-8")
    return platform, file, broken


def run(seconds, seed):
    """Return how many files ended in an answer and how many in a refusal."""
    rng, codes = np.random.default_rng(seed), {0: 0, 2: 0}
    files = [(p, file, data) for p in SOUND for _, file, data in variants(p) if len(data) < 100_000]
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "study"
        while time.monotonic() < end:
            platform, file, broken = drawn(folder, files, rng)
            said = io.StringIO()
            try:
                with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                    codes[main(["check", f"{folder}/study.toml"])] += 1
            except BaseException:
                kept = Path(tempfile.gettempdir()) / f"spoilt-{file}"
                kept.write_bytes(broken)
                print(f"{platform}: kept as {kept}")
                raise
    return codes


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--seed", type=int, default=20261126)
    given = options.parse_args()
    found = run(given.seconds, given.seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{found[0]} files read, {found[2]} refused, no traceback; peak memory {peak / GIGABYTE:.2f} GB")
