"""How many answers the next wave needs, from what this one showed (methods 4.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt

import numpy as np

import survey.numeric.special_functions as special
from analysis.estimates import Estimates
from survey.errors import EstimateError
from survey.history import MarginHistory, WeightingHistory

SEED, DRAWS = 20200901, 4000
THIN = 30  # answers under which a category is merged or its share withheld


@dataclass(frozen=True, slots=True)
class Goal:
    """What the next wave is to show.

    Attributes
    ----------
    half, group_half : float
        Half the width of the interval of a share, whole sample and by group, 0-1.
    change : float
        The smallest change since this wave to detect, 0-1.
    power : float
        The probability of detecting it.
    """

    half: float = 0.03
    group_half: float = 0.08
    change: float = 0.05
    power: float = 0.8
    confidence: float = 0.95


USUAL = Goal()


@dataclass(frozen=True, slots=True)
class Need:
    """What one share asks of the next wave.

    Attributes
    ----------
    by, group, option : str
        "" for the whole sample.
    n : float
        Answers this wave; NaN where they are withheld.
    share, deff : float
        As this wave showed them; those of the whole sample where the group's are withheld.
    for_half, for_change : float
        Answers needed for the interval, and for the change; inf where this wave is too small for it.
    withheld : bool
        Whether this wave's own figures may not be printed.
    """

    by: str
    group: str
    option: str
    n: float
    share: float
    deff: float
    for_half: float
    for_change: float
    withheld: bool


def next_wave(
    estimates: Estimates, question: str, options: Sequence[str], *, by: str = "", goal: Goal = USUAL
) -> list[Need]:
    """Return the answers each share of a question needs next time, whole sample and by group (methods 4.8).

    n = deff z² p(1 - p)/h² for an interval of half-width h; for a change of d told with the power asked,
    the variance left is V = (d/(z + z_power))² - V of this wave, and n = deff p(1 - p)/V. The design effect
    of the share is taken to stay, as it does where margins, rules and the way people were reached do.

    Parameters
    ----------
    estimates : Estimates
        Of one or several waves; the last counts.

    Raises
    ------
    EstimateError
        If a goal is out of range, or no share of the question may be printed.
    """
    _check(goal)
    frame = estimates.frame
    shares = frame[(frame["measure"] == "share") & (frame["question"] == question)]
    if shares.empty:
        raise EstimateError(
            f'question "{question}"', "has no shares among the estimates", "estimate it first"
        )
    last = shares[(shares["wave"] == shares["wave"].iloc[-1]) & shares["option"].isin(list(options))]
    whole = {
        str(row["option"]): row
        for row in last[last["by"] == ""].to_dict("records")
        if row["flag"] != "suppress"
    }
    if not whole:
        raise EstimateError(
            f'question "{question}"', "has no share that may be printed", "name other options"
        )
    found = [_need(row, row, goal.half, goal) for row in whole.values()]
    groups = last[last["by"] == by].to_dict("records") if by else []
    found += [
        _need(row, whole[str(row["option"])], goal.group_half, goal)
        for row in groups
        if str(row["option"]) in whole
    ]
    return found


def _check(goal: Goal) -> None:
    for name in ("half", "group_half", "change"):
        if not 0 < getattr(goal, name) < 0.5:
            raise EstimateError(
                f"{name}={getattr(goal, name)}", "is not between 0 and 0.5", "give such as 0.03"
            )
    for name in ("power", "confidence"):
        if not 0.5 <= getattr(goal, name) < 1:
            raise EstimateError(
                f"{name}={getattr(goal, name)}", "is not from 0.5 to under 1", "give such as 0.8"
            )


def _need(row: Mapping[object, object], whole: Mapping[object, object], half: float, goal: Goal) -> Need:
    own = row["flag"] != "suppress" and float(str(row["deff"])) > 0
    p, deff = (float(str((row if own else whole)[name])) for name in ("estimate", "deff"))
    n = float(str(row["n"])) if own else float("nan")
    z = float(special.ndtri(1 - (1 - goal.confidence) / 2))
    spread = deff * p * (1 - p)
    now = float(str(row["std_error"])) ** 2 if own else inf
    left = (goal.change / (z + float(special.ndtri(goal.power)))) ** 2 - now
    return Need(
        by=str(row["by"]),
        group=str(row["group"]),
        option=str(row["option"]),
        n=n,
        share=p,
        deff=deff,
        for_half=float(ceil(spread * (z / half) ** 2)),
        for_change=float(ceil(spread / left)) if left > 0 else inf,
        withheld=not own,
    )


@dataclass(frozen=True, slots=True)
class EmptyRisk:
    """The chance that a file of so many answers has an empty category, and a thin one, in some margin."""

    n: int
    empty: float
    thin: float


def empty_risks(
    margins: Sequence[MarginHistory], sizes: Sequence[int], *, seed: int = SEED, draws: int = DRAWS
) -> list[EmptyRisk]:
    """Return how often files of each size leave a category empty, or under 30 answers (methods 4.8).

    People are taken to come as they did this wave, each margin drawn by itself. With an empty category
    nothing can be weighted until it is merged; a thin one is merged, or weighs heavily.

    Raises
    ------
    EstimateError
        If there are no margins, or a size is not above 0.
    """
    if not margins:
        raise EstimateError("empty_risks", "was given no margins", "give a sample weighted to margins")
    if not all(size > 0 for size in sizes):
        raise EstimateError("empty_risks", f"was given sizes {list(sizes)}", "give numbers above 0")
    random = np.random.default_rng(seed)
    found = []
    for n in sizes:
        empty, thin = np.zeros(draws, dtype=bool), np.zeros(draws, dtype=bool)
        for margin in margins:
            known = [category for category in margin.categories if category.codes != ("",)]
            share = np.array([category.n for category in known], dtype=np.float64)
            drawn = random.multinomial(n, share / share.sum(), size=draws)
            empty |= (drawn == 0).any(axis=1)
            thin |= (drawn < THIN).any(axis=1)
        found.append(EmptyRisk(int(n), float(empty.mean()), float(thin.mean())))
    return found


def sizes_around(needs: Sequence[Need], now: int) -> list[int]:
    """Return sizes of a file worth looking at: parts of this wave's, twice it, and the largest need."""
    most = max((need.for_half for need in needs if not need.by), default=0.0)
    change = max((need.for_change for need in needs if not need.by and need.for_change < inf), default=0.0)
    sizes = {now // 8, now // 4, now // 2, now, 2 * now, int(max(most, change))}
    return sorted(size for size in sizes if size > 0)


def risks_around(weighting: WeightingHistory, needs: Sequence[Need]) -> list[EmptyRisk]:
    """Return the risks of an empty category for sizes around this wave's; none where it has no margins."""
    if not weighting.margins:
        return []
    return empty_risks(weighting.margins, sizes_around(needs, weighting.n))


def most_answers(needs: Sequence[Need], group: str) -> float:
    """Return the answers a group needs for the interval of its most demanding option."""
    return max(need.for_half for need in needs if need.group == group)


def detectable_change(needs: Sequence[Need], group: str, goal: Goal = USUAL) -> float:
    """Return the smallest change detected for every option of a group if as many answer again, 0-1.

    NaN where this wave's own figures are withheld.

    (z + z_power) √(2V), V being this wave's variance (methods 4.8).
    """
    own = [need for need in needs if need.group == group]
    if any(need.withheld for need in own):
        return float("nan")
    z = special.ndtri(1 - (1 - goal.confidence) / 2) + special.ndtri(goal.power)
    return float(z * max(sqrt(2 * need.deff * need.share * (1 - need.share) / need.n) for need in own))


def half_width_now(need: Need, confidence: float = 0.95) -> float:
    """Return half the width of an interval of this wave's share, 0-1; NaN where it is withheld."""
    if need.withheld:
        return float("nan")
    z = float(special.ndtri(1 - (1 - confidence) / 2))
    return z * sqrt(need.deff * need.share * (1 - need.share) / need.n)
