"""The made-up answers of the worked numbers on demand: intents, fees, bands, ladders and bids."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

import survey

DATA = json.loads((Path(__file__).parents[1] / "vectors" / "data_demand.json").read_text(encoding="utf-8"))
INTENTS = ("yes", "depends", "no")


def answers_of(name):
    """Return a data set with words for the codes of intent and letters before those of its categories."""
    frame = pd.DataFrame(DATA[name]["columns"])
    frame["intent"] = [None if pd.isna(v) else INTENTS[int(v)] for v in frame["intent"]]
    for column in ("district", "sexage"):
        if column in frame:
            frame[column] = "c" + frame[column].astype(str)
    return frame


def raked():
    """Return the 400 answers of an open questionnaire, raked to two margins without bounds."""
    frame = answers_of("optin400")[["district", "sexage", "intent", "fee"]]
    margins = {
        name: {f"c{i}": target for i, target in enumerate(targets)}
        for name, targets in DATA["optin400"]["margins"].items()
    }
    return survey.rake(survey.from_frame(frame), margins, bounds=(0.0, np.inf))


def clustered():
    """Return the 273 answers of a stratified sample of clusters."""
    frame = answers_of("strat24")[["stratum", "psu", "weight", "district", "intent", "fee"]]
    return survey.from_frame(frame, "weight", strata="stratum", clusters="psu")


def asked_otherwise():
    """Return the 300 answers to bands in two versions, a ladder and two bids, as a frame with weights."""
    data = DATA["bids300"]
    frame = pd.DataFrame(
        {"weight": data["weight"], "intent": ["yes" if v else "no" for v in data["willing"]]}
    )
    for version in (0, 1):
        frame[f"band{version}"] = [
            f"b{band}" if of == version and band is not None else None
            for band, of in zip(data["band"], data["version"], strict=True)
        ]
    for k, fee in enumerate(data["ladder_fees"]):
        frame[f"at{fee}"] = [np.nan if row is None else row[k] for row in data["ladder"]]
    for k, name in enumerate(("bid1", "answer1", "bid2", "answer2")):
        frame[name] = [np.nan if row is None or row[k] is None else row[k] for row in data["double"]]
    return frame


def bands(version):
    """Return the ends of the bands of one version of the question, by code."""
    edges = [*DATA["bids300"]["edges"][str(version)], np.inf]
    return {f"b{i}": (edges[i], edges[i + 1]) for i in range(len(edges) - 1)}
