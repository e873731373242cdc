"""Shares of single and multiple questions, whole sample or by group, ready to print or suppress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from analysis.bases import Base, By, by_name, question_base, technique_of
from analysis.domains import (
    DomainShares,
    check_confidence,
    denominators,
    domain_means,
    shares_of_both,
    shares_with_covariance,
)
from analysis.estimates import Estimates, make_table, table_keys
from analysis.numeric.covariance import Technique, of_margins
from analysis.numeric.joint_covariance import one_block
from analysis.numeric.linearised import DomainMeans
from analysis.numeric.replication import logit_errors
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.share_rows import Interval, share_columns, share_rows, verdicts_of
from survey.errors import check_choice
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

INTERVALS: tuple[Interval, ...] = get_args(Interval)
ShareBase = Literal["answered", "asked", "all", "everybody", "mentions"]


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
    base : {"answered", "asked", "all", "everybody", "mentions"}
        Of whom the share is (methods 2.8): those who answered; those who were asked, or everybody, no
        answer counting as not chosen; everybody but those who were asked and did not answer, not being
        asked counting as not chosen; or of all ticks, which then add up to 1. The measure is "share", or
        "share_of_asked", "share_of_all", "share_of_everybody", "share_of_mentions".
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
        When a row is suppressed or marked.

    Raises
    ------
    EstimateError
        If the question or group is unknown or of the wrong kind, or nobody answered.
    """
    check_confidence(confidence)
    check_choice("interval", interval, Interval)
    check_choice("base", base, ShareBase)
    technique = technique_of(sample, variance)
    people = question_base(sample, question, by, people="answered" if base == "mentions" else base)
    u: Floats | DomainMeans
    over: Floats | None
    if base == "mentions":
        u, share, over = _of_mentions(people)
    else:
        u, over = domain_means(people.inside, people), None
        share = u.share
        if technique == "replicates":
            u, over = u.whole(), denominators(people.inside, len(people.items))
    domains = shares_with_covariance(people.inside, people, technique, u, share, over)
    if base != "mentions":  # each of which is of one option
        domains = replace(domains, both=shares_of_both(people))
    logit_error = None
    if interval == "logit" and technique == "replicates" and isinstance(u, np.ndarray):
        logit_error = _logit_errors(u, share, over, people)
    measure = "share" if base == "answered" else f"share_of_{base}"
    return share_table(
        sample, question, by, domains, measure, confidence, interval, rules, logit_error=logit_error
    )


def share_table(
    sample: WeightedSample,
    question: str,
    by: By,
    domains: DomainShares,
    measure: str | Sequence[str],
    confidence: float,
    interval: Interval,
    rules: ShareRules,
    *,
    logit_error: Floats | None = None,
) -> Estimates:
    """Return the table of shares with intervals and verdicts, one row an option of each group.

    Parameters
    ----------
    measure : str or sequence of str
        Of all rows, or of each of the k options of `domains`.
    logit_error
        As in `share_columns`.
    """
    rows = share_rows(domains)
    verdicts = verdicts_of(rows, rules)
    columns = table_keys(
        wave=sample.wave,
        question=question,
        by=by_name(by),
        groups=domains.groups,
        options=domains.options,
        measure=measure,
    )
    columns |= share_columns(rows, confidence, interval, logit_error)
    columns |= {"flag": [v.flag for v in verdicts], "note": [v.note for v in verdicts]}
    waves = frozenset({sample.wave})
    joint = one_block(domains.covariance, len(rows.p), waves, domains.both)
    return make_table(columns, joint, {sample.wave: sample.history})


def _of_mentions(base: Base) -> tuple[Floats, Floats, Floats]:
    """Return u, the shares of all ticks, and what they are over.

    u = (y - p t)/X with t a person's ticks and X their sum.
    """
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


def _logit_errors(u: Floats, share: Floats, over: Floats | None, people: Base) -> Floats:
    """Return the standard errors of log odds from replicates, with the margins' own error, shape (g k,)."""
    assert over is not None
    flat = np.nan_to_num(share.reshape(-1))
    error = logit_errors(flat, u, over, people.records)
    simple = np.where((flat > 0) & (flat < 1), flat * (1 - flat), 1.0)
    margins = np.diag(of_margins(u, people.records)) / simple**2
    return np.asarray(np.sqrt(error**2 + margins), dtype=np.float64)
