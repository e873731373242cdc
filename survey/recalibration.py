"""Replicate weights calibrated again, each by itself (methods 2.5)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey.array_types import Floats
from survey.calibration import Distance, calibration_factors
from survey.design import Replicates
from survey.errors import CalibrationError
from survey.tally import group_rows
from survey.weighted_sample import WeightedSample

TOLERANCE = 1e-8
FAILED = 0.05


def recalibrated(
    sample: WeightedSample, targets: Floats, *, distance: Distance, bounds: tuple[float, float]
) -> WeightedSample:
    """Return a calibrated sample whose replicates meet the same targets.

    A replicate that cannot meet them is left out, the others standing in for it.

    Raises
    ------
    CalibrationError
        If more than one in twenty cannot.
    """
    assert sample.sampling.replicates is not None
    assert sample.calibration is not None
    replicates, calibration = sample.sampling.replicates, sample.calibration
    tally, cell = sample.tally, calibration.cell
    first, unit = group_rows([tally.units[0], cell])
    each = replicates.weights[tally.units[0]]
    population = float((tally.base * sample.factor).sum())
    weights, kept = np.zeros((len(first), each.shape[1])), np.ones(each.shape[1], dtype=bool)
    for r in range(each.shape[1]):
        base = np.bincount(cell, weights=each[:, r] * tally.count, minlength=len(calibration.x))
        scaled = base.astype(np.float64) * population / base.sum()
        solved = calibration_factors(calibration.x, scaled, targets, distance=distance, bounds=bounds)
        kept[r] = solved.worst <= TOLERANCE
        weights[:, r] = (each[:, r] * solved.factor[cell] * population / base.sum())[first]
    if (~kept).mean() > FAILED:
        raise CalibrationError(
            "replicates",
            f"{int((~kept).sum())} of {len(kept)} cannot meet the margins",
            "merge thin categories or widen the bounds",
        )
    coefficients = np.where(kept, replicates.coefficients * len(kept) / kept.sum(), 0.0)
    weights[:, ~kept] = 0.0
    made = Replicates(weights, coefficients, replicates.centre)
    return replace(
        sample,
        tally=replace(tally, units=(unit,)),
        sampling=replace(sample.sampling, replicates=made, fractions=(sample.sampling.fractions[0],)),
    )
