"""One option against another on the same people, and each group against the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import survey.numeric.special_functions as special
from analysis.bases import Base, question_base
from analysis.domains import FIXED, DomainShares, check_confidence, denominators, shares_in, technique_of
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.covariance import Technique, covariance, degrees_of_freedom, unexplained
from analysis.numeric.intervals import ORDINARY, mover, mover_p_value, t_quantile
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.shares import Spread, verdicts_of, wilson_limits
from analysis.statistics.testing.adjust import adjust
from survey.errors import EstimateError
from survey.numeric.array_types import Bools, Floats
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
    unknown = EstimateError(
        "option_difference",
        "these estimates have no joint covariance",
        "take them from shares(), not from a file",
    )
    if joint is None:
        raise unknown
    values = {name: frame[name].to_numpy(dtype=np.float64) for name in ("estimate", "df", "confidence")}
    rows, covariances = [], []
    for _, group in frame[frame["measure"].str.startswith("share")].groupby(
        ["wave", "question", "by", "group", "measure"], sort=False
    ):
        where = {str(option): int(i) for i, option in zip(group.index, group["option"], strict=True)}
        for code in (first, second):
            if code not in where:
                raise EstimateError(
                    f'option "{code}"',
                    f"is not among the estimates ({', '.join(where)})",
                    "give two options of the question",
                )
        one, two = frame.loc[where[first]], frame.loc[where[second]]
        gradient = np.zeros(len(frame))
        gradient[where[first]], gradient[where[second]] = 1.0, -1.0
        row = {name: one[name] for name in ("wave", "question", "by", "group", "confidence", "df", "n")}
        flags = (one["flag"], two["flag"])
        row |= {
            "option": f"{first} - {second}",
            "measure": "difference",
            "method": "t",
            "flag": "suppress" if "suppress" in flags else "",
            "note": "share_withheld" if "suppress" in flags else "",
        }
        if {one["note"], two["note"]} == {"fixed_by_margins"}:
            gap = values["estimate"][where[first]] - values["estimate"][where[second]]
            row |= fixed_row(float(gap), float(values["df"][where[first]]))
        elif row["flag"] == "":
            pair = joint.between([where[first], where[second]], [where[first], where[second]])
            if np.isnan(pair).any():
                raise unknown
            variance = pair[0, 0] + pair[1, 1] - 2 * pair[0, 1]
            gap = values["estimate"][where[first]] - values["estimate"][where[second]]
            df, confidence = (float(values[name][where[first]]) for name in ("df", "confidence"))
            row |= t_row(float(gap), float(variance), df, confidence)
            row |= _at_the_edge(one, two, float(variance))
        rows.append(row)
        covariances.append(gradient)
    g = np.array(covariances)
    return make_estimates(rows, joint.of_combinations(g), estimates.histories)


def _at_the_edge(one: Any, two: Any, variance: float) -> dict[str, object]:
    """Return limits from those of two shares of the same people, where one is near 0 or 1 (methods 3.10)."""
    if all(ORDINARY[0] <= float(side["estimate"]) <= ORDINARY[1] for side in (one, two)):
        return {}
    v = [float(side["std_error"]) ** 2 for side in (one, two)]
    r = (v[0] + v[1] - variance) / 2 / np.sqrt(v[0] * v[1]) if min(v) > 0 else 0.0
    (p1, *limits1), (p2, *limits2) = (
        [np.array(float(side[name])) for name in ("estimate", "conf_low", "conf_high")] for side in (one, two)
    )
    low, high = mover(p1, (limits1[0], limits1[1]), p2, (limits2[0], limits2[1]), np.clip(r, -1, 1))
    return {
        "method": f"mover_{one['method']}",
        "conf_low": float(low),
        "conf_high": float(high),
        "statistic": np.nan,
        "p_value": np.nan,
    }


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
    row is withheld where either side is.

    Raises
    ------
    EstimateError
        As `analysis.statistics.shares.shares`.
    """
    check_confidence(confidence)
    found = contrast_with_rest(sample, question, by, technique=technique_of(sample, variance))
    sides = (found.group, found.rest)
    held = [[v.flag == "suppress" for v in verdicts_of(side, rules)] for side in sides]
    low, high, p_value = _recovered(found, confidence)
    p = [side.share.reshape(-1) for side in sides]
    rows = []
    for i, (g, k) in enumerate(np.ndindex(found.group.share.shape)):
        row: dict[str, object] = {
            "wave": sample.wave,
            "question": question,
            "option": found.group.options[k],
            "by": by,
            "group": found.group.groups[g],
            "measure": "difference_from_rest",
            "method": "t",
            "confidence": confidence,
            "n": found.group.n[g],
        }
        if held[0][i] or held[1][i]:
            row |= {"flag": "suppress", "note": "share_withheld"}
        elif found.fixed[i]:
            row |= fixed_row(float(found.difference[i]), found.df)
        else:
            row |= t_row(float(found.difference[i]), float(found.covariance[i, i]), found.df, confidence)
            if not all(ORDINARY[0] <= side[i] <= ORDINARY[1] for side in p):
                row |= {"method": "mover_wilson_smoothed", "conf_low": low[i], "conf_high": high[i]}
                row |= {"statistic": float("nan"), "p_value": p_value[i]}
        rows.append(row)
    made = make_estimates(rows, found.covariance, {sample.wave: sample.history})
    if not np.isfinite(made.frame["p_value"]).any():
        return made
    return adjust(made, f"{question} by {by}")


