"""The minimum of a convex function, by Newton's method with the step halved while the function rises."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from survey.numeric.array_types import Floats

CYCLES, HALVINGS = 100, 40
# The gradient left, in units of the sums of absolute values that it is the difference of.
ACCURACY, ACCEPTED, ROUNDING = 1e-14, 1e-9, 1e-12

# From coefficients, shape (p,): the value, its gradient, its matrix of second derivatives, and the sizes of
# the terms of which the gradient is the difference.
Convex = Callable[[Floats], tuple[float, Floats, Floats, Floats]]


def minimum(function: Convex, start: Floats) -> Floats | None:
    """Return where a convex function is smallest, shape (p,); None where it falls without end.

    Parameters
    ----------
    start : float array, shape (p,)
    """
    at = start
    with np.errstate(over="ignore", invalid="ignore"):
        value, gradient, hessian, size = function(at)
        for _ in range(CYCLES):
            if (np.abs(gradient) <= ACCURACY * size).all():
                return at
            step = _step(hessian, gradient)
            if step is None:
                return None
            for halving in range(HALVINGS):
                tried = at - step * 0.5**halving
                found = function(tried)
                nearer = np.abs(found[1]).max() < np.abs(gradient).max()
                # Close to the minimum the value differs by rounding alone, and the gradient tells.
                if found[0] < value or (nearer and found[0] <= value + ROUNDING * abs(value)):
                    break
            else:
                break
            at, (value, gradient, hessian, size) = tried, found
    return at if (np.abs(gradient) <= ACCEPTED * size).all() else None


def _step(hessian: Floats, gradient: Floats) -> Floats | None:
    try:
        step = np.linalg.solve(hessian, gradient)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(step, dtype=np.float64) if np.isfinite(step).all() else None
