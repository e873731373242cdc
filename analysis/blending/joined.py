"""Estimates from two samples by each method, with both parts of their error (methods 9.1-9.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.blending.covariates import Covariates, columns_of
from analysis.blending.last_step import calibrated_last, calibration_cells
from analysis.blending.matching import Matched
from analysis.numeric.blending.estimators import (
    LastStep,
    Parts,
    Question,
    Size,
    doubly_robust_parts,
    imputed_parts,
    neighbour_parts,
    weighted_parts,
)
from analysis.numeric.blending.imputing import Family, Fitted, fitted_answers, of_neighbours
from analysis.numeric.blending.joining import Fit, Joining, Pair, fitted_joining
from analysis.numeric.separation import separating
from survey.errors import CalibrationError, Cell, EstimateError
from survey.numeric.array_types import Bools, Floats
from survey.study.reference_plan import JoiningMethod
from survey.weighting.cells import CalibrationCells

Method = JoiningMethod
CERTAIN = 1e-8
JOINING: tuple[Method, ...] = ("ipw", "ipw_calibrated", "doubly_robust")


@dataclass(frozen=True, slots=True)
class Model:
    """How two samples are joined.

    Attributes
    ----------
    joining : {"pseudo_likelihood", "calibrated"}
        How chances of joining are fitted.
    family : {"linear", "logistic"}
        Of the answers.
    size : {"own", "reference", "total"} or float
    """

    method: Method
    covariates: tuple[str, ...]
    outcome_covariates: tuple[str, ...]
    joining: Fit
    family: Family
    size: Size
    neighbours: int


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """Two samples ready to be joined by a model; each part None where the method has no use for it."""

    pair: Matched
    model: Model
    joining: Covariates | None
    answers: Covariates | None
    start: Floats | None = None
    cells: CalibrationCells | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Estimates with the chances of joining and the last step they rest on."""

    parts: Parts
    joining: Joining | None
    last: LastStep | None


def joint_of(pair: Matched, model: Model) -> Joint:
    """Return two samples with the columns that a method needs; raises EstimateError as `columns_of`."""
    joining = columns_of(pair, model.covariates, "all") if model.method in JOINING else None
    answers = None
    if model.method not in ("ipw", "ipw_calibrated"):
        same = joining is not None and model.outcome_covariates == model.covariates
        answers = joining if same else columns_of(pair, model.outcome_covariates, "of_reference")
    return Joint(pair, model, joining, answers)


def joined(joint: Joint) -> tuple[Joint, Result]:
    """Return the estimates of both samples as they are, and the joint with what replicates start from.

    Raises
    ------
    EstimateError
        If nobody of the random sample is like any volunteer, its weights do not add up to more people than
        the volunteers, or coefficients are infinite.
    CalibrationError, MarginError
        If the joined weights cannot be raked to the margins.
    """
    columns = joint.joining or joint.answers
    assert columns is not None
    if joint.joining is not None:
        joining = checked_joining(joint)
        cells = calibration_cells(joint.pair, joint.joining.pair.a * joining.weight)
        joint = replace(joint, start=joining.coefficients, cells=cells)
    return joint, run(joint, columns.pair.a, columns.pair.d)


def run(joint: Joint, a: Floats, d: Floats) -> Result:
    """Return the estimates with other counts of the volunteers, or weights of the random sample.

    Parameters
    ----------
    a : float array, shape (m,)
    d : float array, shape (k,)

    Raises
    ------
    EstimateError
        If the chances or the answers cannot be fitted, or the weights not raked.
    """
    model, target = joint.model, joint.pair.target
    of_joining, of_answers = (_with(columns, a, d) for columns in (joint.joining, joint.answers))
    joining = last = fitted = None
    if of_joining is not None:
        joining = fitted_joining(of_joining, model.joining, joint.start)
        if joining is None:
            raise EstimateError("blend", key="blend.no_overlap_fit")
        last = _raked(joint.cells, a * joining.weight)
    if of_answers is not None and model.method != "nearest_neighbour":
        fitted = _answers(joint, of_answers, target)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = _parts(joint, of_joining, of_answers, joining, last, fitted)
    return Result(parts, joining, last)


def _with(columns: Covariates | None, a: Floats, d: Floats) -> Pair | None:
    return None if columns is None else replace(columns.pair, a=a, d=d)


