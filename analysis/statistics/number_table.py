"""Tables of numbers that are linear in the answers: estimates, t intervals, verdicts, joint covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.bases import Base, By, by_name
from analysis.domains import FIXED, technique_of
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.covariance import Technique, covariance, degrees_of_freedom, unexplained
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
    spread: Floats
    fixed: Bools
    n: Floats
    df: Floats


def linear_estimates(
    sample: WeightedSample,
    base: Base,
    u: Floats,
    estimate: Floats,
    variance: Technique | None,
    spread: Floats,
    over: Floats | None,
) -> LinearEstimates:
    """Return estimates with their covariance from linearised values u, shape (r, g k).

    Parameters
    ----------
    estimate, spread : float arrays, shape (g, k)
        The estimates, and the variance of the answers (NaN where it is not wanted).
    over : float array, shape (r, g k), or None
        As in `analysis.numeric.covariance.covariance`.
    """
    records, k = base.records, base.y.shape[1]
    people = records.count.astype(np.float64) @ base.inside
    df = np.array([degrees_of_freedom(one, records) for one in base.inside.T])
    return LinearEstimates(
        estimate=estimate.reshape(-1),
        covariance=covariance(u, records, technique_of(sample, variance), over=over),
        spread=spread.reshape(-1),
        fixed=unexplained(u, records) < FIXED,
        n=np.repeat(people, k),
        df=np.repeat(df, k),
    )


def half_widths(found: LinearEstimates, confidence: float) -> Floats:
    """Return half the width of each t interval; 0 where only rounding is left, shape (g k,)."""
    error = np.sqrt(np.maximum(np.diag(found.covariance), 0.0))
    # Where everybody gave one answer, what is left is rounding.
    error = np.where(error <= 1e-12 * np.abs(np.nan_to_num(found.estimate)), 0.0, error)
    return np.asarray(t_quantile(confidence, np.maximum(found.df, 1.0)) * error, dtype=np.float64)


def number_table(
    sample: WeightedSample,
    base: Base,
    by: By,
    measure: Measure,
    found: LinearEstimates,
    verdicts: Sequence[Verdict],
    confidence: float,
    extra: dict[str, Floats],
) -> Estimates:
    """Return the table of estimates with their t intervals and verdicts, one row an item and group."""
    half = half_widths(found, confidence)
    rows = []
    for i, (g, k) in enumerate(np.ndindex(len(base.groups), len(base.items))):
        verdict = verdicts[i]
        if verdict.flag != "suppress" and (found.fixed[i] or half[i] == 0):
            verdict = judge_still(
                fixed=bool(found.fixed[i]), census=base.records.census, stratified=base.records.stratified
            )
        moving = not found.fixed[i]
        rows.append(
            {
                "wave": sample.wave,
                "question": base.items[k][0],
                "option": base.items[k][1],
                "by": by_name(by),
                "group": base.groups[g],
                "measure": measure,
                "estimate": found.estimate[i],
                "std_error": np.sqrt(max(found.covariance[i, i], 0.0)) if moving else 0.0,
                "conf_low": found.estimate[i] - (half[i] if moving else 0.0),
                "conf_high": found.estimate[i] + (half[i] if moving else 0.0),
                "confidence": confidence,
                "method": "t",
                "df": found.df[i],
                "n": found.n[i],
                **{name: values[i] for name, values in extra.items()},
                "flag": verdict.flag,
                "note": verdict.note,
            }
        )
    return make_estimates(rows, found.covariance, {sample.wave: sample.history})
