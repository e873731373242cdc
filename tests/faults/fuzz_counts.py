"""`make fuzz`: sample exports made odd, drafted, read and counted, and compared with what is known.

A count that is not the true one fails, and so does a refusal of what nothing makes unclear. A number after
--seed and --count 1 draws that file again; --keep FOLDER leaves it there.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from read_back import outcome


def run(seeds, folder, seconds):
    """Print what is wrong, and what was read and refused; return how many files came out wrong."""
    end, counts, kinds = time.monotonic() + seconds, Counter(), Counter()
    for seed in seeds:
        if time.monotonic() > end:
            break
        table, found, refusal = outcome(seed, folder)
        counts.update(["files", *(["wrong"] if found else ["refused"] if refusal else ["right"])])
        if refusal is not None:
            kinds[refusal.key or refusal.problem.partition('"')[2].partition('"')[2] or refusal.problem] += 1
        for fault in found:
            print(f"seed {seed}, {table}: {fault}", flush=True)
    print(", ".join(f"{n} {name}" for name, n in counts.items()))
    for kind, n in kinds.most_common():
        print(f"{n:5} refused: {kind[:90]}")
    return counts["wrong"]


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=10**6)
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        seeds = range(given.seed, given.seed + given.count)
        sys.exit(bool(run(seeds, given.keep or Path(name), given.seconds)))
