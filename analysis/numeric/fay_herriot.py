"""The area model of Fay and Herriot (1979): small districts borrow from the others (methods 4.7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.errors import EstimateError, check_choice
from survey.numeric.array_types import Floats

Fit = Literal["adjusted", "reml", "ml", "moment"]


@dataclass(frozen=True, slots=True, eq=False)
class AreaModel:
    """A fitted area model; arrays have shape (m,) unless said.

    Attributes
    ----------
    spread : float
        A, the variance between areas that the covariates leave.
    coefficients : float array, shape (q,)
    kept : float array
        How much of an area's own estimate is kept, A/(A + psi).
    estimate : float array
        The empirical best linear unbiased predictor.
    own, fixed, unknown : float arrays
        g1, g2, g3 of the mean squared error.
    error : float array
        Mean squared error by Prasad and Rao (1990), Datta and Lahiri (2000).
    """

    spread: float
    coefficients: Floats
    kept: Floats
    estimate: Floats
    own: Floats
    fixed: Floats
    unknown: Floats
    error: Floats


def fay_herriot(y: Floats, psi: Floats, *, x: Floats | None = None, fit: Fit = "adjusted") -> AreaModel:
    """Return the area model y_d = x_d'b + v_d + e_d, v of variance A, e of variances psi (methods 4.7).

    "adjusted" maximises A times the restricted likelihood (Li & Lahiri 2010), so that A is above 0; the
    bias this brings into A is taken from the mean squared errors as far as g1 + g2. Where another
    likelihood or the moment asks for a negative A it is 0, every area gets x'b alone, and the mean squared
    errors order the areas the wrong way round (methods 4.7): do not print them then.

    Parameters
    ----------
    y, psi : float arrays, shape (m,)
        Direct estimates and their variances, taken as known; smooth those of small areas first.
    x : float array, shape (m, q), optional
        Covariates, the constant among them; the constant alone unless given.
    fit : {"adjusted", "reml", "ml", "moment"}
        How A is estimated.

    Raises
    ------
    EstimateError
        If shapes disagree, a variance is not above 0, or the covariates are not independent.
    """
    check_choice("fit", fit, Fit)
    y, psi = np.asarray(y, dtype=np.float64), np.asarray(psi, dtype=np.float64)
    x = np.ones((len(y), 1)) if x is None else np.asarray(x, dtype=np.float64)
    m, q = x.shape
    if y.shape != psi.shape or m != len(y) or m <= q:
        raise EstimateError("fay_herriot", key="area.few", areas=len(y), covariates=q)
    if not (np.isfinite(y).all() and (psi > 0).all() and np.isfinite(psi).all()):
        raise EstimateError("fay_herriot", key="area.variance")
    if np.linalg.matrix_rank(x) < q:
        raise EstimateError("fay_herriot", key="area.dependent")
    if fit == "adjusted" and m <= q + 2:
        raise EstimateError("fay_herriot", key="area.few_to_adjust", areas=m, covariates=q)
    equation, between = _equation(y, psi, x, fit), 0.0
    # The adjusted score is without limit at 0.
    low = float(psi.min()) * 1e-9 if fit == "adjusted" else 0.0
    if equation(low) > 0:
        from scipy.optimize import brentq

        high = float(np.var(y)) + float(psi.max())
        while equation(high) > 0:
            high *= 2
        between = float(brentq(equation, low, high, xtol=1e-15, rtol=1e-14))
    return _predicted(y, psi, x, between, fit)


def _equation(y: Floats, psi: Floats, x: Floats, fit: Fit) -> Callable[[float], float]:
    """Return what is 0 at the estimate of A and falls with it."""

    def parts(a: float) -> tuple[Floats, Floats, Floats]:
        v = 1 / (a + psi)
        inverse = np.asarray(np.linalg.inv(x.T @ (x * v[:, None])), dtype=np.float64)
        residual = v * (y - x @ (inverse @ (x.T @ (v * y))))
        return v, inverse, residual

    def score(a: float) -> float:
        v, inverse, residual = parts(a)
        trace = float(v.sum())
        if fit != "ml":  # tr P = Σv - tr[(X'VX)^-1 X'V²X]
            trace -= float(np.trace(inverse @ (x.T @ (x * (v**2)[:, None]))))
        # Twice the slope of log A is added.
        return float(residual @ residual) - trace + (2 / a if fit == "adjusted" else 0.0)

    def moment(a: float) -> float:
        v, _, residual = parts(a)
        return float(residual @ (residual / v)) - float(len(y) - x.shape[1])

    return moment if fit == "moment" else score


def _predicted(y: Floats, psi: Floats, x: Floats, a: float, fit: Fit) -> AreaModel:
    m = len(y)
    v = 1 / (a + psi)
    inverse = np.linalg.inv(x.T @ (x * v[:, None]))
    b = inverse @ (x.T @ (v * y))
    kept, away = a * v, psi * v
    squares, sums = float((v**2).sum()), float(v.sum())
    # Asymptotic variance and bias of A.
    variance = 2 * m / sums**2 if fit == "moment" else 2 / squares
    bias = 0.0
    if fit == "ml":
        bias = -float(np.trace(inverse @ (x.T @ (x * (v**2)[:, None])))) / squares
    elif fit == "moment":
        bias = 2 * (m * squares - sums**2) / sums**3
    elif fit == "adjusted":
        bias = 2 / (a * squares)
    own = psi * kept
    fixed = away**2 * np.einsum("ij,jk,ik->i", x, inverse, x)
    unknown = away**2 * v * variance
    error = own + fixed + 2 * unknown - bias * away**2
    if fit == "adjusted":  # where A is close to 0 its bias is larger than the rest
        error = np.maximum(error, own + fixed)
    return AreaModel(
        spread=a,
        coefficients=b,
        kept=kept,
        estimate=kept * y + away * (x @ b),
        own=own,
        fixed=fixed,
        unknown=unknown,
        error=error,
    )
