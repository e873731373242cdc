"""What a table of shares says of each row: variance, effective number of answers, interval, verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.domains import DomainShares
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
from analysis.publication.rules import ShareRules, Verdict, judge_share, judge_still
from survey.numeric.array_types import Bools, Floats

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
# How many answers, times p(1-p), weigh as much as Kish's design effect: chosen by `make coverage`.
SMOOTHING = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class ShareRows:
    """Shares with their variance, one row an option of each group; arrays have shape (g k,).

    Where there are fewer than two answers `p`, `n`, `kish`, `df` and `n_eff` hold stand-ins, which
    only keep the arithmetic defined: the rules suppress such rows.

    Attributes
    ----------
    domains : DomainShares
        The shares as computed.
    p, variance : float array
    n, kish, df : float array
        People in the base, Kish's effective number of them, degrees of freedom.
    at_bound : bool array
        Shares of 0 or 1.
    fixed : bool array
        Shares that calibration fixes.
    constant : bool array
        Other shares without any variance: fixed, a census, or units that do not differ.
    n_eff : float array
        p(1-p)/V; Kish's number at 0 and 1, inf where there is no variance.
    finite_n_eff, smoothed_n_eff : float array
        The same at most 10¹⁵, and with the design effect drawn towards Kish's (methods 3.1).
    """

    domains: DomainShares
    p: Floats
    variance: Floats
    n: Floats
    kish: Floats
    df: Floats
    at_bound: Bools
    fixed: Bools
    constant: Bools
    n_eff: Floats
    finite_n_eff: Floats
    smoothed_n_eff: Floats


def share_rows(domains: DomainShares) -> ShareRows:
    """Return what the covariance of shares says of each of them (methods 3.1)."""
    k, share = len(domains.options), domains.share.reshape(-1)
    n, kish, df = (np.repeat(values, k) for values in (domains.n, domains.n_kish, domains.df))
    usable = (n >= 2) & np.isfinite(share)
    p = np.where(usable, share, 0.5)
    # Summing weights leaves a share of 1 a few last bits above or below it.
    p = np.where(p <= EDGE, 0.0, np.where(p >= 1 - EDGE, 1.0, p))
    at_bound: Bools = (p <= EDGE) | (p >= 1 - EDGE)
    fixed = usable & ~at_bound & domains.fixed.reshape(-1)
    n, simple = np.where(usable, n, 2.0), p * (1 - p)
    variance = np.where(fixed, 0.0, np.maximum(np.diag(domains.covariance), 0.0))
    constant = usable & ~at_bound & (variance <= 1e-24 * simple / n)
    variance = np.where(constant | at_bound, 0.0, variance)
    varies = usable & ~constant & ~at_bound
    n_eff = np.divide(simple, variance, out=np.full(len(n), np.inf), where=varies)
    n_eff = np.where(usable, np.where(at_bound, kish, n_eff), 1.0)
    kish, finite = np.where(usable, kish, 1.0), np.minimum(n_eff, 1e15)
    # With few people on one side of a share its own design effect is mostly chance (methods 3.1).
    behind = n * simple
    trust = behind / (behind + SMOOTHING) if domains.plain else np.ones(len(n))
    effect = trust * n / finite + (1 - trust) * n / kish
    return ShareRows(
        domains=domains,
        p=p,
        variance=variance,
        n=n,
        kish=kish,
        df=np.where(usable, np.maximum(df, 1.0), 1.0),
        at_bound=at_bound,
        fixed=fixed,
        constant=constant,
        n_eff=n_eff,
        finite_n_eff=finite,
        smoothed_n_eff=np.where(trust == 1, finite, n / effect),
    )


def verdicts_of(rows: ShareRows, rules: ShareRules) -> list[Verdict]:
    """Return whether each share may be printed, and why not.

    The share of one of several groups is judged by that of the others (of both, where there are two), at the
    group's number of people and Kish's effective number (at its own design effect where people were drawn in
    clusters or strata): what is printed does not depend on how the group came out (methods 3.5).
    """
    domains, k = rows.domains, len(rows.domains.options)
    grouped = len(domains.groups) > 1 and domains.elsewhere is not None
    p = rows.p if domains.elsewhere is None or not grouped else domains.elsewhere.reshape(-1)
    at_bound = (p <= EDGE) | (p >= 1 - EDGE)
    n_eff = rows.kish if grouped and domains.plain else rows.finite_n_eff
    n = np.where(at_bound, np.minimum(rows.kish, rows.n), rows.n)
    low, high = korn_graubard(p, np.maximum(n, 2.0), n_eff, rows.df, 0.95)
    people, units = (np.repeat(values, k) for values in (domains.n, domains.df))
    unanswered, n_eff = np.isnan(domains.share.reshape(-1)), np.minimum(n, n_eff)
    verdicts = []
    for i in range(len(people)):
        if people[i] > 0 and unanswered[i]:
            verdicts.append(Verdict("suppress", "no_answers"))
        elif people[i] == 1 or (people[i] >= 2 and units[i] < 1):
            verdicts.append(Verdict("suppress", "few_answers" if people[i] == 1 else "one_unit"))
        elif rows.constant[i] and people[i] >= rules.people:
            fixed, census, stratified = bool(rows.fixed[i]), domains.census, domains.stratified
            verdicts.append(judge_still(fixed=fixed, census=census, stratified=stratified))
        else:
            limits = float(low[i]), float(high[i])
            verdict = judge_share(p[i], people[i], n_eff[i], rows.df[i], limits, rules)
            if verdict.flag != "suppress" and rows.at_bound[i]:
                verdict = Verdict("caution", "nobody" if rows.p[i] <= EDGE else "everybody")
            verdicts.append(verdict)
    return verdicts


def default_limits(rows: ShareRows, confidence: float) -> tuple[Floats, Floats]:
    """Return the limits "wilson_smoothed" of every share; the share itself where it has no variance."""
    low, high = wilson(rows.p, rows.smoothed_n_eff, t_quantile(confidence, rows.df))
    return np.where(rows.constant, rows.p, low), np.where(rows.constant, rows.p, high)


def share_columns(
    rows: ShareRows, confidence: float, interval: Interval, logit_error: Floats | None = None
) -> dict[str, object]:
    """Return the numeric columns of a table of shares, and the method of each row's interval.

    Parameters
    ----------
    logit_error : float array, shape (g k,), optional
        Standard errors of log odds, for the logit interval of replicates.
    """
    p, n_eff, t = rows.p, rows.finite_n_eff, t_quantile(confidence, rows.df)
    if interval == "korn_graubard":
        low, high = korn_graubard(p, rows.n, n_eff, rows.df, confidence)
    elif interval == "clopper_pearson":
        ratio = np.where(rows.at_bound, 1.0, (t_quantile(confidence, rows.n - 1) / t) ** 2)
        low, high = clopper_pearson(p, n_eff * ratio, confidence)
    elif interval in ("logit", "arcsine"):
        error = np.sqrt(rows.variance) if logit_error is None else logit_error * p * (1 - p)
        error = np.where(rows.at_bound, np.nan, error)
        low, high = (logit if interval == "logit" else arcsine)(p, error, t)
    elif interval == "wilson_smoothed":
        low, high = wilson(p, rows.smoothed_n_eff, t)
    else:
        by_size = {"wilson": wilson, "likelihood": likelihood, "agresti_coull": agresti_coull}
        low, high = by_size[interval](p, n_eff, t)
    undefined = np.isnan(low) | np.isnan(high)
    default = default_limits(rows, confidence)
    low, high = np.where(undefined, default[0], low), np.where(undefined, default[1], high)
    return {
        "estimate": rows.p,
        "std_error": np.sqrt(rows.variance),
        "conf_low": np.where(rows.constant, rows.p, low),
        "conf_high": np.where(rows.constant, rows.p, high),
        "confidence": confidence,
        "method": np.where(undefined, "wilson_smoothed", interval),
        "df": rows.df,
        "n": np.repeat(rows.domains.n, len(rows.domains.options)),
        "n_eff": np.where(rows.constant, np.nan, rows.n_eff),
        "deff": np.where(rows.constant, np.nan, rows.n / rows.n_eff),
    }
