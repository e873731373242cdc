"""From a questionnaire's export to a weighted sample: what was asked, who answered, what it counts."""

from survey.design_replicates import replicated
from survey.errors import (
    CalibrationError,
    EstimateError,
    ExportError,
    MarginError,
    ReportError,
    StudyError,
    SurveyError,
)
from survey.exports import read_export
from survey.frames import from_frame
from survey.person_weights import person_weights
from survey.reading import read_responses
from survey.recipe import Recipe, read_recipe
from survey.replicates import from_replicates
from survey.responses import Responses
from survey.screening import screen
from survey.study import Study, read_study
from survey.weighted_sample import WeightedSample
from survey.weighting import calibrate, rake, weigh
from survey.weighting_steps import adjust_nonresponse, run_recipe, trim, trim_and_rake

__all__ = [
    "CalibrationError",
    "EstimateError",
    "ExportError",
    "MarginError",
    "Recipe",
    "ReportError",
    "Responses",
    "Study",
    "StudyError",
    "SurveyError",
    "WeightedSample",
    "adjust_nonresponse",
    "calibrate",
    "from_frame",
    "from_replicates",
    "person_weights",
    "rake",
    "read_export",
    "read_recipe",
    "read_responses",
    "read_study",
    "replicated",
    "run_recipe",
    "screen",
    "trim",
    "trim_and_rake",
    "weigh",
]
