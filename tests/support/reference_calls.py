"""Read the R call of a reference case and ask the same of the public API.

A call that is not offered gives `NotOffered` with its reason. Domains are asked for as groups by a
column "in the domain", so that they keep the design.
"""

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
    population_of,
    replicate_table,
    split,
    table_of,
    taylor,
    terms_of,
)
from reference_models import fitted, of_rank_tests, of_regressions, of_t_tests, of_table_tests, of_term_tests
from reference_shares import by_answer, ciprop, contrast, design_effect, linear_answer, mean_like
from rules import ANY_COUNT, ANY_NUMBER, ANYTHING

import survey
from analysis import means, quantiles, rao_scott, ratios, shares, totals, variances
from analysis.statistics.testing.adjust import adjusted_p_values


def answer(case, folder, lonely="adjust"):
    """Return our `Answer` to a reference case; raises NotOffered or Refused with the reason."""
    if "p.adjust" in case["r"]:
        return adjusted_tests(folder, lonely)
    verb, plain, named = call(case["r"]) if "(" in case["r"] else (case["r"], [], {})
    if case["result"].get("estimate") and all(v is None for v in np.ravel(case["result"]["estimate"])):
        raise Refused("R answers NA for missing values without na.rm; ours takes those who answered")
    if case["id"].startswith("refusal/"):
        return impossible_weighting(folder, case["id"].removeprefix("refusal/"))
    if re.fullmatch(r"\w+", case["r"]):
        return weights_of(Asked(folder, case["r"], lonely))
    if verb not in VERBS:
        raise NotOffered(f"{verb}()")
    found = VERBS[verb](folder, lonely, plain, named, case)
    weighted = re.search(
        r"_(rake[23]|rake_trim|post|postx|greg|gregcat|calrake|logit|lin_bnd)\b", case["design"]
    )
    if weighted:
        found.tolerance = max(found.tolerance, 1e-7)
    return found


def impossible_weighting(folder, name):
    """Ask for weights nothing can give; ours must refuse, whether R gives weights or an error."""
    known, frame = population_of(folder), table_of(folder, "apiclus1.csv")
    sample = survey.from_frame(frame[["stype", "sch.wide", "pw", "dnum"]], "pw", clusters="dnum")
    short = survey.from_frame(frame.loc[frame["stype"] != "H", ["stype", "pw"]], "pw")
    types, wide = known["stype"], known["sch.wide"]
    attempts = {
        "clus1_bad_total": lambda: survey.calibrate(sample, {"stype": {"E": 6194 - 755, "H": 755}}),
        "rake_missing_level": lambda: survey.rake(sample, {"stype": {"E": 4421, "H": 755}}),
        "rake_no_convergence": lambda: survey.rake(
            sample, {"stype": types, "sch.wide": {"No": 100, "Yes": 200}}
        ),
        "logit_infeasible": lambda: survey.calibrate(
            sample,
            {"stype": types, "sch.wide": wide},
            distance="logit",
            bounds=(0.95, 1.05),
            relative_to="base",
        ),
        "post_missing_stratum": lambda: survey.calibrate(short, {"stype": types}),
    }
    try:
        attempts[name]()
    except survey.SurveyError as error:
        raise Refused(str(error)) from None
    raise AssertionError(f"{name} gave weights")


def adjusted_tests(folder, lonely):
    """Three tests of an option by type of school, and their p-values adjusted for each other."""
    p = []
    for option in ("c_price", "c_quality", "c_distance"):
        asked = Asked(folder, "subset(mrd, !is.na(n_cited))", lonely)
        asked.frame[option] = asked.frame[option].map({0.0: "no", 1.0: "yes"}).astype(object)
        asked.frame[option] = asked.frame[option].where(asked.frame["in.domain"] == "yes")
        sample = asked.sample([option, "stype"])
        p.append(rao_scott(sample, option, "stype", variance=taylor(sample)).p_value)
    adjusted = [adjusted_p_values(np.array(p), method) for method in ("holm", "bonferroni", "bh")]
    return Answer({"values": np.concatenate([p, *adjusted])})


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
    settings = {"by": asked.by() or None, "variance": taylor(sample), "rules": ANY_NUMBER}
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
    found = means(sample, columns, confidence=level, variance=taylor(sample), rules=ANY_NUMBER).frame
    return Answer({"values": found[["conf_low", "conf_high"]].to_numpy()})


def of_tables(folder, lonely, plain, _named, _case):
    asked = Asked(folder, plain[1], lonely)
    first, second = terms_of(plain[0])
    sample = asked.sample([first, second])
    found = totals(sample, second, by=first, variance=taylor(sample), rules=ANY_COUNT).frame
    return Answer({"values": found["estimate"].to_numpy().reshape(-1, found["option"].nunique())})


def of_proportions(folder, lonely, plain, named, _case):
    if named.get("na.rm") and named.get("method") == '"beta"':
        raise NotOffered("R counts people who did not answer in the n of this interval")
    return ciprop(Asked(folder, plain[1], lonely), plain[0], named)


def of_degrees_of_freedom(folder, lonely, plain, _named, _case):
    asked = Asked(folder, plain[0], lonely)
    sample = asked.sample(["stype"])
    found = shares(sample, "in.domain", by=asked.by() or None, variance=taylor(sample), rules=ANYTHING)
    return Answer({"values": [found.frame[asked.rows(found)]["df"].iloc[0]]})


def of_variances(folder, lonely, plain, _named, _case):
    asked = Asked(folder, plain[1], lonely)
    (column,) = terms_of(plain[0])
    sample = asked.sample([column])
    found = variances(sample, column, by=asked.by() or None, variance=taylor(sample), rules=ANY_NUMBER)
    return linear_answer(asked, found)


def quantile_answer(asked, plain, named, result):
    (column,) = terms_of(plain[0])
    probabilities = [float(p) for p in split(plain[2][2:-1])]
    kind, rule = (named.get(k, d).strip('"') for k, d in (("interval.type", '"mean"'), ("qrule", '"math"')))
    rule = {"hf1": "math", "hf2": "school"}.get(rule, rule)
    if kind == "score":
        raise NotOffered("quantile intervals by inverting a score test")
    if rule == "shahvaish":
        raise NotOffered(f"quantile rule {rule}: R's own reading of it for weights")
    interval = {
        "score": "score",
        "mean": "woodruff",
        "beta": "clopper_pearson",
        "xlogit": "logit",
        "asin": "arcsine",
    }[kind]
    sample = asked.sample([column])
    found = quantiles(sample, column, probabilities, interval=interval, rule=rule, centre="estimate",
                      variance=taylor(sample), rules=ANY_NUMBER).frame  # fmt: skip
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
