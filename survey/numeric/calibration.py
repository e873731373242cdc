"""Calibration to population totals by the raking, linear and logit distances, with or without bounds.

Notation (methods 1.2): base weights d, auxiliary rows x, totals T, factors g = F(x'λ), weights
w = d g. Deville & Särndal (1992), JASA 87, 376-382.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Literal

import numpy as np

import survey.numeric.special_functions as special
from survey.numeric.array_types import Floats, Ints

Distance = Literal["linear", "raking", "logit"]
ACCURACY = 1e-13
CYCLES = 200
# A Newton step counts as solved where at most this part of the residual remains, and it is not longer than
# this: factors are about exp(x'λ), so that no step needs more, and long ones cost x'λ its last digits.
SOLVED, FAR = 1e-4, 10.0
# Totals within reach are met in four to six steps: after so many, whether they are is asked.
SUSPECT = 8
# A gap of this part of the population, which no accuracy asked for allows, is proof enough.
BEYOND = 1e-6
# Rows worked on at a time, so that no temporary array is as long as all of them: few enough for a
# processor's cache.
BLOCK = 1 << 10


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Factors of a calibration, and how well they meet the totals.

    Attributes
    ----------
    factor : float array, shape (r,)
        g, so that the weights are d g.
    gap : float array, shape (c,)
        Weighted total minus target, in units of the population total.
    cycles : int
        Newton steps taken.
    multipliers : float array, shape (c,)
        λ.
    slope : float array, shape (r,)
        F' at the solution; 0 at a bound.
    """

    factor: Floats
    gap: Floats
    cycles: int
    multipliers: Floats
    slope: Floats

    @property
    def worst(self) -> float:
        """Largest absolute gap."""
        return float(np.abs(self.gap).max(initial=0.0))


# Totals out of reach drive λ to infinity; `_step` skips a state that is not finite.
@np.errstate(invalid="ignore", over="ignore")
def calibration_factors(
    x: Floats,
    base: Floats,
    totals: Floats,
    *,
    distance: Distance = "raking",
    bounds: tuple[float, float] = (-inf, inf),
    start: Floats | None = None,
) -> Solution:
    """Return factors g = F(x'λ) with weights that meet the totals, or come nearest (methods 1.2).

    Newton's method on the convex dual, with the step halved while the dual does not fall. Without
    bounds the raking result is that of iterative proportional fitting.

    Parameters
    ----------
    x : float array, shape (r, c)
        Auxiliary values, such as membership of each margin's categories. May be redundant.
    base : float array, shape (r,)
        Base weights, above 0, scaled to sum to the population.
    totals : float array, shape (c,)
        Population totals of x.
    distance : {"raking", "linear", "logit"}
        F(u) = exp(u) or 1 + u, both cut at the bounds, or the logit between them.
    bounds : tuple of float
        Smallest and largest factor; the logit needs both.
    start : float array, shape (c,), optional
        Multipliers λ to start from, such as those of nearly the same base weights.

    Returns
    -------
    Solution
        Whether the gap is small enough is for the caller to judge.
    """
    shape = Shape(distance, *bounds)
    scale = float(base.sum())
    start = np.zeros(x.shape[1]) if start is None else start
    here = base > 0
    if not here.all():
        # A third of the records are missing from a replicate: only their factors are wanted.
        rest = (x[here], base[here], totals)
        solved = calibration_factors(*rest, distance=distance, bounds=bounds, start=start)
        factor, slope, _ = shape.at(x @ solved.multipliers)
        return replace(solved, factor=factor, slope=slope)
    best = _state(x, base, totals, start, shape)
    cycles = 0
    while np.abs(best.residual).max(initial=0.0) > ACCURACY * scale and cycles < CYCLES:
        cycles += 1
        moved = _step(x, base, totals, best, shape)
        if moved is None:
            break
        best = moved
        if cycles >= SUSPECT and _out_of_reach(base, totals, best, shape):
            break
    return Solution(best.factor, -best.residual / scale, cycles, best.multipliers, best.slope)


@dataclass(frozen=True, slots=True)
class Shape:
    """The function F from u = x'λ to factors."""

    distance: Distance
    lower: float
    upper: float

    def at(self, u: Floats) -> tuple[Floats, Floats, Floats]:
        """Return F, its slope and its integral at u, up to a constant, each of u's shape."""
        if self.distance == "logit":
            low, high = self.lower, self.upper
            steep, start = (high - low) / ((1 - low) * (high - 1)), np.log((1 - low) / (high - 1))
            factor = low + (high - low) * special.expit(steep * u + start)
            slope = (factor - low) * (high - factor) / ((1 - low) * (high - 1))
            return factor, slope, low * u + (high - low) / steep * np.logaddexp(0.0, steep * u + start)
        raking = self.distance == "raking"
        free = np.exp(u) if raking else 1 + u
        lower = max(self.lower, 1e-300) if raking else self.lower
        if free.min(initial=inf) > lower and free.max(initial=-inf) < self.upper:
            return free, free if raking else np.ones(len(u)), free if raking else u + u**2 / 2
        factor = np.clip(free, lower, self.upper)
        inside = (free > lower) & (free < self.upper)
        # The integral of F: its own between the bounds, straight lines beyond them.
        integral = free if raking else u + u**2 / 2
        for bound, beyond in ((lower, free < lower), (self.upper, free > self.upper)):
            if np.isfinite(bound):
                edge = np.log(bound) if raking else bound - 1
                start = bound if raking else edge + edge**2 / 2
                integral = np.where(beyond, start + bound * (u - edge), integral)
        return factor, np.where(inside, factor if raking else 1.0, 0.0), integral


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    multipliers: Floats
    u: Floats
    factor: Floats
    slope: Floats
    residual: Floats
    dual: float


