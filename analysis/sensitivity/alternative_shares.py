"""Shares of a question under other ways to screen, weight and take the base (methods 4.6, 7.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, get_args

import numpy as np
import pandas as pd

from analysis.bases import question_base
from analysis.estimates import NUMBERS, Estimates, make_estimates
from analysis.numeric.covariance import Technique
from analysis.sensitivity.alternatives import AS_HERE, COPIES_LEFT_OUT, UNWEIGHTED, Alternative
from analysis.statistics.share_rows import Interval
from analysis.statistics.shares import ShareBase, shares
from survey.errors import CalibrationError, EstimateError, ExportError, MarginError, check_choice
from survey.numeric.array_types import Bools
from survey.numeric.one_thread import on_one_thread
from survey.responses.responses import Responses
from survey.screening.screen import Flags, screen, screening_flags
from survey.study.screening_plan import RULE_NAMES, STRICT_SPEED, RuleName, ScreeningPlan
from survey.study.study import Study
from survey.weighting.margins.file import read_margin
from survey.weighting.margins.margins import Margin
from survey.weighting.recipe import CalibrationStep, Recipe
from survey.weighting.run import run_recipe, weigh
from survey.weighting.sample import WeightedSample

Variant = Literal["none", "minimal", "default", "strict"]
# The rules on who belongs to the population. They stay in force: margins cover nobody else.
ELIGIBILITY: tuple[RuleName, ...] = ("test", "no_consent", "ineligible")
# Under "strict", the least share of equal answers that makes two questionnaires duplicates.
STRICT_IDENTICAL = 0.8
# Powers of the bounds: 0.2 to 5 becomes 1/3 to 3, and 0.1 to 10.
BOUND_POWERS = {"narrower": 0.6826, "wider": 1.4307}


@dataclass(frozen=True, slots=True)
class ShareStyle:
    """How shares are estimated: confidence level, kind of interval, technique of the variance."""

    confidence: float = 0.95
    interval: Interval = "wilson_smoothed"
    variance: Technique | None = None


USUAL = ShareStyle()


@dataclass(frozen=True, slots=True)
class Specification:
    """What an alternative's shares are computed from: how its sample is made, and of whom the share is."""

    alternative: Alternative
    make_sample: Callable[[], WeightedSample]
    base: ShareBase = "answered"


