"""What a missing weighting variable, a bias or a changed willingness to answer would do (methods 4.1-4.6).

Notation: w weights over their mean, y the answer, p its weighted share, var and cor over those who answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt

import survey.numeric.special_functions as special
from analysis.numeric.opt_in import data_defect
from survey.errors import EstimateError

# Root mean square bias of weighted samples of volunteers elsewhere: nine were off by 5.8 to about 10 points
# on average (Pew Research Center 2016); the root mean square is about a quarter larger.
ELSEWHERE, RANGE = 0.08, (0.06, 0.10)
PRIOR_QUESTIONS = 5  # what is known from elsewhere counts as so many benchmark questions: a judgement


def missing_variable_bias(correlation: float, missing: float, *, weights: float, answers: float) -> float:
    """Return the bias of a share whose weights lack a variable (Hartman & Huang 2024; methods 4.6).

    rho √(var(w) R²/(1-R²) var(y)).

    Parameters
    ----------
    correlation : float
        rho of what is missing of the weights with the answer.
    missing : float
        R², the part of the ideal weights' variance that is missing, from 0 to under 1.
    weights, answers : float
        var(w) and var(y).

    Raises
    ------
    EstimateError
        If R² or rho is out of range, or a variance is below 0.
    """
    if not (0 <= missing < 1 and -1 <= correlation <= 1 and weights >= 0 and answers >= 0):
        raise EstimateError("missing_variable_bias", key="honesty.missing_variable")
    return correlation * sqrt(weights * missing / (1 - missing) * answers)


def robustness_value(move: float, *, weights: float, answers: float) -> float:
    """Return the R² = rho² of a missing variable that moves a share so far (methods 4.6).

    (√(a² + 4a) - a)/2 with a = move²/(var(w) var(y)).

    Raises
    ------
    EstimateError
        If the weights or the answers are all equal, which leaves no scale.
    """
    if not (weights > 0 and answers > 0):
        raise EstimateError("robustness_value", key="honesty.no_scale", weights=weights, answers=answers)
    a = move**2 / (weights * answers)
    return (sqrt(a**2 + 4 * a) - a) / 2


def shrunk_bias(squares: Sequence[float], prior: float = ELSEWHERE) -> float:
    """Return the root mean square bias to allow for, from benchmarks and from elsewhere (methods 4.5).

    √max(0, (5 b² + Σm)/(5 + Q)), b the prior.

    Parameters
    ----------
    squares : sequence of float
        m of each of Q benchmark questions: the mean over its options of (p - P)² - V, which may be below 0.
    prior : float
        What such samples showed elsewhere.
    """
    total = PRIOR_QUESTIONS * prior**2 + sum(squares)
    return sqrt(max(0.0, total / (PRIOR_QUESTIONS + len(squares))))


def allowed_limits(p: float, low: float, high: float, *, bias: float) -> tuple[float, float]:
    """Return the limits of a share widened for a bias, never inside the interval (methods 4.5).

    p - √((p-L)² + (1.96 b)²) and p + √((U-p)² + (1.96 b)²), cut at 0 and 1.

    Raises
    ------
    EstimateError
        If the interval does not hold the share, or the bias is below 0.
    """
    if not (low <= p <= high and bias >= 0):
        raise EstimateError(f"p={p:g}", key="honesty.limits", low=low, high=high)
    reach = special.ndtri(0.975) * bias
    return max(0.0, p - sqrt((p - low) ** 2 + reach**2)), min(1.0, p + sqrt((high - p) ** 2 + reach**2))


def change_in_joining(
    old: float, new: float, *, variances: tuple[float, float], t: float, covariance: float = 0.0
) -> tuple[float, float, float]:
    """Return what change in who answers explains a change of a share: k, se of log k, k at the cautious end.

    k = odds(old)/odds(new) or its inverse, at least 1; se² = V₁/(pq)₁² + V₂/(pq)₂² - 2C/((pq)₁(pq)₂); the
    cautious end is exp(max(0, log k - t se)) (methods 4.4).

    Raises
    ------
    EstimateError
        If a share is 0 or 1, which has no odds.
    """
    for name, p in (("old", old), ("new", new)):
        if not 0 < p < 1:
            raise EstimateError(f"{name}={p:g}", key="honesty.no_odds")
    first, second = old * (1 - old), new * (1 - new)
    size = abs(log(old / (1 - old)) - log(new / (1 - new)))
    variance = variances[0] / first**2 + variances[1] / second**2 - 2 * covariance / (first * second)
    error = sqrt(max(variance, 0.0))
    return exp(size), error, exp(max(0.0, size - t * error))


def smallest_defect(
    p: float, move: float, *, n: float, population: float, cv: float = 0.0
) -> tuple[float, float] | None:
    """Return the smaller correlation that moves a share so far, up or down, and the random sample's size.

    Each direction asks more of the correlation the further the share moves, and so does the smaller
    (methods 4.1). None where the move leads out of 0 to 1 both ways.
    """
    truths = [truth for truth in (p - move, p + move) if 0 < truth < 1]
    defects = [data_defect(p, truth, n=n, population=population, cv=cv) for truth in truths]
    found = min(defects, key=lambda defect: abs(defect.correlation), default=None)
    return None if found is None else (abs(found.correlation), found.effective)
