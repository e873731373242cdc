"""Weighted regression with the design's covariance, and tests of its terms (methods 6).

Notation: w weights, x a record's row, m its fitted mean, v the slope of the mean in x'b, and
H = sum w v x x'. All links are canonical, so a person's influence on b is H^-1 x (y - m).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

import survey.numeric.special_functions as special
from analysis.bases import technique_of
from analysis.domains import FIXED, check_confidence
from analysis.models.formulas import Among, ModelMatrix, model_matrix
from analysis.numeric.covariance import Technique, covariance, degrees_of_freedom, of_margins, unexplained
from analysis.numeric.intervals import t_quantile
from analysis.numeric.refitting import of_function
from analysis.numeric.separation import separating
from survey.errors import EstimateError, check_choice, closest
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

Family = Literal["linear", "logistic", "log_linear"]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A fitted regression (methods 6).

    Attributes
    ----------
    frame : DataFrame
        One row a coefficient: term, estimate, std_error, conf_low, conf_high, statistic, p_value.
        On the scale of the link: log odds of a logistic, logs of a log-linear model.
    covariance : float array, shape (p, p)
    df : float
        The design's degrees of freedom among these people, less the p - 1 slopes.
    n : int
        People who answered all of it.
    """

    formula: str
    family: Family
    frame: pd.DataFrame
    covariance: Floats
    df: float
    n: int
    sample: WeightedSample = field(repr=False)
    matrix: ModelMatrix = field(repr=False)
    technique: Technique = field(repr=False)
    influence: Floats = field(repr=False)

    @property
    def coefficients(self) -> Floats:
        """Estimates, shape (p,)."""
        return self.frame["estimate"].to_numpy(dtype=np.float64)


@dataclass(frozen=True, slots=True)
class TermTest:
    """Wald's F that all coefficients of a term are 0."""

    term: str
    statistic: float
    numerator: int
    denominator: float
    p_value: float


@on_one_thread
def regression(
    sample: WeightedSample,
    formula: str,
    *,
    family: Family = "linear",
    offset: str | None = None,
    among: Among | None = None,
    confidence: float = 0.95,
    variance: Technique | None = None,
) -> Model:
    """Return a weighted linear, logistic or log-linear regression (Binder 1983; methods 6).

    Parameters
    ----------
    formula : str
        As statsmodels has it: ``"price == 'yes' ~ district + income"``. A condition is 1 where it
        holds; ``chose(concerns, 'price')`` is 1 where an option was ticked; a name that is not a
        Python name goes into ``Q("...")``.
    family : {"linear", "logistic", "log_linear"}
    offset : str, optional
        What is added to x'b without a coefficient, such as ``"np.log(children)"``.
    among : mapping of str to str, optional
        Question and option that people must have chosen; the rest stay in the design.
    confidence : float
    variance : {"leverage", "taylor"}, optional
        As `shares`.

    Raises
    ------
    EstimateError
        If the formula cannot be read or computed, its columns repeat each other, the response does
        not suit the family, answers are separated so that a coefficient is infinite, one has no
        error at all, or the design has too few degrees of freedom.
    """
    check_confidence(confidence)
    check_choice("family", family, Family)
    matrix = model_matrix(sample, formula, offset=offset, among=among)
    _check_response(formula, family, matrix)
    records, inside = matrix.records, matrix.inside
    df = degrees_of_freedom(inside, records) - (matrix.x.shape[1] - 1)
    if df <= 0:
        raise EstimateError(f'model "{formula}"', key="model.no_df", coefficients=matrix.x.shape[1], df=df)
    weight = (records.base * records.factor)[inside]
    fitted, slope, estimate = _fit(formula, family, matrix, weight)
    bread = matrix.x.T @ (matrix.x * (weight * slope)[:, None])
    influence = np.zeros((len(inside), matrix.x.shape[1]))
    influence[inside] = np.linalg.solve(bread, (matrix.x * (matrix.response - fitted)[:, None]).T).T
    technique = technique_of(sample, variance)
    if technique == "replicates":
        refits = of_function(lambda w: _refit(formula, family, matrix, w[inside]), estimate, records)
        variances = refits + of_margins(influence, records)
    else:
        variances = covariance(influence, records, technique)
    fixed = (unexplained(influence, records) < FIXED) | (np.diag(variances) <= 0)
    if fixed.any():
        raise EstimateError(
            f'model "{formula}"',
            key="model.no_error",
            columns=[name for name, one in zip(matrix.columns, fixed, strict=True) if one],
        )
    return Model(
        formula=formula,
        family=family,
        frame=_rows(matrix.columns, estimate, variances, df, confidence),
        covariance=variances,
        df=df,
        n=int(records.count[inside].sum()),
        sample=sample,
        matrix=matrix,
        technique=technique,
        influence=influence,
    )


