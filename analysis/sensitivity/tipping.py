"""How uneven participation must be for a claim about a share to be untrue, or to move it (methods 4.1, 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, isnan, log, nan, sqrt

import numpy as np
import pandas as pd

from analysis.estimates import Estimates, make_estimates, one_row
from analysis.numeric.intervals import t_quantile
from analysis.numeric.opt_in import data_defect, tipping_ratio, tipping_unreached
from survey.errors import EstimateError

# What reports say of shares: more or less than a half, than two thirds, and so on.
CLAIMS: Mapping[str, float] = {
    "quarter": 1 / 4,
    "third": 1 / 3,
    "half": 1 / 2,
    "two_thirds": 2 / 3,
    "three_quarters": 3 / 4,
}
# Those that also have the answers the people not reached would need.
WITH_UNREACHED = ("half", "two_thirds")
REACHED = (0.25, 0.5, 0.75)
DISTANCES = (0.01, 0.05, 0.10)


def tipping_points(estimates: Estimates, *, reached: Sequence[float] = REACHED) -> Estimates:
    """Return how much likelier to answer one side must have been for each claim to be untrue (methods 4.4).

    A share above a half carries the claim "more than a half", one below it "less than a half"; likewise
    for a quarter, a third, two thirds and three quarters. Measure "tipping_ratio", `by` "claim": `estimate`
    is k = [p/(1-p)]/[t/(1-t)], and `conf_low` to `conf_high` the same for the limits of the interval; the
    limit nearer to 1 is the cautious one, and where it lies beyond 1 the interval does not support the claim
    in the first place (note "not_borne"). Measure "tipping_unreached", `by` "claim x reached" (of a half and
    two thirds): what share of the people the survey does not reach would have to choose the option, in the
    same columns; note "impossible" where no share would do.

    Parameters
    ----------
    estimates : Estimates
        Shares of the whole sample in one wave; other rows are ignored.
    reached : sequence of float
        Shares of the population that a survey like this may reach.

    Raises
    ------
    EstimateError
        If there is no share of the whole sample, or one of `reached` is not between 0 and 1.
    """
    if not all(0 < r < 1 for r in reached):
        raise EstimateError(f"reached={list(reached)}", key="call.reached")
    whole_sample = _estimated_shares(estimates)
    if not whole_sample:
        raise EstimateError("tipping_points", key="honesty.no_whole_share")
    rows: list[dict[str, object]] = []
    for row in whole_sample:
        keys = {name: row[name] for name in ("wave", "question", "option", "confidence", "n")}
        p, low, high = (float(str(row[name])) for name in ("estimate", "conf_low", "conf_high"))
        # A share of 0 or 1: no ratio of participation turns it into another.
        no_ratio = row["flag"] == "suppress" or not (0 < p < 1 and low > 0 and high < 1)
        for claim, t in CLAIMS.items():
            ratio = keys | {"measure": "tipping_ratio", "by": "claim", "group": claim}
            ratio |= {"method": "joining_ratio"}
            if no_ratio:
                rows.append(ratio | {"flag": "suppress", "note": "share_withheld"})
                continue
            ratio |= {"estimate": tipping_ratio(p, t), "note": "" if low > t or high < t else "not_borne"}
            rows.append(ratio | {"conf_low": tipping_ratio(low, t), "conf_high": tipping_ratio(high, t)})
            for r in reached if claim in WITH_UNREACHED else ():
                unreached = keys | {"measure": "tipping_unreached", "method": "unreached_share"}
                unreached |= {"by": "claim x reached", "group": f"{claim} x {r:g}"}
                q, *limits = (tipping_unreached(s, t, reach=r) for s in (p, low, high))
                if 0 <= q <= 1:
                    limits = [max(min(limits), 0.0), min(max(limits), 1.0)]
                    rows.append(unreached | {"estimate": q, "conf_low": limits[0], "conf_high": limits[1]})
                else:
                    rows.append(unreached | {"flag": "suppress", "note": "impossible"})
    return make_estimates(rows, None, estimates.histories)


def _estimated_shares(estimates: Estimates) -> list[dict[str, object]]:
    """Return the rows of whole-sample shares that the weighting does not fix."""
    frame = estimates.rows(measure="share", by="")
    rows = frame[frame["note"] != "fixed_by_margins"].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


@dataclass(frozen=True, slots=True)
class ChangeTipping:
    """By how much joining must have changed between two waves for a change to be none (methods 4.4).

    Attributes
    ----------
    ratio, cautious : float
        k, the odds that one who chose the option answered against another, in one wave over the other, at
        least 1; from the shares, and at the end of the interval nearer to no change: 1 where the change is
        within chance.
    log_se : float
        Standard error of log k, from the errors of both waves.
    """

    ratio: float
    log_se: float
    cautious: float

    @property
    def within_chance(self) -> bool:
        """Whether the interval of log k holds 0."""
        return self.cautious == 1


def change_tipping(
    old: Estimates | pd.DataFrame, new: Estimates | pd.DataFrame, *, covariance: float = 0.0
) -> ChangeTipping:
    """Return what change in who answers would leave a share as it was (methods 4.4).

    If joining by those who chose the option against others changed by a factor k, nothing changed. The
    error is that of both waves.

    Parameters
    ----------
    old, new : Estimates or DataFrame
        One row each with estimate, std_error and, where they are limited, df and confidence.
    covariance : float
        Of the two shares, where people are in both waves.

    Raises
    ------
    EstimateError
        If either is not one row, is suppressed, or is 0 or 1.
    """
    rows = [one_row("change_tipping", table) for table in (old, new)]
    return _change_tipping(rows, covariance)


def change_tippings(changes: Estimates, later: Estimates, earlier: Estimates) -> Estimates:
    """Return `change_tipping` of each change of the whole sample that is printed, measure "change_tipping".

    `estimate` is k, `conf_low` its cautious end; note "within_chance" where that is 1.
    """
    shares = [
        table.frame.set_index(["question", "option"])
        for table in (Estimates(e.rows(measure="share", by="")) for e in (earlier, later))
    ]
    rows: list[dict[str, object]] = []
    for row in changes.rows(measure="change", by="").to_dict("records"):
        keys = {name: row[name] for name in ("wave", "question", "option", "n", "confidence")}
        keys |= {"measure": "change_tipping", "method": "joining_ratio"}
        if row["flag"] == "suppress" or row["note"]:
            continue
        sides = [side.loc[(row["question"], row["option"])] for side in shares]
        if not all(0 < side["estimate"] < 1 for side in sides):
            continue
        found = _change_tipping(sides, 0.0)
        note = "within_chance" if found.within_chance else ""
        rows.append(keys | {"estimate": found.ratio, "conf_low": found.cautious, "note": note})
    return make_estimates(rows, None, changes.histories)


def _change_tipping(rows: Sequence[pd.Series], covariance: float) -> ChangeTipping:
    old, new = (float(row["estimate"]) for row in rows)
    first, second = (float(row["std_error"]) ** 2 for row in rows)
    # No degrees of freedom given: without limit.
    df = min(inf if isnan(df := float(row.get("df", nan))) else df for row in rows)
    confidence = float(rows[1].get("confidence", nan))
    t = float(t_quantile(0.95 if isnan(confidence) else confidence, np.array(df)))
    return ChangeTipping(*change_in_joining(old, new, variances=(first, second), t=t, covariance=covariance))


@dataclass(frozen=True, slots=True)
class DifferentialParticipation:
    """Who must have been likelier to answer for a claim to be untrue, and how many times.

    Attributes
    ----------
    choosers : bool
        Those who chose the option; else those who did not.
    times, cautious : float
        How many times as likely as the others, from the share and from the end of its interval nearer to
        the claim.
    """

    choosers: bool
    times: float
    cautious: float


def differential_participation(ratio: float, low: float, high: float) -> DifferentialParticipation:
    """Return a tipping ratio and its limits as a sentence states them: times above 1 (methods 4.4)."""
    if ratio >= 1:
        return DifferentialParticipation(choosers=True, times=ratio, cautious=low)
    return DifferentialParticipation(choosers=False, times=1 / ratio, cautious=1 / high)


def change_in_joining(
    old: float, new: float, *, variances: tuple[float, float], t: float, covariance: float = 0.0
) -> tuple[float, float, float]:
    """Return what change in who answers explains a change of a share: k, se of log k, k at the cautious end.

    k = odds(old)/odds(new) or its inverse, at least 1; se² = V₁/(pq)₁² + V₂/(pq)₂² - 2C/((pq)₁(pq)₂); the
    cautious end is exp(max(0, log k - t se)) (methods 4.4).

    Raises
    ------
    EstimateError
        If a share is 0 or 1, which has no odds.
    """
    for name, p in (("old", old), ("new", new)):
        if not 0 < p < 1:
            raise EstimateError(f"{name}={p:g}", key="honesty.no_odds")
    first, second = old * (1 - old), new * (1 - new)
    size = abs(log(old / (1 - old)) - log(new / (1 - new)))
    variance = variances[0] / first**2 + variances[1] / second**2 - 2 * covariance / (first * second)
    error = sqrt(max(variance, 0.0))
    return exp(size), error, exp(max(0.0, size - t * error))


def data_defect_correlation(
    estimates: Estimates, population: float, *, moved: Sequence[float] = DISTANCES
) -> Estimates:
    """Return the data defect correlation that would move each share by given distances (methods 4.1).

    For a share p of the whole sample and each distance of `moved`, up or down, whichever takes less: measure
    "defect_correlation" is the correlation over the population between having answered and giving that
    answer, weights included; "random_equivalent" is the size of a simple random sample with the same error.
    `by` is "moved", `group` the distance.
    Suppressed (note "impossible") where the distance leads out of 0 to 1 on both sides.

    Parameters
    ----------
    estimates : Estimates
        Shares with the histories of their waves, which hold Kish's design effect.
    population : float
        Size of the target population.

    Raises
    ------
    EstimateError
        If the population is not larger than the sample, or a wave has no history.
    """
    rows: list[dict[str, object]] = []
    for row in estimates.rows(measure="share", by="").to_dict("records"):
        history = estimates.histories.get(str(row["wave"]))
        if history is None:
            raise EstimateError("data_defect_correlation", key="honesty.no_history", wave=str(row["wave"]))
        suppressed = row["flag"] == "suppress"
        n = float(history.weighting.n) if suppressed else float(row["n"])
        check_population(population, n)
        # cv² of the weights, from Kish's design effect 1 + cv².
        cv = sqrt(max(history.weighting.design_effect - 1, 0.0))
        p = float(row["estimate"])
        for distance in moved:
            keys = {str(name): row[name] for name in ("wave", "question", "option", "n")}
            keys |= {"by": "moved", "group": f"{distance:g}", "method": "meng"}
            found = None if suppressed else smallest_defect(p, distance, n=n, population=population, cv=cv)
            if found is None:
                keys |= {"flag": "suppress", "note": "share_withheld" if suppressed else "impossible"}
            values = found or (nan, nan)
            for measure, value in zip(("defect_correlation", "random_equivalent"), values, strict=True):
                rows.append(keys | {"measure": measure, "estimate": value})
    return make_estimates(rows, None, estimates.histories)


def check_population(population: float, n: float) -> None:
    """Refuse a population that is not larger than the sample; raises EstimateError."""
    if not population > n:
        raise EstimateError(f"population={population:g}", key="honesty.small_population", people=n)


def smallest_defect(
    p: float, move: float, *, n: float, population: float, cv: float = 0.0
) -> tuple[float, float] | None:
    """Return the smaller correlation that moves a share so far, up or down, and the random sample's size.

    Each direction asks more of the correlation the further the share moves, and so does the smaller
    (methods 4.1). None where the move leads out of 0 to 1 both ways.
    """
    truths = [truth for truth in (p - move, p + move) if 0 < truth < 1]
    defects = [data_defect(p, truth, n=n, population=population, cv=cv) for truth in truths]
    found = min(defects, key=lambda defect: abs(defect.correlation), default=None)
    return None if found is None else (abs(found.correlation), found.effective)
