"""How many respondents the next wave needs, from the estimates of this one (methods 4.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt

import numpy as np

import survey.numeric.special_functions as special
from analysis.estimates import Estimates
from survey.errors import Cell, EstimateError
from survey.history import MarginHistory, WeightingHistory

SEED, DRAWS = 20200901, 4000
THIN = 30  # respondents under which a category is merged or its share suppressed


@dataclass(frozen=True, slots=True)
class Goal:
    """The precision that the next wave is planned for.

    Attributes
    ----------
    half, group_half : float
        Half the width of the interval of a share, whole sample and by group, 0-1.
    change : float
        Smallest change since this wave to detect, 0-1.
    power : float
        The probability of detecting it.
    confidence : float
        Level of the intervals and of the test of a change.

    Raises
    ------
    EstimateError
        If a value is out of range.
    """

    half: float = 0.03
    group_half: float = 0.08
    change: float = 0.05
    power: float = 0.8
    confidence: float = 0.95

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        for name in ("half", "group_half", "change"):
            value = getattr(self, name)
            if not 0 < value < 0.5:
                raise EstimateError(f"{name}={value}", key="call.half", example=0.03)
        for name in ("power", "confidence"):
            value = getattr(self, name)
            if not 0.5 <= value < 1:
                raise EstimateError(f"{name}={value}", key="call.level", example=0.8)


USUAL = Goal()


@dataclass(frozen=True, slots=True)
class Need:
    """How many respondents one share needs in the next wave.

    Attributes
    ----------
    by, group, option : str
        "" for the whole sample.
    n : float
        Respondents of this wave; NaN where they are suppressed.
    share, deff : float
        Estimates of this wave; those of the whole sample where the group's are suppressed.
    for_half, for_change : float
        Respondents needed for the interval, and for the change; inf where this wave is too small for it.
    suppressed : bool
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
    suppressed: bool


def next_wave(
    estimates: Estimates, question: str, options: Sequence[str], *, by: str = "", goal: Goal = USUAL
) -> list[Need]:
    """Return the respondents each share needs in the next wave, whole sample and by group (methods 4.8).

    n = deff z² p(1 - p)/h² for an interval of half-width h; for a change of d detected with the power
    given, the next wave's variance may be V = (d/(z + z_power))² - V of this wave, and n = deff p(1 - p)/V.
    The design effect of the share is assumed to stay, as it does where margins, rules and recruitment do.

    Parameters
    ----------
    estimates : Estimates
        Of one or several waves; the last counts.

    Raises
    ------
    EstimateError
        If no share of the question may be printed.
    """
    shares = estimates.rows(measure="share", question=question)
    if shares.empty:
        raise EstimateError(Cell(question=question), key="plan.no_shares")
    last = shares[(shares["wave"] == shares["wave"].iloc[-1]) & shares["option"].isin(list(options))]
    whole = {
        str(row["option"]): row
        for row in last[last["by"] == ""].to_dict("records")
        if row["flag"] != "suppress"
    }
    if not whole:
        raise EstimateError(Cell(question=question), key="plan.suppressed")
    needs = [_need(row, row, goal.half, goal) for row in whole.values()]
    groups = last[(last["by"] == by) & (last["by"] != "") & last["option"].isin(list(whole))]
    needs += [
        _need(row, whole[str(row["option"])], goal.group_half, goal) for row in groups.to_dict("records")
    ]
    return needs


def _need(row: Mapping[object, object], whole: Mapping[object, object], half: float, goal: Goal) -> Need:
    """Return the need of one share, from the whole sample's figures where its own are suppressed."""
    suppressed = row["flag"] == "suppress" or not float(str(row["deff"])) > 0
    p, deff = (float(str((whole if suppressed else row)[name])) for name in ("estimate", "deff"))
    variance = inf if suppressed else float(str(row["std_error"])) ** 2
    unit_variance = deff * p * (1 - p)  # of one respondent
    z = _z(goal.confidence)
    remaining = (goal.change / (z + float(special.ndtri(goal.power)))) ** 2 - variance
    return Need(
        by=str(row["by"]),
        group=str(row["group"]),
        option=str(row["option"]),
        n=float("nan") if suppressed else float(str(row["n"])),
        share=p,
        deff=deff,
        for_half=float(ceil(unit_variance * (z / half) ** 2)),
        for_change=float(ceil(unit_variance / remaining)) if remaining > 0 else inf,
        suppressed=suppressed,
    )


