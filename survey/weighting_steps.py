"""The verbs that change weights one step at a time, and the runner of recipes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import numpy as np

from survey.errors import CalibrationError, EstimateError
from survey.margin_calibration import calibrated
from survey.one_thread import on_one_thread
from survey.recalibration import calibrating, replicated_step
from survey.recipe import CalibrationStep, NonresponseStep, Recipe, Step, TrimmingStep
from survey.recipe_checks import checked_names
from survey.trimmed_weights import trimmed_sample
from survey.trimming import Cap, Rounds, Sharing
from survey.weighted_sample import WeightedSample
from survey.weighting_classes import respondents


def trim(
    sample: WeightedSample,
    *,
    cap: Cap = "median",
    value: float | None = None,
    floor: float = 0.0,
    sharing: Sharing = "proportional",
    rounds: Rounds = "once",
) -> WeightedSample:
    """Return a sample with a cap on its weights, what was above it shared out among the others.

    Margins that were met before are then off; the record says by how much. Bounds in `rake` keep
    both, and are the better choice where there are margins (methods 1.7).

    Parameters
    ----------
    cap : {"median", "median_iqr", "fixed"}
        `value` times the median weight (5 unless given), the median + `value` interquartile
        ranges (6 unless given), or `value` itself, in the unit of the weights.
    floor : float
        Smallest weight, in the unit of the weights.
    sharing : {"proportional", "equal"}
        Others take up what was cut in proportion to their weights, or equally.
    rounds : {"once", "strict"}
        Others may pass the cap by what they take up, or trimming repeats until nobody does.

    Raises
    ------
    CalibrationError
        If no weights within the limits have the same sum.
    """
    return run_step(sample, _trimming(cap, value, floor, sharing=sharing, rounds=rounds))


def trim_and_rake(
    sample: WeightedSample, *, cap: Cap = "fixed", value: float | None = None
) -> WeightedSample:
    """Return a raked sample with a fixed cap on its weights, cutting and raking in turns (methods 1.7).

    It may fail where bounds in `rake` succeed, which need one solve; it is here for those who must
    repeat another house's weights.

    Parameters
    ----------
    cap, value
        As in `trim`; a cap from the median is taken once, at the start.

    Raises
    ------
    CalibrationError
        If a category's mean weight is above the cap, or 51 turns do not bring all weights under it.
    """
    step = _trimming(cap, value, 0.0, sharing="proportional", rounds="once")
    return run_step(sample, replace(step, excess="rake"))


def adjust_nonresponse(
    sample: WeightedSample, question: str, answer: str, *, classes: Sequence[str] = ()
) -> WeightedSample:
    """Return the respondents of a sample of people invited, each standing for the invited of a class.

    w = d Σ d over the class / Σ d over its respondents (methods 1.9). The linearised variance takes
    these weights as given; `replicated` makes replicates that repeat the adjustment. An open link
    has no list of people invited, and nothing to adjust by.

    Parameters
    ----------
    question, answer : str
        Who responded: those with this answer to this single question.
    classes : sequence of str
        Single questions known of everybody invited.

    Raises
    ------
    EstimateError
        If a class is unknown for somebody, or has no respondents.
    """
    return run_step(sample, NonresponseStep(question, answer, checked_names("classes", classes)))


@on_one_thread
def run_recipe(recipe: Recipe, sample: WeightedSample) -> WeightedSample:
    """Return a sample weighted by the steps of a recipe, in each replicate too (methods 1.11).

    Raises
    ------
    MarginError, CalibrationError, EstimateError
        As the verbs that made the steps.
    """
    if not isinstance(recipe, Recipe):
        raise EstimateError(
            "run_recipe", f"was given a {type(recipe).__name__}", "give a recipe, then a sample"
        )
    for step in recipe.steps:
        sample = run_step(sample, step)
    return sample


@on_one_thread
def run_step(sample: WeightedSample, step: Step) -> WeightedSample:
    """Return the sample after one more step, which joins its recipe; errors as `run_recipe`."""
    if not isinstance(sample, WeightedSample):
        problem = f"was given a {type(sample).__name__}"
        raise EstimateError("weighting", problem, "give a sample, as survey.from_frame makes it")
    if isinstance(step, CalibrationStep):
        made = _calibrate(sample, step)
    elif isinstance(step, TrimmingStep):
        made = trimmed_sample(sample, step)
    else:
        made = respondents(sample, step)
    start = sample if sample.start is None else sample.start
    return replace(made, recipe=Recipe((*sample.recipe.steps, step)), start=start)


def _calibrate(sample: WeightedSample, step: CalibrationStep) -> WeightedSample:
    if sample.calibration is not None or sample.trimming is not None:
        raise EstimateError(
            "calibration",
            "the sample has already been calibrated or trimmed",
            "start from the sample as it was before, with all margins at once",
        )
    lowest = -inf if step.distance == "linear" else 0
    low, high = step.bounds
    wide = step.distance == "logit" and not (np.isfinite(low) and np.isfinite(high))
    if step.relative_to == "average" and not lowest <= low < 1 < high:
        wide = True
    if wide or not lowest <= low < high:
        problem = f"are ({low:g}, {high:g})"
        raise CalibrationError("bounds", problem, "give a lower bound under 1 and an upper bound over 1")
    made, cells = calibrated(sample, step)
    if sample.sampling.replicates is None:
        return made
    return replicated_step(made, calibrating(sample, cells), told_apart=[cells.cell])


def _trimming(
    cap: Cap, value: float | None, floor: float, *, sharing: Sharing, rounds: Rounds
) -> TrimmingStep:
    usual = {"median": 5.0, "median_iqr": 6.0}
    if value is None and cap == "fixed":
        raise CalibrationError("value", "is not given", "give the largest weight, in the unit of the weights")
    return TrimmingStep(cap, usual.get(cap, 0.0) if value is None else value, floor, sharing, rounds)
