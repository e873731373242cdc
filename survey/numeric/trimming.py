"""Caps on weights, and redistribution of the weight above them (methods 1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.numeric.array_types import Floats, Ints

Cap = Literal["fixed", "median", "median_iqr"]
Sharing = Literal["proportional", "equal"]
Rounds = Literal["once", "strict"]


@dataclass(frozen=True, slots=True, eq=False)
class Trimmed:
    """Weights after trimming.

    Attributes
    ----------
    weight : float array, shape (r,)
    cut, raised : int
        People now at the cap and at the floor.
    moved : float
        Share of all weight that was moved between people.
    """

    weight: Floats
    cut: int
    raised: int
    moved: float


def cap_at(weight: Floats, count: Ints | Floats, kind: Cap, value: float) -> float:
    """Return the cap: `value`, `value` times the median weight, or median + `value` times the IQR.

    Quantiles are of type 7 of Hyndman and Fan, over people.

    Parameters
    ----------
    weight : float array, shape (r,)
        Weight of each person of a record.
    count : int array, shape (r,)
    """
    if kind == "fixed":
        return value
    order = np.argsort(weight, kind="stable")
    reached = np.cumsum(count[order])
    # In a replicate counts need not be whole.
    place = np.array([0.25, 0.5, 0.75]) * max(float(reached[-1]) - 1, 0.0)
    below, above = (
        weight[order[np.minimum(np.searchsorted(reached, whole + 1 - 1e-9), len(order) - 1)]]
        for whole in (np.floor(place), np.ceil(place))
    )
    low, median, high = (below + (place - np.floor(place)) * (above - below)).tolist()
    return float(value * median if kind == "median" else median + value * (high - low))


def trimmed(
    weight: Floats,
    count: Ints | Floats,
    *,
    upper: float,
    lower: float = 0.0,
    sharing: Sharing = "proportional",
    rounds: Rounds = "once",
) -> Trimmed | None:
    """Return weights cut at the cap and raised to the floor, the others compensating for the difference.

    None where no weight is left to compensate, the limits cannot hold the sum of the weights, or a weight
    would not be above 0.

    Parameters
    ----------
    sharing : {"proportional", "equal"}
        Others compensate in proportion to their weight, or equally.
    rounds : {"once", "strict"}
        Once some of the others may pass the cap; "strict" repeats over those not yet at a limit
        until no weight is outside.
    """
    limited, now = np.zeros(len(weight), dtype=bool), weight
    for _ in range(len(weight) if rounds == "strict" else 1):
        over, under = ~limited & (now > upper * (1 + 1e-12)), ~limited & (now < lower * (1 - 1e-12))
        if not (over | under).any():
            break
        cut = np.where(over, upper, np.where(under, lower, now))
        limited = limited | over | under
        excess = float(count @ (now - cut))
        size = np.where(limited, 0.0, cut if sharing == "proportional" else 1.0)
        room = float(count @ size)
        if room <= 0 or (sharing == "proportional" and room + excess <= 0):
            return None
        now = cut + size * (excess / room)
    if (now <= 0).any():
        return None
    return Trimmed(
        weight=now,
        cut=int(count[limited & (now == upper)].sum()),
        raised=int(count[limited & (now == lower)].sum()),
        moved=float(count @ np.abs(now - weight) / (count @ weight) / 2),
    )