def _state(x: Floats, base: Floats, totals: Floats, multipliers: Floats, shape: Shape) -> _State:
    """Return factors, their slopes, totals less weighted totals, and the dual at multipliers λ."""
    u = x @ multipliers
    factor, slope, integral = shape.at(u)
    dual = float(base @ integral - totals @ multipliers)
    return _State(multipliers, u, factor, slope, totals - x.T @ (base * factor), dual)


def _out_of_reach(base: Floats, totals: Floats, now: _State, shape: Shape) -> bool:
    """Return whether the multipliers prove that no factors within the bounds come near the totals.

    They do if even the factors that make Σ d g x'λ largest leave it under T'λ: where totals are out of
    reach λ runs off in such a direction (Farkas), and hundreds of ever longer steps would follow.
    """
    u = now.u
    most = np.where(u > 0, shape.upper * u, np.where(u < 0, shape.lower * u, 0.0))
    gap, size = float(totals @ now.multipliers - base @ most), float(np.abs(now.multipliers).sum())
    return bool(gap > BEYOND * float(base.sum()) * size)


def _step(x: Floats, base: Floats, totals: Floats, now: _State, shape: Shape) -> _State | None:
    """Return the state after one damped Newton step, or None where no step comes nearer."""
    hessian = crossed(x, base * now.slope)
    # Where whole categories are at a bound the Hessian is singular; a small ridge keeps the step
    # downhill.
    ridge = 1e-12 * max(float(np.trace(hessian)), 1e-300) / x.shape[1]
    for damping in (0.0, ridge, 1e-4 * float(base.sum())):
        direction = None if damping else _solved(hessian, now.residual)
        if direction is None:
            # Least squares: the shortest solution where there are several.
            damped = hessian + damping * np.eye(x.shape[1])
            direction = np.asarray(np.linalg.lstsq(damped, now.residual, rcond=None)[0], dtype=np.float64)
        for halvings in range(40):
            tried = _state(x, base, totals, now.multipliers + direction * 0.5**halvings, shape)
            if not np.isfinite(tried.dual) or not np.isfinite(tried.residual).all():
                continue
            nearer = np.abs(tried.residual).max() < np.abs(now.residual).max()
            if tried.dual < now.dual or (nearer and tried.dual <= now.dual + 1e-12 * abs(now.dual)):
                return tried
    return None


def _solved(hessian: Floats, residual: Floats) -> Floats | None:
    """Return a solution of a system that may be redundant, or None where there is none, or only a far one.

    Redundant margins leave its length open, which a small ridge settles in a quarter of the time that
    least squares need. Where margins contradict each other, however little, the solution would be the
    longer the less of the residual remains.
    """
    ridged = hessian.copy()
    ridged.flat[:: len(hessian) + 1] += 1e-15 * float(hessian.trace()) / len(hessian)
    try:
        step = np.linalg.solve(ridged, residual)
    except np.linalg.LinAlgError:
        return None
    solved = np.abs(hessian @ step - residual).max() <= SOLVED * np.abs(residual).max()
    near = np.abs(step).max() <= FAR
    return np.asarray(step, dtype=np.float64) if solved and near else None


def crossed(z: Floats, weight: Floats) -> Floats:
    """Return Σ weight z z' over rows, shape (c, c).

    Parameters
    ----------
    z : float array, shape (r, c)
    weight : float array, shape (r,)
    """
    total = np.zeros((z.shape[1], z.shape[1]))
    for first in range(0, len(z), BLOCK):
        block = z[first : first + BLOCK]
        total += block.T @ (block * weight[first : first + BLOCK, None])
    return total


def membership(cells: Ints, sizes: Ints, numbers: Sequence[Floats] = ()) -> Floats:
    """Return 0/1 membership of each margin's categories, then numbers, shape (r, sum of sizes + numbers).

    Parameters
    ----------
    cells : int array, shape (r, margins)
        Category of each record in each margin.
    sizes : int array, shape (margins,)
        Number of categories of each margin.
    numbers : sequence of float arrays, shape (r,)
    """
    x, start = np.zeros((len(cells), int(sizes.sum()) + len(numbers))), 0
    rows = np.arange(len(cells))
    for m, size in enumerate(sizes):
        x[rows, start + cells[:, m].astype(np.intp)] = 1.0
        start += int(size)
    for column, values in enumerate(numbers, start):
        x[:, column] = values
    return x


def widest_needed(x: Floats, base: Floats, totals: Floats, lower: float) -> float:
    """Return the smallest upper bound at which the totals can be met; inf if there is none."""
    from scipy import sparse
    from scipy.optimize import linprog

    r = x.shape[0]
    equal: Any = sparse.hstack([sparse.csr_array(x.T * base), sparse.csr_array((x.shape[1], 1))])
    above: Any = sparse.hstack([sparse.eye_array(r), sparse.csr_array(-np.ones((r, 1)))])
    cost = np.concatenate([np.zeros(r), [1.0]])
    solved = linprog(
        cost,
        A_ub=above,
        b_ub=np.zeros(r),
        A_eq=equal,
        b_eq=totals,
        bounds=[(lower, inf)] * r + [(0.0, inf)],
        method="highs",
    )
    return float(solved.x[-1]) if solved.status == 0 and solved.x is not None else inf
