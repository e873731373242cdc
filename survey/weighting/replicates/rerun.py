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
from survey.numeric.multipliers import taken
from survey.numeric.sampling import REPLICATES_FAILED
from survey.weighting.calibrate import TOLERANCE, CalibrationCells
from survey.weighting.sample import WeightedSample

# From weights of people in a replicate and how often each is there, shape (r,) each, the weights after a
# step; None where it cannot be done.
Reweighting = Callable[[Floats, Floats], Floats | None]


def replicated_step(
    sample: WeightedSample,
    reweight: Reweighting,
    *,
    told_apart: Sequence[Ints] = (),
    kept: Bools | None = None,
    remedy: str = "merge thin categories or widen the bounds",
) -> WeightedSample:
    """Return the sample with a step done in each of its replicates.

    Parameters
    ----------
    told_apart : sequence of int arrays, shape (r,)
        What the step's factors depend on beside the weight itself.
    kept : bool array, shape (r,), optional
        Records that stay in the sample.

    Raises
    ------
    CalibrationError
        If the step cannot be done in more than one of twenty replicates.
    """
    replicates = sample.sampling.replicates
    assert replicates is not None
    tally = sample.tally
    rows = np.arange(len(tally)) if kept is None else np.flatnonzero(kept)
    first, unit = group_rows([tally.units[0][rows], *(key[rows] for key in told_apart)])
    each = taken(replicates.weights, tally.units[0])
    copies = taken(replicates.copies, tally.units[0])
    # A replicate's weights lie side by side, since they are read and written so.
    weights = np.zeros((len(first), each.shape[1]), order="F")
    firsts = rows[first]
    used = replicates.coefficients > 0
    done, asked = used.copy(), int(used.sum()) + replicates.failed
    for r in np.flatnonzero(used):
        found = reweight(each[:, r], copies[:, r])
        if found is None:
            done[r] = False
        else:
            weights[:, r] = found[firsts]
    failed = asked - int(done.sum())
    if failed > REPLICATES_FAILED * asked:
        problem = f"{failed} of {asked} cannot be weighted, as when a category has lost everybody"
        raise CalibrationError("replicates", problem, remedy)
    coefficients = np.where(done, replicates.coefficients, 0.0)
    if done.any():
        coefficients *= replicates.coefficients.sum() / coefficients.sum()
    made = replace(
        replicates,
        weights=weights,
        coefficients=coefficients,
        copies=taken(copies, firsts),
        failed=failed,
    )
    return replace(
        sample,
        tally=replace(tally, units=(_unit_of(unit, rows, len(tally)), *tally.units[1:])),
        sampling=replace(sample.sampling, replicates=made),
    )


def _unit_of(unit: Ints, rows: Ints, size: int) -> Ints:
    """Return units of all records; those that do not stay are in the first."""
    full = np.zeros(size, dtype=np.int64)
    full[rows] = unit
    return full


def calibrating(sample: WeightedSample, cells: CalibrationCells) -> Reweighting:
    """Return what calibrates the weights of a replicate to the totals of the whole sample."""
    count, cell, size = sample.tally.count, cells.cell, int(cells.part_cell.max()) + 1
    whole = np.bincount(cell, weights=sample.tally.base).astype(np.float64) * cells.scale
    start = cells.solve(whole)[1].multipliers

    def reweight(weight: Floats, _copies: Floats) -> Floats | None:
        base = np.bincount(cell, weights=weight * count, minlength=size).astype(np.float64)
        if cells.emptied(base):
            return None
        scale = cells.population / base.sum()
        factor, solved = cells.solve(base * scale, start)
        return weight * scale * factor[cell] if solved.worst <= TOLERANCE else None

    return reweight
