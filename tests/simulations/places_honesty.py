"""How far off places are when people select themselves by their intent, in the city of honesty_simulation.

make honesty      prints the tables of docs/honesty.md on places, after those of the other checks
"""

from __future__ import annotations

from multiprocessing import Pool

import numpy as np
import pandas as pd
from honesty_simulation import AGES, DIALS, PEOPLE, RUNS, TRUTHS, City

import survey
from analysis import TakeUp, demand, places
from survey.errors import SurveyError

FEE, CHILDREN, LOW, HIGH = 1298.0, 10_000.0, 0.24, 0.34
TAKE_UP = TakeUp(LOW, HIGH, "the simulation")
# What those who would use a place accept, whoever they are and whether or not they joined.
FEES, PARTS = (800.0, 1000.0, 1500.0, 2000.0, 3000.0), (0.1, 0.15, 0.35, 0.25, 0.15)
PAYING = 0.75
UNEVEN_RUNS = 100


def one(job: tuple[City, int]) -> dict[str, float]:
    """Return what is printed of the places one sample would need, and whether it was right."""
    city, seed = job
    random = np.random.default_rng(seed)
    cell, yes = city.came(random)
    frame = pd.DataFrame({"district": [f"d{c // AGES}" for c in cell], "age": [f"a{c % AGES}" for c in cell]})
    frame["intent"] = np.where(yes, "yes", "no")
    frame["fee"] = np.where(yes, random.choice(FEES, len(yes), p=PARTS), np.nan)
    margins = {
        "district": {f"d{i}": float(v) for i, v in enumerate(PEOPLE.sum(axis=1))},
        "age": {f"a{i}": float(v) for i, v in enumerate(PEOPLE.sum(axis=0))},
    }
    rate = random.uniform(LOW, HIGH)
    try:
        sample = survey.rake(survey.from_frame(frame, sample="opt-in"), margins)
    except SurveyError:  # no weights within the bounds: nothing is printed
        return {"refused": True}
    curve = demand(sample, intent="intent", willing="yes", fee="fee", at=(FEE,))
    middle = CHILDREN * city.truth * PAYING * (LOW + HIGH) / 2
    table = places(curve, children=CHILDREN, take_up=TAKE_UP, existing=middle).frame.set_index("measure")
    found, needed = table["estimate"], CHILDREN * city.truth * PAYING * rate
    return {
        "share": float(curve.frame["estimate"].iloc[0]) - city.truth * PAYING,
        "printed": found["places_q50"],
        "off": found["places_q50"] / middle - 1,
        "held": found["places_q10"] <= needed <= found["places_q90"],
        "clear": table["note"]["gap"] == "clear_shortage",
        "refused": False,
    }


HEADS = (
    "ratio",
    "share at the fee, error in points",
    "places printed, middle",
    "off by",
    "planning range holds the places needed",
    "called short though places suffice at the middle take-up",
    "refused",
)


def line(dial: float, found: pd.DataFrame) -> str:
    """Return a line of the table."""
    mean = found.astype(float).mean()
    if mean["refused"] == 1:
        return f"| {dial:g} |{' – |' * (len(HEADS) - 2)} 100% |"
    cells = (
        f"{dial:g}",
        f"{100 * mean['share']:+.1f}",
        f"{mean['printed']:,.0f}",
        f"{mean['off']:+.0%}",
        f"{mean['held']:.0%}",
        f"{mean['clear']:.0%}",
        f"{mean['refused']:.0%}",
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print a table a city."""
    with Pool(2) as pool:
        for uneven, runs in ((False, RUNS), (True, UNEVEN_RUNS)):
            for truth in TRUTHS:
                kind = "in two of six districts only, the ratio squared" if uneven else "the same everywhere"
                needed = CHILDREN * truth * PAYING * (LOW + HIGH) / 2
                print(f"\n**Places: truth {truth:.0%}, {needed:,.0f} needed, self-selection {kind}**\n")
                print(f"| {' | '.join(HEADS)} |\n|{' --- |' * len(HEADS)}")
                for dial in DIALS:
                    jobs = [(City(truth, dial, uneven), seed) for seed in range(runs)]
                    print(line(dial, pd.DataFrame(pool.map(one, jobs, chunksize=25))), flush=True)


if __name__ == "__main__":
    main()
