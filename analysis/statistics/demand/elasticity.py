"""How fast demand falls between two fees (methods 8.3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.estimates import Estimates, make_table
from analysis.statistics.comparisons.difference import t_columns
from survey.errors import EstimateError
from survey.numeric.array_types import Ints

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
    frame, joint = demand.frame, demand.joint
    if joint is None:
        raise EstimateError("elasticity", key="demand.no_covariance")
    if not len(between) or any(not 0 < low < high for low, high in between):
        raise EstimateError("between", key="demand.no_pairs")
    pairs = _pairs(frame, between)
    low, high = (frame.iloc[pairs[:, side]] for side in (0, 1))
    s1, s2 = (side["estimate"].to_numpy(dtype=np.float64) for side in (low, high))
    withheld = (low["flag"] == "suppress").to_numpy() | (high["flag"] == "suppress").to_numpy()
    nobody = ~withheld & ~(s2 > 0)
    defined = ~withheld & ~nobody
    s1, s2 = np.where(defined, s1, 1.0), np.where(defined, s2, 1.0)
    v = np.array([joint.between(pair, pair) for pair in pairs])
    way = np.array([_fee(b) for b in high["option"]]) / np.array([_fee(a) for a in low["option"]])
    scale = np.log(way)
    gradients = np.zeros((len(pairs), len(frame)))
    gradients[np.arange(len(pairs)), pairs[:, 0]] = 1 / (s1 * scale)
    gradients[np.arange(len(pairs)), pairs[:, 1]] = -1 / (s2 * scale)
    variance = (v[:, 0, 0] / s1**2 + v[:, 1, 1] / s2**2 - 2 * v[:, 0, 1] / (s1 * s2)) / scale**2
    confidence = low["confidence"].to_numpy(dtype=np.float64)
    df = low["df"].to_numpy(dtype=np.float64)
    caution = (low["flag"] == "caution").to_numpy() | (high["flag"] == "caution").to_numpy()
    notes = np.where(low["note"] != "", low["note"], high["note"])
    columns: dict[str, object] = {
        name: low[name].to_numpy() for name in ("wave", "question", "by", "group", "n")
    }
    columns |= t_columns(np.log(s1 / s2) / scale, variance, df, confidence)
    # That demand does not fall is no question: the pair is not tested.
    columns |= {"statistic": np.nan, "p_value": np.nan, "confidence": confidence, "method": "t"}
    columns |= {
        "option": [f"{a} - {_text(b)}" for a, b in zip(low["option"], high["option"], strict=True)],
        "measure": "elasticity",
        "flag": np.where(~defined, "suppress", np.where(caution, "caution", "")),
        "note": np.where(
            withheld, "share_withheld", np.where(nobody, "nobody", np.where(caution, notes, ""))
        ),
    }
    return make_table(columns, joint.of_combinations(gradients), demand.histories)


def _pairs(frame: pd.DataFrame, between: Sequence[tuple[float, float]]) -> Ints:
    """Return the rows of both fees of each pair in every curve, shape (pairs, 2)."""
    rows = frame[frame["measure"] == "demand"]
    curves: dict[tuple[str, ...], dict[float, int]] = {}
    for i, row in zip(rows.index, rows.to_dict("records"), strict=True):
        answer = str(row["option"]).rpartition(APART)[0]
        key = (*(str(row[name]) for name in ("wave", "question", "by", "group")), answer)
        curves.setdefault(key, {})[_fee(str(row["option"]))] = int(i)
    if not curves:
        raise EstimateError("elasticity", key="demand.no_demand")
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
