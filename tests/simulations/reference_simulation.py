"""What a small random sample beside 2,000 volunteers is worth, by what they select themselves by.

They come by their answer, which no covariate tells, or by a driver of it that both samples were asked.

python tests/simulations/reference_simulation.py      prints the tables of docs/honesty.md (half an hour)
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import product
from multiprocessing import Pool
from multiprocessing.pool import Pool as PoolType

import numpy as np
import pandas as pd
from honesty_simulation import AGES, COMES, LEANS, PEOPLE

import survey
from analysis import blend, composite, reference_bias, shares
from analysis.statistics.testing.adjust import adjusted_p_values
from survey.errors import SurveyError

DIALS = (1.0, 1.1, 1.25, 1.5, 2.0, 3.0)
SIZES = (150, 300, 600)
KINDS = ("answer", "driver")
RUNS, VOLUNTEERS, POPULATION, TRUTH = 120, 2000, 200_000, 0.46
DRIVER, PULL = 0.4, 1.6  # share with the driver, and how far it moves the log odds of the answer
# Three more questions that both were asked, answered yes by so many of those who say no, and who say yes.
OTHERS = ((0.30, 0.60), (0.20, 0.45), (0.55, 0.75))
METHODS = ("raking", "random", "composite", "ipw", "imputation", "robust")
LAST = ("ipw", "ipw_calibrated", "doubly_robust")
RAKED_RUNS = 600
MARGINS = {
    "district": {f"d{i}": float(v) for i, v in enumerate(PEOPLE.sum(axis=1))},
    "age": {f"a{i}": float(v) for i, v in enumerate(PEOPLE.sum(axis=0))},
}


@dataclass(frozen=True)
class City:
    """How many times as likely to come some people are, and by what."""

    dial: float
    kind: str

    def joint(self) -> np.ndarray:
        """Return the population by cell, driver and answer, shape (18, 2, 2)."""
        leans = LEANS.ravel()[:, None] + PULL * np.array([0.0, 1.0])
        with_driver = PEOPLE.ravel()[:, None] * np.array([1 - DRIVER, DRIVER])
        low, high = -8.0, 8.0
        for _ in range(60):
            middle = (low + high) / 2
            p = 1 / (1 + np.exp(-(middle + leans)))
            low, high = (middle, high) if (with_driver * p).sum() < TRUTH else (low, middle)
        return with_driver[:, :, None] * np.stack([1 - p, p], axis=2)

    def drawn(self, random: np.random.Generator, people: int, *, chosen: bool) -> pd.DataFrame:
        """Return people who came by themselves, or whom chance chose."""
        joint = self.joint()
        if chosen:
            times = np.array([1.0, self.dial])
            joint = joint * COMES.ravel()[:, None, None]
            joint = joint * (times[None, None, :] if self.kind == "answer" else times[None, :, None])
        count = random.multinomial(people, joint.ravel() / joint.sum())
        cell, driver, answer = np.unravel_index(np.repeat(np.arange(joint.size), count), joint.shape)
        frame = pd.DataFrame(
            {
                "district": np.char.add("d", (cell // AGES).astype(str)),
                "age": np.char.add("a", (cell % AGES).astype(str)),
                "driver": np.where(driver == 1, "yes", "no"),
                "q": np.where(answer == 1, "yes", "no"),
            }
        )
        for j, chances in enumerate(OTHERS):
            said = random.random(people) < np.array(chances)[answer]
            frame[f"other{j}"] = np.where(said, "yes", "no")
        return frame


def one(job: tuple[City, int, int]) -> dict[str, float]:
    """Return the error of each method in one pair of samples, and whether its interval holds the truth."""
    city, size, seed = job
    random = np.random.default_rng(seed)
    link = survey.from_frame(city.drawn(random, VOLUNTEERS, chosen=True), sample="opt-in")
    names = city.drawn(random, size, chosen=False).assign(w=POPULATION / size)
    drawn = survey.reference(names, weight="w")
    given = {"covariates": ["district", "age", "driver"]}
    try:
        raked = survey.rake(link, MARGINS)
        others = [f"other{j}" for j in range(len(OTHERS))]
        bias = reference_bias(raked, drawn, others)
        left = reference_bias(link, drawn, others, adjustment="ipw", **given).rows(option="yes")
        tables = {
            "raking": shares(raked, "q"),
            "random": shares(drawn, "q"),
            "composite": composite(raked, drawn, "q", bias_from="cautious"),
            "others": composite(raked, drawn, "q", bias_from=bias),
            "same": composite(raked, drawn, "q"),
            "ipw": blend(link, drawn, "q", **given),
            "imputation": blend(link, drawn, "q", method="mass_imputation", **given),
            "robust": blend(link, drawn, "q", method="doubly_robust", **given),
        }
    except SurveyError:  # a category that nobody of the random sample is in: the run stops and names it
        return {"refused": True}
    found = {"refused": False}
    found["withheld"] = bool((adjusted_p_values(left["p_value"].to_numpy(float)) < 0.05).any())
    for name, table in tables.items():
        row = table.rows(option="yes").iloc[0]
        found[f"{name} error"] = float(row["estimate"]) - TRUTH
        found[f"{name} covered"] = float(row["conf_low"]) <= TRUTH <= float(row["conf_high"])
    return found


def raked(job: tuple[int, int]) -> dict[str, float]:
    """Return estimate and error of methods that are raked to margins last, people selected by the driver."""
    size, seed = job
    random = np.random.default_rng(seed)
    city = City(1.5, "driver")
    link = survey.from_frame(city.drawn(random, VOLUNTEERS, chosen=True), sample="opt-in")
    names = city.drawn(random, size, chosen=False).assign(w=POPULATION / size)
    drawn = survey.reference(names, weight="w")
    found: dict[str, float] = {}
    for last, sample in (("not", link), ("last", survey.rake(link, MARGINS))):
        for method in LAST:
            table = blend(sample, drawn, "q", covariates=["age", "driver"], method=method)
            row = table.rows(option="yes").iloc[0]
            found[f"{method} {last}"] = float(row["estimate"])
            found[f"{method} {last} error"] = float(row["std_error"])
    return found


def print_raked(pool: PoolType) -> None:
    """Print the mean error over the spread, and the coverage, without raking and with it as the last step."""
    print("\n**Joined, and raked to district and age last, random sample of 300**\n")
    print("| method | mean error over spread | coverage | raked last | coverage |\n|" + " --- |" * 5)
    found = pd.DataFrame(pool.map(raked, [(300, seed) for seed in range(RAKED_RUNS)], chunksize=10))
    for method in LAST:
        cells = []
        for last in ("not", "last"):
            estimate, error = found[f"{method} {last}"], found[f"{method} {last} error"]
            covered = (np.abs(estimate - TRUTH) <= 1.96 * error).mean()
            cells += [f"{error.mean() / estimate.std():.2f}", f"{covered:.1%}"]
        print(f"| {method} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print a table for each size of the random sample and each way of selecting oneself."""
    with Pool(int(sys.argv[1]) if len(sys.argv) > 1 else 2) as pool:
        print_raked(pool)
        for kind, size in product(KINDS, SIZES):
            print(f"\n**By the {kind}, random sample of {size}**\n")
            heads = ["ratio", *METHODS, "composite, b of others", "composite, own b", "withheld", "refused"]
            print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
            for dial in DIALS:
                jobs = [(City(dial, kind), size, seed) for seed in range(RUNS)]
                print(line(dial, pd.DataFrame(pool.map(one, jobs, chunksize=10))), flush=True)


def line(dial: float, found: pd.DataFrame) -> str:
    """Return the root mean squared error in points and the coverage of each method."""
    done = found[~found["refused"].astype(bool)].astype(float)
    cells = [
        f"{100 * np.sqrt((done[f'{name} error'] ** 2).mean()):.1f} ({done[f'{name} covered'].mean():.0%})"
        for name in (*METHODS, "others", "same")
    ]
    rates = (f"{done['withheld'].mean():.0%}", f"{found['refused'].astype(float).mean():.0%}")
    return f"| {dial:g} | {' | '.join((*cells, *rates))} |"


if __name__ == "__main__":
    main()