def variant_of(plan: ScreeningPlan, variant: Variant) -> ScreeningPlan:
    """Return a study's screening under another set of rules (methods 7.2).

    "none" excludes only test responses, people who did not consent, and people outside the population,
    who are in no margin; "minimal" also duplicates; "default" is the study's own; "strict" uses every rule
    and the platform's own verdict, speeders up to half the median time, duplicates that share four fifths
    of their answers, and a single warning sign.

    Raises
    ------
    EstimateError
        If there is no such variant.
    """
    check_choice("variant", variant, Variant)
    if variant == "none":
        return replace(plan, rules=ELIGIBILITY)
    if variant == "minimal":
        return replace(plan, rules=(*ELIGIBILITY, "duplicate"))
    if variant == "default":
        return plan
    return replace(
        plan,
        rules=RULE_NAMES,
        share_of_median=max(plan.share_of_median, STRICT_SPEED),
        identical=min(plan.identical, STRICT_IDENTICAL),
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

    Measure "alternative_share", `by` "screening", `group` the set: none, minimal, default, strict. If the
    range of a share over them is wider than half its interval, the rules matter more than chance does. The
    sets share most of their people, so their intervals are no test of each other, and there is no joint
    covariance. A set that cannot be weighted is suppressed (note "cannot_be_weighted").

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
    _refuse_screened("screening_variants", responses)
    flags = screening_flags(responses, study.screening) if flags is None else flags
    specifications = []
    for variant in get_args(Variant):
        plan = variant_of(study.screening, variant)
        known = screening_flags(responses, plan, known=flags) if variant == "strict" else flags
        make_sample = partial(_weighted_under, plan, study, responses, question, known)
        specifications.append(Specification(Alternative("screening", variant), make_sample))
    return _alternative_shares(specifications, question, style)


def rule_alternatives(
    study: Study,
    responses: Responses,
    question: str,
    *,
    style: ShareStyle = USUAL,
    flags: Flags | None = None,
) -> Estimates:
    """Return the shares of a question with each rule of screening left out in turn (methods 4.6).

    As `screening_variants`, `by` "rule_left_out", `group` every rule in force that excluded somebody; the
    rules on who belongs to the population stay, since margins cover nobody else.

    Raises
    ------
    EstimateError
        If the responses have been screened, or the question has no options.
    """
    _refuse_screened("rule_alternatives", responses)
    plan = study.screening
    flags = screening_flags(responses, plan) if flags is None else flags
    flow = screen(responses, study, flags=flags)[1]
    excluding = {step.rule for step in flow.steps if step.removed} - set(ELIGIBILITY)
    specifications = []
    for rule in (rule for rule in plan.rules if rule in excluding):
        others = replace(plan, rules=tuple(other for other in plan.rules if other != rule))
        make_sample = partial(_weighted_under, others, study, responses, question, flags)
        specifications.append(Specification(Alternative("rule_left_out", rule), make_sample))
    return _alternative_shares(specifications, question, style)


def copies_left_out(
    study: Study, kept: Responses, marked: Bools, question: str, *, style: ShareStyle = USUAL
) -> Estimates:
    """Return the shares of a question without the responses marked as near copies, weighted anew.

    As `screening_variants`, `by` "copies_left_out". Empty where the rest cannot be weighted.

    Parameters
    ----------
    kept : Responses
        Those that pass the rules of screening.
    marked : bool array, shape (n,)
        Which of them are marked.
    """
    without = kept.take(~marked, kept.flow)
    make_sample = partial(weigh, without, study)
    estimates = _alternative_shares([Specification(COPIES_LEFT_OUT, make_sample)], question, style)
    return replace(estimates, histories={})  # those of the responses as analysed stay


@on_one_thread
def weighting_alternatives(
    sample: WeightedSample,
    question: str,
    *,
    other_margins: Mapping[str, Sequence[Margin]] | None = None,
    style: ShareStyle = USUAL,
) -> Estimates:
    """Return the shares of a question under other choices of weighting and base (methods 4.6).

    Measure "alternative_share", `by` the kind, `group` its name: "as_here"; "unweighted"; "margin_left_out"
    for each of several margins; "other_margins" for each other set; "bounds", narrower and wider (1/3 to 3
    and 0.1 to 10 where they are 0.2 to 5); "base", "asked": item nonresponse counts as no, where there is
    any. A choice no weights can meet is suppressed (note "cannot_be_weighted"). The choices share their
    people, so there is no joint covariance.

    Parameters
    ----------
    sample : WeightedSample
        Weighted by one calibration, or not at all.
    other_margins : mapping of str to margins, optional
        Other sets of margins that might as well have been used, by name.

    Raises
    ------
    EstimateError
        If the question has no options, or the weights were made in several steps.
    """
    steps = sample.recipe.steps
    if len(steps) > 1 or not all(isinstance(step, CalibrationStep) for step in steps):
        raise EstimateError("weighting_alternatives", key="honesty.several_steps")
    specifications = [Specification(AS_HERE, lambda: sample)]
    start = sample if sample.start is None else sample.start
    if steps:
        specifications.append(Specification(UNWEIGHTED, lambda: start))
    for step in steps:
        assert isinstance(step, CalibrationStep)
        changed = dict[Alternative, CalibrationStep]()
        for margin in step.margins if len(step.margins) > 1 else ():
            changed[Alternative("margin_left_out", margin.name)] = without_margin(step, margin.name)
        for name, margins in (other_margins or {}).items():
            changed[Alternative("other_margins", name)] = with_margins(step, margins)
        low, high = step.bounds
        if 0 < low < 1 < high < np.inf:
            for name, power in BOUND_POWERS.items():
                changed[Alternative("bounds", name)] = replace(step, bounds=(low**power, high**power))
        for alternative, other in changed.items():
            make_sample = partial(run_recipe, Recipe((other,)), start)
            specifications.append(Specification(alternative, make_sample))
    asked = question_base(sample, question, None, people="asked").inside
    if (asked & ~question_base(sample, question, None).inside).any():
        specifications.append(Specification(Alternative("base", "asked"), lambda: sample, "asked"))
    return _alternative_shares(specifications, question, style)


def without_margin(step: CalibrationStep, name: str) -> CalibrationStep:
    """Return a calibration without one of its margins."""
    return with_margins(step, [margin for margin in step.margins if margin.name != name])


def with_margins(step: CalibrationStep, margins: Sequence[Margin]) -> CalibrationStep:
    """Return a calibration to other margins, what is merged in those that stay as before."""
    names = {margin.name for margin in margins}
    partners = tuple((name, groups) for name, groups in step.partners if name in names)
    return replace(step, margins=tuple(margins), partners=partners)


def _refuse_screened(function: str, responses: Responses) -> None:
    if responses.flow is not None:
        raise EstimateError(function, key="honesty.screened")


def _weighted_under(
    plan: ScreeningPlan, study: Study, responses: Responses, question: str, flags: Flags | None
) -> WeightedSample:
    """Return the responses screened by another plan and weighted, with the answers that this takes."""
    changed = replace(study, screening=plan)
    kept = screen(responses, changed, flags=flags)[0]
    margins = [read_margin(source, study.questionnaire) for source in study.weighting.margins]
    names = {question, *(name for margin in margins for name in margin.questions)}
    answers = {name: answer for name, answer in kept.answers.items() if name in names}
    return weigh(replace(kept, answers=answers), changed)


def _alternative_shares(
    specifications: Iterable[Specification], question: str, style: ShareStyle
) -> Estimates:
    """Return the shares of a question under each specification.

    One that no weights can meet, or that leaves nobody, is suppressed (note "cannot_be_weighted"). No rows
    where there are no specifications.
    """
    computed: dict[Alternative, Estimates | None] = {}
    for specification in specifications:
        try:
            computed[specification.alternative] = shares(
                specification.make_sample(),
                question,
                base=specification.base,
                confidence=style.confidence,
                interval=style.interval,
                variance=style.variance,
            )
        except (MarginError, CalibrationError, ExportError):
            computed[specification.alternative] = None
    first = next((estimates for estimates in computed.values() if estimates is not None), None)
    if first is None:
        return make_estimates([], None, {})
    blank = {column: np.nan for column in NUMBERS if column != "confidence"}
    unmet = first.frame.assign(flag="suppress", note="cannot_be_weighted", **blank)
    frames = [
        (unmet if estimates is None else estimates.frame).assign(**alternative.keys)
        for alternative, estimates in computed.items()
    ]
    return Estimates(pd.concat(frames, ignore_index=True), None, first.histories)
