"""`make fuzz`: exports spoilt at random, each run through check; stops at the first traceback."""

import argparse
import contextlib
import io
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from broken_exports import SOUND, study, variants

from reports.cli import main

GIGABYTE = 2**30


def spoilt(data, rng):
    """Return bytes with some cut out, some doubled, some changed."""
    made = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        if not made:
            break
        i, n = int(rng.integers(len(made))), int(rng.integers(1, 12))
        action = int(rng.integers(4))
        if action == 0:
            del made[i : i + n]
        elif action == 1:
            made[i:i] = made[i : i + n]
        elif action == 2:
            made[i : i + 1] = rng.bytes(1)
        else:
            j = int(rng.integers(len(made)))
            made[i:i] = made[j : j + n]
    return bytes(made)


def run(seconds, seed):
    """Return how many files ended in an answer and how many in a refusal."""
    rng, codes = np.random.default_rng(seed), {0: 0, 2: 0}
    files = [(p, file, data) for p in SOUND for _, file, data in variants(p) if len(data) < 100_000]
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            platform, file, data = files[int(rng.integers(len(files)))]
            broken = spoilt(data, rng)
            (Path(folder) / file).write_bytes(broken)
            (Path(folder) / "study.toml").write_text(study(platform, file), encoding="utf-8")
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
