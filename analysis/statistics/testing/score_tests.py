"""A difference of two shares tested, with the interval that agrees with the test (methods 3.10)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from analysis.domains import check_confidence
from analysis.numeric.intervals import t_quantile
from analysis.numeric.score import paired_score, paired_score_limits, score, score_limits, two_sided_p_value
from survey.errors import EstimateError
from survey.numeric.array_types import Floats


@dataclass(frozen=True, slots=True)
class ScoreTest:
    """A score test of a difference of two shares, its limits those it does not reject (methods 3.10).

    Attributes
    ----------
    statistic : float
        Above 0 where the first share exceeds the second by more than the hypothesis says.
    p_value : float
        Two-sided.
    conf_low, conf_high : float
        Limits of the difference, from -1 to 1.
    """

    statistic: float
    p_value: float
    conf_low: float
    conf_high: float


def score_test(
    p1: float,
    n1: float,
    p2: float,
    n2: float,
    *,
    difference: float = 0.0,
    correlation: float = 0.0,
    df: float = inf,
    confidence: float = 0.95,
) -> ScoreTest:
    """Return the skewness-corrected score test that p1 - p2 is a difference, and its interval (methods 3.10).

    Miettinen & Nurminen 1985 with the correction of Gart & Nam 1990; where a share is 0 or 1 the
    corrected or the plain score, whichever is nearer 0.

    Parameters
    ----------
    p1, p2 : float
        Shares of different people, 0-1.
    n1, n2 : float
        Effective numbers of answers: people over the design effect.
    correlation : float
        Of the two estimates: that of a group and the rest after raking, or of waves with people in
        common.
    df : float
        Degrees of freedom of Student's t; normal unless given.

    Raises
    ------
    EstimateError
        If a share, the difference or the correlation is out of range, or a number not above 0.

    Examples
    --------
    >>> found = score_test(0.88, 76, 0.695, 1374)
    >>> round(found.p_value, 5), round(found.conf_low, 3), round(found.conf_high, 3)
    (0.00028, 0.095, 0.25)
    """
    _check_range({"p1": p1, "p2": p2}, 0)
    _check_range({"difference": difference, "correlation": correlation}, -1)
    _check_numbers(n1=n1, n2=n2, df=df)
    sides = tuple(np.array(float(value)) for value in (p1, n1, p2, n2))
    quantile, r = _quantile(confidence, df), np.array(float(correlation))
    statistic = score(*sides, d=np.array(float(difference)), correlation=r)
    limits = score_limits(*sides, correlation=r, quantile=quantile)
    return _result(statistic, limits, df)


def paired_score_test(
    p10: float,
    p01: float,
    n: float,
    *,
    difference: float = 0.0,
    df: float = inf,
    confidence: float = 0.95,
) -> ScoreTest:
    """Return the score test of two shares among the same people, and its interval (methods 3.10).

    Tango 1998; with equal weights and no difference McNemar's test without continuity correction.

    Parameters
    ----------
    p10, p01 : float
        Shares of people counted by the first only, and by the second only; of two options of a
        question with one answer, the two shares themselves.
    n : float
        Effective number of answers: (p10 + p01 - d²)/V with d = p10 - p01 and V its variance.

    Raises
    ------
    EstimateError
        If a share or the difference is out of range, or a number not above 0.

    Examples
    --------
    >>> round(paired_score_test(43 / 150, 22 / 150, 150).p_value, 4)
    0.0092
    """
    _check_range({"p10": p10, "p01": p01, "p10 + p01": p10 + p01}, 0)
    _check_range({"difference": difference}, -1)
    _check_numbers(n=n, df=df)
    first, second, size = (np.array(float(value)) for value in (p10, p01, n))
    statistic = paired_score(first, second, size, d=np.array(float(difference)))
    limits = paired_score_limits(first, second, size, quantile=_quantile(confidence, df))
    return _result(statistic, limits, df)


def _quantile(confidence: float, df: float) -> Floats:
    check_confidence(confidence)
    return t_quantile(confidence, np.array(float(df)))


def _result(statistic: Floats, limits: tuple[Floats, Floats], df: float) -> ScoreTest:
    p_value = two_sided_p_value(statistic, np.array(float(df)))
    return ScoreTest(float(statistic), float(p_value), float(limits[0]), float(limits[1]))


def _check_range(values: dict[str, float], low: int) -> None:
    for name, value in values.items():
        if not low - 1e-12 <= value <= 1 + 1e-12:
            raise EstimateError(f"{name}={value}", key="call.not_in_range", low=low)


def _check_numbers(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise EstimateError(f"{name}={value}", key="call.effective_number")
