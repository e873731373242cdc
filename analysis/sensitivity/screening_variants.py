"""Headline shares under other rules of screening: how much hangs on who was set aside (methods 7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

from analysis.estimates import Estimates
from analysis.sensitivity.share_options import USUAL, ShareStyle
from analysis.sensitivity.variants import Made, about, estimated
from survey.errors import EstimateError
from survey.responses.responses import Responses
from survey.screening.screen import Flags, screen, screening_flags
from survey.study.screening_plan import RULES, STRICT_SPEED, Rule, ScreeningPlan
from survey.study.study import Study
from survey.weighting.run import weigh
from survey.weighting.sample import WeightedSample

Variant = Literal["none", "minimal", "default", "strict"]
OUTSIDE: tuple[Rule, ...] = ("test", "no_consent", "ineligible")
# Doubles share as much of their answers at the least, under "strict".
STRICT_ALIKE = 0.8


def variant_of(plan: ScreeningPlan, variant: Variant) -> ScreeningPlan:
    """Return a study's screening under another set of rules (methods 7.2).

    "none" leaves out nobody but tests, people who did not consent, and people outside the population,
    whom no margin has; "minimal" also double answers; "default" is the study's own; "strict" uses
    every rule and the platform's own verdict, speeders up to half the median time, doubles that share
    four fifths of their answers, and a single warning sign.

    Raises
    ------
    EstimateError
        If there is no such variant.
    """
    if variant not in get_args(Variant):
        offered = ", ".join(f'"{name}"' for name in get_args(Variant))
        raise EstimateError(f'variant="{variant}"', "is not known", f"use one of {offered}")
    if variant == "none":
        return replace(plan, rules=OUTSIDE)
    if variant == "minimal":
        return replace(plan, rules=(*OUTSIDE, "duplicate"))
    if variant == "default":
        return plan
    return replace(
        plan,
        rules=RULES,
        share_of_median=max(plan.share_of_median, STRICT_SPEED),
        identical=min(plan.identical, STRICT_ALIKE),
        signs=1,
    )


def screening_variants(
    study: Study,
    responses: Responses,
    question: str,
    *,
    style: ShareStyle = USUAL,
    flags: Flags | None = None,
) -> Estimates:
    """Return the shares of a question under four sets of rules, each weighted anew (methods 7.2).

    One row an option and set, `by` "screening" and `group` the set: none, minimal, default, strict.
    If the range of a share over them is wider than half its interval, the rules matter more than
    chance does. The sets share most of their people, so their intervals are no test of each other,
    and there is no joint covariance. A set that cannot be weighted is withheld.

    Parameters
    ----------
    responses : Responses
        Answers as returned, not yet screened.
    style : ShareStyle, optional
        How the shares are estimated.
    flags : mapping, optional
        Those of `survey.screening.screen.screening_flags` for the study's own rules, where they are known.

    Raises
    ------
    EstimateError
        If the responses have been screened, or the question has no options.
    """
    if responses.flow is not None:
        raise EstimateError("screening_variants", "the responses are screened already", "give them as read")
    flags = screening_flags(responses, study.screening) if flags is None else flags

    def made(variant: Variant) -> Made:
        changed = replace(study, screening=variant_of(study.screening, variant))
        known = None if variant == "strict" else flags  # whose thresholds are others

        def weighted() -> WeightedSample:
            return weigh(about(screen(responses, changed, flags=known)[0], study, question), changed)

        return variant, weighted, "answered"

    return estimated(map(made, get_args(Variant)), question, style, by="screening")


def range_over(shares: Sequence[float]) -> float:
    """Return how far a share moves over several sets of rules, 0–1 (methods 7.2)."""
    return max(shares) - min(shares)


def half_width(low: float, high: float) -> float:
    """Return half of an interval, which a range over rules is weighed against (methods 7.2)."""
    return (high - low) / 2
