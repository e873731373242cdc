"""How many respondents the next wave needs, from the estimates of this one (methods 4.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt

import numpy as np

import survey.numeric.special_functions as special
from analysis.estimates import Estimates
from analysis.numeric.score import answers_for_difference, power_of_difference
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
    family : int
        Changes that are tested together, as the briefing tests them.
    most_power : float
        The chance of detecting the change with any number of respondents; NaN where this wave's are
        suppressed.
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
    family: int
    most_power: float
    suppressed: bool


def next_wave(
    estimates: Estimates,
    question: str,
    options: Sequence[str],
    *,
    by: str = "",
    goal: Goal = USUAL,
    primary: str = "",
) -> list[Need]:
    """Return the respondents each share needs in the next wave, whole sample and by group (methods 4.8).

    n = deff z² p(1 - p)/h² for an interval of half-width h; for a change up or down, whichever takes more,
    the n of `answers_for_difference` against this wave's effective number, tested as the briefing tests it:
    all changes of the question, in all groups of its table, are one family. The design effect of the share
    is assumed to stay, as it does where margins, rules and recruitment do.

    Parameters
    ----------
    estimates : Estimates
        Of one or several waves; the last counts.
    primary : str
        The option of which the change in the whole sample is a test by itself; "" for none.

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
    every = shares[shares["wave"] == shares["wave"].iloc[-1]]
    tested = every[(every["flag"] != "suppress") & (every["note"] != "fixed_by_margins")]
    overall = int((tested["by"] == "").sum())
    others = max(overall - (primary in set(tested["option"])), 1)
    needs = [
        _need(row, row, goal.half, goal, 1 if option == primary else others) for option, row in whole.items()
    ]
    groups = last[(last["by"] == by) & (last["by"] != "") & last["option"].isin(list(whole))]
    family = max(int((tested["by"] == by).sum()), 1)
    needs += [
        _need(row, whole[str(row["option"])], goal.group_half, goal, family)
        for row in groups.to_dict("records")
    ]
    return needs


def _need(
    row: Mapping[object, object], whole: Mapping[object, object], half: float, goal: Goal, family: int
) -> Need:
    """Return the need of one share, from the whole sample's figures where its own are suppressed."""
    suppressed = row["flag"] == "suppress" or not float(str(row["deff"])) > 0
    p, deff = (float(str((whole if suppressed else row)[name])) for name in ("estimate", "deff"))
    n = float("nan") if suppressed else float(str(row["n"]))
    for_change, most_power = (
        (inf, float("nan")) if suppressed else _for_change(p, n / deff, deff, goal, family)
    )
    return Need(
        by=str(row["by"]),
        group=str(row["group"]),
        option=str(row["option"]),
        n=n,
        share=p,
        deff=deff,
        for_half=float(ceil(deff * p * (1 - p) * (_z(goal.confidence) / half) ** 2)),
        for_change=for_change,
        family=family,
        most_power=most_power,
        suppressed=suppressed,
    )


def _for_change(p: float, m: float, deff: float, goal: Goal, family: int) -> tuple[float, float]:
    """Return the respondents needed for a change from p at m effective answers, and the most power."""
    after = [share for share in (p - goal.change, p + goal.change) if 0 <= share <= 1]
    alpha = 1 - goal.confidence
    n = max(
        answers_for_difference(share, p, deff=deff, m2=m, alpha=alpha, family=family, power=goal.power)
        for share in after
    )
    power = min(power_of_difference(share, inf, p, m, alpha=alpha, family=family) for share in after)
    return float(ceil(n)) if n < inf else inf, power


def _z(confidence: float, family: int = 1) -> float:
    return float(special.ndtri(1 - (1 - confidence) / (2 * family)))


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
            # Where a number is not published the population's share stands for the sample's.
            share = np.array([c.target if c.unweighted is None else c.unweighted for c in known])
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

    (z + z_power) √(2V), V being this wave's variance, of the option with the largest; z of the family.
    """
    options = [need for need in needs if need.group == group]
    if any(need.suppressed for need in options):
        return float("nan")
    power = special.ndtri(goal.power)
    return float(
        max(
            (_z(goal.confidence, need.family) + power)
            * sqrt(2 * need.deff * need.share * (1 - need.share) / need.n)
            for need in options
        )
    )


def half_width_now(need: Need, confidence: float = 0.95) -> float:
    """Return half the width of the interval of this wave's share, 0-1; NaN where it is suppressed."""
    if need.suppressed:
        return float("nan")
    return _z(confidence) * sqrt(need.deff * need.share * (1 - need.share) / need.n)
