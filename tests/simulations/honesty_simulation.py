"""What the printed warnings do when people select themselves: a made-up city with a known truth and a dial.

What is said of a change where only who answers has changed. And what a hundred and fifty planted answers do
to a headline, with the sign of near copies and without it.

make honesty      prints the tables of docs/honesty.md (about ten minutes)
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from multiprocessing import Pool
from multiprocessing.pool import Pool as PoolType

import numpy as np
import pandas as pd

import survey
from analysis import shares
from analysis.sensitivity.alternative_shares import weighting_alternatives
from analysis.sensitivity.alternatives import effect_of_choices
from analysis.sensitivity.benchmarks import bias_allowance
from analysis.sensitivity.proxies import proxy_pattern_mixture
from analysis.sensitivity.tipping import change_tipping, differential_participation, tipping_points
from survey.errors import SurveyError
from survey.numeric.likeness import Neighbours
from survey.numeric.near_copies import find_twins

DIALS = (1.0, 1.1, 1.25, 1.5, 2.0, 3.0)
TRUTHS = (0.46, 0.75)
RUNS, N = 400, 1000
DISTRICTS, AGES = 6, 3
# How people are spread, and how much likelier some are to come, which weighting corrects.
PEOPLE = np.array([0.3, 0.2, 0.18, 0.14, 0.12, 0.06])[:, None] * np.array([0.3, 0.4, 0.3])
COMES = np.array([1.3, 1.1, 1.0, 0.8, 0.7, 0.6])[:, None] * np.array([0.5, 1.4, 0.9])
LEANS = np.array([0.3, 0.1, 0.0, -0.1, -0.2, -0.5])[:, None] + np.array([0.4, 0.0, -0.4])
# Answers planted in an honest sample, in batches of one model each; what differs from copy to copy, of the
# other questions; and in how many hours each batch is sent.
PLANTED, BATCHES, OTHERS = 150, 5, 20
PLANTS = {
    "exact copies, each batch within an hour": (0, 1),
    "near copies, one to three answers changed, within an hour": (3, 1),
    "near copies, within six hours": (3, 6),
    "near copies, over three days": (3, 72),
    "half of the answers changed, within an hour": (OTHERS // 2, 1),
}
PLANT_RUNS = 100
# In the second city only people of two districts select themselves by their answer, and far more.
UNEVEN = (0, 3)


@dataclass(frozen=True)
class City:
    """A made-up city: how people answer, and how much likelier to come the yes-sayers are, by cell."""

    truth: float
    dial: float
    uneven: bool

    def chance(self) -> np.ndarray:
        """Return each cell's chance of yes, whose mean over the city is the truth."""
        low, high = -8.0, 8.0
        for _ in range(60):
            middle = (low + high) / 2
            p = 1 / (1 + np.exp(-(middle + LEANS)))
            low, high = (middle, high) if (PEOPLE * p).sum() < self.truth else (low, middle)
        return p

    def likelier(self) -> np.ndarray:
        """Return how many times as likely to come the yes-sayers of each cell are."""
        if not self.uneven:
            return np.full(PEOPLE.shape, self.dial)
        times = np.ones(PEOPLE.shape)
        times[list(UNEVEN)] = self.dial**2
        return times

    def came(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return the cell and the answer of N people who came."""
        p, k = self.chance(), self.likelier()
        yes, no = PEOPLE * COMES * p * k, PEOPLE * COMES * (1 - p)
        joint = np.concatenate([yes.ravel(), no.ravel()])
        count = random.multinomial(N, joint / joint.sum())
        cell = np.repeat(np.arange(2 * PEOPLE.size) % PEOPLE.size, count)
        return cell, np.repeat(np.arange(2 * PEOPLE.size) < PEOPLE.size, count)

    def sample(self, random: np.random.Generator) -> survey.weighting.sample.WeightedSample:
        """Return N people who came, weighted to district and age."""
        return weighted(*self.came(random))


def weighted(cell: np.ndarray, answer: np.ndarray) -> survey.weighting.sample.WeightedSample:
    """Return people of these cells with these answers, weighted to district and age."""
    frame = pd.DataFrame(
        {
            "district": [f"d{c // AGES}" for c in cell],
            "age": [f"a{c % AGES}" for c in cell],
            "yes": answer * 1.0,
        }
    )
    start = survey.from_frame(frame, multiple={"q": ["yes"]}, sample="opt-in")
    margins = {
        "district": {f"d{i}": float(v) for i, v in enumerate(PEOPLE.sum(axis=1))},
        "age": {f"a{i}": float(v) for i, v in enumerate(PEOPLE.sum(axis=0))},
    }
    return survey.rake(start, margins)


def one(job: tuple[City, int]) -> dict[str, float]:
    """Return what the report of one sample says, and whether it was right."""
    city, seed = job
    try:
        sample = city.sample(np.random.default_rng(seed))
    except SurveyError:  # no weights within the bounds: the report says which category and prints nothing
        return {"refused": True}
    table = shares(sample, "q")
    row = table.frame.iloc[0]
    p, low, high = (float(row[name]) for name in ("estimate", "conf_low", "conf_high"))
    claim = tipping_points(table).rows(group="half", measure="tipping_ratio").iloc[0]
    borne = claim["note"] != "not_borne"
    right = (p > 0.5) == (city.truth > 0.5)
    said = differential_participation(*(float(claim[name]) for name in ("estimate", "conf_low", "conf_high")))
    alternatives = weighting_alternatives(sample, "q").frame
    counted = alternatives[~alternatives["by"].isin(["as_here", "unweighted"])]
    choices = dict(enumerate(map(float, counted["estimate"].dropna())))
    effect = effect_of_choices(p, low, high, {str(name): value for name, value in choices.items()})
    least, most = (bias_allowance(table, prior=prior) for prior in (0.06, 0.10))
    proxies = proxy_pattern_mixture(sample, "q")
    return {  # all of it as numbers, so that means are shares
        "error": p - city.truth,
        "covered": low <= city.truth <= high,
        "claimed": borne,
        "wrong": borne and not right,
        "warned": borne and not right and said.cautious <= city.likelier().max(),
        "alarmed": borne and right and said.cautious <= city.likelier().max(),
        "refused": False,
        "ratio": effect.largest_move / effect.half,
        "flagged": effect.matters_more,
        "allowed": least.low <= city.truth <= least.high,
        "allowed_most": most.low <= city.truth <= most.high,
        "proxy": float(proxies.rows(measure="proxy_correlation")["estimate"].iloc[0]),
    }


def planted(job: tuple[str, int]) -> dict[str, float]:
    """Return the error of a headline with planted answers in it, and without those that are marked."""
    kind, seed = job
    random = np.random.default_rng(seed)
    city = City(TRUTHS[0], 1.0, uneven=False)
    cell, yes = city.came(random)
    # Twenty more questions of four options, on which those who say yes lean another way.
    chances = random.dirichlet(np.full(4, 3.0), (2, OTHERS))
    others = (random.random((N, OTHERS, 1)) > chances[yes.astype(int)].cumsum(axis=2)).sum(axis=2).clip(0, 3)
    answers = np.column_stack([cell // AGES, cell % AGES, yes, others])
    minutes = random.integers(0, 14 * 24 * 60, N)
    most, hours = PLANTS[kind]
    for _ in range(BATCHES):
        copies = np.repeat(answers[random.choice(np.flatnonzero(yes))][None], PLANTED // BATCHES, axis=0)
        for copy in copies:
            fewest = min(1, most) if most <= 3 else most
            changed = 3 + random.permutation(OTHERS)[: random.integers(fewest, most + 1)]
            copy[changed] = random.integers(0, 4, len(changed))
        start = random.integers(0, (14 * 24 - hours) * 60)
        answers = np.concatenate([answers, copies])
        minutes = np.concatenate([minutes, start + random.integers(0, 60 * hours, len(copies))])
    order = np.argsort(minutes, kind="stable")
    twins = find_twins(answers[order], Neighbours(60 * minutes[order], 3600, 3 * 3600))
    marked = np.zeros(len(answers), dtype=bool)
    marked[order] = twins.twin | twins.echo

    def error(rows: np.ndarray) -> float:
        sample = weighted(AGES * answers[rows, 0] + answers[rows, 1], answers[rows, 2])
        return float(shares(sample, "q").frame["estimate"].iloc[0]) - city.truth

    return {
        "honest": error(np.arange(N)),
        "with": error(np.arange(len(answers))),
        "without": error(np.flatnonzero(~marked)),
        "found": float(marked[N:].mean()),
        "alarms": float(marked[:N].sum()),
    }


def waves(job: tuple[float, int]) -> dict[str, float]:
    """Return what is said of a change that is none: the dial is 1 in the first wave, other in the second."""
    dial, seed = job
    city = City(TRUTHS[0], 1.0, uneven=False)
    random = np.random.default_rng(seed)
    old = shares(city.sample(random), "q").frame
    new = shares(replace(city, dial=dial).sample(random), "q").frame
    error = float(np.hypot(old["std_error"].iloc[0], new["std_error"].iloc[0]))
    size = float(new["estimate"].iloc[0] - old["estimate"].iloc[0])
    found = change_tipping(old, new)
    return {
        "change": size,
        "clear": abs(size) > 1.96 * error,
        "ratio": found.ratio,
        "cautious": found.cautious,
        "within": found.cautious <= dial,
    }


def print_waves(pool: PoolType) -> None:
    """Print what is said of a change where only who answers has changed."""
    print(f"\n**Two waves, truth {TRUTHS[0]:.0%} in both, the dial 1 in the first**\n")
    print(
        "| dial of the second | mean change, points | called clear | factor printed, mean | at its cautious "
        "end | of the clear, cautious end within the dial |"
    )
    print("|" + " --- |" * 6)
    for dial in DIALS:
        found = pd.DataFrame(pool.map(waves, [(dial, seed) for seed in range(RUNS)], chunksize=25)).astype(
            float
        )
        clear = found[found["clear"] == 1]
        within = f"{clear['within'].mean():.0%}" if len(clear) else "–"
        cells = (
            f"{dial:g}",
            f"{100 * found['change'].mean():+.1f}",
            f"{found['clear'].mean():.0%}",
            f"{found['ratio'].mean():.2f}",
            f"{found['cautious'].mean():.2f}",
            within,
        )
        print(f"| {' | '.join(cells)} |", flush=True)


def print_planted(pool: PoolType) -> None:
    """Print what planted answers do to the headline."""
    print(f"\n**{PLANTED} answers planted among {N:,} honest ones, truth {TRUTHS[0]:.0%}**\n")
    heads = ["planted", "error without them", "error with them", "error without the marked"]
    heads += ["planted answers marked", "honest answers marked, a file"]
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for kind in PLANTS:
        mean = pd.DataFrame(pool.map(planted, [(kind, seed) for seed in range(PLANT_RUNS)])).mean()
        errors = " | ".join(f"{100 * mean[name]:+.1f}" for name in ("honest", "with", "without"))
        print(f"| {kind} | {errors} | {mean['found']:.0%} | {mean['alarms']:.2f} |", flush=True)


def main() -> None:
    """Print a table a city, after the one on planted answers."""
    with Pool(2) as pool:
        print_planted(pool)
        print_waves(pool)
        for uneven in (False, True):
            for truth in TRUTHS:
                kind = "in two of six districts only, the dial squared" if uneven else "everywhere alike"
                print(f"\n**Truth {truth:.0%}, self-selection {kind}**\n")
                print(HEAD)
                for dial in DIALS:
                    city = City(truth, dial, uneven)
                    found = pd.DataFrame(pool.map(one, [(city, seed) for seed in range(RUNS)], chunksize=25))
                    print(line(dial, found), flush=True)
    sys.exit(0)


HEAD = (
    "| dial | mean error, points | interval holds the truth | claims a side of a half | of these, wrong | "
    "of the wrong, sentence within the dial | of the right, within the dial | largest move over half the "
    "interval | choices warn | allowance of 6 points holds | of 10 | proxy | refused |\n|" + " --- |" * 13
)


def line(dial: float, found: pd.DataFrame) -> str:
    """Return a line of the table."""
    mean = found.astype(float).mean()
    right = mean["claimed"] - mean["wrong"]
    wrong = f"{mean['wrong'] / mean['claimed']:.0%}" if mean["claimed"] else "–"
    warned = f"{mean['warned'] / mean['wrong']:.0%}" if mean["wrong"] else "–"
    alarmed = f"{mean['alarmed'] / right:.0%}" if right > 0 else "–"
    cells = (
        f"{dial:g}",
        f"{100 * mean['error']:+.1f}",
        f"{mean['covered']:.0%}",
        f"{mean['claimed']:.0%}",
        wrong,
        warned,
        alarmed,
        f"{mean['ratio']:.2f}",
        f"{mean['flagged']:.0%}",
        f"{mean['allowed']:.0%}",
        f"{mean['allowed_most']:.0%}",
        f"{mean['proxy']:.2f}",
        f"{mean['refused']:.0%}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
