"""Differences of two shares: estimate, interval, test and verdict, alike in every table (methods 3.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

import survey.numeric.special_functions as special
from analysis.numeric.intervals import mover, mover_p_value, t_quantile, wilson_size
from analysis.publication.rules import ShareRules
from analysis.statistics.share_rows import ShareRows, default_limits, verdicts_of
from survey.numeric.array_types import Bools, Floats, Ints

# Outside these a t interval of a difference is poor: it is then recovered from the shares' own limits.
ORDINARY = (0.1, 0.9)
WILSON = ("wilson", "wilson_smoothed")


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The shares on one side of m differences; arrays have shape (m,).

    Attributes
    ----------
    share, df : float array
    low, high : float array
        The shares' own limits.
    size : float array
        Effective number of answers at which Wilson's interval has these limits; NaN where they are
        those of another interval, from which no p-value is recovered.
    suppressed, fixed : bool array
        Shares that may not be printed, and those that weighting fixes.
    """

    share: Floats
    low: Floats
    high: Floats
    df: Floats
    size: Floats
    suppressed: Bools
    fixed: Bools

    def take(self, rows: Ints) -> Side:
        """Return the side of some of the differences."""
        return Side(*(getattr(self, field.name)[rows] for field in fields(self)))

    def without_size(self) -> Side:
        """Return the side without effective numbers: no p-value is recovered from its limits."""
        return replace(self, size=np.full(len(self.size), np.nan))

    @property
    def ordinary(self) -> Bools:
        """Whether each share is from 10 % to 90 %."""
        return np.asarray((self.share >= ORDINARY[0]) & (self.share <= ORDINARY[1]))


def side_of_rows(rows: pd.DataFrame) -> Side:
    """Return rows of a table of shares as one side of differences."""
    share, low, high, df, confidence = (
        rows[name].to_numpy(dtype=np.float64)
        for name in ("estimate", "conf_low", "conf_high", "df", "confidence")
    )
    suppressed = (rows["flag"] == "suppress").to_numpy()
    size, known = np.full(len(rows), np.nan), rows["method"].isin(WILSON).to_numpy() & ~suppressed
    limits = low[known], high[known]
    size[known] = wilson_size(share[known], limits, t_quantile(confidence[known], df[known]))
    return Side(
        share=share,
        low=low,
        high=high,
        df=df,
        size=size,
        suppressed=suppressed,
        fixed=(rows["note"] == "fixed_by_margins").to_numpy(),
    )


def side_of_shares(rows: ShareRows, rules: ShareRules, confidence: float) -> Side:
    """Return shares with their default limits as one side of differences."""
    low, high = default_limits(rows, confidence)
    verdicts = verdicts_of(rows, rules)
    return Side(
        share=rows.p,
        low=low,
        high=high,
        df=rows.df,
        size=rows.smoothed_n_eff,
        suppressed=np.array([verdict.flag == "suppress" for verdict in verdicts], dtype=bool),
        fixed=np.array([verdict.note == "fixed_by_margins" for verdict in verdicts], dtype=bool),
    )


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


def difference_tests(
    one: Side, two: Side, *, difference: Floats, variance: Floats, df: Floats, correlation: Floats
) -> tuple[Floats, Floats]:
    """Return statistic and two-sided p-value of each difference (methods 3.10).

    Student's t; where either share is under 10 % or over 90 % the p-value that belongs to limits
    recovered from Wilson's of both sides, without a statistic. NaN where the limits are those of
    another interval.

    Parameters
    ----------
    difference, variance, df, correlation : float array, shape (m,)
        As in `difference_columns`.
    """
    statistic, p_value = t_test(difference, variance, df)
    extreme = ~(one.ordinary & two.ordinary)
    statistic[extreme], p_value[extreme] = np.nan, np.nan
    rows = np.flatnonzero(extreme & ~np.isnan(one.size) & ~np.isnan(two.size))
    if len(rows):
        a, b = one.take(rows), two.take(rows)
        p_value[rows] = mover_p_value((a.share, b.share), (a.size, b.size), (a.df, b.df), correlation[rows])
    return statistic, p_value


def difference_columns(
    one: Side,
    two: Side,
    *,
    difference: Floats,
    variance: Floats,
    df: Floats,
    correlation: Floats,
    fixed: Bools,
    confidence: float | Floats,
    interval: str | Sequence[str],
) -> dict[str, object]:
    """Return the columns of differences of shares: estimate, interval, test, method, flag and note.

    Suppressed if either share is. Without error or test where weighting fixes the difference (note
    "fixed_by_margins"). Otherwise the t interval; where either share is under 10 % or over 90 % limits
    and p-value are recovered from the two shares' own limits (methods 3.10).

    Parameters
    ----------
    difference, variance, df : float array, shape (m,)
        Differences, their variances and degrees of freedom.
    correlation : float array, shape (m,)
        Of the two shares.
    fixed : bool array, shape (m,)
        Differences that weighting fixes.
    interval : str, or sequence of str of length m
        Which interval the shares' own limits are.
    """
    suppressed = one.suppressed | two.suppressed
    columns = t_columns(difference, variance, df, confidence)
    columns["statistic"], columns["p_value"] = difference_tests(
        one, two, difference=difference, variance=variance, df=df, correlation=correlation
    )
    recovered = np.flatnonzero(~suppressed & ~fixed & ~(one.ordinary & two.ordinary))
    a, b = one.take(recovered), two.take(recovered)
    limits = mover(a.share, (a.low, a.high), b.share, (b.low, b.high), correlation[recovered])
    columns["conf_low"][recovered], columns["conf_high"][recovered] = limits
    method = np.full(len(difference), "t", dtype=object)
    method[recovered] = [f"mover_{name}" for name in np.broadcast_to(interval, len(difference))[recovered]]
    verdicts = with_verdicts(columns, suppressed=suppressed, fixed=fixed)
    return {**verdicts, "confidence": confidence, "method": method}


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
        "note": np.where(suppressed, "share_withheld", np.where(fixed, "fixed_by_margins", "")),
    }
