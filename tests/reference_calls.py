"""Read the R call of a reference case and ask the same of the public API.

A call that is not offered gives `NotOffered` with its reason. Domains are asked for as groups by a
column "in the domain", so that they keep the design.
"""

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
from analysis import (
    intervals,
    linear,
    means,
    quantiles,
    rank_test,
    rao_scott,
    ratios,
    regression,
    shares,
    smooth,
    term_test,
    totals,
    variances,
    wald,
)
from analysis.precision import CountRules, NumberRules, ShareRules

ALL = ShareRules(people=2, too_wide=2, narrow=2, wide=2, df=0)
NUMBERS, COUNTS = NumberRules(people=2, df=0), CountRules(people=2, relative=np.inf, df=0)
LONELY = {"fail": "fail", "remove": "remove", "certainty": "remove", "adjust": "adjust", "average": "average"}
METHODS = {"logit": "logit", "xlogit": "logit", "likelihood": "likelihood", "asin": "arcsine",
           "beta": "clopper_pearson", "wilson": "wilson"}  # fmt: skip

# A fitted model converges to about 1e-9; R interpolates its likelihood interval between 20 profile points.
TOLERANCES = {"logit": 1e-7, "likelihood": 4e-3}


class NotOffered(Exception):
    """The product has no such thing; the text says why."""


@dataclass
class Answer:
    """What the product answers, by the names of the reference's result fields."""

    values: dict
    tolerance: float = 1e-9
    # R's rake() takes errors from ten sweeps of unweighted margin means in place of the projection.
    swept: bool = False


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


