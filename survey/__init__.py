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
from survey.exports import read_export
from survey.frames import from_frame
from survey.replicates import from_replicates
from survey.responses import Responses, read_responses
from survey.screening import screen
from survey.study import Study, read_study
from survey.weighted_sample import WeightedSample
from survey.weighting import calibrate, rake, weigh

__all__ = [
    "CalibrationError",
    "EstimateError",
    "ExportError",
    "MarginError",
    "ReportError",
    "Responses",
    "Study",
    "StudyError",
    "SurveyError",
    "WeightedSample",
    "calibrate",
    "from_frame",
    "from_replicates",
    "rake",
    "read_export",
    "read_responses",
    "read_study",
    "screen",
    "weigh",
]
