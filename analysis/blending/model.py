"""The model that the arguments of a call ask for, checked."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from numbers import Real
from typing import Any, Literal

import numpy as np

from analysis.blending.joined import JOINING, Method, Model
from analysis.blending.matching import Matched
from analysis.numeric.blending.imputing import Family
from analysis.numeric.blending.joining import Fit
from survey.errors import EstimateError, check_choice
from survey.weighting.tally import question_names

Measure = Literal["mean", "total"]
AnyFamily = Literal["auto", "linear", "logistic"]
Size = Literal["own", "reference"] | float


def model_of(
    covariates: Any,
    outcome_covariates: Any,
    method: Method,
    joining: Fit,
    family: AnyFamily,
    *,
    size: Size = "own",
    measure: Measure = "mean",
    neighbours: int = 5,
) -> tuple[list[str], Model]:
    """Return all covariates, and the model that the arguments ask for; refuses what is none."""
    check_choice("method", method, Method)
    check_choice("joining", joining, Fit)
    check_choice("family", family, AnyFamily)
    check_choice("measure", measure, Measure)
    known = isinstance(size, Real) and not isinstance(size, bool)
    if not known:
        check_choice("size", size, ("own", "reference"))
    elif not (isfinite(float(size)) and float(size) > 0):
        raise EstimateError(f"size={size}", key="blend.size")
    if isinstance(neighbours, bool) or not isinstance(neighbours, (int, np.integer)) or neighbours < 1:
        raise EstimateError(f"neighbours={neighbours}", key="blend.neighbours")
    named = question_names("covariates", covariates)
    others = named if outcome_covariates is None else question_names("outcome_covariates", outcome_covariates)
    of_joining, of_answers = method in JOINING, method not in ("ipw", "ipw_calibrated")
    used = dict.fromkeys([*(named if of_joining else ()), *(others if of_answers else ())])
    if not used or (of_joining and not named) or (of_answers and not others):
        raise EstimateError("covariates", key="blend.no_covariates")
    if method == "ipw_calibrated":
        joining = "calibrated"
    # A known number of a total multiplies the mean.
    of_mean: Any = ("own" if known else "total") if measure == "total" else float(size) if known else size
    model = Model(method, named, others, joining, "linear", of_mean, int(neighbours))
    return list(used), model


def with_family(model: Model, pair: Matched, family: AnyFamily) -> Model:
    """Return the model with the family of the answers; refuses a logistic one of amounts."""
    y = pair.target.y
    shares = pair.items != ("",) or bool(np.isin(y, (0.0, 1.0)).all())
    if family == "logistic" and not shares:
        raise EstimateError('family="logistic"', key="blend.logistic")
    chosen: Family = "logistic" if shares and family != "linear" else "linear"
    return replace(model, family=chosen)