def taylor(sample):
    """Return the technique R takes: linearisation without correction, or the replicates."""
    return None if sample.sampling.replicates is not None else "taylor"


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
        base, _, method = text.rpartition("_") if text not in designs_of(folder) else (text, "", "")
        if base.endswith("_lin"):
            base, method = base.removesuffix("_lin"), "lin_bnd"
        if base not in designs_of(folder) or (method and method not in MARGINS):
            raise NotOffered("trimmed weights" if "trim" in text else f"design {text[:30]}")
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
        )  # fmt: skip
        return self.calibrated(sample) if self.weighting else sample

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
        known = sum(next(iter(margins.values())).values())
        if method == "logit" and abs(sample.tally.base.sum() / known - 1) > 1e-3:
            raise NotOffered("bounds in units of weights that do not add up to the population")
        return survey.calibrate(
            sample,
            margins,
            totals=totals,
            distance=DISTANCES.get(method, "raking"),
            bounds=BOUNDS.get(method),
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


def linear_answer(asked, estimates, deff=None, order=None):
    """Return estimates, errors and covariance of the rows of the domain, in the order of their names."""
    rows = np.flatnonzero(asked.rows(estimates))
    names = (estimates.frame["question"] + estimates.frame["option"]).iloc[rows].tolist()
    if order is not None and set(order) == set(names := [n.replace(",", ", ") for n in names]):
        rows = rows[[names.index(name) for name in order]]
    frame, joint = estimates.frame.iloc[rows], estimates.covariance[np.ix_(rows, rows)]
    fixed = frame["std_error"].to_numpy() == 0
    joint = np.where(fixed[:, None] | fixed[None, :], 0.0, joint)
    values = {"estimate": frame["estimate"].to_numpy(), "se": frame["std_error"].to_numpy(), "vcov": joint}
    return Answer(values | ({"deff": deff} if deff is not None else {}))


def mean_like(asked, verb, formula):
    columns = [asked.indicator(t) for t in terms_of(formula)]
    sample = asked.sample(columns)
    if verb == "svymean":
        found = means(sample, columns, by=asked.by() or None, variance=taylor(sample), rules=NUMBERS)
    else:
        found = totals(sample, columns, by=asked.by() or None, variance=taylor(sample), rules=COUNTS)
    return sample, columns, found


def design_effect(asked, sample, columns, found, kind):
    """Return R's: over simple random sampling with n - 1, without replacement from the weights' sum."""
    by = asked.by() or None
    mean = means(sample, columns, by=by, variance=taylor(sample), rules=NUMBERS)
    rows = asked.rows(mean)
    m, f = mean.frame[rows], found.frame[rows]
    people = weighted_people(asked, sample, columns)
    n = m["n"].to_numpy()
    spread = (m["n_eff"] * m["std_error"] ** 2).to_numpy() * n / (n - 1)
    simple = spread / n * (1 if kind == "replace" else 1 - n / people)
    if (f["measure"] == "total").any():
        simple = simple * people**2
    return f["std_error"].to_numpy() ** 2 / simple


def weighted_people(asked, sample, columns):
    """Return the weights' sum of those of the domain who answered all the columns."""
    tally = sample.tally
    levels, codes = tally.question("in.domain")
    inside = (
        np.array([levels.options[c] == "yes" for c in codes])
        if asked.conditions
        else np.ones(len(codes), bool)
    )
    for name in columns:
        levels, codes = tally.question(name)
        inside &= levels.answered[codes]
    return float((sample.weight * tally.count)[inside].sum())


def ciprop(asked, formula, named):
    column = asked.indicator(terms_of(formula)[0])
    if asked.frame[column].dtype.kind in "fi":
        asked.frame[column] = asked.frame[column].map({1.0: "TRUE", 0.0: "FALSE"})
    method, level = named.get("method", '"logit"').strip('"'), float(named.get("level", 0.95))
    method = "logit" if method.startswith("c(") else method
    sample = asked.sample([column])
    interval = METHODS.get(method, "wilson")
    found = shares(sample, column, by=asked.by() or None, confidence=level, interval=interval,
                   variance=taylor(sample), rules=ALL)  # fmt: skip
    row = found.frame[asked.rows(found) & (found.frame["option"] == "TRUE").to_numpy()].iloc[0]
    p, error, df, n = (np.array(float(row[k])) for k in ("estimate", "std_error", "df", "n"))
    if not 0 < p < 1:
        raise Refused("R answers NaN or an error at 0% and 100%; ours are finite")
    df = np.array(np.inf) if named.get("df") == "Inf" and method != "beta" else df
    t, n_eff = intervals.t_quantile(level, df), p * (1 - p) / error**2
    if asked.replicated and (
        method == "logit" or (method == "likelihood" and asked.replicated in ("brr", "fay", "mrbboot"))
    ):
        raise NotOffered(f"{method} interval that refits in every replicate")
    limits = {
        "beta": lambda: (row["conf_low"], row["conf_high"]),
        "mean": lambda: (p - t * error, p + t * error),
        "logit": lambda: intervals.logit(p, error, t),
        "xlogit": lambda: intervals.logit(p, error, t),
        "asin": lambda: intervals.arcsine(p, error, t),
        # R scales the deviance by a dispersion that divides by n - 1.
        "likelihood": lambda: intervals.likelihood(p, n_eff * (n - 1) / n, t),
        "wilson": lambda: intervals.wilson(p, n_eff, t),
    }[method]()
    if method == "likelihood":
        _solve(p, n_eff * (n - 1) / n, t, limits)
    if method == "asin" and (limits[0] == 0 or limits[1] == 1):
        raise Refused("R folds the arcsine interval back at 0 and 1; ours stops there")
    if named.get("df") is None and method in METHODS and method != "likelihood":
        np.testing.assert_allclose(
            np.array(limits, dtype=float), [row["conf_low"], row["conf_high"]], rtol=1e-12
        )
    tolerance = TOLERANCES.get(method, 1e-9)
    return Answer({"estimate": p, "se": error, "ci": np.array(limits, dtype=float)}, tolerance)


def _solve(p, n, t, limits):
    """Hold that the limits of a likelihood interval solve its equation, as R's are interpolated."""
    for q in limits:
        deviance = 2 * n * (p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q)))
        np.testing.assert_allclose(deviance, t**2, rtol=1e-9)


class Refused(Exception):
    """The product refuses or answers otherwise where the reference's README says R should not be followed."""


def coefficients(text, names):
    """Return the coefficients of c(a = 1, b = -1) or c(1, 0, -1) in the order of names."""
    _, plain, named = call(
        re.sub(r"`([^`]*)`\s*=", lambda m: m[1].replace(":", "__").replace("-", "_minus_") + " =", text)
    )
    if plain:
        return [float(v) for v in plain]
    named = {k.replace("__", ":"): float(v) for k, v in named.items()}
    return [named.get(name, 0.0) for name in names]


