"""From a questionnaire's export to a weighted sample: what was asked, who answered, what it counts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from survey.former_names import MODULES, NAMES, former_names

if TYPE_CHECKING:
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

# Where each public name stands: it is loaded when first asked for, as pandas takes half a second.
_ROOMS = {
    "survey.errors": (
        "CalibrationError",
        "EstimateError",
        "ExportError",
        "MarginError",
        "ReportError",
        "StudyError",
        "SurveyError",
    ),
    "survey.exports.platforms": ("read_export",),
    "survey.responses.responses": ("Responses",),
    "survey.screening.near_copies": (
        "NearCopies",
        "near_copies",
    ),
    "survey.screening.screen": (
        "screen",
        "screening_frame",
    ),
    "survey.sources.reading": ("read_responses",),
    "survey.study.study": (
        "Study",
        "read_study",
    ),
    "survey.weighting.from_frame": ("from_frame",),
    "survey.weighting.person_weights": (
        "person_weights",
        "weights",
    ),
    "survey.weighting.recipe": (
        "Recipe",
        "read_recipe",
    ),
    "survey.weighting.reference.reference": ("reference",),
    "survey.weighting.replicates.given": ("from_replicates",),
    "survey.weighting.replicates.made": ("make_replicates",),
    "survey.weighting.run": (
        "run_recipe",
        "weigh",
    ),
    "survey.weighting.sample": ("WeightedSample",),
    "survey.weighting.verbs": (
        "adjust_nonresponse",
        "calibrate",
        "rake",
        "trim",
        "trim_and_rake",
    ),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}
_former = former_names("survey", NAMES, MODULES)


def __getattr__(name: str) -> Any:
    """Return a public name when first asked for."""
    if name not in _HOMES:
        return _former(name)
    errors = import_module("survey.errors")
    for package in ("analysis", "reports"):
        errors.refuse_shadows(package, __file__)
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
