"""A study of three waves in which one answer rises."""

import numpy as np
import pandas as pd
from tiny_study import head

import survey

QUESTIONS = """
[questions.place]
kind = "single"
column = "place"
text = "Where?"
options.a = { en = "A" }
options.b = { en = "B" }
options.c = { en = "C" }
[questions.q]
kind = "single"
column = "q"
text = "Which?"
options.x = { en = "X" }
options.y = { en = "Y" }
options.z = { en = "Z" }
[estimates]
shares = ["q"]
by = ["place"]
compare = [["q", "x", "y"], ["q", "y", "z"], ["q", "x", "z"]]
sensitivity = []
"""
SHARES = {"2019": (0.30, 0.30, 0.40), "2022": (0.36, 0.30, 0.34), "2025": (0.42, 0.30, 0.28)}


def three_waves(folder, more="", *, n=900):
    """Return a study of three waves in which X rises, and its samples."""
    text = head({wave: f"{wave}.csv" for wave in SHARES}) + QUESTIONS.replace(
        "[estimates]\n", "[estimates]\n" + more
    )
    (folder / "study.toml").write_text(text, encoding="utf-8")
    random = np.random.default_rng(11)
    for wave, shares in SHARES.items():
        frame = pd.DataFrame({"place": random.choice(list("abc"), n, p=[0.6, 0.37, 0.03]),
                              "q": random.choice(list("xyz"), n, p=shares)})  # fmt: skip
        frame.to_csv(folder / f"{wave}.csv", index=False)
    study = survey.read_study(folder / "study.toml")
    samples = {}
    for wave in SHARES:
        kept, _ = survey.screen(survey.read_responses(study, wave=wave), study)
        samples[wave] = survey.weigh(kept, study)
    return study, samples
