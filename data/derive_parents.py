"""Derive parents of children under three by sex and age from births: a margin where nobody counted them.

Derived, not counted, and to be called so wherever it is used (docs/margins.md).

python derive_parents.py taiyuan/births-by-age.csv --fathers 31.0 5.5 [--bands 20 30 40 50]
                         [--births taiyuan/births.csv --before 2023-09 --part 0.157]
"""

from __future__ import annotations

import argparse
import csv
import sys
from itertools import pairwise
from math import erf, log, sqrt
from pathlib import Path

# In completed years, how many years older somebody is at the survey than at the birth: a child under three
# is between 0 and 3 years old, any age alike, and the birth fell on any day of the parent's year.
OLDER = {0: 1 / 6, 1: 1 / 3, 2: 1 / 3, 3: 1 / 6}
CHILD_AGE = 1.5
PEOPLE = 100_000


def mothers(path: Path, bands: list[int]) -> list[float]:
    """Return the share of mothers in each band of ages at the survey; those outside all bands are left out.

    The file has a column `age`, the first of the ages of a row, and `births`, or `women` and `rate`, the
    births to each: a proportion is enough.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    ages = [int(row["age"]) for row in rows]
    widths = [b - a for a, b in pairwise(ages)]
    now: dict[int, float] = {}
    for age, width, row in zip(ages, [*widths, widths[-1]], rows, strict=True):
        births = float(row["births"]) if "births" in row else float(row["women"]) * float(row["rate"])
        for one in range(age, age + width):
            for older, part in OLDER.items():
                now[one + older] = now.get(one + older, 0.0) + births / width * part
    counts = [sum(now.get(age, 0.0) for age in range(low, high)) for low, high in pairwise(bands)]
    return [count / sum(counts) for count in counts]


def fathers(mean: float, deviation: float, bands: list[int]) -> list[float]:
    """Return the share of fathers in each band of ages, from a mean in completed years and a deviation.

    Ages at the birth are taken as lognormal, half a year more than completed; a child is 1.5 on average.
    """
    exact = mean + 0.5
    spread = sqrt(log(1 + (deviation / exact) ** 2))
    middle = log(exact) - spread**2 / 2
    below = [0.5 + 0.5 * erf((log(age - CHILD_AGE) - middle) / spread / sqrt(2)) for age in bands]
    counts = [high - low for low, high in pairwise(below)]
    return [count / sum(counts) for count in counts]


def under_three(path: Path, before: str, part: float) -> float:
    """Return how many children are under three at the start of a month such as 2023-09: births of 36 months.

    The file has the columns `year` and `births`; `part` is the share of them that the place has.
    """
    year, month = (int(text) for text in before.split("-"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        births = {int(row["year"]): float(row["births"]) for row in csv.DictReader(file)}
    first = (month - 1) / 12
    whole = births[year - 1] + births[year - 2]
    return part * (births[year - 3] * (1 - first) + whole + births[year] * first)


def main() -> None:
    """Write the margin, and say how many children there are where births are given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mothers", type=Path, help="births by the mother's age")
    parser.add_argument("--fathers", type=float, nargs=2, required=True, metavar=("MEAN", "DEVIATION"))
    parser.add_argument(
        "--bands", type=int, nargs="+", default=[20, 30, 40, 50], help="first ages and an end"
    )
    parser.add_argument("--births", type=Path, help="births by year")
    parser.add_argument("--before", metavar="YEAR-MONTH", help="of the survey")
    parser.add_argument("--part", type=float, default=1.0, help="of these births")
    given = parser.parse_args()
    both = {"male": fathers(*given.fathers, given.bands), "female": mothers(given.mothers, given.bands)}
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("sex", "age", "population"))
    for sex, shares in both.items():
        for (low, high), share in zip(pairwise(given.bands), shares, strict=True):
            table.writerow((sex, f"a{low}_{high - 1}", round(share * PEOPLE / len(both))))
    if given.births:
        children = under_three(given.births, given.before, given.part)
        print(f"children under three: {children:,.0f}", file=sys.stderr)


if __name__ == "__main__":
    main()
