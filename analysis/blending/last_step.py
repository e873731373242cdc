"""Raking as the last step on joined weights, as the recipe of the volunteers has it (methods 9.1)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.blending.matching import Matched, last_step
from analysis.numeric.blending.estimators import LastStep
from survey.errors import CalibrationError
from survey.numeric.array_types import Floats
from survey.weighting.calibrate import TOLERANCE
from survey.weighting.cells import CalibrationCells, cells_of
from survey.weighting.margins.conflicts import explain


def calibration_cells(pair: Matched, weight: Floats) -> CalibrationCells | None:
    """Return the cells of the last step, None where the recipe has none; raises MarginError.

    Parameters
    ----------
    weight : float array, shape (m,)
        Sum of the joined weights of each record.
    """
    step = last_step(pair.volunteers)
    if step is None:
        return None
    tally = pair.tally_a.take(pair.rows_a)
    return cells_of(replace(tally, base=weight, base_square=weight**2 / tally.count), step)


def calibrated_last(cells: CalibrationCells, weight: Floats) -> LastStep:
    """Return the calibration of joined weights, linearised.

    Raises
    ------
    CalibrationError
        If no weights within the bounds meet the margins, or one would not be above 0.
    """
    sums = np.bincount(cells.cell, weights=weight, minlength=int(cells.part_cell.max()) + 1)
    scale = cells.population / float(sums.sum())
    base = sums.astype(np.float64) * scale
    factor, solution = cells.solve(base)
    if not solution.worst <= TOLERANCE:
        raise explain(cells, base, tolerance=TOLERANCE)
    if (factor[cells.cell[weight > 0]] <= 0).any():
        people = int((factor[cells.cell[weight > 0]] <= 0).sum())
        least = float(factor.min())
        raise CalibrationError("blend", key="weighting.not_positive", people=people, least=least)
    moved, weighted = (cells.part_share * of_part for of_part in (solution.slope, solution.factor))
    return LastStep(
        factor=scale * factor[cells.cell],
        weighted=scale * _of_cells(cells, weighted)[cells.cell],
        moved=scale * _of_cells(cells, moved)[cells.cell],
        gram=cells.x.T @ (cells.x * (moved * base[cells.part_cell])[:, None]),
        totals_covariance=cells.calibration(factor, base, solution).totals_covariance,
    )


def _of_cells(cells: CalibrationCells, of_parts: Floats) -> Floats:
    """Return the sum of x over the parts of each cell, times a number of each part."""
    sums = np.zeros((int(cells.part_cell.max()) + 1, cells.x.shape[1]))
    np.add.at(sums, cells.part_cell, of_parts[:, None] * cells.x)
    return sums
