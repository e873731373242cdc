"""Shares of single and multiple questions, whole sample or by group, ready to print or withhold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from analysis.bases import Base, By, by_name, question_base
from analysis.domains import (
    DomainShares,
    check_confidence,
    denominators,
    described,
    domain_means,
    technique_of,
)
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.covariance import Technique, of_margins
from analysis.numeric.intervals import (
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
from analysis.numeric.linearised import DomainMeans
from analysis.numeric.replication import logit_errors
from analysis.publication.rules import NCHS, ShareRules, Verdict, judge_share, judge_still
from survey.errors import EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

Interval = Literal[
    "wilson_smoothed",
    "wilson",
    "korn_graubard",
    "logit",
    "arcsine",
    "likelihood",
    "clopper_pearson",
    "agresti_coull",
]
INTERVALS: tuple[Interval, ...] = get_args(Interval)
# How many answers, times p(1-p), weigh as much as Kish's design effect: chosen by `make coverage`.
SMOOTHING = 10.0
ShareBase = Literal["answered", "asked", "all", "mentions"]


@on_one_thread
def shares(
    sample: WeightedSample,
    question: str,
    *,
    by: By = None,
    base: ShareBase = "answered",
    confidence: float = 0.95,
    interval: Interval = "wilson_smoothed",
    variance: Technique | None = None,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the weighted share choosing each option, one row an option (in each group of `by`).

    Every option of the questionnaire has its row, also one that nobody chose.

    Parameters
    ----------
    by : str or sequence of str, optional
        Questions with one answer to group by; several are crossed, groups joined by " x ".
    base : {"answered", "asked", "all", "mentions"}
        Of whom the share is (methods 2.8): those who answered; those who were asked, or everybody,
        no answer counting as not chosen; or of all ticks, which then add up to 1. The measure is
        "share", or "share_of_asked", "share_of_all", "share_of_mentions".
    interval : str
        One of `INTERVALS`.
        At the effective number of answers p(1-p)/V with a t quantile; the default draws the design
        effect towards Kish's where few people stand behind a share. Where a share is 0 or 1, at
        Kish's effective number, and by the default where the interval asked for is not defined
        there (methods 3.1-3.4). "clopper_pearson" is Korn and Graubard's without their cap at n.
        "logit" takes the spread of log odds where there are replicates.
    variance : {"leverage", "taylor", "leverage_final", "taylor_final"}, optional
        See `analysis.numeric.covariance.covariance`; by default "leverage" for a plain list of people.
    rules : ShareRules
        When a row is withheld or marked.

    Raises
    ------
    EstimateError
        If the question or group is unknown or of the wrong kind, or nobody answered.
    """
    check_confidence(confidence)
    for name, value, offered in (("interval", interval, INTERVALS), ("base", base, get_args(ShareBase))):
        if value not in offered:
            listed = ", ".join(f'"{choice}"' for choice in offered)
            raise EstimateError(f'{name}="{value}"', "is not known", f"use one of {listed}")
    technique = technique_of(sample, variance)
    people = question_base(sample, question, by, people="answered" if base == "mentions" else base)
    u, share, over = _of_mentions(people) if base == "mentions" else _of_people(people, technique)
    found = described(people.inside, people, technique, u, share, over)
    odds = None
    if interval == "logit" and technique == "replicates" and over is not None:
        u = u if isinstance(u, np.ndarray) else u.whole()
        flat = np.nan_to_num(share.reshape(-1))
        odds = logit_errors(flat, u, over, people.records)
        simple = np.where((flat > 0) & (flat < 1), flat * (1 - flat), 1.0)
        odds = np.sqrt(odds**2 + np.diag(of_margins(u, people.records)) / simple**2)
    measure = "share" if base == "answered" else f"share_of_{base}"
    measures = [measure] * len(found.options)
    return share_table(sample, question, by, found, measures, confidence, interval, rules, odds=odds)


def share_table(
    sample: WeightedSample,
    question: str,
    by: By,
    found: DomainShares,
    measures: Sequence[str],
    confidence: float,
    interval: Interval,
    rules: ShareRules,
    *,
    odds: Floats | None = None,
) -> Estimates:
    """Return the table of shares with intervals and verdicts, one row an option of each group.

    Parameters
    ----------
    measures : sequence of str
        What each of the k options of `found` is a measure of.
    odds
        As in `share_columns`.
    """
    table, methods = share_columns(found, confidence, interval, odds)
    verdicts = verdicts_of(found, rules)
    rows = [
        {
            **{name: float(column[i]) for name, column in table.items()},
            "wave": sample.wave,
            "question": question,
            "option": found.options[k],
            "by": by_name(by),
            "group": found.groups[g],
            "measure": measures[k],
            "confidence": confidence,
            "method": methods[i],
            "flag": verdicts[i].flag,
            "note": verdicts[i].note,
        }
        for i, (g, k) in enumerate(np.ndindex(found.share.shape))
    ]
    return make_estimates(rows, found.covariance, {sample.wave: sample.history})


def _of_people(base: Base, technique: Technique) -> tuple[DomainMeans, Floats, Floats | None]:
    """Return linearised values, shares of people, and for replicates what the shares are over."""
    means = domain_means(base.inside, base)
    over = denominators(base.inside, len(base.items)) if technique == "replicates" else None
    return means, means.share, over


