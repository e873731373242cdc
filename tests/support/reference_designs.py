"""The designs that R's calls name, made by our public API; R's syntax as far as the cases use it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

import survey

LONELY = {"fail": "fail", "remove": "remove", "certainty": "remove", "adjust": "adjust", "average": "average"}


class NotOffered(Exception):
    """The product has no such thing; the text says why."""


@dataclass
class Answer:
    """What the product answers, by the names of the reference's result fields."""

    values: dict
    tolerance: float = 1e-9
    # R's rake() takes errors from ten sweeps of unweighted margin means in place of the projection.


def split(text):
    """Split arguments at the commas that stand in no brackets or quotes."""
    parts, depth, quoted, start = [], 0, "", 0
    for i, c in enumerate(text):
        if quoted:
            quoted = "" if c == quoted else quoted
        elif c in "\"'`":
            quoted = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return [*parts, text[start:].strip()]


def call(text):
    """Return name, positional and named arguments of an R call."""
    match = re.fullmatch(r"\s*([\w.]+)\((.*)\)\s*", text, re.DOTALL)
    if match is None:
        raise NotOffered("a program of several calls")
    plain, named = [], {}
    for part in split(match[2]):
        key = re.match(r"^([\w.]+)\s*=(?!=)\s*(.*)$", part, re.DOTALL)
        if key:
            named[key[1]] = key[2]
        else:
            plain.append(part)
    return match[1], plain, named


@cache
def table_of(folder, name):
    kinds = {"stype": object, "awards": object}
    frame = pd.read_csv(
        Path(folder) / "data" / name, dtype=kinds, keep_default_na=False, na_values=["", "NA"]
    )
    return frame.loc[:, ~frame.columns.duplicated()]


@cache
def designs_of(folder):
    return json.loads((Path(folder) / "designs.json").read_text(encoding="utf-8"))


@cache
def replicates_of(folder):
    path = Path(folder) / "replicate_designs.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


@cache
def replicate_table(folder, name):
    # The first column is the weight in the whole sample.
    return pd.read_csv(Path(folder) / "data" / replicates_of(folder)[name]["repweights_file"])


SWEPT = "weighted as R's rake() does"


def taylor(sample):
    """Return the technique R takes: linearisation without correction, its sweeps, or the replicates."""
    if sample.sampling.replicates is not None:
        return None
    return "swept" if sample.wave == SWEPT else "taylor"


def evaluated(expression, frame):
    """Return the truth of an R condition on each row; None where it is unknown."""
    text = re.sub(r"!is\.na\((\w[\w.]*)\)", r"known('\1')", expression)
    text = re.sub(r"(\w[\w.]*) %in% sort\(unique\(\1\)\)\[1:(\d+)\]", r"first('\1', \2)", text)
    text = re.sub(r"(\w[\w.]*) %in% (\d+):(\d+)", r"between('\1', \2, \3)", text)
    text = re.sub(r"max\((\w[\w.]*)\)", r"largest('\1')", text)
    text = re.sub(r"(?<![\w'.])([a-z][\w]*(?:\.[\w]+)*)(?![\w(.'])", r"column('\1')", text)
    scope = {
        "column": lambda name: frame[name],
        "known": lambda name: frame[name].notna(),
        "first": lambda name, n: frame[name].isin(sorted(frame[name].unique())[:n]),
        "between": lambda name, a, b: frame[name].between(a, b),
        "largest": lambda name: frame[name].max(),
    }
    if re.search(r"[^\w\s'\"().,<>=!]", text):
        raise NotOffered(f"condition {expression}")
    return eval(text, {"__builtins__": {}}, scope)


MARGINS = {
    "rake2": ("stype", "sch.wide"), "rake3": ("stype", "sch.wide", "awards"), "post": ("stype",),
    "postx": (("stype", "sch.wide"),), "greg": ("stype",), "gregcat": ("stype", "sch.wide", "awards"),
    "calrake": ("stype", "sch.wide", "awards"), "logit": ("stype", "sch.wide", "awards"),
    "lin_bnd": ("stype", "sch.wide", "awards"),
}  # fmt: skip
DISTANCES = {"greg": "linear", "gregcat": "linear", "lin_bnd": "linear", "logit": "logit"}
BOUNDS = {"logit": (0.3, 3.0), "lin_bnd": (0.4, 2.5)}


