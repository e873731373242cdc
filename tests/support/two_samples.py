"""A made-up city, an open link whose answers depend on who comes, and a random sample beside it."""

import numpy as np
import pandas as pd

import survey

DISTRICTS, AGES = ("east", "north", "west"), ("old", "young")


def city(people=6000, *, seed=5):
    """Parents with district, age, income and whether they would send a child."""
    random = np.random.default_rng(seed)
    district = random.choice(DISTRICTS, people, p=[0.5, 0.3, 0.2])
    age = random.choice(AGES, people, p=[0.6, 0.4])
    income = np.round(random.normal(6, 2, people) + (district == "west"), 1)
    odds = -0.4 + 0.8 * (age == "young") + 0.15 * (income - 6)
    sends = np.where(random.random(people) < 1 / (1 + np.exp(-odds)), "yes", "no")
    fee = np.round(800 + 60 * income + 200 * (sends == "yes") + random.normal(0, 150, people))
    return pd.DataFrame({"district": district, "age": age, "income": income, "sends": sends, "fee": fee})


def link_and_names(*, link=400, names=120, seed=5, people=6000):
    """The rows of an open link that the young join more often, and of a random sample by district."""
    random = np.random.default_rng(seed + 1)
    everybody = city(people, seed=seed)
    joins = np.where(everybody["age"] == "young", 2.0, 1.0) * np.exp(0.1 * (everybody["income"] - 6))
    chosen = random.choice(people, link, replace=False, p=joins / joins.sum())
    parts = []
    for name in DISTRICTS:
        rows = everybody[everybody["district"] == name]
        drawn = rows.sample(names // 3, random_state=int(random.integers(1 << 30)))
        parts.append(drawn.assign(w=len(rows) / len(drawn), stratum=name))
    return everybody.iloc[chosen].reset_index(drop=True), pd.concat(parts, ignore_index=True)


def two_samples(**given):
    """The same as samples."""
    link, names = link_and_names(**given)
    return survey.from_frame(link, sample="opt-in"), survey.reference(names, weight="w", strata="stratum")
