"""Self-selection bias of a share: what an opt-in sample alone cannot show (methods 4.1-4.5).

Notation: p the share in the sample, P in the population, n respondents, N people, f = n/N.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

import survey.numeric.special_functions as special
from analysis.numeric.intervals import t_quantile
from survey.errors import EstimateError
from survey.numeric.array_types import Floats

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class DataDefect:
    """The data defect correlation and what it costs (Meng 2018; methods 4.1).

    Attributes
    ----------
    correlation : float
        rho between taking part and answering yes, over the population.
    effective : float
        Size of the simple random sample with the same error.
    lost : float
        1 - effective / n.
    """

    correlation: float
    effective: float
    lost: float


def data_defect(p: float, truth: float, *, n: float, population: float, cv: float = 0.0) -> DataDefect:
    """Return the data defect correlation that makes p of the truth (methods 4.1).

    rho = (p - P) / (√((1-f+c²)/f) √(P(1-P))), c the coefficient of variation of the weights; of a weighted
    share it is the correlation of the weighted indicator. effective is n*/(1 + (n*-1)/N) with
    n* = P(1-P)/(p-P)², the size of a random sample with the error (p - P)²: f/((1-f) rho²) where weights are
    equal.

    Raises
    ------
    EstimateError
        If a share is not between 0 and 1, or n is not under the population.
    """
    _check_share("p", p)
    _check_between("truth", truth, example=0.7)
    scale = _defect_scale(n, population, cv)
    error = (p - truth) / sqrt(truth * (1 - truth))
    infinite = 1 / error**2 if error else inf  # n*, the size in an infinite population
    effective = population if infinite == inf else infinite / (1 + (infinite - 1) / population)
    return DataDefect(error / scale, effective, 1 - effective / n)


def self_selection_bias(
    correlation: float, p: float, *, n: float, population: float, cv: float = 0.0
) -> float:
    """Return p - P for a data defect correlation, the standard deviation taken from p (methods 4.1)."""
    _check_share("p", p)
    return correlation * _defect_scale(n, population, cv) * sqrt(p * (1 - p))


def _defect_scale(n: float, population: float, cv: float) -> float:
    """Return √((1-f+c²)/f), which takes a data defect correlation to an error in standard deviations."""
    if not 0 < n < population:
        raise EstimateError(f"n={n}", key="honesty.population", population=population)
    f = n / population
    return sqrt((1 - f + cv**2) / f)


def standardised_bias(rho: float, shift: float, phi: float) -> float:
    """Return SMUB, the bias of a mean in its standard deviations (Little et al. 2020; methods 4.2).

    [phi + (1-phi) rho] / [phi rho + 1 - phi] times the shift.

    Parameters
    ----------
    rho : float
        Correlation of the answer with its proxy, above 0.
    shift : float
        Proxy's mean in the sample less in the population, in its standard deviations in the sample.
    phi : float
        0 if who takes part depends on the proxy alone, 1 if on the answer alone. SMUB less SMUB at 0 is
        SMAB, the bias that remains after weighting by the proxy.

    Raises
    ------
    EstimateError
        If rho is not above 0 and at most 1, or phi not from 0 to 1.
    """
    return _slope(rho, phi) * shift


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy's mean and variance among the people in the sample and the others (methods 4.3)."""

    mean_in: float
    variance_in: float
    mean_out: float
    variance_out: float


def population_share(p: float, proxy: Proxy, *, rho: float, f: float, phi: float) -> float:
    """Return what P is for a phi, by the normal pattern-mixture model (Andridge et al. 2019; methods 4.3).

    f p + (1-f) Φ(m/√v) with m = Φ⁻¹(p) + g (mean_out - mean_in)/√variance_in,
    v = 1 + g² (variance_out - variance_in)/variance_in and g as in `standardised_bias`. p less
    this is MUBP.

    Parameters
    ----------
    rho : float
        Biserial correlation of the answer with its proxy: `biserial`. Under 0.4 the range from
        phi = 0 to 1 is uninformative.

    Raises
    ------
    EstimateError
        If p is not between 0 and 1, a variance is not above 0, or rho, f or phi is out of range.
    """
    _check_between("p", p, example=0.7)
    if not (proxy.variance_in > 0 and proxy.variance_out > 0 and 0 <= f < 1):
        raise EstimateError("proxy", key="honesty.proxy")
    g = _slope(rho, phi)
    mean = special.ndtri(p) + g * (proxy.mean_out - proxy.mean_in) / sqrt(proxy.variance_in)
    variance = max(1 + g**2 * (proxy.variance_out - proxy.variance_in) / proxy.variance_in, EPS)
    return float(f * p + (1 - f) * special.ndtr(mean / sqrt(variance)))