@cache
def population_of(folder):
    return json.loads((Path(folder) / "population_margins.json").read_text(encoding="utf-8"))


@cache
def stored_weights(folder, name):
    cases = json.loads((Path(folder) / "05_weighting.json").read_text(encoding="utf-8"))["cases"]
    return next(case["result"]["weights"] for case in cases if case["id"] == f"{name}/weights")


# What R's trimWeights() was given; it shares what was cut equally.
EQUALLY = {"cap": "fixed", "sharing": "equal"}
TRIMMED = {
    "strat_trim": ("strat_wonly", EQUALLY | {"value": 40, "floor": 10}),
    "strat_trim_s": ("strat_wonly", EQUALLY | {"value": 40, "floor": 10, "rounds": "strict"}),
    "clus1_rake_trim": ("clus1_rake3", EQUALLY | {"value": 60, "floor": 15, "rounds": "strict"}),
}


def margin_values(folder, name):
    known = population_of(folder)
    if isinstance(name, str):
        return known[name]
    table = known["stype_by_sch.wide"]
    return dict(zip(zip(table["stype"], table["sch.wide"], strict=True), table["Freq"], strict=True))


class Asked:
    """A design, the domain it is narrowed to, and the columns made for a call."""

    def __init__(self, folder, text, lonely):
        self.conditions = []
        while text.startswith("subset("):
            _, (text, *conditions), _ = call(text)
            self.conditions += conditions
        self.folder, self.weighting, self.replicated, self.centre = folder, None, None, None
        self.trimming = None
        if match := re.match(r"\{z <- (\w+); z\$mse <- TRUE; z\}", text):
            text, self.centre = match[1], "estimate"
        if text.rpartition("_")[0] in replicates_of(folder) and text not in replicates_of(folder):
            text, _, method = text.rpartition("_")
            self.weighting = {"rake": "rake2"}.get(method, method)
        if text in replicates_of(folder):
            self.replicated = text
            self.frame = table_of(folder, replicates_of(folder)[text]["data"]).copy()
            self.design = {"ids": None, "weights": None, "fpc": None}
            self.narrow(lonely)
            return
        self.trimming = TRIMMED.get(text)
        if self.trimming:
            text = self.trimming[0]
        base, _, method = text.rpartition("_") if text not in designs_of(folder) else (text, "", "")
        if base.endswith("_lin"):
            base, method = base.removesuffix("_lin"), "lin_bnd"
        if base not in designs_of(folder) or (method and method not in MARGINS):
            raise NotOffered(f"design {text[:30]}")
        self.weighting = method or None
        self.design = designs_of(folder)[base]
        self.frame = table_of(folder, self.design["data"]).copy()
        if match := re.match(r"weights of (\w+)", str(self.design.get("weights"))):
            self.frame["given"] = stored_weights(folder, match[1])
            self.design = self.design | {"weights": "given"}
        self.narrow(lonely)

    def narrow(self, lonely):
        inside = np.ones(len(self.frame), dtype=bool)
        for condition in self.conditions:
            inside &= np.asarray(evaluated(condition, self.frame), dtype=bool)
        self.frame["in.domain"] = np.where(inside, "yes", "no")
        self.lonely = lonely

    def sample(self, columns):
        if self.replicated:
            return self.replicated_sample(columns)
        design, frame = self.design, self.frame
        listed = {k: [v] if isinstance(v := design.get(k), str) else list(v or []) for k in ("ids", "fpc")}
        weight = design.get("weights")
        if weight == "all 1":
            frame, weight = frame.assign(one=1.0), "one"
        margins = [n for m in MARGINS.get(self.weighting, ()) for n in ([m] if isinstance(m, str) else m)]
        margins += ["api99"] if self.weighting == "greg" else []
        kept = [*dict.fromkeys([*columns, *margins, "in.domain"])]
        used = [*listed["ids"], *listed["fpc"], *([design["strata"]] if design.get("strata") else [])]
        used += [weight] if weight else []
        # A column of the design may be asked for too; strata stay, others get a second name.
        made = frame[[*dict.fromkeys([*kept, *used])]]
        sample = survey.from_frame(
            made, weight, strata=design.get("strata"), clusters=listed["ids"] or None,
            fpc=listed["fpc"] or None, lonely=self.lonely,
            wave=SWEPT if self.weighting in ("rake2", "rake3") else "",
        )  # fmt: skip
        sample = self.calibrated(sample) if self.weighting else sample
        return sample if self.trimming is None else survey.trim(sample, **self.trimming[1])

    def replicated_sample(self, columns):
        stored, table = (
            replicates_of(self.folder)[self.replicated],
            replicate_table(self.folder, self.replicated),
        )
        margins = MARGINS.get(self.weighting, ())
        kept = [
            *dict.fromkeys(
                [*columns, *margins, *(["api99"] if self.weighting == "greg" else []), "in.domain"]
            )
        ]
        sample = survey.from_replicates(
            pd.concat([self.frame[kept], table], axis=1), "weight", replicates=list(table)[1:],
            method="bootstrap", scale=stored["scale"] * np.array(stored["rscales"], dtype=float),
            centre=self.centre or ("estimate" if stored["mse"] else "replicates"),
        )  # fmt: skip
        return self.calibrated(sample) if self.weighting else sample

    def calibrated(self, sample):
        method = self.weighting
        margins = {name: margin_values(self.folder, name) for name in MARGINS[method]}
        totals = {"api99": population_of(self.folder)["api99_total"]} if method == "greg" else None
        return survey.calibrate(
            sample,
            margins,
            totals=totals,
            distance=DISTANCES.get(method, "raking"),
            bounds=BOUNDS.get(method),
            relative_to="base",
        )

    def by(self, *more):
        return [*(["in.domain"] if self.conditions else []), *more]

    def rows(self, estimates):
        """Return which rows are of the domain."""
        if not self.conditions:
            return np.ones(len(estimates), dtype=bool)
        return estimates.frame["group"].str.startswith("yes").to_numpy()

    def indicator(self, term):
        """Return the name of a column for a term of a formula; I(...) and interactions are made."""
        if re.fullmatch(r"[\w.]+", term):
            if term not in self.frame:
                raise NotOffered(f"column {term}")
            return term
        name = term.replace(" ", "")
        if match := re.fullmatch(r"I\(as\.numeric\((\w+) %in% 1\)\)", term):
            self.frame[name] = (self.frame[match[1]] == 1).astype(float)
        elif match := re.fullmatch(r"I\((.*)\)", term):
            truth = evaluated(match[1], self.frame)
            self.frame[name] = pd.Categorical(np.where(truth, "TRUE", "FALSE"), categories=["FALSE", "TRUE"])
        elif match := re.fullmatch(r"interaction\((.*)\)", term):
            parts = [self.frame[p.strip()].map(lambda v: f"{v:g}" if isinstance(v, float) else str(v))
                     for p in match[1].split(",")]  # fmt: skip
            joined = parts[0]
            for part in parts[1:]:
                joined = joined + "." + part
            levels = [sorted(set(part) - {"nan"}) for part in parts]
            every = [".".join(reversed(levels)) for levels in product(*reversed(levels))]
            self.frame[name] = pd.Categorical(joined.where(joined.isin(every)), categories=every)
        else:
            raise NotOffered(f"term {term}")
        return name


def terms_of(formula):
    if not formula.startswith("~"):
        raise NotOffered("not a one-sided formula")
    return [t.strip() for t in re.split(r"\s\+\s(?![^(]*\))", formula[1:])]


class Refused(Exception):
    """The product refuses or answers otherwise where the reference's README says R should not be followed."""
