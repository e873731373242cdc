"""One option against another on the same people, the most frequent one against each other (methods 3.10)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.estimates import Estimates, combine, make_table
from analysis.statistics.comparisons.difference import interval_levels, paired_columns, side_of_rows
from survey.errors import EstimateError
from survey.numeric.array_types import Ints


def option_difference(
    estimates: Estimates, first: str, second: str, *, confidence: float | None = None
) -> Estimates:
    """Return the share of one option minus that of another among the same people, in every group.

    The variance comes from the joint covariance (methods 2.8), so people who chose both count
    as they should. Interval and p-value are those of the paired score (method "score_paired", methods
    3.10): McNemar's test at an effective number of answers, and Tango's limits.

    Parameters
    ----------
    estimates : Estimates
        Shares of one question in one wave, with their covariance.
    confidence : float, optional
        Level of the intervals, that of the shares unless given.

    Raises
    ------
    EstimateError
        If the covariance is not there, or an option is unknown.
    """
    frame, joint = estimates.frame, estimates.joint
    unknown = EstimateError("option_difference", key="call.no_covariance")
    if joint is None:
        raise unknown
    pairs = _pairs(frame, first, second)
    rows = [frame.loc[pairs[:, side]] for side in (0, 1)]
    one, two = (side_of_rows(side) for side in rows)
    covariance = np.array([joint.between(pair, pair) for pair in pairs])
    variance = covariance[:, 0, 0] + covariance[:, 1, 1] - 2 * covariance[:, 0, 1]
    fixed = one.fixed & two.fixed
    if np.isnan(variance[~(one.suppressed | two.suppressed | fixed)]).any():
        raise unknown
    columns = paired_columns(
        one,
        two,
        both=joint.of_both(pairs[:, 0], pairs[:, 1]),
        variance=variance,
        df=one.df,
        fixed=fixed,
        confidence=interval_levels(rows[0], confidence),
    )
    columns |= {name: rows[0][name].to_numpy() for name in ("wave", "question", "by", "group", "n")}
    columns |= {"option": f"{first} - {second}", "measure": "difference"}
    gradients = np.zeros((len(pairs), len(frame)))
    gradients[np.arange(len(pairs)), pairs[:, 0]] = 1.0
    gradients[np.arange(len(pairs)), pairs[:, 1]] = -1.0
    return make_table(columns, joint.of_combinations(gradients), estimates.histories)


def difference_from_first(estimates: Estimates) -> Estimates | None:
    """Return the most frequent answer's share minus that of each other one (methods 3.10).

    Measure "difference_from_first", by the paired score among the same people. The first is clearly the
    first where every row's interval is above 0: against the runner-up a two-sided test at one minus the
    level, which is enough though the data chose the first (Gutmann & Maymon 1987). None where no two shares
    may be printed.

    Parameters
    ----------
    estimates : Estimates
        Shares of one question in the whole sample of one wave, with their covariance.

    Raises
    ------
    EstimateError
        As `option_difference`.
    """
    frame = estimates.frame
    shown = frame[(frame["measure"] == "share") & (frame["flag"] != "suppress")]
    if len(shown) < 2:
        return None
    first = str(shown["option"].iloc[int(shown["estimate"].to_numpy().argmax())])
    others = [str(option) for option in frame["option"] if option != first]
    table = combine([option_difference(estimates, first, other) for other in others])
    return replace(table, frame=table.frame.assign(measure="difference_from_first"), joint=None)


def _pairs(frame: pd.DataFrame, first: str, second: str) -> Ints:
    """Return the rows of the two options in each group of each table of shares, shape (groups, 2)."""
    shares = frame[frame["measure"].str.startswith("share")]
    pairs = []
    for _, group in shares.groupby(["wave", "question", "by", "group", "measure"], sort=False):
        place = {str(option): int(i) for i, option in zip(group.index, group["option"], strict=True)}
        for option in (first, second):
            if option not in place:
                raise EstimateError(f'option "{option}"', key="change.no_option", options=list(place))
        pairs.append((place[first], place[second]))
    if not pairs:
        raise EstimateError("option_difference", key="change.no_shares")
    return np.array(pairs)
