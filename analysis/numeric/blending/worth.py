"""What volunteers are worth in answers of people drawn at random, and how many of these halve an error."""

from __future__ import annotations

import numpy as np

from survey.numeric.array_types import Floats


def random_answers(share: Floats, square: Floats) -> Floats:
    """Return p(1-p)/b², the random answers with as large an error as a bias b; inf without a bias.

    Parameters
    ----------
    share : float array, shape (k,)
    square : float array, shape (k,)
        b², which may be below 0 where it is estimated.
    """
    answers = np.full(share.shape, np.inf)
    return np.asarray(np.divide(share * (1 - share), square, out=answers, where=square > 0), dtype=np.float64)


def bias_limits(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return the least and the largest size of a bias within its limits; the least is 0 if they hold 0."""
    sizes = np.sort(np.abs(np.stack([low, high])), axis=0)
    return np.where((low <= 0) & (high >= 0), 0.0, sizes[0]), sizes[1]


def names_to_halve(share: float, mean_square: float, design_effect: float = 1.0) -> float:
    """Return how many people drawn at random have half the root mean squared error, deff p(1-p)/(mse/4)."""
    return design_effect * share * (1 - share) / (mean_square / 4)