def _z(confidence: float) -> float:
    return float(special.ndtri(1 - (1 - confidence) / 2))


@dataclass(frozen=True, slots=True)
class EmptyRisk:
    """The probability that a sample of n has an empty category, and a thin one, in some margin."""

    n: int
    empty: float
    thin: float


def empty_risks(
    margins: Sequence[MarginHistory], sizes: Sequence[int], *, seed: int = SEED, draws: int = DRAWS
) -> list[EmptyRisk]:
    """Return how often samples of each size have an empty category, or one under 30 (methods 4.8).

    Each margin is drawn by itself with this wave's shares. An empty category must be merged before
    anything can be weighted; a thin one is merged, or gets large weights.

    Raises
    ------
    EstimateError
        If there are no margins, or a size is not above 0.
    """
    if not margins:
        raise EstimateError("empty_risks", key="plan.no_margins")
    if not all(size > 0 for size in sizes):
        raise EstimateError("empty_risks", key="plan.sizes", sizes=list(sizes))
    random = np.random.default_rng(seed)
    risks = []
    for n in sizes:
        empty, thin = np.zeros(draws, dtype=bool), np.zeros(draws, dtype=bool)
        for margin in margins:
            known = [category for category in margin.categories if category.codes != ("",)]
            share = np.array([category.n for category in known], dtype=np.float64)
            drawn = random.multinomial(n, share / share.sum(), size=draws)
            empty |= (drawn == 0).any(axis=1)
            thin |= (drawn < THIN).any(axis=1)
        risks.append(EmptyRisk(int(n), float(empty.mean()), float(thin.mean())))
    return risks


def sizes_around(needs: Sequence[Need], now: int) -> list[int]:
    """Return sample sizes to compare: parts of this wave's, twice it, and the largest need."""
    largest = [n for need in needs if not need.by for n in (need.for_half, need.for_change) if n < inf]
    sizes = {now // 8, now // 4, now // 2, now, 2 * now, int(max(largest, default=0.0))}
    return sorted(size for size in sizes if size > 0)


def risks_around(weighting: WeightingHistory, needs: Sequence[Need]) -> list[EmptyRisk]:
    """Return the risks of an empty category for sizes around this wave's; none where it has no margins."""
    if not weighting.margins:
        return []
    return empty_risks(weighting.margins, sizes_around(needs, weighting.n))


def most_answers(needs: Sequence[Need], group: str) -> float:
    """Return the respondents a group needs for the interval of its most demanding option."""
    return max(need.for_half for need in needs if need.group == group)


def detectable_change(needs: Sequence[Need], group: str, goal: Goal = USUAL) -> float:
    """Return the change detected in every option of a group if n stays, 0-1; NaN if suppressed (methods 4.8).

    (z + z_power) √(2V), V being this wave's variance, of the option with the largest.
    """
    options = [need for need in needs if need.group == group]
    if any(need.suppressed for need in options):
        return float("nan")
    z = _z(goal.confidence) + special.ndtri(goal.power)
    return float(z * max(sqrt(2 * need.deff * need.share * (1 - need.share) / need.n) for need in options))


def half_width_now(need: Need, confidence: float = 0.95) -> float:
    """Return half the width of the interval of this wave's share, 0-1; NaN where it is suppressed."""
    if need.suppressed:
        return float("nan")
    return _z(confidence) * sqrt(need.deff * need.share * (1 - need.share) / need.n)
