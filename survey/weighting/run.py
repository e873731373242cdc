"""Running a recipe: a sample weighted step by step, or as its study file says."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from survey.errors import EstimateError, Place, StudyError, note, noting, reading_on
from survey.history import UNWEIGHTED, WaveHistory
from survey.numeric.one_thread import on_one_thread
from survey.responses.responses import Responses
from survey.study.study import Study
from survey.study.weighting_settings import check_members
from survey.weighting.calibrate import calibrated
from survey.weighting.design import opt_in
from survey.weighting.margins.file import read_margin
from survey.weighting.margins.margins import Margin
from survey.weighting.nonresponse import respondents
from survey.weighting.recipe import CalibrationStep, NonresponseStep, Recipe, Step
from survey.weighting.rows import Rows
from survey.weighting.sample import WeightedSample, unweighted
from survey.weighting.tally import tally_people
from survey.weighting.trim import trimmed_and_raked, trimmed_sample


@on_one_thread
def weigh(responses: Responses, study: Study) -> WeightedSample:
    """Return screened answers weighted as the study file says (methods 1.1).

    Raises
    ------
    StudyError
        If a margin is given twice, or categories are to be merged in a margin that is not given.
    MarginError
        If margins are incomplete, disagree, or have a category without respondents.
    CalibrationError
        If no weights within the bounds meet all margins; names the margins and categories.
    """
    plan = study.weighting
    design = opt_in(len(responses), kind=study.sample)
    tally, record = tally_people(responses, design)
    sample = unweighted(
        tally,
        design.sampling,
        WaveHistory(
            responses.wave.id,
            responses.platform,
            responses.encoding,
            responses.flow,
            UNWEIGHTED,
            responses.ticks,
        ),
    )
    if responses.paradata.grouped is None:
        sample = replace(sample, rows=Rows(pd.Index(responses.paradata.rows, name="row"), record))
    if plan.method == "none":
        return sample
    step = CalibrationStep(
        study_margins(study),
        bounds=plan.bounds,
        unknown=plan.unknown,
        partners=plan.collapse,
        minimum=plan.collapse_below,
    )
    return run_recipe(Recipe((step,)), sample)


def study_margins(study: Study) -> tuple[Margin, ...]:
    """Return the margins of a study read from their files.

    Raises
    ------
    StudyError, MarginError
        As `weigh`; `SeveralErrors` where there are several mistakes.
    """
    return reading_on(lambda: _margins(study))


def _margins(study: Study) -> tuple[Margin, ...]:
    plan, margins = study.weighting, []
    for source in plan.margins:
        with noting():
            margins.append(read_margin(source, study.questionnaire))
    names = [margin.name for margin in margins]
    for i, name in enumerate(names):
        if name in names[:i]:
            place = Place(study.path.name, ("weighting", "margins"))
            note(StudyError(place, key="weighting.same_margin", name=name))
    if len(margins) == len(plan.margins):
        for name, _ in plan.collapse:
            with noting():
                place = Place(study.path.name, ("weighting", "collapse"))
                check_members([name], names, place, "margin", StudyError)
    return tuple(margins)


@on_one_thread
def run_recipe(recipe: Recipe, sample: WeightedSample) -> WeightedSample:
    """Return a sample weighted by the steps of a recipe, in each replicate too (methods 1.11).

    Raises
    ------
    MarginError, CalibrationError, EstimateError
        As the verbs that made the steps.
    """
    if not isinstance(recipe, Recipe):
        raise EstimateError("run_recipe", key="call.recipe", found=type(recipe).__name__)
    for step in recipe.steps:
        sample = run_step(sample, step)
    return sample


@on_one_thread
def run_step(sample: WeightedSample, step: Step) -> WeightedSample:
    """Return the sample after one more step, which joins its recipe; errors as `run_recipe`."""
    if not isinstance(sample, WeightedSample):
        raise EstimateError("weighting", key="call.sample", found=type(sample).__name__)
    if isinstance(step, CalibrationStep):
        weighted = calibrated(sample, step)
    elif isinstance(step, NonresponseStep):
        weighted = respondents(sample, step)
    elif step.excess == "rake":
        weighted = trimmed_and_raked(sample, step)
    else:
        weighted = trimmed_sample(sample, step)
    start = sample if sample.start is None else sample.start
    return replace(weighted, recipe=Recipe((*sample.recipe.steps, step)), start=start)
