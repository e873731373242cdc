"""Shares of single and multiple questions, whole sample or by group, ready to print or withhold."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from analysis.domains import By, DomainShares, by_name, check_confidence, domain_shares, technique_of
from analysis.estimates import Estimates, make_estimates
from analysis.intervals import (
    EDGE,
    agresti_coull,
    arcsine,
    clopper_pearson,
    korn_graubard,
    likelihood,
    logit,
    t_quantile,
    wilson,
)
from analysis.precision import NCHS, ShareRules, Verdict, judge_share, judge_still
from analysis.variance import Technique
from survey.array_types import Floats
from survey.errors import EstimateError
from survey.weighted_sample import WeightedSample

Interval = Literal[
    "wilson", "korn_graubard", "logit", "arcsine", "likelihood", "clopper_pearson", "agresti_coull"
]
INTERVALS: tuple[Interval, ...] = get_args(Interval)


def shares(
    sample: WeightedSample,
    question: str,
    *,
    by: By = None,
    confidence: float = 0.95,
    interval: Interval = "wilson",
    variance: Technique | None = None,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the weighted share choosing each option, one row an option (in each group of `by`).

    Every option of the questionnaire has its row, also one that nobody chose. The base is those
    who answered the question.

    Parameters
    ----------
    by : str or sequence of str, optional
        Questions with one answer to group by; several are crossed, groups joined by " x ".
    interval : str
        One of `INTERVALS`.
        At the effective number of answers p(1-p)/V with a t quantile; where a share is 0 or 1, at
        Kish's effective number, and by Wilson where the interval asked for is not defined there
        (methods 3.1-3.4). "clopper_pearson" is Korn and Graubard's without their cap at n.
    variance : {"leverage", "taylor"}, optional
        See `analysis.variance.covariance`; by default "leverage" for a plain list of people.
    rules : ShareRules
        When a row is withheld or marked.

    Raises
    ------
    EstimateError
        If the question or group is unknown or of the wrong kind, or nobody answered.
    """
    check_confidence(confidence)
    if interval not in INTERVALS:
        offered = ", ".join(f'"{name}"' for name in INTERVALS)
        raise EstimateError(f'interval="{interval}"', "is not known", f"use one of {offered}")
    found = domain_shares(sample, question, by, technique=technique_of(sample, variance))
    table, methods = _numbers(found, confidence, interval)
    verdicts = verdicts_of(found, rules)
    rows = []
    for i, (g, k) in enumerate(np.ndindex(found.share.shape)):
        rows.append(
            {
                **{name: float(column[i]) for name, column in table.items()},
                "wave": sample.wave,
                "question": question,
                "option": found.options[k],
                "by": by_name(by),
                "group": found.groups[g],
                "measure": "share",
                "confidence": confidence,
                "method": methods[i],
                "flag": verdicts[i].flag,
                "note": verdicts[i].note,
            }
        )
    return make_estimates(rows, found.covariance, {sample.wave: sample.record})


def verdicts_of(found: DomainShares, rules: ShareRules) -> list[Verdict]:
    """Return whether each share may be printed, in the order of the covariance's rows."""
    s = Spread(found)
    n = np.where(s.edge, np.minimum(s.kish, s.n), s.n)
    low, high = korn_graubard(s.p, np.maximum(n, 2.0), s.finite, s.df, 0.95)
    people, units = (np.repeat(v, len(found.options)) for v in (found.n, found.df))
    verdicts = []
    for i in range(len(people)):
        if people[i] >= 2 and units[i] < 1:
            verdicts.append(Verdict("suppress", "one_unit"))
        elif s.still[i] and people[i] >= rules.people:
            verdicts.append(
                judge_still(fixed=bool(s.fixed[i]), census=found.census, stratified=found.stratified)
            )
        else:
            limits = float(low[i]), float(high[i])
            verdicts.append(judge_share(s.p[i], people[i], min(n[i], s.n_eff[i]), s.df[i], limits, rules))
    return verdicts


def wilson_limits(found: DomainShares, confidence: float) -> tuple[Floats, Floats]:
    """Return Wilson's limits of every share, in the order of the covariance's rows."""
    s = Spread(found)
    return wilson(s.p, s.finite, t_quantile(confidence, s.df))


class Spread:
    """Share, variance and effective number of each row, with stand-ins where there are no two answers.

    Such rows are withheld by the rules; the stand-ins only keep the arithmetic quiet.
    """

    def __init__(self, found: DomainShares) -> None:
        k = len(found.options)
        n, kish, df = (np.repeat(v, k) for v in (found.n, found.n_kish, found.df))
        held = n >= 2
        self.p = np.where(held, found.share.reshape(-1), 0.5)
        self.n = np.where(held, n, 2.0)
        self.kish = np.where(held, kish, 1.0)
        self.df = np.where(held, np.maximum(df, 1.0), 1.0)
        self.edge = (self.p <= EDGE) | (self.p >= 1 - EDGE)
        self.fixed = held & ~self.edge & found.fixed.reshape(-1)
        simple = self.p * (1 - self.p)
        variance = np.where(self.fixed, 0.0, np.maximum(np.diag(found.covariance), 0.0))
        # No variance at all: fixed by the margins, a census, or units that do not differ.
        self.still = held & ~self.edge & (variance <= 1e-24 * simple / self.n)
        self.variance = np.where(self.still | self.edge, 0.0, variance)
        moving = held & ~self.still & ~self.edge
        n_eff = np.divide(simple, self.variance, out=np.full(len(n), np.inf), where=moving)
        self.n_eff = np.where(held, np.where(self.edge, kish, n_eff), 1.0)
        self.finite = np.minimum(self.n_eff, 1e15)


def _numbers(
    found: DomainShares, confidence: float, interval: Interval
) -> tuple[dict[str, Floats], list[Interval]]:
    """Return the numeric columns, shape (g k,) each, and the method of each row's interval."""
    s = Spread(found)
    low, high = _limits(s, confidence, interval)
    undefined = np.isnan(low) | np.isnan(high)
    instead = wilson_limits(found, confidence)
    low, high = np.where(undefined, instead[0], low), np.where(undefined, instead[1], high)
    columns = {
        "estimate": s.p,
        "std_error": np.sqrt(s.variance),
        "conf_low": np.where(s.still, s.p, low),
        "conf_high": np.where(s.still, s.p, high),
        "df": s.df,
        "n": np.repeat(found.n, len(found.options)),
        "n_eff": np.where(s.still, np.nan, s.n_eff),
        "deff": np.where(s.still, np.nan, s.n / s.n_eff),
    }
    return columns, ["wilson" if gone else interval for gone in undefined]


def _limits(s: Spread, confidence: float, interval: Interval) -> tuple[Floats, Floats]:
    t, error = t_quantile(confidence, s.df), np.where(s.edge, np.nan, np.sqrt(s.variance))
    if interval == "korn_graubard":
        return korn_graubard(s.p, s.n, s.finite, s.df, confidence)
    if interval == "clopper_pearson":
        ratio = (t_quantile(confidence, s.n - 1) / t) ** 2
        return clopper_pearson(s.p, np.where(s.edge, s.finite, s.finite * ratio), confidence)
    if interval in ("logit", "arcsine"):
        return (logit if interval == "logit" else arcsine)(s.p, error, t)
    by_size = {"wilson": wilson, "likelihood": likelihood, "agresti_coull": agresti_coull}
    return by_size[interval](s.p, s.finite, t)
