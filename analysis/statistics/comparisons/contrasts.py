"""Each group against the rest, one wave against another (methods 3.10)."""

from __future__ import annotations

from math import inf

import numpy as np

from analysis.bases import Base, question_base, technique_of
from analysis.domains import FIXED, check_confidence, denominators, shares_in
from analysis.estimates import Estimates, combine, make_estimates, make_table, table_keys
from analysis.numeric.covariance import (
    Technique,
    covariance,
    covariance_and_unexplained,
    degrees_of_freedom,
    unexplained,
)
from analysis.numeric.joint_covariance import summed
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.comparisons.difference import (
    correlation_of,
    difference_columns,
    interval_levels,
    side_of_rows,
    side_of_shares,
)
from analysis.statistics.share_rows import share_rows
from analysis.statistics.testing.adjust import adjust_families
from survey.errors import EstimateError
from survey.numeric.array_types import Bools, Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

KEYS = ("question", "option", "by", "group")


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
    p-value are those of the skewness-corrected score (method "score_skewness", methods 3.10) at the
    effective numbers of both sides and the correlation that weighting makes between them. The family of
    Holm's adjustment is this table, all groups and options (3.8). A row carries the worse flag of the
    two sides.

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
    covariance, left = covariance_from_rest(u, u_rest, base, others, technique)
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
        *(side_of_shares(share_rows(side), rules) for side in (group, rest)),
        variance=np.diag(covariance),
        df=np.full(len(covariance), inf if group.plain else degrees_of_freedom(anybody, base.records)),
        correlation=correlation_of(v1, v2, np.diag(covariance)),
        fixed=left < FIXED,
        confidence=confidence,
    )
    columns["n"] = np.repeat(group.n, len(group.options))
    return adjust_families(make_table(columns, covariance, {sample.wave: sample.history}))


def covariance_from_rest(
    u: Floats, u_rest: Floats, base: Base, others: Bools, technique: Technique
) -> tuple[Floats, Floats]:
    """Return the covariance of each group's means less those of the rest, and what calibration leaves."""
    if technique != "replicates":
        return covariance_and_unexplained(u - u_rest, base.records, technique)
    k, m = len(base.items), u.shape[1]
    over = np.hstack([denominators(base.inside, k), denominators(others, k)])
    both = covariance(np.hstack([u, u_rest]), base.records, technique, over=over)
    of_differences = both[:m, :m] + both[m:, m:] - both[:m, m:] - both[m:, :m]
    return of_differences, unexplained(u - u_rest, base.records)


def change(later: Estimates, earlier: Estimates, *, confidence: float | None = None) -> Estimates:
    """Return the change of every share the two waves have in common, later minus earlier.

    The waves are independent cross-sections: variances add, and the degrees of freedom are
    Welch and Satterthwaite's (methods 2.6), blank where both waves are plain lists of people. Interval
    and p-value are those of the skewness-corrected score (method "score_skewness", methods 3.10).
    `p_adjusted` is Holm's over the changes of a table (3.8). A change carries the worse flag of its two
    shares. An option or group of a table in both that only one wave has gets a suppressed row at the end,
    with the note "only_later" or "only_earlier".

    Parameters
    ----------
    confidence : float, optional
        Level of the intervals, that of the shares unless given.

    Raises
    ------
    EstimateError
        If either has several waves, both are the same wave, or they have no share in common.
    """
    new, old = one_wave(later), one_wave(earlier)
    if new == old:
        raise EstimateError("change", key="change.one_wave", wave=new)
    check_alike(later, earlier)
    place = share_places(earlier)
    ours = share_places(later)
    pairs = [(i, place[key]) for key, i in ours.items() if key in place]
    if not pairs:
        raise EstimateError("change", key="change.nothing_common", later=new, earlier=old)
    places = [list(side) for side in zip(*pairs, strict=True)]
    rows = [later.frame.loc[places[0]], earlier.frame.loc[places[1]]]
    now, before = (side_of_rows(side) for side in rows)
    v1, v2 = (np.array([error**2 for error in side["std_error"]]) for side in rows)
    df = [
        welch_df(*terms) for terms in zip(*map(np.ndarray.tolist, (v1, v2, now.df, before.df)), strict=True)
    ]
    fixed = now.fixed & before.fixed
    columns = difference_columns(
        now,
        before,
        variance=v1 + v2,
        df=np.where(fixed, np.nan, df),
        correlation=np.zeros(len(pairs)),
        fixed=fixed,
        confidence=(level := interval_levels(rows[0], confidence)),
    )
    columns |= {name: rows[0][name].to_numpy() for name in KEYS}
    columns |= {"wave": f"{new} - {old}", "measure": "change"}
    columns["n"] = np.minimum(*(side["n"].to_numpy(dtype=np.float64) for side in rows))
    joint = None
    if later.joint is not None and earlier.joint is not None:
        joint = summed(later.joint, places[0], earlier.joint, places[1])
    changes = adjust_families(make_table(columns, joint, {**earlier.histories, **later.histories}))
    tables = {(key[0], key[2]) for key in ours if key in place}
    alone = [
        dict(zip(KEYS, key, strict=True)) | {"note": note}
        for note, one, other in (("only_later", ours, place), ("only_earlier", place, ours))
        for key in one
        if key not in other and (key[0], key[2]) in tables
    ]
    if not alone:
        return changes
    same = {"wave": f"{new} - {old}", "measure": "change", "flag": "suppress", "method": "score_skewness"}
    same |= {"confidence": level[0]}
    return combine([changes, make_estimates([{**same, **row} for row in alone], None, {})])


def share_places(estimates: Estimates) -> dict[tuple[str, ...], int]:
    """Return the row of each share by its keys."""
    shares = estimates.frame[estimates.frame["measure"] == "share"]
    keys = shares[list(KEYS)].itertuples(index=False, name=None)
    return dict(zip(keys, map(int, shares.index), strict=True))


def welch_df(v1: float, v2: float, df1: float, df2: float) -> float:
    """Return Welch and Satterthwaite's degrees of freedom (methods 2.6); the fewer where nothing varies."""
    inverse = v1**2 / df1 + v2**2 / df2
    return (v1 + v2) ** 2 / inverse if inverse > 0 else min(df1, df2)


def check_alike(*waves: Estimates) -> None:
    """Refuse shares of two confidence levels or interval methods, and a share given twice."""
    shares = [e.frame[e.frame["measure"] == "share"] for e in waves]
    for name in ("confidence", "method"):
        found = sorted({str(v) for frame in shares for v in frame[name]})
        if len(found) > 1:
            raise EstimateError("change", key="change.unlike", name=name, found=found)
    for frame in shares:
        twice = frame[frame.duplicated(list(KEYS))]
        if len(twice):
            name = f"{twice['question'].iloc[0]} {twice['option'].iloc[0]}"
            raise EstimateError("change", key="change.twice", share=name)


def one_wave(estimates: Estimates) -> str:
    """Return the wave of the shares of a table, which is one."""
    waves = {str(w) for w in estimates.frame.loc[estimates.frame["measure"] == "share", "wave"]}
    if len(waves) != 1:
        raise EstimateError("change", key="change.waves", waves=sorted(waves))
    return waves.pop()
