"""Weighted quantiles with intervals by inverting the distribution function (Woodruff 1952).

Notation: values x in rising order with weights w, C their running sum, n people. The interval of
the share at or below the quantile, at its estimate, is read back on the scale of x.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from analysis.bases import Base, By, base_of, by_name, technique_of
from analysis.domains import check_confidence
from analysis.estimates import Estimates, make_estimates, table_keys
from analysis.numeric.covariance import Technique, covariance, degrees_of_freedom
from analysis.numeric.intervals import arcsine, clopper_pearson, logit, t_quantile
from analysis.numeric.records import Records
from analysis.publication.rules import NUMBERS, NumberRules, Verdict, judge_number
from survey.errors import Cell, EstimateError, check_choice
from survey.numeric.array_types import Bools, Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

Rule = Literal["math", "school", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]
Inverted = Literal["woodruff", "logit", "arcsine", "clopper_pearson"]
Inversion = Literal["probability", "estimate"]
TIE = 1e-12
# What part of its own weight a value stands below its running sum, and what is added to the total.
SHIFTS = {"hf4": (0, 0), "hf5": (1 / 2, 0), "hf6": (0, 1), "hf8": (1 / 3, 1 / 3), "hf9": (3 / 8, 1 / 4)}


@on_one_thread
def quantiles(
    sample: WeightedSample,
    question: str,
    probabilities: float | Sequence[float] = (0.25, 0.5, 0.75),
    *,
    by: By = None,
    confidence: float = 0.95,
    interval: Inverted = "woodruff",
    centre: Inversion = "probability",
    rule: Rule = "math",
    variance: Technique | None = None,
    rules: NumberRules = NUMBERS,
) -> Estimates:
    """Return weighted quantiles of a number, option "0.25" and so on (in each group of `by`; methods 5).

    There is no joint covariance: a quantile is not linear in the answers.

    Parameters
    ----------
    interval : {"woodruff", "logit", "arcsine", "clopper_pearson"}
        Of the share that is inverted; "woodruff" is p ± t se. The standard error is the interval's
        width over 2t.
    centre : {"probability", "estimate"}
        What the interval of the share is around: the probability asked for, or the share at or below
        the quantile found, as R's survey has it, which where many give one answer is another.
    rule : {"math", "school", "hf3", "hf4", ..., "hf9"}
        "math" is the smallest value with at least p of the weight at or below it. Where p falls
        between two values, "school" is their middle and "hf3" the one of even number (R survey's
        rule of that name). The others interpolate as types 4 to 9 of Hyndman and Fan (1996), with
        weights.

    Raises
    ------
    EstimateError
        If the question is not a number, a probability is not between 0 and 1, or nobody answered.
    """
    check_confidence(confidence)
    chosen: list[float] = np.atleast_1d(probabilities).tolist()
    check_choice("interval", interval, Inverted)
    check_choice("rule", rule, Rule)
    check_choice("centre", centre, Inversion)
    for p in chosen:
        if not isinstance(p, (int, float)) or not 0 < p < 1:
            raise EstimateError(f"probability {p}", key="call.part", example=0.5)
    base = base_of(sample, [question], by)
    if base.items != ((question, ""),):
        raise EstimateError(Cell(question=question), key="estimate.no_quantiles")
    technique = technique_of(sample, variance)
    method = interval if interval == "woodruff" else f"woodruff_{interval}"
    keys = table_keys(
        wave=sample.wave,
        question=question,
        by=by_name(by),
        groups=base.groups,
        options=[f"{p:g}" for p in chosen],
        measure="quantile",
    )
    rows: list[dict[str, object]] = []
    for inside in base.inside.T:
        df, n = degrees_of_freedom(inside, base.records), float(base.records.count[inside].sum())
        verdict = judge_number(n, n, df, rules)
        if verdict.flag != "suppress" and np.ptp(base.y[inside, 0]) == 0:
            verdict = Verdict("suppress", "no_variation")
        row = {"n": n, "df": df, "flag": verdict.flag, "note": verdict.note}
        for p in chosen:
            numbers: dict[str, object] = {}
            if verdict.flag != "suppress":
                numbers = _quantile(base, inside, p, confidence, interval, centre, rule, technique)
            rows.append(row | numbers)
    keys |= {"confidence": confidence, "method": method}
    return make_estimates(rows, None, {sample.wave: sample.history}, keys=keys)


def _quantile(
    base: Base,
    inside: Bools,
    p: float,
    confidence: float,
    interval: Inverted,
    centre: Inversion,
    rule: Rule,
    technique: Technique,
) -> dict[str, object]:
    """Return the quantile at p of the people inside, with its interval."""
    records, y = base.records, base.y[:, 0]
    x, w, count = y[inside], (records.base * records.factor)[inside], records.count[inside]
    quantile = weighted_quantile(x, w, count, p, rule)
    start = weighted_quantile(x, w, count, p, "math")
    share, error = _share_below(start, y, inside, records, technique)
    if centre == "probability":
        # Many may give the answer that is the quantile: the share's error is that on either side of it.
        below = _share_below(np.nextafter(start, -np.inf), y, inside, records, technique)[1]
        share, error = p, max(error, below)
    n, df = float(count.sum()), max(degrees_of_freedom(inside, records), 1.0)
    at, se, t = np.array(share), np.array(error), t_quantile(confidence, np.array(df))
    if error == 0 or not 0 < share < 1:
        limits = at, at
    elif interval == "woodruff":
        limits = at - t * se, at + t * se
    elif interval == "clopper_pearson":
        ratio = (t_quantile(confidence, np.array(n - 1)) / t) ** 2
        limits = clopper_pearson(at, at * (1 - at) / se**2 * ratio, confidence)
    else:
        limits = (logit if interval == "logit" else arcsine)(at, se, t)
    limit_rule = rule if rule != "school" else "math"
    low, high = (weighted_quantile(x, w, count, float(q), limit_rule) for q in limits)
    low, high = min(low, quantile), max(high, quantile)
    row: dict[str, object] = {"estimate": quantile, "conf_low": low, "conf_high": high}
    row["std_error"] = (high - low) / (2 * float(t))
    if low == high:
        # Too many gave this very number, or it is the largest: no interval can be read back.
        row |= {"flag": "caution", "note": "interval_is_a_point"}
    return row


def _share_below(
    value: float, y: Floats, inside: Bools, records: Records, technique: Technique
) -> tuple[float, float]:
    """Return the share at or below a value, and its standard error."""
    weight = records.base * records.factor
    total = float(weight[inside].sum())
    below = inside & (y <= value)
    share = float(weight[below].sum() / total)
    u = np.where(inside, (below - share) / total, 0.0)[:, None]
    spread = covariance(u, records, technique, over=inside[:, None].astype(np.float64))
    return share, float(np.sqrt(max(spread[0, 0], 0.0)))


def weighted_quantile(x: Floats, w: Floats, count: np.ndarray, p: float, rule: Rule = "math") -> float:
    """Return the quantile at p of values x, each of `count` people who weigh w together.

    Parameters
    ----------
    x, w, count : arrays, shape (r,)
    """
    order = np.argsort(x, kind="stable")
    x, w, count = x[order], w[order], count[order]
    reached = np.cumsum(w) / w.sum()
    i = min(int(np.searchsorted(reached, p * (1 - TIE))), len(x) - 1)
    if rule == "math":
        return float(x[i])
    if rule == "school":
        above = x[x > x[i]]
        between = len(above) and abs(float(reached[x <= x[i]][-1]) - p) <= TIE
        return float((x[i] + above[0]) / 2 if between else x[i])
    if rule == "hf3":
        values = np.unique(x)
        place = int(np.searchsorted(values, x[i]))
        tied = abs(float(reached[x <= x[i]][-1]) - p) <= TIE and place + 1 < len(values)
        # Numbered from 1, a place is even where it is odd from 0.
        return float(values[place + 1] if tied and place % 2 == 0 else x[i])
    # Where on (0, 1) each person's value stands, by types 4 to 9 of Hyndman and Fan with weights.
    people = np.repeat(np.arange(len(x)), count)
    each = (w / count)[people]
    reached = np.cumsum(each)
    if rule == "hf7":
        before = reached - each
        positions = before / max(before[-1], np.finfo(float).tiny)
    else:
        shift, extra = SHIFTS[rule]
        positions = (reached - shift * each) / (reached[-1] + extra * each[-1])
    return float(np.interp(p, positions, x[people]))
