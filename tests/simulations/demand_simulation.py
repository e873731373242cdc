"""How often the band of demand holds the whole true curve, and the planning range the places needed.

Opt-in samples of a made-up city: who answers depends on district and age, on which intent and fees depend
too and which are weighted on, so that the assumption of the intervals holds. `make coverage` prints it; the
tables are those of docs/methods.md 8.7.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import expit

import survey
from analysis import TakeUp, demand, places
from analysis.publication.rules import ShareRules

SIZES, DRAWS = (600, 2000), 1000
AT = (500.0, 800.0, 1000.0, 1298.0, 1500.0, 2000.0, 2500.0)
HEAPS = np.array([300, 500, 600, 800, 1000, 1200, 1298, 1500, 1800, 2000, 2500, 3000, 4000], dtype=float)
SHARES = {"district": (0.30, 0.22, 0.18, 0.13, 0.10, 0.07), "age": (0.35, 0.40, 0.25)}
CHILDREN, LOW, HIGH = 10_000.0, 0.25, 0.5
EVERYTHING = ShareRules(people=2, too_wide=2, narrow=2, wide=2, df=0)
TAKE_UP = TakeUp(LOW, HIGH, "the simulation")


def city():
    """Return cells with their size, their part of those who join, chances of "yes", and of each heap."""
    random = np.random.default_rng(31)
    cells = pd.DataFrame(
        [(f"d{d}", f"a{a}") for d in range(6) for a in range(3)], columns=["district", "age"]
    )
    size = np.outer(SHARES["district"], SHARES["age"]).reshape(-1)
    size /= size.sum()
    # Joining depends on either margin and not on both together, as raking assumes.
    joining = size * np.exp(np.add.outer(random.normal(0, 0.5, 6), random.normal(0, 0.5, 3))).reshape(-1)
    yes = expit(-0.2 + random.normal(0, 0.4, 18))
    middle = np.log(1300) + random.normal(0, 0.2, 18)
    heaps = np.exp(-((np.log(HEAPS) - middle[:, None]) ** 2) / (2 * 0.45**2))
    heaps *= np.where(HEAPS % 500 == 0, 2.0, 1.0)
    return cells, size, joining / joining.sum(), yes, heaps / heaps.sum(axis=1, keepdims=True)


def truth(by=None):
    """Return the true curve of the city, shape (fees,), or of each district, shape (districts, fees)."""
    cells, size, _, yes, heaps = city()
    above = heaps @ (HEAPS[:, None] >= AT) * yes[:, None]
    if by is None:
        return size @ above
    groups = [cells[by] == name for name in sorted(set(cells[by]))]
    return np.array([size[inside] @ above[inside] / size[inside].sum() for inside in groups])


def drawn(n, random):
    """Return a raked sample of n people."""
    cells, _, joining, yes, heaps = city()
    cell = random.choice(len(cells), n, p=joining)
    willing = random.random(n) < yes[cell]
    named = HEAPS[
        (heaps.cumsum(axis=1)[cell] < random.random(n)[:, None]).sum(axis=1).clip(0, len(HEAPS) - 1)
    ]
    frame = cells.iloc[cell].reset_index(drop=True)
    frame = frame.assign(intent=np.where(willing, "yes", "no"), fee=np.where(willing, named, np.nan))
    margins = {
        name: {f"{name[0]}{i}": share for i, share in enumerate(shares)} for name, shares in SHARES.items()
    }
    margins = {name: {k: v / sum(m.values()) for k, v in m.items()} for name, m in margins.items()}
    return survey.rake(survey.from_frame(frame), margins)


def one(n, seed):
    """Return what held in one sample: bands and pointwise limits of city and districts, and the places."""
    random = np.random.default_rng(seed)
    sample = drawn(n, random)
    call = {"intent": "intent", "willing": "yes", "fee": "fee", "at": AT, "rules": EVERYTHING}
    held = {}
    for by in (None, "district"):
        table = demand(sample, by=by, **call)
        frame, true = table.frame, truth(by).reshape(-1)
        for name in ("band", "conf"):
            inside = (frame[f"{name}_low"] <= true + 1e-12) & (frame[f"{name}_high"] >= true - 1e-12)
            held[f"{name} {by or 'city'}"] = inside.to_numpy().reshape(-1, len(AT)).all(axis=1).mean()
        if by is None:
            found = places(table, children=CHILDREN, take_up=TAKE_UP).frame
    at = found[found["option"] == "1298"].set_index("measure")["estimate"]
    share = truth()[AT.index(1298.0)]
    for name, rate in (("range", random.uniform(LOW, HIGH)), ("range at low", LOW), ("range at high", HIGH)):
        needed = CHILDREN * share * rate
        held[name] = float(at["places_q10"] <= needed <= at["places_q90"])
    return held


def main(draws=DRAWS):
    """Print the shares of samples in which each held."""
    with ProcessPoolExecutor() as pool:
        for n in SIZES:
            seeds = range(n * 1_000_000, n * 1_000_000 + draws)
            rows = pd.DataFrame(list(pool.map(partial(one, n), seeds, chunksize=20)))
            print(f"n = {n:,}, {draws:,} samples:")
            print((100 * rows.mean()).round(1).to_string(), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
