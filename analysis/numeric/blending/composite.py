"""Two estimates of one share weighed by their variances and the squared bias of the first (methods 9.5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.numeric.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Composites, shape (k,) each.

    Attributes
    ----------
    estimate, error : float arrays
        The error is the root mean squared one, bias included.
    weight : float array
        Of the volunteers.
    """

    estimate: Floats
    error: Floats
    weight: Floats


def squared_bias(bias: Floats, variance: Floats) -> Floats:
    """Return max(0, bias² - its variance), which its square is too large by on average."""
    return np.maximum(bias**2 - variance, 0.0)


def weighed(
    volunteers: Floats,
    reference: Floats,
    *,
    v_volunteers: Floats,
    v_reference: Floats,
    covariance: Floats,
    square: Floats,
) -> Weighed:
    """Return w p + (1 - w) P with w = (V_P - C)/(V_P + V_p - 2C + b²) (Elliott & Haviland 2007).

    Its mean squared error is w²(V_p + b²) + (1-w)² V_P + 2w(1-w)C. Survey Methodology 33, 211-215.

    Parameters
    ----------
    volunteers, reference : float arrays, shape (k,)
        p and P.
    covariance : float array, shape (k,)
        C.
    square : float array, shape (k,)
        b².
    """
    whole = v_reference + v_volunteers - 2 * covariance + square
    w = np.divide(v_reference - covariance, whole, out=np.zeros(len(whole)), where=whole > 0)
    mean_square = w**2 * (v_volunteers + square) + (1 - w) ** 2 * v_reference + 2 * w * (1 - w) * covariance
    estimate = w * volunteers + (1 - w) * reference
    return Weighed(estimate, np.sqrt(np.maximum(mean_square, 0.0)), w)