def _of_mentions(base: Base) -> tuple[Floats, Floats, Floats]:
    """Return the same for shares of all ticks: u = (y - p t)/X with t a person's ticks, X their sum."""
    weight = base.records.base * base.records.factor
    ticks = base.y.sum(axis=1)
    counted = np.where(base.inside, ticks[:, None], 0.0)
    total = weight @ counted
    scale = np.where(total > 0, total, 1.0)
    share = np.where(
        total[:, None] > 0, (base.inside.T @ (weight[:, None] * base.y)) / scale[:, None], np.nan
    )
    u = base.inside[:, :, None] * base.y[:, None, :] - counted[:, :, None] * np.nan_to_num(share)
    over = np.repeat(counted, base.y.shape[1], axis=1)
    return (u / scale[:, None]).reshape(len(weight), -1), share, over


def verdicts_of(found: DomainShares, rules: ShareRules) -> list[Verdict]:
    """Return whether each share may be printed, in the order of the covariance's rows."""
    s = Spread(found)
    n = np.where(s.edge, np.minimum(s.kish, s.n), s.n)
    low, high = korn_graubard(s.p, np.maximum(n, 2.0), s.finite, s.df, 0.95)
    people, units = (np.repeat(v, len(found.options)) for v in (found.n, found.df))
    verdicts = []
    for i in range(len(people)):
        if people[i] > 0 and np.isnan(found.share.reshape(-1)[i]):
            verdicts.append(Verdict("suppress", "no_answers"))
        elif people[i] == 1 or (people[i] >= 2 and units[i] < 1):
            verdicts.append(Verdict("suppress", "few_answers" if people[i] == 1 else "one_unit"))
        elif s.still[i] and people[i] >= rules.people:
            verdicts.append(
                judge_still(fixed=bool(s.fixed[i]), census=found.census, stratified=found.stratified)
            )
        else:
            limits = float(low[i]), float(high[i])
            verdicts.append(judge_share(s.p[i], people[i], min(n[i], s.n_eff[i]), s.df[i], limits, rules))
    return verdicts


def wilson_limits(found: DomainShares, confidence: float) -> tuple[Floats, Floats]:
    """Return the default limits of every share, in the order of the covariance's rows."""
    s = Spread(found)
    low, high = wilson(s.p, s.smoothed, t_quantile(confidence, s.df))
    return np.where(s.still, s.p, low), np.where(s.still, s.p, high)


class Spread:
    """Share, variance and effective number of each row, with stand-ins where there are no two answers.

    Such rows are withheld by the rules; the stand-ins only keep the arithmetic quiet.
    """

    def __init__(self, found: DomainShares) -> None:
        k = len(found.options)
        n, kish, df = (np.repeat(v, k) for v in (found.n, found.n_kish, found.df))
        held = (n >= 2) & np.isfinite(found.share.reshape(-1))
        p = np.where(held, found.share.reshape(-1), 0.5)
        # Summing weights leaves a share of 1 a few last bits above or below it.
        self.p = np.where(p <= EDGE, 0.0, np.where(p >= 1 - EDGE, 1.0, p))
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
        # With few people on one side of a share its own design effect is mostly chance (methods 3.1).
        behind = self.n * simple
        trust = behind / (behind + SMOOTHING) if found.plain else np.ones(len(n))
        effect = trust * self.n / self.finite + (1 - trust) * self.n / self.kish
        self.smoothed = np.where(trust == 1, self.finite, self.n / effect)


def share_columns(
    found: DomainShares, confidence: float, interval: Interval, odds: Floats | None = None
) -> tuple[dict[str, Floats], list[Interval]]:
    """Return the numeric columns, shape (g k,) each, and the method of each row's interval.

    Parameters
    ----------
    odds : float array, shape (g k,), optional
        Standard errors of log odds, for the logit interval of replicates.
    """
    s = Spread(found)
    low, high = _limits(s, confidence, interval, odds)
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
    return columns, ["wilson_smoothed" if gone else interval for gone in undefined]


def _limits(s: Spread, confidence: float, interval: Interval, odds: Floats | None) -> tuple[Floats, Floats]:
    t, error = t_quantile(confidence, s.df), np.where(s.edge, np.nan, np.sqrt(s.variance))
    if interval == "korn_graubard":
        return korn_graubard(s.p, s.n, s.finite, s.df, confidence)
    if interval == "clopper_pearson":
        ratio = (t_quantile(confidence, s.n - 1) / t) ** 2
        return clopper_pearson(s.p, np.where(s.edge, s.finite, s.finite * ratio), confidence)
    if odds is not None:
        error = np.where(s.edge, np.nan, odds * s.p * (1 - s.p))
    if interval in ("logit", "arcsine"):
        return (logit if interval == "logit" else arcsine)(s.p, error, t)
    if interval == "wilson_smoothed":
        return wilson(s.p, s.smoothed, t)
    by_size = {"wilson": wilson, "likelihood": likelihood, "agresti_coull": agresti_coull}
    return by_size[interval](s.p, s.finite, t)