def _recovered(found: RestContrast, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Return limits and p-values of the differences as recovered from Wilson's limits of both sides."""
    one, two = Spread(found.group), Spread(found.rest)
    p, n, df = (one.p, two.p), (one.smoothed, two.smoothed), (one.df, two.df)
    limits = [wilson_limits(side, confidence) for side in (found.group, found.rest)]
    low, high = mover(p[0], limits[0], p[1], limits[1], found.correlation)
    return low, high, mover_p_value(p, n, df, found.correlation)


def fixed_row(estimate: float, df: float) -> dict[str, object]:
    """Return the row of a difference that weighting fixes: no error, no test, and a note that says so."""
    return {
        "estimate": estimate,
        "std_error": 0.0,
        "conf_low": estimate,
        "conf_high": estimate,
        "df": df,
        "flag": "caution",
        "note": "fixed_by_margins",
    }


def t_row(estimate: float, variance: float, df: float, confidence: float) -> dict[str, object]:
    """Return estimate, standard error, t interval, statistic and p-value of a difference."""
    error = float(np.sqrt(max(variance, 0.0)))
    half = float(t_quantile(confidence, np.array(df))) * error
    statistic = estimate / error if error > 0 else float("nan")
    return {
        "estimate": estimate,
        "std_error": error,
        "conf_low": estimate - half,
        "conf_high": estimate + half,
        "df": df,
        "statistic": statistic,
        "p_value": float(2 * special.stdtr(df, -abs(statistic))),
    }


@dataclass(frozen=True, slots=True, eq=False)
class RestContrast:
    """Each group set against everybody else; flat arrays run group by group, shape (g k,).

    Attributes
    ----------
    group, rest : DomainShares
    difference : float array
        NaN where a group or its rest has no answers.
    covariance : float array, shape (g k, g k)
        Of the differences.
    correlation : float array
        Of the two shares; 0 where either has no variance.
    fixed : bool array
        Differences that calibration fixes.
    df : float
        Of the union of all groups.
    """

    group: DomainShares
    rest: DomainShares
    difference: Floats
    covariance: Floats
    correlation: Floats
    fixed: Bools
    df: float


def contrast_with_rest(
    sample: WeightedSample, question: str, by: str, *, technique: Technique
) -> RestContrast:
    """Return each group's shares against those of everybody else.

    The rest of a group are the people of the other groups; those of unknown group are in neither.
    Both sides are domains of one sample, so the covariance between them enters (methods 2.1).
    """
    base = question_base(sample, question, by)
    anybody: Bools = np.asarray(base.inside.any(axis=1))
    others = anybody[:, None] & ~base.inside
    group, u = shares_in(base.inside, base, technique)
    rest, u_rest = shares_in(others, base, technique)
    joint = _of_differences(u, u_rest, base, others, technique)
    v1, v2 = (
        np.where(side.fixed.reshape(-1), 0.0, np.maximum(np.diag(side.covariance), 0.0))
        for side in (group, rest)
    )
    between = (v1 + v2 - np.diag(joint)) / 2
    scale = np.sqrt(v1 * v2)
    return RestContrast(
        group=group,
        rest=rest,
        difference=(group.share - rest.share).reshape(-1),
        covariance=joint,
        correlation=np.clip(np.divide(between, scale, out=np.zeros(len(scale)), where=scale > 0), -1, 1),
        fixed=unexplained(u - u_rest, base.records) < FIXED,
        df=degrees_of_freedom(anybody, base.records),
    )


def _of_differences(u: Floats, u_rest: Floats, base: Base, others: Bools, technique: Technique) -> Floats:
    """Return the covariance of each group's shares less those of the rest."""
    if technique != "replicates":
        return covariance(u - u_rest, base.records, technique)
    k, m = len(base.items), u.shape[1]
    over = np.hstack([denominators(base.inside, k), denominators(others, k)])
    both = covariance(np.hstack([u, u_rest]), base.records, technique, over=over)
    return both[:m, :m] + both[m:, m:] - both[:m, m:] - both[m:, :m]
