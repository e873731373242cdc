"""Effect of weighting on a sample: effective size, design effect, range of weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.numeric.array_types import Floats, Ints

# Bands in which weights are first counted to find their median.
BANDS = 1024


@dataclass(frozen=True, slots=True)
class WeightSummary:
    """Weights in short (methods 1.8).

    Attributes
    ----------
    n_eff : float
        Kish's effective sample size, (Σw)² / Σw².
    design_effect : float
        n / n_eff = 1 + cv²(w).
    smallest, median, largest : float
        In units of the mean weight.
    """

    n: int
    n_eff: float
    design_effect: float
    smallest: float
    median: float
    largest: float


def effective_size(weight_sum: float, square_sum: float) -> float:
    """Return Kish's effective sample size, from Σw and Σw²."""
    return weight_sum * weight_sum / square_sum


def summarise(weights: Floats, count: Ints) -> WeightSummary:
    """Return the summary of weights, one of each of `count` people.

    Parameters
    ----------
    weights : float array, shape (r,)
        Weight of each person of a record.
    count : int array, shape (r,)
    """
    counted = weights > 0
    if not counted.all():
        weights, count = weights[counted], count[counted]
    n, people = int(count.sum()), count.astype(np.float64)
    total, square = float(people @ weights), float(people @ weights**2)
    mean, n_eff = total / n, effective_size(total, square)
    low, high = float(weights.min()), float(weights.max())
    median, step = low, (high - low) / BANDS
    if step > 0:
        # Only the weights in the bands around the median are sorted.
        band = ((weights - low) / step).astype(np.int64)
        reached = np.cumsum(np.bincount(band, weights=people))
        ranks = np.array([(n + 1) // 2, n // 2 + 1])
        first, last = np.searchsorted(reached, ranks)
        near = (band >= first) & (band <= last)
        order = np.argsort(weights[near])
        below = reached[first - 1] if first else 0
        middle = np.searchsorted(np.cumsum(people[near][order]), ranks - below)
        median = float(weights[near][order][middle].mean())
    return WeightSummary(
        n=n,
        n_eff=n_eff,
        design_effect=n / n_eff,
        smallest=low / mean,
        median=median / mean,
        largest=high / mean,
    )
