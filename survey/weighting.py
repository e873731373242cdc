"""From a tally and population margins to a weighted sample that remembers how it was weighted."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from survey.calibration import Distance
from survey.collapsing import Partners
from survey.design import opt_in
from survey.errors import StudyError, listing, nearest
from survey.given_margins import Accuracy, Margins, given_margins
from survey.margins import read_margin
from survey.one_thread import on_one_thread
from survey.recipe import CalibrationStep, Recipe, Unit
from survey.recipe_checks import checked_partners, checked_totals
from survey.record import UNWEIGHTED, WaveRecord
from survey.responses import Responses
from survey.study import Study
from survey.tally import tally
from survey.weighted_sample import WeightedSample, unweighted
from survey.weighting_plan import Unknown
from survey.weighting_steps import run_recipe, run_step


@on_one_thread
def weigh(responses: Responses, study: Study) -> WeightedSample:
    """Return screened answers weighted as the study file says (methods 1.1).

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
    collapse: Mapping[str | tuple[str, ...], Partners] | None = None,
    collapse_below: int = 30,
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
        Smallest and largest weight over the base weight scaled to the population, which is the average
        weight where base weights are equal; (0, inf) for plain raking.
    collapse : mapping, optional
        For a margin, groups of categories that may be merged, or "neighbours" for ordered ones:
        done where one has fewer than `collapse_below` answers (methods 1.5). Categories of a
        crossed margin are joined by " x ".
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
    step = CalibrationStep(
        made,
        bounds=bounds,
        unknown=unknown,
        partners=checked_partners(collapse or {}, [margin.name for margin in made]),
        minimum=collapse_below,
    )
    return run_step(sample, step)


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
    """Return a sample calibrated to margins, and to population totals of numbers beside them (methods 1.2).

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
        What the bounds are over: the base weight scaled to the population, or as it was given.
    unknown, margin_errors
        As in `rake`.

    Raises
    ------
    MarginError, CalibrationError
        As `weigh`; and if somebody's weight would not be above 0.
    """
    made = given_margins(margins, margin_errors, where="calibrate")
    usual = (0.2, 5.0) if distance == "logit" else (-inf if distance == "linear" else 0.0, inf)
    step = CalibrationStep(
        made,
        checked_totals({} if totals is None else totals),
        distance,
        usual if bounds is None else bounds,
        relative_to,
        unknown,
    )
    return run_step(sample, step)