def _parts(
    joint: Joint,
    of_joining: Pair | None,
    of_answers: Pair | None,
    joining: Joining | None,
    last: LastStep | None,
    fitted: Fitted | None,
) -> Parts:
    model, target = joint.model, joint.pair.target
    measure: Literal["mean", "total"] = "total" if model.size == "total" else "mean"
    if of_answers is None:
        assert of_joining is not None
        assert joining is not None
        return weighted_parts(of_joining, joining, last, target, model.size)
    if fitted is None:
        assert joint.answers is not None
        m_b = of_neighbours(
            joint.answers.raw_a,
            of_answers.a * target.answered,
            joint.answers.raw_b,
            target.y,
            model.neighbours,
        )
        return neighbour_parts(of_answers, target, m_b, measure)
    if of_joining is None or joining is None:
        return imputed_parts(of_answers, target, fitted, measure)
    return doubly_robust_parts(of_joining, joining, last, of_answers, target, fitted, model.size)


def _raked(cells: CalibrationCells | None, weight: Floats) -> LastStep | None:
    if cells is None:
        return None
    try:
        return calibrated_last(cells, weight)
    except CalibrationError as error:
        raise EstimateError(
            "blend", key="blend.cannot_rake", margins=error.where, reason=error.problem
        ) from None


def _answers(joint: Joint, pair: Pair, target: Question) -> Fitted:
    """Return the fitted answers; refuses those that separate."""
    answered = target.answered.astype(np.float64)
    family = joint.model.family
    y = target.y[target.answered]
    still = np.array([np.ptp(column) == 0 for column in y.T], dtype=bool)
    # What everybody answered alike is fitted exactly, by a straight line too.
    kinds: list[Family] = ["linear" if one else family for one in still.tolist()]
    found = [fitted_answers(pair, target.y[:, [j]], answered, kind) for j, kind in enumerate(kinds)]
    for j, one in enumerate(found):
        if one is None or (
            kinds[j] == "logistic" and _told(one.m_a[target.answered]) and _separated(pair, target, j)
        ):
            item = joint.pair.items[j]
            raise EstimateError(
                Cell(question=joint.pair.question),
                key="blend.separated",
                option=item or "1",
                covariates=list(joint.model.outcome_covariates),
            )
    fits = [one for one in found if one is not None]
    return Fitted(
        m_a=np.hstack([fit.m_a for fit in fits]),
        m_b=np.hstack([fit.m_b for fit in fits]),
        slope_a=np.hstack([fit.slope_a for fit in fits]),
        slope_b=np.hstack([fit.slope_b for fit in fits]),
    )


def _told(mean: Floats) -> bool:
    """Say whether a fitted share is so near 0 or 1 that its coefficients may be infinite."""
    return float(np.minimum(mean, 1 - mean).min()) < CERTAIN


def _separated(pair: Pair, target: Question, item: int) -> bool:
    return bool(separating(pair.x_a[target.answered], target.y[target.answered, item], "logistic"))


def checked_joining(joint: Joint) -> Joining:
    """Return the chances of joining of both samples as they are; refuses, by name, what has none."""
    columns, model = joint.joining, joint.model
    assert columns is not None
    pair = columns.pair
    population, people = float(pair.d.sum()), float(pair.a.sum())
    weights = pair.d[pair.d > 0] / joint.pair.records_b.count[pair.d > 0]
    if population <= people or np.median(weights) <= 1:
        raise EstimateError("reference", key="blend.small_weights", total=population, people=int(people))
    joining = fitted_joining(pair, model.joining)
    inside = pair.d > 0
    if joining is not None and float(joining.p_b[inside].max()) >= float(joining.p_a.min()):
        return joining
    apart = _apart(columns, inside)
    if apart or model.joining == "pseudo_likelihood":
        raise EstimateError("blend", key="blend.no_overlap", covariates=apart or list(model.covariates))
    raise EstimateError("blend", key="blend.out_of_reach", covariates=list(model.covariates))


def _apart(columns: Covariates, inside: Bools) -> list[str]:
    """Return the covariates in which the samples lie apart: one alone if there is one."""
    x = np.vstack([columns.pair.x_a, columns.pair.x_b[inside]])
    volunteer = np.concatenate([np.ones(len(columns.pair.x_a)), np.zeros(int(inside.sum()))])
    owner = ["", *(question for question, _ in columns.names)]
    for name in dict.fromkeys(owner[1:]):
        if separating(x[:, [j for j, of in enumerate(owner) if of in ("", name)]], volunteer, "logistic"):
            return [name]
    return list(dict.fromkeys(owner[j] for j in separating(x, volunteer, "logistic") if j))
