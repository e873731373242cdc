"""How fast demand falls between two fees (methods 8.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.estimates import Estimates, make_table
from analysis.statistics.comparisons.difference import t_columns
from survey.errors import EstimateError
from survey.numeric.array_types import Bools, Floats, Ints

# Curves of answers by themselves: "yes@1298".
APART = "@"


def elasticity(demand: Estimates, between: Sequence[tuple[float, float]]) -> Estimates:
    """Return -Δlog S / Δlog F between two fees, one row a pair of fees and curve (methods 8.3).

    Measure "elasticity", option such as "1000 - 1500". Below 1 a higher fee brings in more in all. It is
    always of the way between two fees and never of a point: demand falls in steps, at the round amounts
    that people name. The error is the delta method's, with the covariance of both shares. A pair is
    withheld where either share is (note "share_withheld"), and where nobody accepts the higher fee (note
    "nobody").

    Parameters
    ----------
    demand : Estimates
        As `analysis.demand` gives it, with its covariance.
    between : sequence of pairs of float
        The lower fee first.

    Raises
    ------
    EstimateError
        If a fee is not in the table, a pair is not in rising order, or the covariance is not there.

    Examples
    --------
    >>> from math import log
    >>> round(-(log(0.30) - log(0.36)) / (log(1500) - log(1200)), 2)  # from 36% at 1,200 to 30% at 1,500
    0.82
    """
    way = _way(demand, between, "elasticity")
    s1, s2, scale = np.where(way.defined, way.low, 1.0), np.where(way.defined, way.high, 1.0), way.log
    return _between(
        demand, way, np.log(s1 / s2) / scale, (1 / (s1 * scale), -1 / (s2 * scale)), measure="elasticity"
    )


def demand_lost(demand: Estimates, between: Sequence[tuple[float, float]], *, per: float = 100) -> Estimates:
    """Return how much of demand each `per` more of the fee loses between two fees (methods 8.3).

    (S₁ − S₂)/(F₂ − F₁) × per, as a share of everybody, one row a pair of fees and curve: measure
    "demand_lost", option such as "1000 - 1500". The limits hold for all pairs of a curve together
    (Bonferroni), with the covariance of both shares. Withheld as `elasticity`, but for nobody at the higher
    fee.

    Parameters
    ----------
    demand, between
        As `elasticity`.
    per : float
        Above 0.

    Raises
    ------
    EstimateError
        As `elasticity`, or if `per` is not above 0.

    Examples
    --------
    >>> round((0.36 - 0.30) / (1500 - 1200) * 100, 2)  # from 36% at 1,200 to 30% at 1,500
    0.02
    """
    if not per > 0:
        raise EstimateError("per", key="demand.no_step", found=f"{per:g}")
    way = _way(demand, between, "demand_lost")
    way = replace(way, defined=~way.withheld)
    scale = per / (way.fees[1] - way.fees[0])
    lost = np.where(way.defined, way.low - way.high, 0.0) * scale
    return _between(demand, way, lost, (scale, -scale), measure="demand_lost", together=len(between))


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """From one fee to another in each curve; p pairs."""

    pairs: Ints
    fees: tuple[Floats, Floats]
    low: Floats
    high: Floats
    withheld: Bools
    defined: Bools

    @property
    def log(self) -> Floats:
        return np.asarray(np.log(self.fees[1] / self.fees[0]), dtype=np.float64)


def _way(demand: Estimates, between: Sequence[tuple[float, float]], verb: str) -> _Way:
    """Return the shares at both fees of each pair; raises EstimateError."""
    if demand.joint is None:
        raise EstimateError(verb, key="demand.no_covariance")
    if not len(between) or any(not 0 < low < high for low, high in between):
        raise EstimateError("between", key="demand.no_pairs")
    pairs = _pairs(demand.frame, between, verb)
    ends = [demand.frame.iloc[pairs[:, side]] for side in (0, 1)]
    fees = [np.array([_fee(str(option)) for option in end["option"]]) for end in ends]
    shares = [end["estimate"].to_numpy(dtype=np.float64) for end in ends]
    withheld = np.any([(end["flag"] == "suppress").to_numpy() for end in ends], axis=0)
    defined = np.asarray(~withheld & (np.nan_to_num(shares[1]) > 0), dtype=bool)
    return _Way(pairs, (fees[0], fees[1]), shares[0], shares[1], withheld, defined)


def _between(
    demand: Estimates,
    way: _Way,
    estimate: Floats,
    gradient: tuple[Floats, Floats],
    *,
    measure: str,
    together: int = 1,
) -> Estimates:
    """Return the table of a function of both shares, its error by the delta method.

    Parameters
    ----------
    gradient : two float arrays, shape (p,)
        By the share at the lower and at the higher fee.
    together : int
        How many limits hold at the level of the demand at once.
    """
    assert demand.joint is not None
    low, high = (demand.frame.iloc[way.pairs[:, side]] for side in (0, 1))
    gradients = np.zeros((len(way.pairs), len(demand.frame)))
    for side in (0, 1):
        gradients[np.arange(len(way.pairs)), way.pairs[:, side]] = gradient[side]
    v = np.array([demand.joint.between(pair, pair) for pair in way.pairs])
    g = np.stack(gradient, axis=1)
    variance = np.einsum("pi,pij,pj->p", g, v, g)
    confidence = 1 - (1 - low["confidence"].to_numpy(dtype=np.float64)) / together
    caution = (low["flag"] == "caution").to_numpy() | (high["flag"] == "caution").to_numpy()
    notes = np.where(low["note"] != "", low["note"], high["note"])
    columns: dict[str, object] = {
        name: low[name].to_numpy() for name in ("wave", "question", "by", "group", "n")
    }
    columns |= t_columns(estimate, variance, low["df"].to_numpy(dtype=np.float64), confidence)
    # That demand does not fall is no question: the pair is not tested.
    columns |= {"statistic": np.nan, "p_value": np.nan, "confidence": confidence, "method": "t"}
    reason = np.where(way.withheld, "share_withheld", "nobody")
    columns |= {
        "option": [f"{a} - {_text(b)}" for a, b in zip(low["option"], high["option"], strict=True)],
        "measure": measure,
        "flag": np.where(~way.defined, "suppress", np.where(caution, "caution", "")),
        "note": np.where(~way.defined, reason, np.where(caution, notes, "")),
    }
    return make_table(columns, demand.joint.of_combinations(gradients), demand.histories)


def _pairs(frame: pd.DataFrame, between: Sequence[tuple[float, float]], verb: str) -> Ints:
    """Return the rows of both fees of each pair in every curve, shape (pairs, 2)."""
    rows = frame[frame["measure"] == "demand"]
    curves: dict[tuple[str, ...], dict[float, int]] = {}
    for i, row in zip(rows.index, rows.to_dict("records"), strict=True):
        answer = str(row["option"]).rpartition(APART)[0]
        key = (*(str(row[name]) for name in ("wave", "question", "by", "group")), answer)
        curves.setdefault(key, {})[_fee(str(row["option"]))] = int(i)
    if not curves:
        raise EstimateError(verb, key="demand.no_demand")
    pairs = []
    for place in curves.values():
        for pair in between:
            for fee in pair:
                if float(fee) not in place:
                    known = [f"{value:g}" for value in place]
                    raise EstimateError(f"fee {fee:g}", key="demand.no_fee", fees=known)
            pairs.append([place[float(fee)] for fee in pair])
    return np.array(pairs)


def _text(option: str) -> str:
    return option.rpartition(APART)[2]


def _fee(option: str) -> float:
    return float(_text(option))
