"""Means, variances, totals and ratios of numbers, and numbers of people, whole sample or by group.

Formulas: methods 2.1. A mean has u = (y - m)/W, a total u = y, a ratio u = (y - R x)/X.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.bases import Base, By, base_of
from analysis.domains import check_confidence, denominators, linearised_means
from analysis.estimates import Estimates, make_estimates
from analysis.numeric.covariance import Technique, of_margins
from analysis.numeric.refitting import of_function
from analysis.publication.rules import (
    COUNTS,
    NUMBERS,
    CountRules,
    NumberRules,
    Verdict,
    judge_count,
    judge_number,
)
from analysis.statistics.number_table import half_widths, linear_estimates, number_table
from survey.errors import Cell, EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@on_one_thread
def means(
    sample: WeightedSample,
    questions: str | Sequence[str],
    *,
    by: By = None,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: NumberRules = NUMBERS,
) -> Estimates:
    """Return weighted means of numbers, one row a question (in each group of `by`; methods 5).

    Several questions are taken among the people who answered all of them, with their joint
    covariance; the mean of a question with options is a share an option. Intervals are t intervals;
    n_eff is the weighted variance of the answers over that of the mean.

    Raises
    ------
    EstimateError
        If a question or group is unknown or of the wrong kind, or nobody answered.
    """
    check_confidence(confidence)
    base = base_of(sample, _listed(questions), by)
    return means_in(sample, base, by, confidence=confidence, variance=variance, rules=rules)


def means_in(
    sample: WeightedSample,
    base: Base,
    by: By,
    *,
    confidence: float,
    variance: Technique | None,
    rules: NumberRules,
) -> Estimates:
    """Return the means of the domains of a base, as `means` does."""
    u, mean, total = linearised_means(base.inside, base)
    weight = base.records.base * base.records.factor
    sums = base.inside.T @ (weight[:, None] * base.y**2)
    square = np.divide(sums, total[:, None], out=np.zeros(sums.shape), where=total[:, None] > 0)
    over = denominators(base.inside, len(base.items))
    linear = linear_estimates(sample, base, u, mean, variance, over)
    v = np.maximum(np.diag(linear.covariance), 0.0)
    of_answers = np.maximum(square - mean**2, 0.0).reshape(-1)
    n_eff = np.divide(of_answers, v, out=np.full(len(v), np.nan), where=v > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        design_effect = linear.n / n_eff
    verdicts = [
        judge_number(linear.n[i], np.nan_to_num(n_eff[i], nan=linear.n[i]), linear.df[i], rules)
        for i in range(len(v))
    ]
    extra = {"n_eff": n_eff, "deff": design_effect}
    return number_table(sample, base, by, "mean", linear, verdicts, confidence, extra)


@on_one_thread
def variances(
    sample: WeightedSample,
    question: str,
    *,
    by: By = None,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: NumberRules = NUMBERS,
) -> Estimates:
    """Return the population variance of a number, Σ w (y - m)² / W times n/(n-1; methods 5).

    Raises
    ------
    EstimateError
        As `means`, or if the question has options.
    """
    check_confidence(confidence)
    base = base_of(sample, [question], by)
    if base.items != ((question, ""),):
        raise EstimateError(Cell(question=question), key="estimate.no_variance")
    _, mean, _ = linearised_means(base.inside, base)
    n = base.records.count.astype(np.float64) @ base.inside
    around = base.y - np.nan_to_num(mean[:, 0])
    square = around**2 * (n / np.maximum(n - 1, 1))
    weight = base.records.base * base.records.factor
    total = base.inside.T @ weight
    inside = np.where(base.inside, square, 0.0)
    estimate = np.divide(weight @ inside, total, out=np.full(len(total), np.nan), where=total > 0)
    # What is left of everybody's one answer is rounding.
    constant = estimate <= 1e-24 * np.nan_to_num(mean[:, 0]) ** 2
    estimate, square = np.where(constant, 0.0, estimate), np.where(constant, 0.0, square)
    # The mean's own error drops out: the derivative of the sum of squares is 0 at the mean.
    scale = np.where(total > 0, total, 1.0)
    u = np.where(base.inside, (square - np.nan_to_num(estimate)) / scale, 0.0)
    linear = linear_estimates(sample, base, u, estimate[:, None], variance, None)
    if sample.sampling.replicates is not None:
        correction = n / np.maximum(n - 1, 1)
        centre = np.nan_to_num(mean[:, 0])
        again = of_function(
            lambda w: np.where(constant, 0.0, _variances_of(base, w, centre, correction)),
            np.nan_to_num(estimate),
            base.records,
        )
        linear = replace(linear, covariance=again + of_margins(u, base.records))
    verdicts = [judge_number(a, a, b, rules) for a, b in zip(linear.n, linear.df, strict=True)]
    return number_table(sample, base, by, "variance", linear, verdicts, confidence, {})


def _variances_of(base: Base, weight: Floats, centre: Floats, correction: Floats) -> Floats:
    """Return the variance in each domain under a replicate's weights, shape (g,); NaN where nobody is."""
    total = base.inside.T @ weight
    total = np.where(total > 0, total, np.nan)
    # Around the full sample's mean, so that nothing cancels.
    deviation = np.where(base.inside, base.y[:, [0]] - centre, 0.0)
    mean, square = weight @ deviation / total, weight @ deviation**2 / total
    return np.asarray((square - mean**2) * correction, dtype=np.float64)


