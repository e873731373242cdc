"""R's calls about means, shares, groups and contrasts, asked of our public API."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from reference_designs import (
    Answer,
    Asked,
    NotOffered,
    Refused,
    call,
    taylor,
    terms_of,
)
from rules import ANY_COUNT, ANY_NUMBER, ANYTHING
from scipy import special

from analysis import delta_method, linear_combinations, means, shares, totals
from analysis.numeric import intervals

METHODS = {"logit": "logit", "xlogit": "logit", "likelihood": "likelihood", "asin": "arcsine",
           "beta": "clopper_pearson", "wilson": "wilson"}  # fmt: skip

# A fitted model converges to about 1e-9; R interpolates its likelihood interval between 20 profile points.
TOLERANCES = {"logit": 1e-7, "likelihood": 4e-3}


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
        found = means(sample, columns, by=asked.by() or None, variance=taylor(sample), rules=ANY_NUMBER)
    else:
        found = totals(sample, columns, by=asked.by() or None, variance=taylor(sample), rules=ANY_COUNT)
    return sample, columns, found


def design_effect(asked, sample, columns, found, kind):
    """Return R's: over simple random sampling with n - 1, without replacement from the weights' sum."""
    by = asked.by() or None
    mean = means(sample, columns, by=by, variance=taylor(sample), rules=ANY_NUMBER)
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
                   variance=taylor(sample), rules=ANYTHING)  # fmt: skip
    row = found.frame[asked.rows(found) & (found.frame["option"] == "TRUE").to_numpy()].iloc[0]
    p, error, df, n = (np.array(float(row[k])) for k in ("estimate", "std_error", "df", "n"))
    if not 0 < p < 1:
        raise Refused("R answers NaN or an error at 0% and 100%; ours are finite")
    df = np.array(np.inf) if named.get("df") == "Inf" and method != "beta" else df
    t, n_eff = intervals.t_quantile(level, df), p * (1 - p) / error**2
    if method == "likelihood" and asked.replicated in ("brr", "fay", "mrbboot"):
        raise NotOffered("likelihood interval that refits in every replicate")
    odds = error / (p * (1 - p))
    if asked.replicated and method == "logit":
        # Ours is at the design's degrees of freedom; the width gives the error of the log odds.
        width = special.logit(row["conf_high"]) - special.logit(row["conf_low"])
        odds = width / 2 / intervals.t_quantile(level, np.array(float(row["df"])))
    limits = {
        "beta": lambda: (row["conf_low"], row["conf_high"]),
        "mean": lambda: (p - t * error, p + t * error),
        "logit": lambda: intervals.logit(p, odds * p * (1 - p), t),
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
    refitted = asked.replicated and method == "xlogit"
    if named.get("df") is None and method in METHODS and method != "likelihood" and not refitted:
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
        return linear_answer_of(delta_method(found, {"contrast": lambda e: e[first] / e[second]}))
    listed = call(wanted)[2] if wanted.startswith("list(") else {"contrast": wanted}
    if wanted.startswith("list("):
        listed = dict(re.findall(r"`?([\w-]+)`?\s*=\s*(c\([^)]*\))", wanted[5:-1]))
    made = {}
    for name, text in listed.items():
        weights = np.zeros(len(found))
        weights[position] = coefficients(text, names)
        made[name] = weights
    return linear_answer_of(linear_combinations(found, made))


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
        found = means(sample, columns, by=names, variance=taylor(sample), rules=ANY_NUMBER)
    elif verb == "svytotal":
        found = totals(sample, columns, by=names, variance=taylor(sample), rules=ANY_COUNT)
    elif verb == "svyciprop":
        method = named.get("method", '"logit"').strip('"')
        interval = METHODS.get(method, "wilson")
        how = {"interval": interval, "variance": taylor(sample), "rules": ANYTHING}
        found = shares(sample, columns[0], by=names, **how)
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