def biserial(answer: Floats, proxy: Floats, *, count: Floats | None = None) -> float:
    """Return the two-step biserial correlation of a 0/1 answer with a proxy, shape (n,) each (methods 4.3).

    The threshold is fixed at Φ⁻¹(p); the correlation maximises the likelihood of the answers given the proxy.

    Parameters
    ----------
    count : float array, shape (n,), optional
        How many people each of them stands for; one unless given.

    Raises
    ------
    EstimateError
        If all answers or all proxies are equal.
    """
    y, x = np.asarray(answer, dtype=np.float64), np.asarray(proxy, dtype=np.float64)
    people = np.ones(y.shape) if count is None else np.asarray(count, dtype=np.float64)
    if y.shape != x.shape or people.shape != y.shape or not people.sum() > 0:
        raise EstimateError("biserial", key="honesty.no_proxy")
    p, mean = float(np.average(y, weights=people)), float(np.average(x, weights=people))
    deviation = sqrt(float(np.average((x - mean) ** 2, weights=people)))
    if not 0 < p < 1 or deviation == 0:
        raise EstimateError("biserial", key="honesty.same_proxy")
    threshold, z = float(special.ndtri(p)), (x - mean) / deviation
    sign = np.where(y == 1, 1.0, -1.0)

    def negative_log_likelihood(rho: float) -> float:
        return -float(people @ special.log_ndtr(sign * (threshold + rho * z) / sqrt(1 - rho**2)))

    from scipy.optimize import minimize_scalar

    fit = minimize_scalar(
        negative_log_likelihood, bounds=(-0.9999, 0.9999), method="bounded", options={"xatol": 1e-12}
    )
    return float(fit.x)


def tipping_ratio(p: float, threshold: float) -> float:
    """Return how much likelier those who say yes must take part for P to be the threshold (methods 4.4).

    [p/(1-p)] / [t/(1-t)]: if they are k times as likely, p = kP/(kP + 1 - P).

    Raises
    ------
    EstimateError
        If a share is not between 0 and 1.
    """
    for name, value in (("p", p), ("threshold", threshold)):
        _check_between(name, value, example=0.5)
    return p / (1 - p) / (threshold / (1 - threshold))


def tipping_unreached(p: float, threshold: float, *, reach: float) -> float:
    """Return the share among people not reached at which P is the threshold (methods 4.4).

    (t - r p)/(1 - r), r the share of the population that such a survey reaches. Under 0 or over 1
    no answers of theirs make P the threshold.

    Raises
    ------
    EstimateError
        If a share is not from 0 to 1, or the reach not between 0 and 1.
    """
    _check_share("p", p)
    _check_share("threshold", threshold)
    _check_between("reach", reach, example=0.25)
    return (threshold - reach * p) / (1 - reach)


def reach_bounds(p: float, *, reach: float) -> tuple[float, float]:
    """Return the smallest and largest P over all answers of people not reached (Manski 1995; methods 4.4).

    Raises
    ------
    EstimateError
        If the share is not from 0 to 1, or the reach not between 0 and 1.
    """
    _check_share("p", p)
    _check_between("reach", reach, example=0.25)
    return reach * p, reach * p + 1 - reach


def total_error(
    p: float, std_error: float, *, bias: float, df: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Return illustrative limits that allow for bias: p ± √((t se)² + (1.96 b)²) (methods 4.5).

    For a sentence, never for an error bar.

    Parameters
    ----------
    bias : float
        Root mean square of biases elsewhere, such as of questions with a known answer.

    Raises
    ------
    EstimateError
        If the share is not from 0 to 1, or an error is below 0.
    """
    _check_share("p", p)
    if not (std_error >= 0 and bias >= 0 and df > 0):
        raise EstimateError("total_error", key="honesty.errors")
    t = float(t_quantile(confidence, np.array(df)))
    half = sqrt((t * std_error) ** 2 + (special.ndtri(0.975) * bias) ** 2)
    return p - half, p + half


def _slope(rho: float, phi: float) -> float:
    if not 0 < rho <= 1:
        raise EstimateError(f"rho={rho}", key="honesty.rho")
    if not 0 <= phi <= 1:
        raise EstimateError(f"phi={phi}", key="honesty.phi")
    return (phi + (1 - phi) * rho) / (phi * rho + 1 - phi)


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise EstimateError(f"{name}={value}", key="call.share")


def _check_between(name: str, value: float, *, example: float) -> None:
    if not 0 < value < 1:
        raise EstimateError(f"{name}={value}", key="call.part", example=example)
