"""Tables of numbers that are linear in the answers: estimates, t intervals, verdicts, joint covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.bases import Base, By, by_name, technique_of
from analysis.domains import FIXED
from analysis.estimates import Estimates, make_table, table_keys
from analysis.numeric.covariance import Technique, covariance_and_unexplained, degrees_of_freedom
from analysis.numeric.intervals import t_quantile
from analysis.publication.rules import Verdict, judge_still
from survey.numeric.array_types import Bools, Floats
from survey.weighting.sample import WeightedSample

Measure = Literal["mean", "total", "ratio", "variance"]


@dataclass(frozen=True, slots=True, eq=False)
class LinearEstimates:
    """Estimates of k items in g domains, flat arrays of shape (g k,), domain by domain."""

    estimate: Floats
    covariance: Floats
    fixed: Bools
    n: Floats
    df: Floats


def linear_estimates(
    sample: WeightedSample,
    base: Base,
    u: Floats,
    estimate: Floats,
    variance: Technique | None,
    over: Floats | None,
) -> LinearEstimates:
    """Return estimates with their covariance from linearised values u, shape (r, g k).

    Parameters
    ----------
    estimate : float array, shape (g, k)
    over : float array, shape (r, g k), or None
        As in `analysis.numeric.covariance.covariance`.
    """
    records, k = base.records, base.y.shape[1]
    people = records.count.astype(np.float64) @ base.inside
    df = np.array([degrees_of_freedom(domain, records) for domain in base.inside.T])
    covariance, left = covariance_and_unexplained(u, records, technique_of(sample, variance), over=over)
    return LinearEstimates(
        estimate=estimate.reshape(-1),
        covariance=covariance,
        fixed=left < FIXED,
        n=np.repeat(people, k),
        df=np.repeat(df, k),
    )


def half_widths(linear: LinearEstimates, confidence: float) -> Floats:
    """Return half the width of each t interval; 0 where only rounding is left, shape (g k,)."""
    error = np.sqrt(np.maximum(np.diag(linear.covariance), 0.0))
    # Where everybody gave one answer, what is left is rounding.
    error = np.where(error <= 1e-12 * np.abs(np.nan_to_num(linear.estimate)), 0.0, error)
    return np.asarray(t_quantile(confidence, np.maximum(linear.df, 1.0)) * error, dtype=np.float64)


def number_table(
    sample: WeightedSample,
    base: Base,
    by: By,
    measure: Measure,
    linear: LinearEstimates,
    verdicts: Sequence[Verdict],
    confidence: float,
    extra: dict[str, Floats],
) -> Estimates:
    """Return the table of estimates with their t intervals and verdicts, one row an item and group."""
    half = np.where(linear.fixed, 0.0, half_widths(linear, confidence))
    census, stratified = base.records.census, base.records.stratified
    judged = [
        judge_still(fixed=fixed, census=census, stratified=stratified)
        if width == 0 and verdict.flag != "suppress"
        else verdict
        for verdict, width, fixed in zip(verdicts, half.tolist(), linear.fixed.tolist(), strict=True)
    ]
    columns = table_keys(
        wave=sample.wave,
        question=[question for question, _ in base.items],
        by=by_name(by),
        groups=base.groups,
        options=[option for _, option in base.items],
        measure=measure,
    )
    columns |= extra | {
        "estimate": linear.estimate,
        "std_error": np.where(linear.fixed, 0.0, np.sqrt(np.maximum(np.diag(linear.covariance), 0.0))),
        "conf_low": linear.estimate - half,
        "conf_high": linear.estimate + half,
        "confidence": confidence,
        "method": "t",
        "df": linear.df,
        "n": linear.n,
        "flag": [verdict.flag for verdict in judged],
        "note": [verdict.note for verdict in judged],
    }
    return make_table(columns, linear.covariance, {sample.wave: sample.history})