def contrast(folder, lonely, inner, wanted):
    verb, plain, named = call(inner)
    if verb == "svyby":
        asked, found, names = grouped(folder, lonely, plain, named)
    elif verb == "svymean":
        asked = Asked(folder, plain[1], lonely)
        _, columns, found = mean_like(asked, verb, plain[0])
        names = columns
    else:
        raise NotOffered(f"contrast of {verb}")
    rows = asked.rows(found)
    position = np.flatnonzero(rows)
    if wanted.startswith("quote("):
        expression = wanted[6:-1]
        if not re.fullmatch(r"[\w./ ]+", expression):
            raise NotOffered(f"function {expression}")
        places = dict(zip(names, position, strict=True))
        first, second = (places[p.strip()] for p in expression.split("/"))
        return linear_answer_of(smooth(found, {"contrast": lambda e: e[first] / e[second]}))
    listed = call(wanted)[2] if wanted.startswith("list(") else {"contrast": wanted}
    if wanted.startswith("list("):
        listed = dict(re.findall(r"`?([\w-]+)`?\s*=\s*(c\([^)]*\))", wanted[5:-1]))
    made = {}
    for name, text in listed.items():
        weights = np.zeros(len(found))
        weights[position] = coefficients(text, names)
        made[name] = weights
    return linear_answer_of(linear(found, made))


def linear_answer_of(found):
    return Answer({"estimate": found.frame["estimate"].to_numpy(), "se": found.frame["std_error"].to_numpy(),
                   "vcov": found.covariance})  # fmt: skip


def grouped(folder, lonely, plain, named):
    formula, by, design, verb = plain
    asked = Asked(folder, design, lonely)
    columns = [asked.indicator(t) for t in terms_of(formula)]
    if verb == "svyciprop" and asked.frame[columns[0]].dtype.kind in "fi":
        asked.frame[columns[0]] = asked.frame[columns[0]].map({1.0: "TRUE", 0.0: "FALSE"})
    groups = terms_of(by)
    sample = asked.sample([*columns, *groups])
    names = asked.by(*groups)
    if verb == "svymean":
        found = means(sample, columns, by=names, variance=taylor(sample), rules=NUMBERS)
    elif verb == "svytotal":
        found = totals(sample, columns, by=names, variance=taylor(sample), rules=COUNTS)
    elif verb == "svyciprop":
        method = named.get("method", '"logit"').strip('"')
        interval = METHODS.get(method, "wilson")
        found = shares(sample, columns[0], by=names, interval=interval, variance=taylor(sample), rules=ALL)
    else:
        raise NotOffered(f"groups of {verb}")
    inside = found.frame[asked.rows(found)]
    labels = inside["group"].str.removeprefix("yes x ")
    single = inside["option"].eq("").all()
    keys = zip(labels, inside["question"], inside["option"], strict=True)
    return asked, found, [g if single else f"{g}:{q}{o}" for g, q, o in keys]


def by_answer(folder, lonely, plain, named, expected):
    asked, found, _ = grouped(folder, lonely, plain, named)
    inside = found.frame[asked.rows(found)].copy()
    inside["group"] = inside["group"].str.removeprefix("yes x ")
    crossed = [".".join(g.split(" x ")) for g in inside["group"]]
    values, order = {}, expected["row_names"]
    options = list(dict.fromkeys(inside["option"]))
    spread = "ci_l" in expected["columns"]
    method = named.get("method", '""').strip('"')
    for option in options:
        rows = inside[(inside["option"] == option).to_numpy()]
        rows = rows.set_index(
            pd.Index([c for c, o in zip(crossed, inside["option"], strict=True) if o == option])
        )
        rows = rows.loc[order]
        column = (rows["question"].iloc[0] + option).replace('=="', ' == "')
        if plain[3] == "svyciprop":
            if option != "TRUE":
                continue
            column = re.sub(r"(TRUE)$", "", column)
            values["ci_l"], values["ci_u"] = rows["conf_low"].to_numpy(), rows["conf_high"].to_numpy()
        else:
            values["se" if len(options) == 1 else f"se.{column}"] = rows["std_error"].to_numpy()
            if spread:
                z = intervals.t_quantile(0.95, np.array(np.inf))
                values["ci_l"] = (rows["estimate"] - z * rows["std_error"]).to_numpy()
                values["ci_u"] = (rows["estimate"] + z * rows["std_error"]).to_numpy()
        values[column] = rows["estimate"].to_numpy()
    return Answer(values, TOLERANCES.get(method, 1e-9))


