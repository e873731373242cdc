"""Make the random sample of the demonstration: 300 made-up parents, as if drawn from a register.

Nobody was drawn or asked: persons and answers come from the model of make_responses.py, those of 2024, with
nobody choosing to answer.  python make_reference.py [OUT_DIR]
"""

from __future__ import annotations

import sys
from pathlib import Path

import make_responses as model
import numpy as np
import pandas as pd

SEED, PARENTS = 2024, 220_000
# Drawn in each district: as many as can be told of, fewer in the four small ones.
DRAWN = (42, 36, 38, 36, 40, 34, 22, 16, 16, 20)
CODES = {
    "sex": ("male", "female"),
    "age": ("a20_29", "a30_39", "a40_49"),
    "income": ("under_5000", "y5000_9999", "y10000_19999", "y20000_up"),
    "schooling": ("junior", "senior", "college", "university"),
    "intent": ("yes", "depends", "no"),
}
ABOUT = "made up"  # in every row: nobody was asked


def drawn() -> pd.DataFrame:
    """Return a row for each person drawn, with the district as stratum and the weight of its draw."""
    rng = np.random.default_rng(SEED)
    parts = []
    for number, (district, n) in enumerate(zip(model.MARGINS[0]["district"], DRAWN, strict=True)):
        inside = number == model.DISTRICT
        chance = np.where(inside, model.POPULATION, 0.0)
        share = float(chance.sum())
        cell = rng.choice(chance.size, n, p=chance / share)
        age = rng.choice(3, n, p=model.CHILD_SHARES)
        person, income = model.PERSON[cell], model.INCOME[cell]
        values = {
            "sex": person // 3,
            "age": person % 3,
            "income": income,
            "schooling": model.draw(rng, model.tilted(model.SCHOOLING, (income - 1.3) * 0.55)) - 1,
            "intent": model.draw(rng, model.INTENT[cell, age]) - 1,
        }
        coded = {name: np.array(CODES[name])[code] for name, code in values.items()}
        parts.append(
            pd.DataFrame({"district": district} | coded).assign(
                stratum=district, weight=round(PARENTS * share / n, 3), about=ABOUT
            )
        )
    return pd.concat(parts, ignore_index=True)


def main() -> None:
    """Write the file into a folder, by default this one."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    drawn().to_csv(folder / "reference-2024.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