@on_one_thread
def term_test(model: Model, term: str) -> TermTest:
    """Return Wald's F test that a term of the formula has no effect (methods 6).

    Raises
    ------
    EstimateError
        If the model has no such term, or its coefficients do not vary independently.
    """
    if term not in model.matrix.terms:
        raise EstimateError(
            f'term "{term}"',
            key="model.no_term",
            terms=list(model.matrix.terms),
            nearest=closest(term, model.matrix.terms),
        )
    at = model.matrix.terms[term]
    estimate, variances = model.coefficients[at], model.covariance[at, at]
    k = len(estimate)
    if np.linalg.matrix_rank(variances, hermitian=True) < k:
        raise EstimateError(f'term "{term}"', key="model.dependent_term")
    statistic = float(estimate @ np.linalg.solve(variances, estimate)) / k
    return TermTest(term, statistic, k, model.df, float(special.fdtrc(k, model.df, statistic)))


# What is said of a response that does not suit a family.
RESPONSES: Mapping[Family, str] = {
    "linear": "model.linear_response",
    "logistic": "model.logistic_response",
    "log_linear": "model.log_linear_response",
}


def _check_response(formula: str, family: Family, matrix: ModelMatrix) -> None:
    y = matrix.response
    unsuitable = {
        "linear": ~np.isfinite(y),
        "logistic": (y != 0) & (y != 1),
        "log_linear": ~(np.isfinite(y) & (y >= 0)),
    }[family]
    if unsuitable.any():
        raise EstimateError(f'model "{formula}"', key=RESPONSES[family], found=float(y[unsuitable][0]))
    terms = separating(matrix.x, y, family) if family != "linear" else ()
    if terms:
        names = [matrix.columns[j] for j in terms]
        raise EstimateError(f'model "{formula}"', key="model.separated", columns=names)


def _fit(formula: str, family: Family, matrix: ModelMatrix, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Return fitted means, their slopes and the coefficients."""
    import statsmodels.api as sm  # type: ignore[import-untyped]  # it ships no types

    kinds: dict[str, Any] = {
        "linear": sm.families.Gaussian,
        "logistic": sm.families.Binomial,
        "log_linear": sm.families.Poisson,
    }
    # Mean weight 1, so that the iteration's tolerance means the same in every file.
    shares = weight / weight.mean()
    fit = sm.GLM(
        matrix.response, matrix.x, family=kinds[family](), offset=matrix.offset, freq_weights=shares
    ).fit(maxiter=200, tol=0, tol_criterion="params", rtol=1e-13)
    estimate = np.asarray(fit.params, dtype=np.float64)
    mean, slope = mean_of(family, matrix.x @ estimate + matrix.offset)
    score = matrix.x.T @ (shares * (matrix.response - mean))
    scale = np.abs(matrix.x).T @ (shares * (np.abs(matrix.response) + np.abs(mean)))
    if not (np.abs(score) <= 1e-9 * scale).all():
        raise EstimateError(f'model "{formula}"', key="model.no_convergence")
    return mean, slope, estimate


def refitted(model: Model, weight: Floats) -> Floats:
    """Return the coefficients fitted with other weights of the model's records, shape (m,)."""
    return _refit(model.formula, model.family, model.matrix, weight)


def _refit(formula: str, family: Family, matrix: ModelMatrix, weight: Floats) -> Floats:
    """Return the coefficients fitted with a replicate's weights, some of which may be 0."""
    weighted = weight > 0
    x = matrix.x[weighted]
    part = replace(matrix, x=x, response=matrix.response[weighted], offset=matrix.offset[weighted])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise EstimateError(f'model "{formula}"', key="model.empty_category")
    _check_response(formula, family, part)
    return _fit(formula, family, part, weight[weighted])[2]


def mean_of(family: Family, at: Floats) -> tuple[Floats, Floats]:
    """Return the mean and its derivative at the linear predictor x'b."""
    if family == "linear":
        return at, np.ones(len(at))
    if family == "log_linear":
        return np.exp(at), np.exp(at)
    mean = special.expit(at)
    return mean, mean * (1 - mean)


def _rows(
    columns: tuple[str, ...], estimate: Floats, variances: Floats, df: float, confidence: float
) -> pd.DataFrame:
    error = np.sqrt(np.maximum(np.diag(variances), 0.0))
    statistic = estimate / error
    half = t_quantile(confidence, np.array([df])) * error
    return pd.DataFrame(
        {
            "term": list(columns),
            "estimate": estimate,
            "std_error": error,
            "conf_low": estimate - half,
            "conf_high": estimate + half,
            "statistic": statistic,
            "p_value": 2 * special.stdtr(df, -np.abs(statistic)),
        }
    )
