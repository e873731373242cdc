"""How lopsided joining must have been for a claim about a share to be untrue (methods 4.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates import Estimates, make_estimates
from analysis.numeric.opt_in import tipping_ratio, tipping_unreached
from survey.errors import EstimateError

# What reports say of shares: more or less than a half, than two thirds, and so on.
CLAIMS: Mapping[str, float] = {
    "quarter": 1 / 4,
    "third": 1 / 3,
    "half": 1 / 2,
    "two_thirds": 2 / 3,
    "three_quarters": 3 / 4,
}
PREVIOUS = "previous"
# Those for which the unreached are asked after.
SPOKEN = ("half", "two_thirds", PREVIOUS)
REACHED = (0.25, 0.5, 0.75)


def tipping_points(
    estimates: Estimates, *, previous: Estimates | None = None, reached: Sequence[float] = REACHED
) -> Estimates:
    """Return how much likelier to join one side must have been for each claim to be untrue (methods 4.4).

    A share above a half carries the claim "more than a half", one below it "less than a half"; likewise
    for a quarter, a third, two thirds, three quarters and, if given, the wave before. Measure
    "tipping_ratio", `by` "claim": `estimate` is k = [p/(1-p)]/[t/(1-t)], and `conf_low` to `conf_high` the
    same for the limits of the interval; the limit nearer to 1 is the cautious one, and where it lies beyond
    1 the interval does not bear the claim in the first place (note "not_borne"). Measure
    "tipping_unreached", `by` "claim x reached" (of a half, two thirds and the wave before): what the people
    such a survey does not reach would have to say, in the same columns; note "impossible" where no share
    would do.

    Parameters
    ----------
    estimates : Estimates
        Shares of the whole sample in one wave; other rows are passed over.
    previous : Estimates, optional
        Those of the wave before.
    reached : sequence of float
        Shares of the population that a survey like this may reach.

    Raises
    ------
    EstimateError
        If there is no share of the whole sample, or one of `reached` is not between 0 and 1.
    """
    if not all(0 < r < 1 for r in reached):
        raise EstimateError(f"reached={list(reached)}", "is no list of shares between 0 and 1", "give [0.5]")
    chosen = _whole(estimates)
    if chosen.empty:
        raise EstimateError("tipping_points", "there is no share of the whole sample", "give shares()")
    before: dict[tuple[str, str], float] = {}
    if previous is not None:
        old = _whole(previous)
        keys = zip(old["question"], old["option"], strict=True)
        shares = old["estimate"].to_numpy(dtype=np.float64)
        before = {(str(q), str(o)): float(p) for (q, o), p in zip(keys, shares, strict=True)}
    rows: list[dict[str, object]] = []
    for row in chosen.to_dict("records"):
        claims = dict(CLAIMS)
        earlier = before.get((str(row["question"]), str(row["option"])), float("nan"))
        if 0 < earlier < 1:
            claims[PREVIOUS] = earlier
        rows += _rows_of({str(k): v for k, v in row.items()}, claims, reached)
    return make_estimates(rows, None, estimates.histories)


def _whole(estimates: Estimates) -> pd.DataFrame:
    frame = estimates.frame
    return frame[(frame["measure"] == "share") & (frame["by"] == "") & (frame["note"] != "fixed_by_margins")]


def _rows_of(
    row: Mapping[str, object], claims: Mapping[str, float], reached: Sequence[float]
) -> list[dict[str, object]]:
    at = {name: row[name] for name in ("wave", "question", "option", "confidence", "n")}
    p, low, high = (float(str(row[name])) for name in ("estimate", "conf_low", "conf_high"))
    # Nobody and everybody: no ratio of joining makes them anything else.
    held = row["flag"] == "suppress" or not (0 < p < 1 and low > 0 and high < 1)
    rows = []
    for name, t in claims.items():
        keys = at | {"by": "claim", "group": name, "measure": "tipping_ratio", "method": "joining_ratio"}
        if held:
            rows.append(keys | {"flag": "suppress", "note": "share_withheld"})
            continue
        note = "" if low > t or high < t else "not_borne"
        values = {"estimate": tipping_ratio(p, t)}
        values |= {"conf_low": tipping_ratio(low, t), "conf_high": tipping_ratio(high, t)}
        rows.append(keys | values | {"note": note})
        for r in reached if name in SPOKEN else ():
            keys = at | {"by": "claim x reached", "group": f"{name} x {r:g}", "measure": "tipping_unreached"}
            keys["method"] = "unreached_share"
            q = [tipping_unreached(s, t, reach=r) for s in (p, low, high)]
            if 0 <= q[0] <= 1:
                rows.append(
                    keys | dict(zip(("estimate", "conf_low", "conf_high"), _in_order(q), strict=True))
                )
            else:
                rows.append(keys | {"flag": "suppress", "note": "impossible"})
    return rows


def _in_order(q: Sequence[float]) -> tuple[float, float, float]:
    """Return a share that the unreached would have and its limits, the smaller first, within 0 and 1."""
    low, high = sorted(q[1:])
    return q[0], max(low, 0.0), min(high, 1.0)


@dataclass(frozen=True, slots=True)
class Joining:
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


def joining(ratio: float, low: float, high: float) -> Joining:
    """Return a tipping ratio and its limits as they are said: times above 1 (methods 4.4)."""
    if ratio >= 1:
        return Joining(choosers=True, times=ratio, cautious=low)
    return Joining(choosers=False, times=1 / ratio, cautious=1 / high)
