"""Shares under other choices that were as reasonable: how much hangs on them (methods 4.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from analysis.bases import question_base
from analysis.estimates import Estimates
from analysis.sensitivity.screening_variants import OUTSIDE
from analysis.sensitivity.share_options import USUAL, ShareStyle
from analysis.sensitivity.variants import Made, about, estimated
from survey.errors import EstimateError
from survey.responses.responses import Responses
from survey.screening.screen import Flags, screen, screening_flags
from survey.study.study import Study
from survey.weighting.margins.margins import Margin
from survey.weighting.recipe import CalibrationStep, Recipe
from survey.weighting.run import run_recipe, weigh
from survey.weighting.sample import WeightedSample

# The choice made, and one that is shown and no choice to make.
HERE, BARE = "as_here", "unweighted"
# Powers of the bounds: 0.2 to 5 becomes 1/3 to 3, and 0.1 to 10.
NARROWER, WIDER = 0.6826, 1.4307


def weighting_choices(
    sample: WeightedSample,
    question: str,
    *,
    alternatives: Mapping[str, Sequence[Margin]] | None = None,
    style: ShareStyle = USUAL,
) -> Estimates:
    """Return the shares of a question under other choices of weighting and base (methods 4.6).

    Measure "share", `by` "choice", `group` the choice: "as_here"; "unweighted"; "without MARGIN" for
    each of several margins; "margins ID" for each alternative set; "narrower_bounds" and "wider_bounds"
    (1/3 to 3 and 0.1 to 10 where they are 0.2 to 5); "base_asked", those who were asked and silent
    counting as no, where anybody was. A choice no weights can meet is withheld (note
    "cannot_be_weighted"). The choices share their people, so there is no joint covariance.

    Parameters
    ----------
    sample : WeightedSample
        Weighted by one calibration, or not at all.
    alternatives : mapping of str to margins, optional
        Other sets of margins that might as well have been used, by name.

    Raises
    ------
    EstimateError
        If the question has no options, or the weights were made in several steps.
    """
    steps = sample.recipe.steps
    if len(steps) > 1 or not all(isinstance(step, CalibrationStep) for step in steps):
        raise EstimateError(
            "weighting_choices", "the weights were made in several steps", "give a sample that was raked only"
        )
    return estimated(_weightings(sample, question, alternatives or {}), question, style, by="choice")


def rule_choices(
    study: Study,
    responses: Responses,
    question: str,
    *,
    style: ShareStyle = USUAL,
    flags: Flags | None = None,
) -> Estimates:
    """Return the shares of a question with each rule of screening left out in turn (methods 4.6).

    As `weighting_choices`, `group` "rule RULE" for every rule in force that set somebody aside; rules
    on who belongs to the population stay, since no margin has the others.

    Parameters
    ----------
    flags : mapping, optional
        Those of `survey.screening.screen.screening_flags`, where they are known already.

    Raises
    ------
    EstimateError
        If the responses have been screened, or the question has no options.
    """
    if responses.flow is not None:
        raise EstimateError("rule_choices", "the responses are screened already", "give them as read")
    plan = study.screening
    flags = screening_flags(responses, plan) if flags is None else flags
    flow = screen(responses, study, flags=flags)[1]
    met = {step.rule for step in flow.steps if step.removed} - set(OUTSIDE)

    def left_out(rule: str) -> WeightedSample:
        rules = tuple(r for r in plan.rules if r != rule)
        changed = replace(study, screening=replace(plan, rules=rules))
        return weigh(about(screen(responses, changed, flags=flags)[0], study, question), changed)

    chosen = [rule for rule in plan.rules if rule in met]
    made: list[Made] = [(f"rule {rule}", partial(left_out, rule), "answered") for rule in chosen]
    return estimated(made, question, style, by="choice")


def _weightings(
    sample: WeightedSample, question: str, alternatives: Mapping[str, Sequence[Margin]]
) -> Iterator[Made]:
    start = sample if sample.start is None else sample.start

    def raked(step: CalibrationStep) -> Callable[[], WeightedSample]:
        return lambda: run_recipe(Recipe((step,)), start)

    yield HERE, lambda: sample, "answered"
    for step in sample.recipe.steps:
        assert isinstance(step, CalibrationStep)
        yield BARE, lambda: start, "answered"
        for margin in step.margins if len(step.margins) > 1 else ():
            yield (
                f"without {margin.name}",
                raked(_with(step, [m for m in step.margins if m != margin])),
                "answered",
            )
        for name, margins in alternatives.items():
            yield f"margins {name}", raked(_with(step, margins)), "answered"
        low, high = step.bounds
        if 0 < low < 1 < high < np.inf:
            for name, power in (("narrower_bounds", NARROWER), ("wider_bounds", WIDER)):
                yield name, raked(replace(step, bounds=(low**power, high**power))), "answered"
    asked = question_base(sample, question, None, people="asked")
    if (asked.inside & ~question_base(sample, question, None).inside).any():
        yield "base_asked", lambda: sample, "asked"


def _with(step: CalibrationStep, margins: Sequence[Margin]) -> CalibrationStep:
    names = {margin.name for margin in margins}
    partners = tuple((name, groups) for name, groups in step.partners if name in names)
    return replace(step, margins=tuple(margins), partners=partners)
