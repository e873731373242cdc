"""From a tally and population margins to a weighted sample that remembers how it was weighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from survey.calibration import Distance
from survey.design import opt_in
from survey.errors import CalibrationError, EstimateError, StudyError, listing, nearest
from survey.given_margins import Accuracy, Margins, given_margins
from survey.margin_calibration import calibrated
from survey.margin_cells import Unknown
from survey.margins import read_margin
from survey.recalibration import calibrating, replicated_step
from survey.recipe import CalibrationStep, NonresponseStep, Recipe, Step, TrimmingStep, Unit
from survey.record import UNWEIGHTED, WaveRecord
from survey.responses import Responses
from survey.study import Study
from survey.tally import tally
from survey.trimmed_weights import trimmed_sample
from survey.trimming import Cap, Rounds, Sharing
from survey.weighted_sample import WeightedSample, unweighted
from survey.weighting_classes import respondents


def weigh(responses: Responses, study: Study) -> WeightedSample:
    """Return screened answers weighted as the study file says.

    Raises
    ------
    StudyError
        If a margin is given twice, or categories are to be collapsed in one that is not there.
    MarginError
        If margins are incomplete, disagree, or have a category nobody is in.
    CalibrationError
        If no weights within the bounds meet all margins; names the margins and categories.
    """
    plan = study.weighting
    design = opt_in(len(responses), kind=study.sample)
    sample = unweighted(
        tally(responses, design),
        design.sampling,
        WaveRecord(responses.wave.id, responses.platform, responses.encoding, responses.flow, UNWEIGHTED),
    )
    if plan.method == "none":
        return sample
    margins = [read_margin(source, study.questionnaire) for source in plan.margins]
    names = [margin.name for margin in margins]
    for name in names:
        if names.count(name) > 1:
            raise StudyError(
                f"{study.path.name}, [weighting.margins]", f'"{name}" is given twice', "keep one of the two"
            )
    for name, _ in plan.collapse:
        if name not in names:
            raise StudyError(
                f"{study.path.name}, [weighting.collapse] {name}",
                f"is not one of the margins ({listing(names)})",
                nearest(name, names),
            )
    step = CalibrationStep(
        tuple(margins),
        bounds=plan.bounds,
        unknown=plan.unknown,
        partners=plan.collapse,
        minimum=plan.collapse_below,
    )
    return run_recipe(Recipe((step,)), sample)


def rake(
    sample: WeightedSample,
    margins: Margins,
    *,
    bounds: tuple[float, float] = (0.2, 5.0),
    unknown: Unknown = "own_target",
    margin_errors: Mapping[str | tuple[str, ...], Accuracy] | None = None,
) -> WeightedSample:
    """Return a sample raked to margins given as ``{question: {category: count or share}}``.

    Parameters
    ----------
    margins : mapping
        A key is a question, or a tuple of questions for a crossed margin (categories are then
        tuples). Figures that sum to 1 are taken as shares.
    bounds : tuple of float
        Smallest and largest weight in units of the average weight; (0, inf) for plain raking.
    unknown : {"own_target", "fractional"}
        What becomes of people without a known category: they keep their share, or count in every
        category by its target share (methods 1.6).
    margin_errors : mapping, optional
        For a margin that is itself an estimate, the number of answers behind it or the covariance
        of its figures; it then adds to the variance (methods 1.10).

    Raises
    ------
    MarginError, CalibrationError
        As `weigh`.
    """
    made = given_margins(margins, margin_errors, where="rake")
    return run_step(sample, CalibrationStep(made, bounds=_bounds(bounds), unknown=_policy(unknown)))


def calibrate(
    sample: WeightedSample,
    margins: Margins,
    *,
    totals: Mapping[str, float] | None = None,
    distance: Distance = "linear",
    bounds: tuple[float, float] | None = None,
    relative_to: Unit = "average",
    unknown: Unknown = "own_target",
    margin_errors: Mapping[str | tuple[str, ...], Accuracy] | None = None,
) -> WeightedSample:
    """Return a sample calibrated to margins, and to population totals of numbers beside them.

    Parameters
    ----------
    margins : mapping
        As in `rake`; at least one, so that the weights add up to the population.
    totals : mapping of str to float, optional
        Questions with numbers and their sums over the population; everybody must have answered.
    distance : {"linear", "raking", "logit"}
        "linear" without bounds is the generalised regression estimator (GREG). One crossed margin
        is post-stratification by any of them.
    bounds : tuple of float, optional
        Smallest and largest weight: none for linear and raking unless given, (0.2, 5) for the
        logit.
    relative_to : {"average", "base"}
        What the bounds are in units of: the average weight, or the base weight as it was given.
    unknown, margin_errors
        As in `rake`.

    Raises
    ------
    MarginError, CalibrationError
        As `weigh`; and if somebody's weight would not be above 0.
    """
    made = given_margins(margins, margin_errors, where="calibrate")
    _choice("distance", distance, ("linear", "raking", "logit"))
    _choice("relative_to", relative_to, ("average", "base"))
    usual = (0.2, 5.0) if distance == "logit" else (-inf if distance == "linear" else 0.0, inf)
    step = CalibrationStep(
        made,
        tuple((totals or {}).items()),
        distance,
        _bounds(bounds or usual),
        relative_to,
        _policy(unknown),
    )
    return run_step(sample, step)


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
    return run_step(sample, NonresponseStep(question, answer, tuple(classes)))


def run_recipe(recipe: Recipe, sample: WeightedSample) -> WeightedSample:
    """Return a sample weighted by the steps of a recipe, in each of its replicates too if it has any.

    Raises
    ------
    MarginError, CalibrationError, EstimateError
        As the verbs that made the steps.
    """
    for step in recipe.steps:
        sample = run_step(sample, step)
    return sample


def run_step(sample: WeightedSample, step: Step) -> WeightedSample:
    """Return the sample after one more step, which joins its recipe; errors as `run_recipe`."""
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


def _bounds(bounds: tuple[float, float]) -> tuple[float, float]:
    if len(bounds) != 2 or not all(isinstance(b, (int, float, np.number)) for b in bounds):
        raise CalibrationError("bounds", f"are {bounds!r}", "give two numbers, such as (0.2, 5)")
    return float(bounds[0]), float(bounds[1])


def _policy(unknown: Unknown) -> Unknown:
    _choice("unknown", unknown, ("own_target", "fractional"))
    return unknown


def _choice(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        listed = ", ".join(f'"{choice}"' for choice in choices)
        raise CalibrationError(f'{name}="{value}"', "is not known", f"use one of {listed}")


def _trimming(
    cap: Cap, value: float | None, floor: float, *, sharing: Sharing, rounds: Rounds
) -> TrimmingStep:
    _choice("cap", cap, ("median", "median_iqr", "fixed"))
    _choice("sharing", sharing, ("proportional", "equal"))
    _choice("rounds", rounds, ("once", "strict"))
    usual = {"median": 5.0, "median_iqr": 6.0}
    if value is None and cap not in usual:
        raise CalibrationError("value", "is not given", "give the largest weight, in the unit of the weights")
    chosen = usual[cap] if value is None else value
    for name, number in (("value", chosen), ("floor", floor)):
        if not isinstance(number, (int, float, np.number)) or not 0 <= number < inf:
            raise CalibrationError(name, f"is {number!r}", "give a number from 0 up")
    return TrimmingStep(cap, float(chosen), float(floor), sharing, rounds)
