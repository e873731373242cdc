"""Weighting steps run again in every replicate (methods 2.5).

A replicate in which a step cannot be done, such as one that leaves a category empty, is left out
and counted; the others stand in for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from survey.errors import CalibrationError
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.distinct_rows import group_rows
from survey.numeric.multipliers import replicate_rows
from survey.numeric.sampling import REPLICATES_FAILED, Replicates
from survey.weighting.sample import WeightedSample

# From the weights of people in a replicate and how often it has each of them, shape (r,) each, the weights
# after a step; None where the step cannot be done.
Reweighting = Callable[[Floats, Floats], Floats | None]


def step_in_replicates(
    sample: WeightedSample,
    reweight: Reweighting,
    *,
    distinct: Sequence[Ints] = (),
    kept: Bools | None = None,
    failure: str = "replicates.cannot_rake",
) -> WeightedSample:
    """Return the sample with a step of weighting done in each of its replicates.

    Parameters
    ----------
    distinct : sequence of int arrays, shape (r,)
        What the step's factors depend on besides the weight itself.
    kept : bool array, shape (r,), optional
        Records that stay in the sample.

    Raises
    ------
    CalibrationError
        If the step cannot be done in more than one of twenty replicates, or they have negative weights.
    """
    replicates = _replicates_of(sample)
    tally = sample.tally
    rows = np.arange(len(tally)) if kept is None else np.flatnonzero(kept)
    first, unit = group_rows([tally.units[0][rows], *(key[rows] for key in distinct)])
    weight = replicate_rows(replicates.weights, tally.units[0])
    copies = replicate_rows(replicates.copies, tally.units[0])
    # A replicate's weights are read and written together, so they are stored together.
    weights = np.zeros((len(first), weight.shape[1]), order="F")
    firsts = rows[first]
    used = replicates.coefficients > 0
    done, size = used.copy(), int(used.sum()) + replicates.failed
    for r in np.flatnonzero(used):
        again = reweight(weight[:, r], copies[:, r])
        if again is None:
            done[r] = False
        else:
            weights[:, r] = again[firsts]
    failed = size - int(done.sum())
    if failed > REPLICATES_FAILED * size:
        raise CalibrationError("replicates", key=failure, failed=failed, replicates=size)
    coefficients = np.where(done, replicates.coefficients, 0.0)
    if done.any():
        coefficients *= replicates.coefficients.sum() / coefficients.sum()
    # Records that do not stay are in the first unit.
    units = np.zeros(len(tally), dtype=np.int64)
    units[rows] = unit
    return replace(
        sample,
        tally=replace(tally, units=(units, *tally.units[1:])),
        sampling=replace(
            sample.sampling,
            replicates=replace(
                replicates,
                weights=weights,
                coefficients=coefficients,
                copies=replicate_rows(copies, firsts),
                failed=failed,
            ),
        ),
    )


def _replicates_of(sample: WeightedSample) -> Replicates:
    """Return the replicates; refuses negative weights."""
    replicates = sample.sampling.replicates
    assert replicates is not None
    if (replicates.weights < 0).any():
        raise CalibrationError("replicates", key="replicates.negative")
    return replicates
