"""Who joins an open survey: chances estimated beside a random sample, and the error they bring (methods 9.1).

Notation: rows x with a constant; volunteers A, each record a people; random sample B with sums of weights d;
chance p = 1/(1 + exp(-x't)). Every estimate is written Σ_A u + Σ_B d v.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

import survey.numeric.special_functions as special
from analysis.numeric.blending.newton import minimum
from survey.numeric.array_types import Floats

Fit = Literal["pseudo_likelihood", "calibrated"]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The covariates of two samples.

    Attributes
    ----------
    x_a, x_b : float arrays, shape (m, c) and (k, c)
        Rows with a constant first.
    a : float array, shape (m,)
        People of each record of the volunteers.
    d : float array, shape (k,)
        Sum of the weights of each record of the random sample.
    """

    x_a: Floats
    a: Floats
    x_b: Floats
    d: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Joining:
    """Chances of joining.

    Attributes
    ----------
    p_a, p_b : float arrays, shape (m,) and (k,)
    coefficients : float array, shape (c,)
    """

    fit: Fit
    p_a: Floats
    p_b: Floats
    coefficients: Floats

    @property
    def weight(self) -> Floats:
        """One over the chance of each volunteer, shape (m,)."""
        return 1 / self.p_a


def fitted_joining(pair: Pair, fit: Fit, start: Floats | None = None) -> Joining | None:
    """Return the chances of joining, None where no finite coefficients solve the equations.

    "pseudo_likelihood" solves Σ_A x = Σ_B d p x (Chen, Li & Wu 2020, JASA 115, 2011-2021);
    "calibrated" Σ_A x/p = Σ_B d x, so that the weighted volunteers have the totals of the random sample.

    Parameters
    ----------
    start : float array, shape (c,), optional
        Coefficients near the solution.
    """
    x_a, a, x_b, d = pair.x_a, pair.a, pair.x_b, pair.d
    joined, population = float(a.sum()), float(d.sum())
    if not 0 < joined < population:
        return None
    if start is None:
        start = np.zeros(x_a.shape[1])
        start[0] = np.log(joined / (population - joined))
    of_a, of_b = a @ x_a, d @ x_b
    size_a, size_b = a @ np.abs(x_a), d @ np.abs(x_b)

    def likelihood(t: Floats) -> tuple[float, Floats, Floats, Floats]:
        at = x_b @ t
        chance = d * special.expit(at)
        value = float(d @ np.logaddexp(0.0, at) - of_a @ t)
        spread = chance * special.expit(-at)
        return value, chance @ x_b - of_a, x_b.T @ (x_b * spread[:, None]), size_a

    def calibration(t: Floats) -> tuple[float, Floats, Floats, Floats]:
        at = x_a @ t
        odds = a * np.exp(-at)
        value = float(odds.sum() - of_a @ t + of_b @ t)
        return value, of_b - of_a - odds @ x_a, x_a.T @ (x_a * odds[:, None]), size_b

    found = minimum(likelihood if fit == "pseudo_likelihood" else calibration, start)
    if found is None:
        return None
    return Joining(fit, special.expit(x_a @ found), special.expit(x_b @ found), found)


def joined_parts(pair: Pair, joining: Joining, r: Floats) -> tuple[Floats, Floats]:
    """Return u and v of Σ_A r/p, shape (m, q) and (k, q): the coefficients of joining are estimates too.

    Pseudo-likelihood: u = r/p - b'x, v = p b'x with b = [Σ_B d p(1-p) x x']⁻¹ Σ_A (1-p)/p r x; calibrated:
    u = (r - b'x)/p, v = b'x with b = [Σ_A (1-p)/p x x']⁻¹ Σ_A (1-p)/p r x. The variance of the first part
    is Σ_A (1-p) u².

    Parameters
    ----------
    r : float array, shape (m, q)
        Linearised values, 0 outside a domain.
    """
    p, p_b = joining.p_a, joining.p_b
    odds = pair.a * (1 - p) / p
    moments = pair.x_a.T @ (r * odds[:, None])
    if joining.fit == "pseudo_likelihood":
        bread = pair.x_b.T @ (pair.x_b * (pair.d * p_b * (1 - p_b))[:, None])
        b = np.linalg.solve(bread, moments)
        return r / p[:, None] - pair.x_a @ b, p_b[:, None] * (pair.x_b @ b)
    b = np.linalg.solve(pair.x_a.T @ (pair.x_a * odds[:, None]), moments)
    return (r - pair.x_a @ b) / p[:, None], pair.x_b @ b
