"""How many places will be asked for, when both the share and the take-up are uncertain (methods 8.6).

Notation: D = C Σ_c S_c r_c, with C children, S_c the share at a fee giving answer c, r_c the part of them who
take up a place. logit of the share is normal around its estimate; all r_c move together, evenly between
their ends; C is normal where it has an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

import survey.numeric.special_functions as special
from analysis.numeric.intervals import EDGE
from survey.numeric.array_types import Floats

# At how many points the take-up and the number of children are taken, and what is left over is integrated.
TAKE_UPS, CHILDREN = 100, 40
PANELS, SPREAD = 4, 8.0


@cache
def gauss(n: int) -> tuple[Floats, Floats]:
    """Return n points on (-1, 1) and their weights (Gauss and Legendre)."""
    points, weights = np.polynomial.legendre.leggauss(n)
    return points, weights


@dataclass(frozen=True, slots=True, eq=False)
class Demanded:
    """Distribution of the number of places asked for, by quadrature: no seed, the same at each run.

    Attributes
    ----------
    most : float array, shape (q,)
        Children times take-up at each point: places if the whole share were 1.
    logit, error : float arrays, shape (q,)
        Mean and standard error of the logit of the share at each point; where the error is 0 the share
        is `share` itself.
    share : float array, shape (q,)
    weight : float array, shape (q,)
        Of each point; they add up to 1.
    """

    most: Floats
    share: Floats
    logit: Floats
    error: Floats
    weight: Floats

    def below(self, x: float) -> float:
        """Return P(D ≤ x)."""
        if x < 0:
            return 0.0
        part = np.divide(x, self.most, out=np.full(len(self.most), np.inf), where=self.most > 0)
        known = self.error == 0
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (special.logit(np.minimum(part, 1.0)) - self.logit) / np.where(known, 1.0, self.error)
        chance = np.where(known, part >= self.share - EDGE, np.where(part >= 1, 1.0, special.ndtr(z)))
        return float(self.weight @ chance)

    def quantile(self, rate: float) -> float:
        """Return x with P(D ≤ x) = rate."""
        from scipy.optimize import brentq

        top = float(self.most.max(initial=0.0))
        if top == 0 or self.below(0.0) >= rate:
            return 0.0
        return float(brentq(lambda x: self.below(x) - rate, 0.0, top, xtol=1e-10 * top, rtol=1e-14))

    def beyond(self, places: float) -> float:
        """Return the expected number of children for whom there is none of so many places."""
        top = float(self.most.max(initial=0.0))
        if top <= places:
            return 0.0
        edges = np.linspace(places, top, PANELS + 1)
        half, middle = np.diff(edges) / 2, (edges[:-1] + edges[1:]) / 2
        nodes, weights = gauss(CHILDREN)
        points = middle[:, None] + half[:, None] * nodes
        above = np.array([[1 - self.below(float(x)) for x in row] for row in points])
        return float((half[:, None] * weights * above).sum())


def demanded(
    share: Floats, covariance: Floats, take_up: Floats, children: float, children_error: float
) -> Demanded:
    """Return the distribution of D.

    Parameters
    ----------
    share : float array, shape (c,)
    covariance : float array, shape (c, c)
    take_up : float array, shape (c, 2)
        Lowest and highest of each answer.
    """
    moved = (take_up[:, 1] > take_up[:, 0]).any()
    nodes, weights = gauss(TAKE_UPS)
    at = (nodes + 1) / 2 if moved else np.array([0.5])
    weight = weights / 2 if moved else np.ones(1)
    r = take_up[:, 0] + at[:, None] * (take_up[:, 1] - take_up[:, 0])
    top = r.max(axis=1)
    part = np.divide(r, top[:, None], out=np.zeros_like(r), where=top[:, None] > 0)
    # Relative to the largest take-up, so that a single answer keeps its own logit.
    mean = np.clip(part @ share, 0.0, 1.0)
    error = np.sqrt(np.maximum(np.einsum("qi,ij,qj->q", part, covariance, part), 0.0))
    number, number_weight = np.array([children]), np.ones(1)
    if children_error > 0:
        nodes, weights = gauss(CHILDREN)
        number = children + SPREAD * children_error * nodes
        density = np.exp(-((SPREAD * nodes) ** 2) / 2) * weights
        number, number_weight = np.maximum(number, 0.0), density / density.sum()
    most = (top[:, None] * number).reshape(-1)
    inside = (mean > EDGE) & (mean < 1 - EDGE) & (error > 0)
    simple = np.where(inside, mean * (1 - mean), 1.0)
    logit = special.logit(np.where(inside, mean, 0.5))
    k = len(number)
    return Demanded(
        most=most,
        share=np.repeat(mean, k),
        logit=np.repeat(logit, k),
        error=np.repeat(np.where(inside, error / simple, 0.0), k),
        weight=np.repeat(weight, k) * np.tile(number_weight, len(at)),
    )
