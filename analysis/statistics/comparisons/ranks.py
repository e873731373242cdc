"""What order of groups the data can support: the ranks each of them may have (methods 3.9)."""

from __future__ import annotations

from math import inf
from typing import Literal, get_args

import numpy as np
import pandas as pd

import survey.numeric.special_functions as special
from analysis.domains import check_confidence
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.intervals import ORDINARY, mover_p_value, t_quantile, wilson_size
from analysis.numeric.joint_covariance import JointCovariance
from analysis.statistics.comparisons.change import WILSON
from analysis.statistics.testing.adjust import adjusted_p_values, simultaneous_z
from survey.errors import EstimateError
from survey.numeric.array_types import Bools, Floats, Ints

RankMethod = Literal["holm", "tukey", "sidak", "bonferroni"]
LEAST = 3  # of two groups a difference says all there is


def rank_ranges(
    estimate: Floats,
    covariance: Floats,
    *,
    df: float = inf,
    confidence: float = 0.95,
    method: RankMethod = "holm",
) -> tuple[Ints, Ints]:
    """Return the smallest and largest rank each of K estimates may have, 1 the largest, shape (K,) each.

    All K ranges hold together at the confidence (methods 3.9).

    Parameters
    ----------
    covariance : float array, shape (K, K)
    df : float
        Degrees of freedom of the tests of "holm"; the others are normal.
    method : {"holm", "tukey", "sidak", "bonferroni"}
        Holm over the K(K-1) one-sided tests of pairs (Mogstad et al. 2024 with Holm's step-down in
        place of their bootstrap); pairs further apart than Tukey's range (Al Mohamad et al. 2022); or
        simultaneous intervals that do not overlap (Klein, Wright & Wieczorek 2020).

    Raises
    ------
    EstimateError
        If there are fewer than two estimates, their shapes disagree, or a variance is not above 0.
    """
    if method not in get_args(RankMethod):
        offered = ", ".join(f'"{name}"' for name in get_args(RankMethod))
        raise EstimateError(f'method="{method}"', "is not known", f"use one of {offered}")
    check_confidence(confidence)
    y, v = np.asarray(estimate, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    k = len(y)
    if k < 2 or v.shape != (k, k):
        raise EstimateError(
            "rank_ranges", f"was given {k} estimates", "give two or more and their covariance"
        )
    if not (np.isfinite(y).all() and np.isfinite(v).all() and (np.diag(v) > 0).all()):
        raise EstimateError("rank_ranges", "was given a variance that is not above 0", "leave that one out")
    if method == "holm":
        return _counted(_larger(_one_sided(y, v, np.full((k, k), df)), confidence))
    z = simultaneous_z(k, confidence=confidence, method=method)
    if method == "tukey":
        return _counted(y[:, None] - y > z * np.sqrt(_gap_variance(v)))
    half = z * np.sqrt(np.diag(v))
    return _counted((y - half)[:, None] >= (y + half))


def ranks(estimates: Estimates, *, confidence: float = 0.95) -> Estimates:
    """Return the ranks that each group of a table may have, one row an option and group (methods 3.9).

    Measure "rank": `conf_low` and `conf_high` are the ranks, 1 the largest share, which hold for all
    groups together; there is no `estimate`, since the order of the shares is just what a rank without
    its range would overstate. Holm over all ordered pairs of one option, the family named; where a
    share is under 10% or over 90% a pair's p-value is that of limits recovered from both (methods
    3.10). Withheld groups, and shares that weighting fixes, have no rank, nor has an option with fewer
    than three others. Note "no_order" where every range is from first to last.

    Parameters
    ----------
    estimates : Estimates
        Shares by group, of one wave, with their covariance.

    Raises
    ------
    EstimateError
        If the covariance is not there, or nothing is grouped.
    """
    check_confidence(confidence)
    frame, joint = estimates.frame, estimates.joint
    if joint is None:
        raise EstimateError("ranks", "these estimates have no joint covariance", "take them from shares()")
    grouped = frame[(frame["measure"] == "share") & (frame["by"] != "")]
    if grouped.empty:
        raise EstimateError("ranks", "there are no shares by group", 'give shares(..., by="district")')
    rows: list[dict[str, object]] = []
    for (wave, question, option, by), table in grouped.groupby(
        ["wave", "question", "option", "by"], sort=False
    ):
        at = {"wave": wave, "question": question, "option": option, "by": by}
        rows += _rows_of(table, joint, at, confidence)
    return make_estimates(rows, None, estimates.histories)


def _rows_of(
    table: pd.DataFrame, joint: JointCovariance, at: dict[str, object], confidence: float
) -> list[dict[str, object]]:
    ranked = ((table["flag"] != "suppress") & (table["note"] != "fixed_by_margins")).to_numpy()
    chosen = table[ranked]
    place = chosen.index.to_numpy()
    y = chosen["estimate"].to_numpy(dtype=np.float64)
    found: dict[str, tuple[int, int]] = {}
    note = family = ""
    if len(y) >= LEAST:
        low, high = _counted(_larger(_pair_p_values(chosen, joint.between(place, place)), confidence))
        found = {str(g): (int(a), int(b)) for g, a, b in zip(chosen["group"], low, high, strict=True)}
        note = "no_order" if (low == 1).all() and (high == len(y)).all() else ""
        family = f"holm, {len(y) * (len(y) - 1)} tests: order of {at['option']} by {at['by']}"
    rows = []
    for group, n in zip(table["group"], table["n"], strict=True):
        row = at | {"group": group, "measure": "rank", "confidence": confidence, "method": "holm_pairs"}
        if str(group) in found:
            row |= {"conf_low": found[str(group)][0], "conf_high": found[str(group)][1], "n": n}
            row |= {"note": note, "family": family}
        else:
            row |= {"flag": "suppress", "note": "share_withheld" if len(y) >= LEAST else "too_few_groups"}
        rows.append(row)
    return rows


def _pair_p_values(chosen: pd.DataFrame, joint: Floats) -> Floats:
    """Return the p-values of the tests that the row's share is the larger one, shape (K, K)."""
    y, df, low, high, level = (
        chosen[c].to_numpy(dtype=np.float64)
        for c in ("estimate", "df", "conf_low", "conf_high", "confidence")
    )
    # At least as many degrees of freedom as both sides together have.
    p = _one_sided(y, joint, np.maximum(df[:, None], df))
    edge = (y < ORDINARY[0]) | (y > ORDINARY[1])
    if not edge.any():
        return p
    t = t_quantile(float(level[0]), df)
    size = chosen["n_eff"].to_numpy(dtype=np.float64)
    if chosen["method"].isin(WILSON).all():
        size = wilson_size(y, (low, high), t)
    one, two = np.nonzero(np.triu(edge[:, None] | edge, 1))
    spread = np.sqrt(np.maximum(np.diag(joint), 0))
    scale = spread[one] * spread[two]
    r = np.clip(np.divide(joint[one, two], scale, out=np.zeros(len(one)), where=scale > 0), -1, 1)
    both = mover_p_value((y[one], y[two]), (size[one], size[two]), (df[one], df[two]), r) / 2
    larger = y[one] > y[two]
    p[one, two] = np.where(larger, both, 1 - both)
    p[two, one] = np.where(larger, 1 - both, both)
    return p


def _one_sided(y: Floats, v: Floats, df: Floats) -> Floats:
    """Return the p-values of y_j > y_k, shape (K, K); the diagonal is of no use."""
    variance = _gap_variance(v)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(variance > 0, (y[:, None] - y) / np.sqrt(variance), 0.0)
    finite = np.isfinite(df)
    return np.where(finite, special.stdtr(np.where(finite, df, 1.0), -t), special.ndtr(-t))


def _gap_variance(v: Floats) -> Floats:
    return np.maximum(np.diag(v)[:, None] + np.diag(v) - 2 * v, 0.0)


def _larger(p: Floats, confidence: float) -> Bools:
    """Return which are larger than which after Holm over all ordered pairs, shape (K, K)."""
    pairs = ~np.eye(len(p), dtype=bool)
    larger = np.zeros(p.shape, dtype=bool)
    larger[pairs] = adjusted_p_values(p[pairs]) <= 1 - confidence + 1e-12
    return larger


def _counted(larger: Bools) -> tuple[Ints, Ints]:
    """Return the ranges of ranks from who is larger than whom, larger[j, k] of j over k."""
    apart = larger & ~np.eye(len(larger), dtype=bool)
    return 1 + apart.sum(axis=0), len(larger) - apart.sum(axis=1)