@on_one_thread
def totals(
    sample: WeightedSample,
    questions: str | Sequence[str],
    *,
    by: By = None,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: CountRules = COUNTS,
) -> Estimates:
    """Return weighted totals of numbers, or numbers of people choosing each option (methods 5).

    They are in the unit of the weights: people of the population only where these add up to it.

    Raises
    ------
    EstimateError
        As `means`.
    """
    check_confidence(confidence)
    base = base_of(sample, _listed(questions), by)
    weight = base.records.base * base.records.factor
    u = (base.inside[:, :, None] * base.y[:, None, :]).reshape(len(weight), -1)
    estimate = base.inside.T @ (weight[:, None] * base.y)
    linear = linear_estimates(sample, base, u, estimate, variance, None)
    half = half_widths(linear, confidence)
    verdicts = [
        judge_count(linear.estimate[i], linear.n[i], linear.df[i], 2 * half[i], rules)
        for i in range(len(half))
    ]
    return number_table(sample, base, by, "total", linear, verdicts, confidence, {})


@on_one_thread
def ratios(
    sample: WeightedSample,
    numerator: str,
    denominator: str,
    *,
    by: By = None,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: NumberRules = NUMBERS,
) -> Estimates:
    """Return the ratio of two numbers' totals among those who answered both, question "a / b" (methods 5).

    Raises
    ------
    EstimateError
        As `means`, or if the denominator adds up to 0 in every group; where it does in some, these have
        no ratio and are withheld.
    """
    check_confidence(confidence)
    base = base_of(sample, [numerator, denominator], by)
    if base.y.shape[1] != 2:
        raise EstimateError(f'ratio "{numerator} / {denominator}"', key="estimate.not_numbers")
    weight = base.records.base * base.records.factor
    sums = base.inside.T @ (weight[:, None] * base.y)
    if not (sums[:, 1] != 0).any():
        raise EstimateError(
            f'ratio "{numerator} / {denominator}"', key="estimate.denominator", denominator=denominator
        )
    ratio = np.divide(sums[:, 0], sums[:, 1], out=np.full(len(sums), np.nan), where=sums[:, 1] != 0)
    scale = np.where(sums[:, 1] == 0, 1.0, sums[:, 1])
    residual = base.y[:, [0]] - base.y[:, [1]] * np.nan_to_num(ratio)
    defined = base.inside & (sums[:, 1] != 0)
    u = np.where(defined, residual / scale, 0.0)
    over = np.where(defined, base.y[:, [1]], 0.0)
    one = Base(((f"{numerator} / {denominator}", ""),), base.groups, base.inside, base.y[:, :1], base.records)
    linear = linear_estimates(sample, one, u, ratio[:, None], variance, over)
    verdicts = [
        Verdict("suppress", "no_denominator") if n and not total else judge_number(n, n, df, rules)
        for n, df, total in zip(linear.n, linear.df, sums[:, 1], strict=True)
    ]
    return number_table(sample, one, by, "ratio", linear, verdicts, confidence, {})


def share_named(sample: WeightedSample, question: str) -> Estimates:
    """Return the share of everybody who gave an answer to a question, measure "share_named" (methods 2.8).

    Whom a mean or a median describes, where not everybody was asked or some did not answer.
    """
    levels, codes = sample.tally.question(question)
    weight = sample.weight * sample.tally.count
    share = float(weight @ levels.answered[codes] / weight.sum())
    row = {"wave": sample.wave, "question": question, "measure": "share_named", "method": "weighted"}
    return make_estimates([row | {"estimate": share}], None, {sample.wave: sample.history})


def _listed(questions: str | Sequence[str]) -> list[str]:
    return [questions] if isinstance(questions, str) else list(questions)
