"""Estimates from volunteers beside a random sample, in domains, linearised (methods 9.1-9.3).

Notation as in `joining`: Σ_A u + Σ_B d v; z membership of domains, w the weights of volunteers: 1/p, or what
raking made of them; N_A = Σ_A w z, N_B = Σ_B d z. Columns run domain by domain, the items within.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.numeric.blending.imputing import Fitted, imputed_part
from analysis.numeric.blending.joining import Joining, Pair, joined_parts
from survey.numeric.array_types import Bools, Floats

# What a mean divides by: the sum of its own weights, that of the random sample's, or a known number; and a
# total by nothing.
Size = Literal["own", "reference", "total"] | float


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is estimated of whom.

    Attributes
    ----------
    y : float array, shape (m, n)
        Answers of the volunteers, 0 of those without.
    answered : bool array, shape (m,)
    z_a : bool array, shape (m, g)
        Domains, of those who answered.
    z_b : bool array, shape (k, g)
    """

    y: Floats
    answered: Bools
    z_a: Bools
    z_b: Bools


@dataclass(frozen=True, slots=True, eq=False)
class LastStep:
    """A calibration of the joined weights, linearised; c auxiliary columns.

    Attributes
    ----------
    factor : float array, shape (m,)
        g, so that w = g/p.
    weighted, moved : float arrays, shape (m, c)
        g x, and dg/dλ.
    gram : float array, shape (c, c)
        Derivative of the calibrated totals of x by λ.
    totals_covariance : float array, shape (c, c), or None
    """

    factor: Floats
    weighted: Floats
    moved: Floats
    gram: Floats
    totals_covariance: Floats | None = None

    def slopes(self, weight: Floats, r: Floats) -> Floats:
        """Return B, the derivative of Σ w r by the targets, shape (c, q); `weight` is people over p."""
        moments = self.moved.T @ (weight[:, None] * r)
        return np.asarray(np.linalg.lstsq(self.gram, moments, rcond=None)[0], dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Estimates with their linearised values, q columns.

    Attributes
    ----------
    u : float array, shape (m, q), or None
        None where the volunteers' part is unknown.
    trials : bool
        Whether the volunteers' part is that of independent trials, Σ (1 - p) u², else Σ u².
    stacked : float array, shape (m, q), or None
        u if the coefficients of the answers count as estimates too.
    of_targets : float array, shape (q, q)
        What the error of calibration targets adds.
    """

    estimate: Floats
    u: Floats | None
    v: Floats
    trials: bool
    of_targets: Floats
    stacked: Floats | None = None


def flat(y: Floats, z: Bools) -> Floats:
    """Return y within each domain and 0 elsewhere, shape (rows, g n)."""
    return (z[:, :, None] * y[:, None, :]).reshape(len(y), -1)


def joined_weights(joining: Joining, last: LastStep | None) -> Floats:
    """Return the weight of each volunteer, shape (m,)."""
    return joining.weight if last is None else joining.weight * last.factor


def weighted_parts(
    pair: Pair, joining: Joining, last: LastStep | None, question: Question, size: Size
) -> Parts:
    """Return means or totals of the volunteers weighted by one over their chance of joining."""
    n, weight = question.y.shape[1], pair.a * joined_weights(joining, last)
    y, z = flat(question.y, question.z_a), flat(np.ones_like(question.y), question.z_a)
    of_b = flat(np.ones((len(pair.d), n)), question.z_b)
    sums, own, theirs = weight @ y, weight @ z, pair.d @ of_b
    divisor = divisors(size, own, theirs)
    estimate = sums / divisor
    r = (y - estimate * z if size == "own" else y) / divisor
    u, v, of_targets = _joined(pair, joining, last, r)
    if size == "reference":
        v = v - of_b * (estimate / divisor)
    return Parts(estimate, u, v, trials=True, of_targets=of_targets)


def divisors(size: Size, own: Floats, theirs: Floats) -> Floats:
    """Return what sums over the volunteers are divided by, shape (q,)."""
    if size == "own":
        return own
    return theirs if size == "reference" else np.full(len(own), 1.0 if size == "total" else float(size))


def _joined(pair: Pair, joining: Joining, last: LastStep | None, r: Floats) -> tuple[Floats, Floats, Floats]:
    """Return u and v of Σ_A w r, and what the error of the targets adds, shape (q, q).

    Of weights calibrated last, the factor g answers to the chances too: Σ w r moves as Σ g (r - x'B)/p does.
    """
    of_targets = np.zeros((r.shape[1], r.shape[1]))
    if last is not None:
        b = last.slopes(pair.a * joining.weight, r)
        r = last.factor[:, None] * r - last.weighted @ b
        if last.totals_covariance is not None:
            of_targets = b.T @ last.totals_covariance @ b
    return *joined_parts(pair, joining, r), of_targets


def imputed_parts(pair: Pair, question: Question, fitted: Fitted, measure: Literal["mean", "total"]) -> Parts:
    """Return means or totals of fitted answers over the random sample."""
    estimate, v, gradient = _imputed(pair, question, fitted, measure)
    u = imputed_part(pair, question.y, question.answered.astype(np.float64), fitted, gradient)
    return Parts(estimate, u, v, trials=False, of_targets=np.zeros((len(estimate), len(estimate))))


def neighbour_parts(pair: Pair, question: Question, m_b: Floats, measure: Literal["mean", "total"]) -> Parts:
    """Return means or totals of the answers of those most alike; the volunteers' part is unknown."""
    still = np.zeros_like(m_b)
    fitted = Fitted(np.zeros_like(question.y), m_b, np.zeros_like(question.y), still)
    estimate, v, _ = _imputed(pair, question, fitted, measure)
    return Parts(estimate, None, v, trials=False, of_targets=np.zeros((len(estimate), len(estimate))))


def _imputed(
    pair: Pair, question: Question, fitted: Fitted, measure: Literal["mean", "total"]
) -> tuple[Floats, Floats, Floats]:
    """Return the estimates, v, and their derivative by the coefficients of each item, shape (g, c, n)."""
    z, d, n = question.z_b, pair.d, question.y.shape[1]
    total = d @ z if measure == "mean" else np.ones(z.shape[1])
    over = np.repeat(total, n)
    m = flat(fitted.m_b, z)
    estimate = d @ m / over
    centred = m - flat(np.ones_like(fitted.m_b), z) * estimate if measure == "mean" else m
    gradient = np.empty((z.shape[1], pair.x_b.shape[1], n))
    for domain in range(z.shape[1]):
        inside = d * z[:, domain] / total[domain]
        gradient[domain] = pair.x_b.T @ (inside[:, None] * fitted.slope_b)
    return estimate, centred / over, gradient


def doubly_robust_parts(
    pair: Pair,
    joining: Joining,
    last: LastStep | None,
    answers: Pair,
    question: Question,
    fitted: Fitted,
    size: Size,
) -> Parts:
    """Return imputed means or totals, corrected by the volunteers' weighted residuals.

    Chen, Li & Wu (2020), the form with estimated sizes. The coefficients of the answers count as fixed in u
    and v, and as estimates in `stacked`.

    Parameters
    ----------
    pair, answers : Pair
        With the covariates of joining, and with those of the answers.
    """
    measure: Literal["mean", "total"] = "total" if size == "total" else "mean"
    imputed, v, gradient = _imputed(answers, question, fitted, measure)
    residual = np.where(question.answered[:, None], question.y - fitted.m_a, 0.0)
    of_residuals = Question(residual, question.answered, question.z_a, question.z_b)
    correction = weighted_parts(pair, joining, last, of_residuals, size)
    assert correction.u is not None
    weight, z = pair.a * joined_weights(joining, last), question.z_a
    n = question.y.shape[1]
    own, theirs = (np.repeat(w @ s, n) for w, s in ((weight, z), (pair.d, question.z_b)))
    divisor = divisors(size, own, theirs)[::n]
    moved = gradient.copy()
    for domain in range(z.shape[1]):
        inside = weight * z[:, domain] / divisor[domain]
        moved[domain] -= answers.x_a.T @ (inside[:, None] * fitted.slope_a)
    answered = question.answered.astype(np.float64)
    more = imputed_part(answers, question.y, answered, fitted, moved)
    return Parts(
        imputed + correction.estimate,
        correction.u,
        v + correction.v,
        trials=True,
        of_targets=correction.of_targets,
        stacked=correction.u + more,
    )
