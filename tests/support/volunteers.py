"""Made-up people who chose to answer, and the margins to weight them to."""

import numpy as np
import pandas as pd

import survey


def volunteers(n=1200, *, seed=11, tie=0.0):
    """People of two sexes and three ages; `tie` is how far the answer follows sex."""
    random = np.random.default_rng(seed)
    sex, age = random.choice(["f", "m"], n, p=[0.7, 0.3]), random.choice(["a", "b", "c"], n)
    p = 0.5 + tie * np.where(sex == "f", 0.5, -0.5)
    frame = pd.DataFrame({"sex": sex, "age": age, "yes": (random.random(n) < p) * 1.0})
    frame["no"] = 1 - frame["yes"]
    return survey.from_frame(frame, multiple={"q": ["yes", "no"]}, sample="opt-in")


MARGINS = {"sex": {"f": 0.5, "m": 0.5}, "age": {"a": 0.4, "b": 0.3, "c": 0.3}}
