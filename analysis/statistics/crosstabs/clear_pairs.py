"""Which two groups of a table of shares clearly differ: the letters of a printed crosstab (methods 3.11)."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from analysis.domains import check_confidence
from analysis.estimates import KEYS, Estimates, make_table
from analysis.statistics.comparisons.difference import (
    correlation_of,
    difference_columns,
    difference_tests,
    side_of_rows,
)
from analysis.statistics.testing.adjust import adjusted_p_values
from survey.errors import EstimateError

PAIR = "pair_difference"


def clear_pairs(estimates: Estimates, *, confidence: float = 0.95) -> Estimates:
    """Return a row for every two groups that clearly differ on an option, the larger first (methods 3.11).

    Every pair of groups is tested on every option by the score test of `crosstab`, with Holm over all of
    them; `family` says over how many. Pairs that do not clearly differ, or of which a share is withheld
    or without sampling error, have no row: with forty groups there are 780 of them an option.

    Parameters
    ----------
    estimates : Estimates
        Shares of one question by one other in one wave, with their covariance.

    Raises
    ------
    EstimateError
        If the covariance is not there, or there are several tables.

    Examples
    --------
    >>> import pandas as pd, survey, analysis
    >>> frame = pd.DataFrame({"area": ["north", "south"] * 200, "use": ["yes", "no", "yes", "yes"] * 100})
    >>> shares = analysis.shares(survey.from_frame(frame), "use", by="area")
    >>> clear_pairs(shares).frame[["option", "group"]].to_numpy().tolist()
    [['no', 'south - north'], ['yes', 'north - south']]
    """
    check_confidence(confidence)
    frame, joint = estimates.frame, estimates.joint
    if joint is None or len(frame[["wave", "question", "by", "measure"]].drop_duplicates()) != 1:
        raise EstimateError("clear_pairs", key="call.clear_pairs")
    k, g = frame["option"].nunique(), frame["group"].nunique()
    pairs = np.array([*combinations(range(g), 2)], dtype=np.int64).reshape(-1, 2)
    # Rows of the table run group by group, so that two groups' rows of one option are a multiple of k apart.
    first, second = (np.add.outer(np.arange(k), pairs[:, side] * k).reshape(-1) for side in (0, 1))
    v, every = joint.dense(), side_of_rows(frame)
    variance = np.maximum(v[first, first] + v[second, second] - 2 * v[first, second], 0.0)
    correlation = correlation_of(v[first, first], v[second, second], variance)
    one, two = every.take(first), every.take(second)
    df = np.maximum(one.df, two.df)
    statistic, p_value = difference_tests(one, two, df=df, correlation=correlation)
    tested = np.isfinite(p_value)
    adjusted = np.full(len(p_value), np.nan)
    adjusted[tested] = adjusted_p_values(p_value[tested])
    clear = np.flatnonzero(adjusted <= 1 - confidence)
    larger = np.where(statistic[clear] > 0, first[clear], second[clear])
    smaller = first[clear] + second[clear] - larger
    columns = difference_columns(
        every.take(larger),
        every.take(smaller),
        variance=variance[clear],
        df=df[clear],
        correlation=correlation[clear],
        fixed=np.zeros(len(clear), dtype=bool),
        confidence=confidence,
    )
    keys = {name: frame[name].to_numpy(dtype=object)[larger] for name in KEYS}
    groups, n = frame["group"].to_numpy(dtype=object), frame["n"].to_numpy(dtype=np.float64)
    keys["group"] = groups[larger] + " - " + groups[smaller]
    family = f"holm, {tested.sum()} tests: {frame['question'].iloc[0]} by {frame['by'].iloc[0]}, pairs"
    columns |= {**keys, "measure": PAIR, "n": n[larger] + n[smaller]}
    columns |= {"p_adjusted": adjusted[clear], "family": family}
    return make_table(columns, None, estimates.histories)