def answer(case, folder, lonely="adjust"):
    """Return our `Answer` to a reference case; raises NotOffered or Refused with the reason."""
    verb, plain, named = call(case["r"]) if "(" in case["r"] else (case["r"], [], {})
    if case["result"].get("estimate") and all(v is None for v in np.ravel(case["result"]["estimate"])):
        raise Refused("R answers NA for missing values without na.rm; ours takes those who answered")
    if re.fullmatch(r"\w+", case["r"]):
        return weights_of(Asked(folder, case["r"], lonely))
    if verb not in VERBS:
        raise NotOffered(f"{verb}()")
    found = VERBS[verb](folder, lonely, plain, named, case)
    weighted = re.search(r"_(rake[23]|post|postx|greg|gregcat|calrake|logit|lin_bnd)\b", case["design"])
    if weighted:
        found.tolerance = max(found.tolerance, 1e-7)
        found.swept = weighted[1].startswith("rake")
    return found


def weights_of(asked):
    """Return each person's weight in the file's order, from the factors by margin category."""
    sample = asked.sample(["stype"])
    tally, columns = sample.tally, [n for n in sample.tally.codes if n != "in.domain"]
    weight = {}
    for i, w in enumerate(sample.factor / sample.scale):
        weight[tuple(value_of(tally, name, i) for name in columns)] = w
    frame, base = asked.frame, base_weights(asked)
    keys = zip(
        *(frame[n] if tally.levels[n].options else frame[n].astype(float) for n in columns), strict=True
    )
    return Answer(
        {"weights": [weight[key] * d for key, d in zip(keys, base * sample.scale, strict=True)]}, 1e-7
    )


def value_of(tally, name, i):
    levels, code = tally.levels[name], tally.codes[name][i]
    return levels.options[code] if levels.options else float(levels.values[code, 0])


def base_weights(asked):
    frame, design = asked.frame, asked.design
    if asked.replicated:
        return replicate_table(asked.folder, asked.replicated)["weight"].to_numpy(dtype=float)
    if design.get("weights"):
        return frame[design["weights"]].to_numpy(dtype=float)
    drawn = np.ones(len(frame))
    for unit, size, parent in zip(
        [*(design["ids"] or []), "row"], design["fpc"], [None, *(design["ids"] or [])], strict=False
    ):
        counted = frame.assign(row=np.arange(len(frame)), all=0)
        sampled = counted.groupby(parent or "all")[unit].transform("nunique")
        drawn *= sampled / frame[size]
    return (1 / drawn).to_numpy() if hasattr(drawn, "to_numpy") else 1 / drawn


def of_summaries(folder, lonely, plain, _named, _case):
    """c(sum = ..., min = ..., max = ..., kish_deff = ...) of a design's weights."""
    match = re.search(r"weights\((\w+)\)", _case["r"])
    w = np.array(weights_of(Asked(folder, match[1], lonely)).values["weights"])
    return Answer({"values": [w.sum(), w.min(), w.max(), len(w) * (w**2).sum() / w.sum() ** 2]}, 1e-7)


def of_means_and_totals(folder, lonely, plain, named, case):
    asked = Asked(folder, plain[1], lonely)
    verb = case["r"].split("(")[0]
    sample, columns, found = mean_like(asked, verb, plain[0])
    kind = named.get("deff", "").strip('"')
    effect = design_effect(asked, sample, columns, found, kind) if kind in ("TRUE", "replace") else None
    return linear_answer(asked, found, effect, case["result"]["names"])


def of_ratios(folder, lonely, plain, _named, _case):
    asked = Asked(folder, plain[2], lonely)
    tops, (bottom,) = terms_of(plain[0]), terms_of(plain[1])
    sample = asked.sample([*tops, bottom])
    settings = {"by": asked.by() or None, "variance": taylor(sample), "rules": NUMBERS}
    found = [ratios(sample, top, bottom, **settings) for top in tops]
    rows = pd.concat([f.frame[asked.rows(f)] for f in found])
    return Answer({"estimate": rows["estimate"].to_numpy(), "se": rows["std_error"].to_numpy()})


def of_t_intervals(folder, lonely, plain, named, _case):
    verb, arguments, _ = call(plain[0])
    if verb == "svyglm":
        return Answer({"values": fitted(folder, lonely, plain[0]).frame[["conf_low", "conf_high"]]}, 1e-7)
    asked = Asked(folder, arguments[1], lonely)
    columns = [asked.indicator(t) for t in terms_of(arguments[0])]
    level, sample = float(named.get("level", 0.95)), asked.sample(columns)
    found = means(sample, columns, confidence=level, variance=taylor(sample), rules=NUMBERS).frame
    return Answer({"values": found[["conf_low", "conf_high"]].to_numpy()})


