"""From a questionnaire's export to a weighted sample: what was asked, who answered, what it counts."""

from survey.errors import (
    CalibrationError,
    EstimateError,
    ExportError,
    MarginError,
    ReportError,
    StudyError,
    SurveyError,
)
from survey.exports.platforms import read_export
from survey.former_names import MODULES, NAMES, former_names
from survey.responses.responses import Responses
from survey.screening.near_copies import NearCopies, near_copies
from survey.screening.screen import screen, screening_frame
from survey.sources.reading import read_responses
from survey.study.study import Study, read_study
from survey.weighting.from_frame import from_frame
from survey.weighting.person_weights import person_weights, weights
from survey.weighting.recipe import Recipe, read_recipe
from survey.weighting.reference.reference import reference
from survey.weighting.replicates.given import from_replicates
from survey.weighting.replicates.made import make_replicates
from survey.weighting.run import run_recipe, weigh
from survey.weighting.sample import WeightedSample
from survey.weighting.verbs import adjust_nonresponse, calibrate, rake, trim, trim_and_rake

__all__ = [
    "CalibrationError",
    "EstimateError",
    "ExportError",
    "MarginError",
    "NearCopies",
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
    "make_replicates",
    "near_copies",
    "person_weights",
    "rake",
    "read_export",
    "read_recipe",
    "read_responses",
    "read_study",
    "reference",
    "run_recipe",
    "screen",
    "screening_frame",
    "trim",
    "trim_and_rake",
    "weigh",
    "weights",
]

__getattr__ = former_names("survey", NAMES, MODULES)
