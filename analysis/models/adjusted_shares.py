"""Shares adjusted by a regression: predicted as if everybody were in one category (methods 6)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.domains import check_confidence
from analysis.estimates import Estimates, make_estimates
from analysis.models.regression import Model, mean_of, refitted
from analysis.numeric.covariance import covariance, of_margins
from analysis.numeric.intervals import t_quantile
from analysis.numeric.refitting import of_function
from analysis.publication.rules import NUMBERS, NumberRules, judge_number
from survey.errors import Cell, EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread


@on_one_thread
def adjusted_shares(
    model: Model, question: str, *, confidence: float = 0.95, rules: NumberRules = NUMBERS
) -> Estimates:
    """Return the model's mean with everybody in each category of a question (methods 6).

    The other answers stay as they are: m_a = sum w m(x with a) / W, with an error that covers both
    the coefficients and who is in the sample; measure "adjusted_share" ("adjusted_mean" unless the
    model is logistic), `by` the question. Differences of rows (`linear`) are average marginal
    effects. They describe differences between people, not the effect of changing the category.

    Raises
    ------
    EstimateError
        If the question is not a single one in the model.
    """
    check_confidence(confidence)
    matrix = model.matrix
    if question not in matrix.frame or not isinstance(matrix.frame[question].dtype, pd.CategoricalDtype):
        raise EstimateError(Cell(question=question), key="model.not_of_model")
    options = list(matrix.frame[question].cat.categories)
    records, inside = matrix.records, matrix.inside
    weight = (records.base * records.factor)[inside]
    u, estimate = np.zeros((len(inside), len(options))), np.zeros(len(options))
    for a, option in enumerate(options):
        mean, slope, x = _predicted(model, question, option)
        estimate[a] = weight @ mean / weight.sum()
        gradient = x.T @ (weight * slope) / weight.sum()
        u[inside, a] = (mean - estimate[a]) / weight.sum()
        u[:, a] += model.influence @ gradient
    if model.technique == "replicates":
        refits = of_function(lambda w: _estimates(model, question, options, w[inside]), estimate, records)
        variances = refits + of_margins(u, records)
    else:
        variances = covariance(u, records, model.technique)
    half = t_quantile(confidence, np.array([model.df])) * np.sqrt(np.diag(variances))
    n = [int(records.count[inside][matrix.frame[question] == option].sum()) for option in options]
    verdicts = [judge_number(count, count, model.df, rules) for count in n]
    rows = [
        {
            "wave": model.sample.wave,
            "question": model.formula.split("~")[0].strip(),
            "by": question,
            "group": option,
            "measure": "adjusted_share" if model.family == "logistic" else "adjusted_mean",
            "estimate": estimate[a],
            "std_error": float(np.sqrt(variances[a, a])),
            "conf_low": estimate[a] - half[a],
            "conf_high": estimate[a] + half[a],
            "confidence": confidence,
            "method": "t",
            "df": model.df,
            "n": n[a],
            "flag": verdicts[a].flag,
            "note": verdicts[a].note,
        }
        for a, option in enumerate(options)
    ]
    return make_estimates(rows, variances, {model.sample.wave: model.sample.history})


def _estimates(model: Model, question: str, options: list[str], weight: Floats) -> Floats:
    """Return the adjusted shares with a replicate's weights, the model refitted."""
    coefficients = refitted(model, weight)
    means = [_predicted(model, question, option, coefficients)[0] for option in options]
    return np.array([weight @ mean / weight.sum() for mean in means])


def _predicted(
    model: Model, question: str, option: str, coefficients: Floats | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return fitted means, their slopes and x with everybody in one category."""
    import patsy  # type: ignore[import-untyped]  # it ships no types

    frame = model.matrix.frame
    categories = frame[question].cat.categories
    assigned = frame.assign(**{question: pd.Categorical([option] * len(frame), categories=categories)})
    x = np.asarray(patsy.build_design_matrices([model.matrix.info], assigned)[0], dtype=np.float64)
    chosen = model.coefficients if coefficients is None else coefficients
    return *mean_of(model.family, x @ chosen + model.matrix.offset), x