def of_tables(folder, lonely, plain, _named, _case):
    asked = Asked(folder, plain[1], lonely)
    first, second = terms_of(plain[0])
    sample = asked.sample([first, second])
    found = totals(sample, second, by=first, variance=taylor(sample), rules=COUNTS).frame
    return Answer({"values": found["estimate"].to_numpy().reshape(-1, found["option"].nunique())})


def of_proportions(folder, lonely, plain, named, _case):
    if named.get("na.rm") and named.get("method") == '"beta"':
        raise NotOffered("R counts people who did not answer in the n of this interval")
    return ciprop(Asked(folder, plain[1], lonely), plain[0], named)


def of_degrees_of_freedom(folder, lonely, plain, _named, _case):
    asked = Asked(folder, plain[0], lonely)
    sample = asked.sample(["stype"])
    found = shares(sample, "in.domain", by=asked.by() or None, variance=taylor(sample), rules=ALL)
    return Answer({"values": [found.frame[asked.rows(found)]["df"].iloc[0]]})


def of_table_tests(folder, lonely, plain, named, _case):
    statistic = named.get("statistic", '"F"').strip('"')
    if statistic in ("lincom", "saddlepoint"):
        raise NotOffered(f"svychisq(statistic = {statistic})")
    asked = Asked(folder, plain[1], lonely)
    first, second = terms_of(plain[0])
    for name in (first, second):
        if asked.frame[name].dtype.kind in "fi":
            asked.frame[name] = asked.frame[name].map(lambda v: f"{v:g}", na_action="ignore").astype(object)
    if asked.conditions:
        asked.frame[first] = asked.frame[first].where(asked.frame["in.domain"] == "yes")
    sample = asked.sample([first, second])
    if statistic in ("Wald", "adjWald"):
        denominator = "design" if statistic == "Wald" else "adjusted"
        found = wald(sample, first, second, denominator=denominator, variance=taylor(sample))
    else:
        order = "second" if statistic == "F" else "first"
        try:
            found = rao_scott(sample, first, second, order=order, variance=taylor(sample))
        except survey.SurveyError as error:
            if "nobody is in" in str(error):
                raise NotOffered("Rao-Scott test of a table with an empty cell") from None
            raise
    if statistic == "Chisq":
        return Answer({"statistic": found.chi_square, "parameter": [found.numerator], "p": found.p_value})
    parameter = [found.numerator, found.denominator]
    return Answer({"statistic": found.statistic, "parameter": parameter, "p": found.p_value})


def formula_of(text, frame):
    """Return a formula and an offset for ours from R's."""
    offset = None
    if match := re.search(r"\+ offset\(log\((\w+)\)\)", text):
        offset, text = f"np.log({match[1]})", text.replace(match[0], "")
    for name in frame.columns:
        if "." in name:
            text = text.replace(name, f'Q("{name}")')
    return text.strip(), offset


def fitted(folder, lonely, text):
    """Return our regression for a call of svyglm()."""
    _, plain, named = call(text)
    asked = Asked(folder, named.get("design") or plain[1], lonely)
    formula, offset = formula_of(plain[0], asked.frame)
    family = {"quasibinomial()": "logistic", "quasipoisson()": "log_linear"}.get(
        named.get("family"), "linear"
    )
    columns = [n for n in asked.frame if re.search(rf"(?<![\w.]){re.escape(n)}(?![\w.])", text)]
    sample = asked.sample(columns)
    yes = (
        [o for o in sample.tally.levels["in.domain"].options if o.startswith("yes")]
        if asked.conditions
        else []
    )
    among = {"in.domain": yes[0]} if yes else None
    try:
        return regression(sample, formula, family=family, offset=offset, among=among, variance=taylor(sample))
    except survey.SurveyError as error:
        if "have no answer" in str(error):
            raise Refused("R takes the replicates whose coefficients are infinite as they come") from None
        raise


def of_regressions(folder, lonely, _plain, _named, case):
    found = fitted(folder, lonely, case["r"])
    frame = found.frame
    values = {"coef": frame["estimate"], "se": frame["std_error"], "vcov": found.covariance,
              "df_resid": found.df, "t": frame["statistic"], "p": frame["p_value"]}  # fmt: skip
    return Answer(values, 1e-7)


