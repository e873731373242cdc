"""What may be printed: rules of publication as pure functions that return a flag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.numeric.intervals import EDGE

# Shares marked because their interval says nothing, not because they are doubtful.
WITHOUT_DOUBT = ("fixed_by_margins", "fixed_by_design", "census")
Flag = Literal["", "caution", "suppress"]


@dataclass(frozen=True, slots=True)
class ShareRules:
    """Thresholds for shares (NCHS, Vital Health Stat 2(175), 2017; methods 3.5; briefing 4.3).

    Attributes
    ----------
    people : float
        Fewest answers, and fewest effective answers, that may be printed.
    too_wide, narrow : float
        Width of the Korn-Graubard interval: at `too_wide` or more nothing is printed, at
        `narrow` or less it always is.
    relative : float
        In between, nothing is printed where width / share is above this.
    wide : float
        Wider than this is printed with a mark.
    df : float
        Fewer degrees of freedom than this are marked.
    """

    people: float = 30
    too_wide: float = 0.30
    narrow: float = 0.05
    relative: float = 1.30
    wide: float = 0.20
    df: float = 8


NCHS = ShareRules()
# What is not published as a share is not judged as one.
NO_RULES = ShareRules(people=2, too_wide=2, narrow=2, wide=2, df=0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A flag and, as a machine-readable key, its reason; both "" where there is nothing to say."""

    flag: Flag
    note: str


def judge_still(*, fixed: bool, census: bool, stratified: bool) -> Verdict:
    """Return the verdict on an estimate without any variance: what makes it so, or that nothing does.

    Parameters
    ----------
    fixed : bool
        Calibration fixes it.
    census, stratified : bool
        The whole population was drawn; the sample has strata, and the design fixes their shares.
    """
    for holds, note in ((fixed, "fixed_by_margins"), (census, "census"), (stratified, "fixed_by_design")):
        if holds:
            return Verdict("caution", note)
    return Verdict("suppress", "no_variation")


def judge_share(
    p: float, n: float, n_eff: float, df: float, limits: tuple[float, float], rules: ShareRules = NCHS
) -> Verdict:
    """Return whether a share may be printed, and why not.

    Parameters
    ----------
    n, n_eff : float
        Answers and effective answers p(1-p)/V; where p is 0 or 1, Kish's number, as V says nothing.
    limits : tuple of float
        The Korn-Graubard interval.
    """
    width = limits[1] - limits[0]
    if n < 1:
        return Verdict("suppress", "no_answers")
    if n < rules.people:
        return Verdict("suppress", "few_answers")
    if min(n, n_eff) < rules.people:
        return Verdict("suppress", "few_effective_answers")
    if width >= rules.too_wide:
        return Verdict("suppress", "interval_too_wide")
    edge = p <= EDGE or p >= 1 - EDGE
    if not edge and rules.narrow < width and width / p > rules.relative:
        return Verdict("suppress", "relative_width")
    if p <= EDGE:
        return Verdict("caution", "nobody")
    if p >= 1 - EDGE:
        return Verdict("caution", "everybody")
    if df < rules.df:
        return Verdict("caution", "few_degrees_of_freedom")
    if width > rules.wide:
        return Verdict("caution", "wide_interval")
    if width > rules.narrow and width / (1 - p) > rules.relative:
        return Verdict("caution", "complement_unreliable")
    return Verdict("", "")


@dataclass(frozen=True, slots=True)
class NumberRules:
    """Thresholds for means and ratios: fewest respondents, effective sample size and units (methods 3.6)."""

    people: float = 30
    df: float = 8


@dataclass(frozen=True, slots=True)
class CountRules:
    """Thresholds for numbers of people and other totals (NCHS, Vital Health Stat 2(200), 2023; methods 3.6).

    Attributes
    ----------
    people : float
        Fewest answers that may be printed.
    relative : float
        Widest interval that may be, relative to the total.
    df : float
        Fewer degrees of freedom than this are marked.
    """

    people: float = 10
    relative: float = 1.60
    df: float = 8


NUMBERS, COUNTS = NumberRules(), CountRules()


def judge_number(n: float, n_eff: float, df: float, rules: NumberRules = NUMBERS) -> Verdict:
    """Return whether a mean or ratio may be printed, and why not; arguments as `judge_share`."""
    if n < 1:
        return Verdict("suppress", "no_answers")
    if n < rules.people:
        return Verdict("suppress", "few_answers")
    if df < 1:
        return Verdict("suppress", "one_unit")
    if n_eff < rules.people:
        return Verdict("suppress", "few_effective_answers")
    return Verdict("caution", "few_degrees_of_freedom") if df < rules.df else Verdict("", "")


def judge_count(total: float, n: float, df: float, width: float, rules: CountRules = COUNTS) -> Verdict:
    """Return whether a total may be printed, and why not.

    Parameters
    ----------
    width : float
        Of its interval.
    """
    if n < 1:
        return Verdict("suppress", "no_answers")
    if n < rules.people:
        return Verdict("suppress", "few_answers")
    if df < 1:
        return Verdict("suppress", "one_unit")
    if width > rules.relative * abs(total):
        return Verdict("suppress", "relative_width")
    return Verdict("caution", "few_degrees_of_freedom") if df < rules.df else Verdict("", "")


def judge_rate(
    rate: float, n: tuple[float, float], df: float, width: float, rules: CountRules = COUNTS
) -> Verdict:
    """Return whether a rate, such as places per thousand people, may be printed, and why not (methods 3.6).

    Parameters
    ----------
    n : pair of float
        Answers, or effective answers, behind the numerator and the denominator.
    width : float
        Of its interval.
    """
    return judge_count(rate, min(n), df, width, rules)
