"""What order of groups the data can support: the ranks each of them may have (methods 3.9)."""

from __future__ import annotations

from math import inf
from typing import Literal

import numpy as np
import pandas as pd

from analysis.domains import check_confidence
from analysis.estimates import Estimates, make_table
from analysis.numeric.joint_covariance import JointCovariance
from analysis.statistics.comparisons.difference import correlation_of, difference_tests, side_of_rows, t_test
from analysis.statistics.testing.adjust import adjusted_p_values, simultaneous_z
from survey.errors import EstimateError, check_choice
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
    check_choice("method", method, RankMethod)
    check_confidence(confidence)
    y, v = np.asarray(estimate, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    k = len(y)
    if k < 2 or v.shape != (k, k):
        raise EstimateError("rank_ranges", key="rank.few", estimates=k)
    if not (np.isfinite(y).all() and np.isfinite(v).all() and (np.diag(v) > 0).all()):
        raise EstimateError("rank_ranges", key="rank.variance")
    if method == "holm":
        first, second = np.triu_indices(k, 1)
        gap, degrees = y[first] - y[second], np.full(len(first), df)
        return _counted(_larger(gap, t_test(gap, _gap_variance(v)[first, second], degrees)[1], k, confidence))
    z = simultaneous_z(k, confidence=confidence, method=method)
    if method == "tukey":
        return _counted(y[:, None] - y > z * np.sqrt(_gap_variance(v)))
    half = z * np.sqrt(np.diag(v))
    return _counted((y - half)[:, None] >= (y + half))


def ranks(estimates: Estimates, *, confidence: float = 0.95) -> Estimates:
    """Return the ranks that each group of a table may have, one row an option and group (methods 3.9).

    Measure "rank": `conf_low` and `conf_high` are the ranks, 1 the largest share, which hold for all
    groups together; there is no `estimate`, since the order of the shares is just what a rank without
    its range would overstate. Holm over all ordered pairs of one option, the family named; a pair's
    p-value is that of the skewness-corrected score (methods 3.10). Withheld groups, and shares that
    weighting fixes, have no rank, nor has an option with fewer than three others. Note "no_order" where
    every range is from first to last.

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
        raise EstimateError("ranks", key="call.no_covariance")
    grouped = frame[(frame["measure"] == "share") & (frame["by"] != "")]
    if grouped.empty:
        raise EstimateError("ranks", key="rank.no_groups")
    keys = ["wave", "question", "option", "by"]
    tables = [table for _, table in grouped.groupby(keys, sort=False)]
    parts = [_rank_columns(table, joint, confidence) for table in tables]
    columns: dict[str, object] = {
        name: np.concatenate([table[name].to_numpy() for table in tables]) for name in (*keys, "group", "n")
    }
    columns |= {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    columns |= {"measure": "rank", "confidence": confidence, "method": "holm_pairs"}
    return make_table(columns, None, estimates.histories)


def _rank_columns(table: pd.DataFrame, joint: JointCovariance, confidence: float) -> dict[str, np.ndarray]:
    """Return ranks, flag, note and family of one option in every group."""
    ranked = ((table["flag"] != "suppress") & (table["note"] != "fixed_by_margins")).to_numpy()
    k, note, family, reason = int(ranked.sum()), "", "", "share_withheld"
    low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
    if k >= LEAST:
        low[ranked], high[ranked] = _ranges(table[ranked], joint, confidence)
        note = "no_order" if (low[ranked] == 1).all() and (high[ranked] == k).all() else ""
        option, by = (table[name].iloc[0] for name in ("option", "by"))
        family = f"holm, {k * (k - 1)} tests: order of {option} by {by}"
    else:
        ranked, reason = np.zeros(len(table), dtype=bool), "too_few_groups"
    return {
        "conf_low": low,
        "conf_high": high,
        "flag": np.where(ranked, "", "suppress"),
        "note": np.where(ranked, note, reason),
        "family": np.where(ranked, family, ""),
    }


def _ranges(shares: pd.DataFrame, joint: JointCovariance, confidence: float) -> tuple[Ints, Ints]:
    """Return the smallest and largest rank of each share after Holm over all ordered pairs (methods 3.9)."""
    rows = shares.index.to_numpy()
    covariance = joint.between(rows, rows)
    first, second = np.triu_indices(len(rows), 1)
    side = side_of_rows(shares)
    one, two = side.take(first), side.take(second)
    variances = np.diag(covariance)
    of_gap = _gap_variance(covariance)[first, second]
    r = correlation_of(variances[first], variances[second], of_gap)
    # At least as many degrees of freedom as both sides together have.
    _, p_value = difference_tests(one, two, df=np.maximum(one.df, two.df), correlation=r)
    return _counted(_larger(one.share - two.share, p_value, len(rows), confidence))


def _gap_variance(v: Floats) -> Floats:
    """Return the variance of the difference of any two estimates, shape (K, K)."""
    return np.maximum(np.diag(v)[:, None] + np.diag(v) - 2 * v, 0.0)


def _larger(gap: Floats, p_value: Floats, k: int, confidence: float) -> Bools:
    """Return which of K estimates are larger than which after Holm over all ordered pairs, shape (K, K).

    Parameters
    ----------
    gap, p_value : float array, shape (K(K-1)/2,)
        Difference of each pair, first less second, and its two-sided p-value; NaN where nothing varies.
    """
    half = np.where(np.isnan(p_value), 0.5, p_value / 2)
    first, second = np.triu_indices(k, 1)
    one_sided = np.ones((k, k))
    one_sided[first, second] = np.where(gap > 0, half, 1 - half)
    one_sided[second, first] = np.where(gap > 0, 1 - half, half)
    pairs, larger = ~np.eye(k, dtype=bool), np.zeros((k, k), dtype=bool)
    larger[pairs] = adjusted_p_values(one_sided[pairs]) <= 1 - confidence + 1e-12
    return larger


def _counted(larger: Bools) -> tuple[Ints, Ints]:
    """Return the ranges of ranks from who is larger than whom, larger[j, k] of j over k."""
    other = larger & ~np.eye(len(larger), dtype=bool)
    return 1 + other.sum(axis=0), len(larger) - other.sum(axis=1)
