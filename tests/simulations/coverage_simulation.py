"""How often intervals hold the truth: opt-in samples drawn from made-up populations that are known.

Who answers depends on district, sex, age and schooling, all of which are weighted on; so this shows what an
interval covers where its assumption holds, and nothing of where it does not. `make coverage` prints it in
about seven minutes; the tables are those of docs/methods.md.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy.special import expit, logit

import survey
from analysis.bases import question_base
from analysis.domains import shares_in
from analysis.publication.rules import NCHS
from analysis.statistics.share_rows import share_columns, share_rows, verdicts_of
from analysis.statistics.shares import INTERVALS
from survey.errors import SurveyError

SIZES, DRAWS = (150, 400, 1000, 2500), 1500
SHARES = (0.02, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
TECHNIQUES = ("leverage", "leverage_final", "taylor", "taylor_final")
DISTRICTS = (0.256, 0.179, 0.147, 0.112, 0.100, 0.065, 0.060, 0.040, 0.024, 0.017)
# How strongly joining depends on the margins, and answers on what is weighted on.
POPULATIONS = {"mild": (0.4, 0.6), "strong": (0.7, 1.2)}
OPTIONS = [f"o{int(share * 100):02}" for share in SHARES]


@dataclass(frozen=True)
class City:
    """Cells of a population: their attributes, size, chance among those who join, answers, margins."""

    cells: pd.DataFrame
    size: np.ndarray
    joining: np.ndarray
    answers: np.ndarray
    margins: dict


def city(selection, effect):
    """Return a made-up city with shares of exactly `SHARES`."""
    random = np.random.default_rng(20)
    levels = {
        "district": [f"d{i}" for i in range(10)],
        "sex": list("mf"),
        "age": list("abc"),
        "school": list("xy"),
    }
    cells = pd.DataFrame(list(product(*levels.values())), columns=list(levels))
    sizes = {"district": DISTRICTS, "sex": (0.51, 0.49), "age": (0.33, 0.38, 0.29), "school": (0.45, 0.55)}
    size, joins, lean = np.ones(len(cells)), np.zeros(len(cells)), np.zeros(len(cells))
    margins = {}
    for name, values in levels.items():
        place = cells[name].map({v: i for i, v in enumerate(values)}).to_numpy()
        size = size * np.array(sizes[name])[place]
        joins = joins + selection * random.normal(0, 0.5, len(values))[place]
        lean = lean + effect * random.normal(0, 0.5, len(values))[place]
        margins[name] = dict(zip(values, np.array(sizes[name]) / sum(sizes[name]), strict=True))
    size = size / size.sum()
    joining = size * np.exp(joins)
    answers = []
    for share in SHARES:
        low, high = -12.0, 12.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (
                (middle, high) if size @ expit(logit(share) + middle + lean) < share else (low, middle)
            )
        answers.append(expit(logit(share) + middle + lean))
    return City(cells, size, joining / joining.sum(), np.array(answers).T, margins)


def drawn(town, n, random):
    """Return a raked sample of n people; raises SurveyError where no weights meet the margins."""
    cell = random.choice(len(town.cells), n, p=town.joining)
    ticks = random.random((n, len(SHARES))) < town.answers[cell]
    frame = town.cells.iloc[cell].reset_index(drop=True)
    frame[OPTIONS] = ticks.astype(float)
    frame["district"] = pd.Categorical(frame["district"], categories=list(town.margins["district"]))
    sample = survey.from_frame(frame, multiple={"c": OPTIONS}, sample="opt-in")
    merged = {"district": [list(town.margins["district"])], "age": "neighbours"}
    return survey.rake(sample, town.margins, collapse=merged)


def setting(name, n, seed):
    """Return for one city and size, rows of (by, technique, interval, share, draws, covered, ...)."""
    town, random = city(*POPULATIONS[name]), np.random.default_rng(seed)
    by_district = {"": [np.ones(len(town.cells), dtype=bool)]}
    by_district["district"] = [(town.cells["district"] == f"d{i}").to_numpy() for i in range(10)]
    truth = {
        by: np.array(
            [(town.size * inside) @ town.answers / (town.size @ inside) for inside in domains]
        ).ravel()
        for by, domains in by_district.items()
    }
    tables, refused = {}, 0
    for _ in range(DRAWS):
        try:
            sample = drawn(town, n, random)
        except SurveyError:
            refused += 1
            continue
        for by, technique in product(by_district, TECHNIQUES):
            base = question_base(sample, "c", by or None)
            found, _ = shares_in(base.inside, base, technique)
            rows = share_rows(found)
            flags = np.array([v.flag for v in verdicts_of(rows, NCHS)])
            for interval in INTERVALS if technique == "leverage" else (INTERVALS[0],):
                columns = share_columns(rows, 0.95, interval)
                inside = (columns["conf_low"] <= truth[by]) & (truth[by] <= columns["conf_high"])
                tables.setdefault((by, technique, interval), []).append(
                    np.stack(
                        [
                            *(inside, flags == "", flags != "suppress"),
                            *(columns["estimate"], columns["std_error"], found.n.repeat(8)),
                        ]
                    )
                )
    rows = []
    for (by, technique, interval), draws in tables.items():
        inside, printed, shown, estimate, error, people = np.moveaxis(np.array(draws), 1, 0)
        for k, share in enumerate(SHARES):
            at, keep = np.s_[:, k :: len(SHARES)], people[:, k :: len(SHARES)] >= 10
            often = keep.sum(axis=0) >= DRAWS / 4
            ratio = [
                error[at][kept, g].mean() / estimate[at][kept, g].std()
                for g, kept in enumerate(keep.T)
                if often[g] and np.ptp(estimate[at][kept, g]) > 0
            ]
            small = people[at] < 100
            sizes = {"under 100": small, "100 and more": ~small}
            shares = {
                name: (float(shown[at][of].mean()) if of.any() else np.nan) for name, of in sizes.items()
            }
            kept = {name: of & (shown[at] > 0) for name, of in sizes.items()}
            held = {
                name: float(inside[at][of].mean()) if of.sum() >= 60 else np.nan for name, of in kept.items()
            }
            rows.append(
                {"city": name, "n": n, "by": by, "technique": technique, "interval": interval, "share": share,
                 "refused": refused, "cases": int(keep.sum()), "covered": float(inside[at][keep].mean()),
                 "printed": int(printed[at].sum()),
                 "covered_printed": float(inside[at].sum(where=printed[at] > 0) / max(printed[at].sum(), 1)),
                 "se_ratio": float(np.mean(ratio)) if ratio else np.nan,
                 **{f"printed {name}": share for name, share in shares.items()},
                 **{f"covered {name}": share for name, share in held.items()}}
            )  # fmt: skip
    return rows


def shown(rows, title):
    """Print a table of rows by n and columns."""
    print(f"\n{title}\n{rows.to_string(float_format=lambda v: f'{v:.3f}')}")


def main():
    """Print coverage and the ratio of mean standard error to true spread, by method, size and share."""
    jobs = [(name, n, 100 * i + j) for i, name in enumerate(POPULATIONS) for j, n in enumerate(SIZES)]
    rows = []
    with ProcessPoolExecutor(2) as pool:
        for job, found in zip(jobs, pool.map(setting, *zip(*jobs, strict=True)), strict=True):
            print(f"{job[0]} n={job[1]}: {DRAWS} draws, {found[0]['refused']} refused", file=sys.stderr)
            rows += found
    table = pd.DataFrame(rows)
    table["by"] = table["by"].replace("", "whole")
    for name, strength in POPULATIONS.items():
        town = city(*strength)
        joins = town.joining / town.size
        print(f"{name}: a cell joins up to {joins.max() / joins.min():.1f} times as often as another")
    default = table[(table["technique"] == "leverage") & (table["interval"] == INTERVALS[0])]
    for name in ("under 100", "100 and more"):
        part = default[default["by"] == "district"]
        for what in ("printed", "covered"):
            title = f"districts of {name} answers: {what}, with a mark or without"
            shown(part.pivot_table(f"{what} {name}", ["city", "n"], "share"), title)
    for by in ("whole", "district"):
        part = table[table["by"] == by]
        techniques = part[part["interval"] == INTERVALS[0]]
        keys = ["city", "n"]
        shown(techniques.pivot_table("se_ratio", keys, "technique")[list(TECHNIQUES)], f"SE ratio, {by}")
        shown(
            techniques.pivot_table("covered", keys, "technique")[list(TECHNIQUES)],
            f"coverage of the default interval, {by}",
        )
        chosen = part[part["technique"] == "leverage"]
        shown(chosen.pivot_table("covered", keys, "interval")[list(INTERVALS)], f"coverage, leverage, {by}")
        own = default[default["by"] == by]
        shown(own.pivot_table("covered", keys, "share"), f"coverage of the default by share, {by}")
        shown(
            own.assign(printed=own["printed"] / own["cases"]).pivot_table("printed", keys, "share"),
            f"share of figures printed without a mark, {by}",
        )
        often = own["printed"] >= own["cases"] / 2
        shown(own[often].pivot_table("covered", keys, "share"), f"of these where half or more are, {by}")
        rare = own[~often & (own["printed"] >= 300)]
        title = f"coverage of those printed, where under half are (300 or more), {by}"
        shown(rare.pivot_table("covered_printed", keys, "share"), title)


if __name__ == "__main__":
    main()
