"""Differences of two shares: estimate, interval, test and verdict, alike in every table (methods 3.10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

import survey.numeric.special_functions as special
from analysis.domains import check_confidence
from analysis.numeric.intervals import EDGE, t_quantile, wilson_size
from analysis.numeric.score import paired_score, paired_score_limits, score, score_limits, two_sided_p_value
from analysis.publication.rules import WITHOUT_DOUBT, ShareRules
from analysis.statistics.share_rows import ShareRows, verdicts_of
from survey.numeric.array_types import Bools, Floats, Ints, Texts

WILSON = ("wilson", "wilson_smoothed")
STILL = 1e15  # effective number of answers of a share without sampling error
FIXED_NOTE = "fixed_by_margins"
# From quantiles to the smallest and largest differences accepted.
Limits = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The shares on one side of m differences; arrays have shape (m,).

    Attributes
    ----------
    share : float array
    size : float array
        Effective number of answers (methods 3.1), at most `STILL`, which a share without any variance has.
    df : float array
        Degrees of freedom; inf for a plain list of people.
    flag, note : arrays of str
        Whether each share may be printed, and why not.
    """

    share: Floats
    size: Floats
    df: Floats
    flag: Texts
    note: Texts

    def take(self, rows: Ints | Bools) -> Side:
        """Return the side of some of the differences."""
        return Side(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def suppressed(self) -> Bools:
        """Which shares may not be printed."""
        return np.asarray(self.flag == "suppress", dtype=bool)

    @property
    def fixed(self) -> Bools:
        """Which shares weighting fixes."""
        return np.asarray(self.note == FIXED_NOTE, dtype=bool)


def side_of_rows(rows: pd.DataFrame) -> Side:
    """Return rows of a table of shares as one side of differences.

    The effective numbers are those of Wilson's limits, which hold the smoothed design effect; those of
    the rows where the limits are of another interval.
    """
    share, low, high, df, confidence, n, n_eff = (
        rows[name].to_numpy(dtype=np.float64)
        for name in ("estimate", "conf_low", "conf_high", "df", "confidence", "n", "n_eff")
    )
    flag, note = (rows[name].to_numpy(dtype=object) for name in ("flag", "note"))
    # A share without any variance has no effective number.
    size = np.where(np.isnan(n_eff), STILL, n_eff)
    known = rows["method"].isin(WILSON).to_numpy() & (flag != "suppress") & (size < STILL)
    limits = low[known], high[known]
    size[known] = wilson_size(share[known], limits, t_quantile(confidence[known], df[known]))
    return Side(share, np.minimum(size, STILL), np.where(df == n - 1, np.inf, df), flag, note)


def side_of_shares(rows: ShareRows, rules: ShareRules) -> Side:
    """Return shares as one side of differences."""
    verdicts = verdicts_of(rows, rules)
    df = np.full(len(rows.df), np.inf) if rows.domains.plain else rows.df
    size = np.where(rows.constant, STILL, rows.smoothed_n_eff)
    flag, note = (np.array([getattr(v, name) for v in verdicts], dtype=object) for name in ("flag", "note"))
    return Side(rows.p, size, df, flag, note)


def interval_levels(shares: pd.DataFrame, confidence: float | None) -> Floats:
    """Return the level of each interval: as given, else that of the shares."""
    if confidence is None:
        return shares["confidence"].to_numpy(dtype=np.float64)
    check_confidence(confidence)
    return np.full(len(shares), confidence)


def correlation_of(one: Floats, two: Floats, of_difference: Floats) -> Floats:
    """Return the correlation of two estimates from their variances and that of their difference.

    0 where either has no variance.
    """
    covariance, scale = (one + two - of_difference) / 2, np.sqrt(one * two)
    ratio = np.divide(covariance, scale, out=np.zeros(len(scale)), where=scale > 0)
    return np.clip(ratio, -1, 1)


def t_test(difference: Floats, variance: Floats, df: Floats) -> tuple[Floats, Floats]:
    """Return Student's t and its two-sided p-value; NaN where there is no variance."""
    error = np.sqrt(np.maximum(variance, 0.0))
    statistic = np.divide(difference, error, out=np.full(len(error), np.nan), where=error > 0)
    return statistic, np.asarray(2 * special.stdtr(df, -np.abs(statistic)), dtype=np.float64)


def t_columns(
    difference: Floats, variance: Floats, df: Floats, confidence: float | Floats
) -> dict[str, Floats]:
    """Return the columns of estimates with t intervals and tests against 0; arguments of shape (m,)."""
    error = np.sqrt(np.maximum(variance, 0.0))
    half = t_quantile(confidence, df) * error
    statistic, p_value = t_test(difference, variance, df)
    return {
        "estimate": difference,
        "std_error": error,
        "conf_low": difference - half,
        "conf_high": difference + half,
        "df": df,
        "statistic": statistic,
        "p_value": p_value,
    }


def difference_tests(one: Side, two: Side, *, df: Floats, correlation: Floats) -> tuple[Floats, Floats]:
    """Return the skewness-corrected score of each difference and its two-sided p-value (methods 3.10).

    NaN where a share may not be printed, and where neither has a sampling error.
    """
    statistic = np.full(len(df), np.nan)
    rows = np.flatnonzero(_tested(one, two))
    a, b = one.take(rows), two.take(rows)
    statistic[rows] = score(
        a.share, a.size, b.share, b.size, d=np.zeros(len(rows)), correlation=correlation[rows]
    )
    return statistic, two_sided_p_value(statistic, df)


def difference_columns(
    one: Side,
    two: Side,
    *,
    variance: Floats,
    df: Floats,
    correlation: Floats,
    fixed: Bools,
    confidence: float | Floats,
) -> dict[str, object]:
    """Return the columns of differences of shares of different people: estimate, interval, test, verdict.

    The skewness-corrected score at effective numbers, and the interval that inverts it. Suppressed if
    either share is; without error or test where weighting fixes the difference.

    Parameters
    ----------
    variance, df : float array, shape (m,)
        Of the differences; degrees of freedom inf for plain lists of people.
    correlation : float array, shape (m,)
        Of the two shares.
    fixed : bool array, shape (m,)
        Differences that weighting fixes.
    """
    statistic, p_value = difference_tests(one, two, df=df, correlation=correlation)
    rows = np.flatnonzero(_tested(one, two))
    a, b, r = one.take(rows), two.take(rows), correlation[rows]

    def limits(quantile: Floats) -> tuple[Floats, Floats]:
        return score_limits(a.share, a.size, b.share, b.size, correlation=r, quantile=quantile)

    columns = _columns(one.share - two.share, variance, df, confidence, rows, limits)
    columns |= {"statistic": statistic, "p_value": p_value}
    return with_sides(columns, (one, two), fixed) | {"confidence": confidence, "method": "score_skewness"}


def paired_columns(
    one: Side, two: Side, *, both: Floats, variance: Floats, df: Floats, fixed: Bools, confidence: Floats
) -> dict[str, object]:
    """Return the columns of differences of two shares among the same people: McNemar's score, Tango's limits.

    Parameters
    ----------
    both : float array, shape (m,)
        Shares of the people counted in both.
    variance, df, fixed, confidence
        As `difference_columns`.
    """
    rows = np.flatnonzero(_tested(one, two))
    p10, p01 = (np.maximum(side.share - both, 0.0)[rows] for side in (one, two))
    of_one = p10 + p01 - (p10 - p01) ** 2
    size = np.minimum(one.size, two.size)[rows]
    varies = (variance[rows] > 0) & (of_one > EDGE)
    size = np.divide(of_one, variance[rows], out=size, where=varies)

    def limits(quantile: Floats) -> tuple[Floats, Floats]:
        return paired_score_limits(p10, p01, size, quantile=quantile)

    columns = _columns(one.share - two.share, variance, df, confidence, rows, limits)
    columns["statistic"] = np.full(len(df), np.nan)
    columns["statistic"][rows] = paired_score(p10, p01, size, d=np.zeros(len(rows)))
    columns["p_value"] = two_sided_p_value(columns["statistic"], df)
    return with_sides(columns, (one, two), fixed) | {"confidence": confidence, "method": "score_paired"}


def _tested(one: Side, two: Side) -> Bools:
    """Return which differences may be printed and have a sampling error."""
    still = (one.size >= STILL) & (two.size >= STILL)
    return ~(one.suppressed | two.suppressed | still)


def _columns(
    difference: Floats,
    variance: Floats,
    df: Floats,
    confidence: float | Floats,
    rows: Ints,
    limits: Limits,
) -> dict[str, Floats]:
    """Return estimates with their errors and the limits of some rows; the estimate itself in the others."""
    low, high = difference.copy(), difference.copy()
    low[rows], high[rows] = limits(t_quantile(confidence, df)[rows])
    return {
        "estimate": difference,
        "std_error": np.sqrt(np.maximum(variance, 0.0)),
        "conf_low": low,
        "conf_high": high,
        # The normal distribution has none to print.
        "df": np.where(np.isinf(df), np.nan, df),
    }


def with_sides(columns: dict[str, Floats], sides: Sequence[Side], fixed: Bools) -> dict[str, object]:
    """Return the columns with the worst flag of the sides and its reason."""
    suppressed = np.any([side.suppressed for side in sides], axis=0)
    found = with_verdicts(columns, suppressed=suppressed, fixed=fixed)
    flag, note = np.asarray(found["flag"], dtype=object), np.asarray(found["note"], dtype=object)
    for side in sides:
        doubted = (side.flag == "caution") & ~np.isin(side.note, WITHOUT_DOUBT) & (flag == "")
        flag, note = np.where(doubted, "caution", flag), np.where(doubted, side.note, note)
    return found | {"flag": flag, "note": note}


def with_verdicts(columns: dict[str, Floats], *, suppressed: Bools, fixed: Bools) -> dict[str, object]:
    """Return the columns with flag and note; what weighting fixes has no error and no test.

    Parameters
    ----------
    suppressed, fixed : bool array, shape (m,)
        Rows with a suppressed share, and those that weighting fixes.
    """
    fixed = fixed & ~suppressed
    for name, value in (("std_error", 0.0), ("statistic", np.nan), ("p_value", np.nan)):
        columns[name] = np.where(fixed, value, columns[name])
    for name in ("conf_low", "conf_high"):
        columns[name] = np.where(fixed, columns["estimate"], columns[name])
    return {
        **columns,
        "flag": np.where(suppressed, "suppress", np.where(fixed, "caution", "")),
        "note": np.where(suppressed, "share_withheld", np.where(fixed, FIXED_NOTE, "")),
    }
