"""One option against another on the same people, and each group against the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.bases import Base, question_base, technique_of
from analysis.domains import FIXED, check_confidence, denominators, shares_in
from analysis.estimates import Estimates, make_table, table_keys
from analysis.numeric.covariance import (
    Technique,
    covariance,
    covariance_and_unexplained,
    degrees_of_freedom,
    unexplained,
)
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.comparisons.difference import (
    correlation_of,
    difference_columns,
    side_of_rows,
    side_of_shares,
)
from analysis.statistics.share_rows import share_rows
from analysis.statistics.testing.adjust import adjust
from survey.errors import EstimateError
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


def option_difference(estimates: Estimates, first: str, second: str) -> Estimates:
    """Return the share of one option minus that of another among the same people, in every group.

    The variance comes from the joint covariance (methods 2.8), so people who chose both count
    as they should. Where a share is under 10% or over 90% the interval is recovered from the two
    shares' own and their correlation, without a p-value, as in `change` (methods 3.10).

    Parameters
    ----------
    estimates : Estimates
        Shares of one question in one wave, with their covariance.

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
    v1, v2 = (np.array([error**2 for error in side["std_error"]]) for side in rows)
    columns: dict[str, object] = {
        name: rows[0][name].to_numpy() for name in ("wave", "question", "by", "group", "n")
    }
    columns |= difference_columns(
        one.without_size(),
        two,
        difference=one.share - two.share,
        variance=variance,
        df=one.df,
        correlation=correlation_of(v1, v2, variance),
        fixed=fixed,
        confidence=rows[0]["confidence"].to_numpy(dtype=np.float64),
        interval=rows[0]["method"].tolist(),
    )
    columns |= {name: rows[0][name].to_numpy() for name in ("wave", "question", "by", "group", "n")}
    columns |= {"option": f"{first} - {second}", "measure": "difference"}
    gradients = np.zeros((len(pairs), len(frame)))
    gradients[np.arange(len(pairs)), pairs[:, 0]] = 1.0
    gradients[np.arange(len(pairs)), pairs[:, 1]] = -1.0
    return make_table(columns, joint.of_combinations(gradients), estimates.histories)


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


@on_one_thread
def group_difference(
    sample: WeightedSample,
    question: str,
    by: str,
    *,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return each group's share minus the share among everybody else, with p-values after Holm.

    A group is part of the whole, so it is compared with the rest and not with the total. The
    rest are the people of the other groups; those of unknown group are in neither. Interval and
    p-value are those of t; where a side is under 10% or over 90% they are recovered from the two
    sides' own limits (method "mover_wilson_smoothed", methods 3.10), since a group at 0% or 100% has no
    variance of its own. The family of Holm's adjustment is this table, all groups and options (3.8). A
    row is suppressed where either side is.

    Raises
    ------
    EstimateError
        As `analysis.statistics.shares.shares`.
    """
    check_confidence(confidence)
    technique, base = technique_of(sample, variance), question_base(sample, question, by)
    anybody: Bools = np.asarray(base.inside.any(axis=1))
    others: Bools = anybody[:, None] & ~base.inside
    (group, u), (rest, u_rest) = (shares_in(inside, base, technique) for inside in (base.inside, others))
    # Both sides are domains of one sample, so the covariance between them enters (methods 2.1).
    covariance, left = _of_differences(u, u_rest, base, others, technique)
    v1, v2 = (
        np.where(side.fixed.reshape(-1), 0.0, np.maximum(np.diag(side.covariance), 0.0))
        for side in (group, rest)
    )
    columns = table_keys(
        wave=sample.wave,
        question=question,
        by=by,
        groups=group.groups,
        options=group.options,
        measure="difference_from_rest",
    )
    columns |= difference_columns(
        *(side_of_shares(share_rows(side), rules, confidence) for side in (group, rest)),
        difference=(group.share - rest.share).reshape(-1),
        variance=np.diag(covariance),
        df=np.full(len(covariance), degrees_of_freedom(anybody, base.records)),
        correlation=correlation_of(v1, v2, np.diag(covariance)),
        fixed=left < FIXED,
        confidence=confidence,
        interval="wilson_smoothed",
    )
    columns["n"] = np.repeat(group.n, len(group.options))
    differences = make_table(columns, covariance, {sample.wave: sample.history})
    if not np.isfinite(differences.frame["p_value"]).any():
        return differences
    return adjust(differences, f"{question} by {by}")


def _of_differences(
    u: Floats, u_rest: Floats, base: Base, others: Bools, technique: Technique
) -> tuple[Floats, Floats]:
    """Return the covariance of each group's shares less those of the rest, and what calibration leaves."""
    if technique != "replicates":
        return covariance_and_unexplained(u - u_rest, base.records, technique)
    k, m = len(base.items), u.shape[1]
    over = np.hstack([denominators(base.inside, k), denominators(others, k)])
    both = covariance(np.hstack([u, u_rest]), base.records, technique, over=over)
    of_differences = both[:m, :m] + both[m:, m:] - both[:m, m:] - both[m:, :m]
    return of_differences, unexplained(u - u_rest, base.records)
