"""Whether answers are separated, so that a maximum-likelihood coefficient is infinite (Konis 2007)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from survey.numeric.array_types import Floats


def separating(x: Floats, response: Floats, family: Literal["logistic", "log_linear"]) -> tuple[int, ...]:
    """Return the columns of a direction that separates the responses; empty if there is none.

    A direction b separates 0s from 1s if x'b >= 0 for every 1 and <= 0 for every 0, not all 0; the
    likelihood then rises along b without end. In a log-linear model x'b must be 0 wherever the
    response is above 0. Albert & Anderson (1984), Biometrika 71, 1-10; the linear program is
    Konis's (2007).

    Parameters
    ----------
    x : float array, shape (m, p)
    response : float array, shape (m,)
    """
    from scipy.optimize import linprog

    size = np.abs(x).max(axis=0)
    scaled = x / np.where(size > 0, size, 1.0)
    rows = np.unique(np.column_stack([scaled, response > 0]), axis=0)
    scaled, positive = rows[:, :-1], rows[:, -1] == 1
    if family == "logistic":
        signed = np.where(positive[:, None], scaled, -scaled)
        solved = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1, 1))
    else:
        falling = -scaled[~positive]
        solved = linprog(
            -falling.sum(axis=0),
            A_ub=-falling if len(falling) else None,
            b_ub=np.zeros(len(falling)) if len(falling) else None,
            A_eq=scaled[positive] if positive.any() else None,
            b_eq=np.zeros(int(positive.sum())) if positive.any() else None,
            bounds=(-1, 1),
        )
    if solved.x is None or solved.fun is None or solved.fun > -1e-6:
        return ()
    return tuple(int(j) for j in np.flatnonzero(np.abs(solved.x) > 1e-6))