def of_term_tests(folder, lonely, plain, _named, _case):
    found = term_test(fitted(folder, lonely, plain[0]), plain[1][1:].strip())
    values = {"statistic": found.statistic, "df": found.numerator, "ddf": found.denominator}
    return Answer(values | {"p": found.p_value}, 1e-7)


def of_t_tests(folder, lonely, plain, _named, _case):
    """A t test is a regression on the groups."""
    if plain[0].endswith("~ 0"):
        raise NotOffered("R takes a degree of freedom for a second group from the mean of one")
    found = fitted(folder, lonely, f"svyglm({plain[0]}, design = {plain[1]})")
    row = found.frame.iloc[1]
    values = {"statistic": row["statistic"], "parameter": [found.df], "p": row["p_value"]}
    values |= {"estimate": [row["estimate"]], "conf_int": [row["conf_low"], row["conf_high"]]}
    return Answer(values, 1e-7)


def of_rank_tests(folder, lonely, plain, _named, _case):
    number, group = (side.strip() for side in plain[0].split("~"))
    sample = Asked(folder, plain[1], lonely).sample([number, group])
    found = rank_test(sample, number, group, variance=taylor(sample))
    if found.numerator > 1:
        # R swaps the names of its chi-square and its degrees of freedom.
        chi_square = found.statistic * found.numerator
        return Answer({"statistic": found.numerator, "parameter": [chi_square], "p": found.p_value})
    apart = found.mean_rank[1] - found.mean_rank[0]
    t = np.copysign(np.sqrt(found.statistic), apart)
    return Answer({"statistic": t, "parameter": [found.denominator], "p": found.p_value, "estimate": [apart]})


def of_variances(folder, lonely, plain, _named, _case):
    asked = Asked(folder, plain[1], lonely)
    (column,) = terms_of(plain[0])
    sample = asked.sample([column])
    found = variances(sample, column, by=asked.by() or None, variance=taylor(sample), rules=NUMBERS)
    return linear_answer(asked, found)


def quantile_answer(asked, plain, named, result):
    (column,) = terms_of(plain[0])
    probabilities = [float(p) for p in split(plain[2][2:-1])]
    kind, rule = (named.get(k, d).strip('"') for k, d in (("interval.type", '"mean"'), ("qrule", '"math"')))
    rule = {"hf1": "math", "hf2": "school"}.get(rule, rule)
    if rule in ("hf3", "shahvaish"):
        raise NotOffered(f"quantile rule {rule}: R's own reading of it for weights")
    if kind == "score":
        raise NotOffered("quantile intervals by inverting a score test")
    interval = {"mean": "woodruff", "beta": "clopper_pearson", "xlogit": "logit", "asin": "arcsine"}[kind]
    sample = asked.sample([column])
    found = quantiles(sample, column, probabilities, interval=interval, rule=rule,
                      variance=taylor(sample), rules=NUMBERS).frame  # fmt: skip
    expected = np.array(result["by_variable"][column]["values"], dtype=float)
    if np.isnan(expected).any():
        raise Refused("R answers NaN where the interval reaches the largest value; ours ends there")
    if named.get("ci") == "FALSE":
        return Answer({"values": found["estimate"].to_numpy()})
    values = found[["estimate", "conf_low", "conf_high", "std_error"]].to_numpy()
    missed = values[:, 0] != expected[:, 0]
    if missed.any():
        frame, at = asked.frame[column], values[missed, 0]
        shares_at = [(frame <= v).mean() for v in at]
        if np.allclose(shares_at, np.array(probabilities)[missed], rtol=1e-12):
            raise Refused("R misses an exact tie by rounding and takes the next value")
    return Answer({"values": values}, 1e-5)


VERBS = {
    "c": of_summaries,
    "svymean": of_means_and_totals,
    "svytotal": of_means_and_totals,
    "svyratio": of_ratios,
    "svyvar": of_variances,
    "svyquantile": lambda f, lonely, p, n, c: quantile_answer(Asked(f, p[1], lonely), p, n, c["result"]),
    "svyciprop": of_proportions,
    "svyby": lambda f, lonely, p, n, c: by_answer(f, lonely, p, n, c["result"]),
    "svycontrast": lambda f, lonely, p, _n, _c: contrast(f, lonely, p[0], p[1]),
    "svytable": of_tables,
    "confint": of_t_intervals,
    "degf": of_degrees_of_freedom,
    "svychisq": of_table_tests,
    "svyglm": of_regressions,
    "svyranktest": of_rank_tests,
    "svyttest": of_t_tests,
    "regTermTest": of_term_tests,
}
