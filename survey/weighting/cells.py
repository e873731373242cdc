"""The cells of a calibration: people who have every margin's category and every number in common.

A weight depends on a person only through their combination of margin categories, their numbers
and their base weight; so calibration is solved once for each such cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise

import numpy as np

from survey.errors import MarginError
from survey.numeric.array_types import Floats, Ints
from survey.numeric.calibration import Solution, calibration_factors, crossed, membership
from survey.numeric.distinct_rows import group_rows
from survey.numeric.sampling import Calibration
from survey.weighting.margins.categories import MarginCells, margin_categories
from survey.weighting.margins.margins import agreed_total
from survey.weighting.recipe import CalibrationStep
from survey.weighting.tally import Tally


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationCells:
    """A calibration as a sample meets it.

    Attributes
    ----------
    cell : int array, shape (r,)
        Which cell each record is in.
    x : float array, shape (f, c)
        Auxiliary rows of the cells' parts; a cell has one part, or several where people of
        unknown category are shared out over the categories.
    part_cell : int array, shape (f,)
    part_share : float array, shape (f,)
        Which cell each part belongs to, and its share of the cell; these sum to 1 in each cell.
    totals : float array, shape (c,)
        Targets of x, sums over the population.
    population, scale : float
        Sum of the weights, and what base weights are multiplied by to have that sum.
    """

    step: CalibrationStep
    margins: tuple[MarginCells, ...]
    cell: Ints
    x: Floats
    part_cell: Ints
    part_share: Floats
    totals: Floats
    population: float
    scale: float

    @property
    def columns(self) -> list[slice]:
        """The columns of x that belong to each margin; those of numbers come after them."""
        ends = accumulate((len(margin.totals) for margin in self.margins), initial=0)
        return [slice(first, end) for first, end in pairwise(ends)]

    @property
    def unit(self) -> float:
        """What the bounds of the step are in units of, over the base weight scaled to the population."""
        return 1.0 if self.step.relative_to == "average" else self.scale

    @property
    def bounds(self) -> tuple[float, float]:
        """Bounds of the factors g."""
        return self.step.bounds[0] / self.unit, self.step.bounds[1] / self.unit

    def parts(self, base: Floats) -> Floats:
        """Return the base weights of the cells' parts, shape (f,), from those of the cells."""
        return base[self.part_cell] * self.part_share

    def solve(self, base: Floats, start: Floats | None = None) -> tuple[Floats, Solution]:
        """Return g of each cell for the cells' base weights, scaled to the population, and the solution."""
        parts, totals = self.parts(base), self.totals.copy()
        for margin, columns in zip(self.margins, self.columns, strict=True):
            if margin.names[-1] == ("",):
                # The unknown keep their share of these base weights.
                last = columns.stop - 1
                unknown = float(parts @ self.x[:, last] / base.sum())
                known = totals[columns.start : last]
                totals[columns.start : last] = known * (1 - unknown) * self.population / known.sum()
                totals[last] = unknown * self.population
        solution = calibration_factors(
            self.x, parts, totals, distance=self.step.distance, bounds=self.bounds, start=start
        )
        g = np.bincount(self.part_cell, weights=self.part_share * solution.factor, minlength=len(base))
        return g.astype(np.float64), solution

    def inverse_hessian(self, solution: Solution, base: Floats) -> Floats:
        """Return the inverse of the Hessian at a solution, shape (c, c); margins may be redundant."""
        hessian = crossed(self.x, self.parts(base) * solution.slope)
        return np.asarray(np.linalg.pinv(hessian, hermitian=True), dtype=np.float64)

    def first_step(self, solution: Solution, inverse: Floats, base: Floats) -> Floats:
        """Return multipliers near those for other base weights: a Newton step with the Hessian of these."""
        residual = self.totals - self.x.T @ (self.parts(base) * solution.factor)
        return np.asarray(solution.multipliers + inverse @ residual, dtype=np.float64)

    def emptied(self, base: Floats) -> bool:
        """Whether a category with a target has no base weight left, so that no solution exists."""
        left = np.abs(self.x).T @ self.parts(base)
        return bool(((left == 0) & (self.totals > 0)).any())

    def calibration(self, factor: Floats, base: Floats, solution: Solution) -> Calibration:
        """Return what the variance needs of the solved calibration (methods 2.3)."""
        cells = int(self.part_cell.max()) + 1
        gram, x = None, self.x
        if len(self.part_cell) > cells:
            x = np.zeros((cells, self.x.shape[1]))
            np.add.at(x, self.part_cell, self.part_share[:, None] * self.x)
            gram = self.x.T @ (self.x * self.parts(base)[:, None])
        totals_covariance = slope = slope_gram = None
        if any(margin.covariance is not None for margin in self.margins):
            totals_covariance = np.zeros((len(self.totals), len(self.totals)))
            for margin, columns in zip(self.margins, self.columns, strict=True):
                if margin.covariance is not None:
                    totals_covariance[columns, columns] = margin.covariance
            moved = (self.part_share * solution.slope)[:, None] * self.x
            slope = np.zeros(x.shape)
            np.add.at(slope, self.part_cell, moved)
            slope_gram = self.x.T @ (moved * base[self.part_cell][:, None])
        spans = tuple(len(margin.totals) for margin in self.margins)
        return Calibration(
            self.cell, x, factor, self.totals, spans, gram, totals_covariance, slope, slope_gram
        )


def cells_of(tally: Tally, step: CalibrationStep) -> CalibrationCells:
    """Return the cells of a tally under a step; raises MarginError."""
    population = agreed_total(list(step.margins)) or float(tally.base.sum())
    partners = dict(step.partners)
    small, group = _merged_records(tally, step)
    margins = tuple(
        margin_categories(small, m, population, partners.get(m.name, ()), step.minimum, unknown=step.unknown)
        for m in step.margins
    )
    numbers = []
    for name, _ in step.totals:
        where, (levels, codes) = f'total of "{name}"', small.question(name)
        if levels.options:
            raise MarginError(where, key="margin.total_of_options")
        unknown = int(small.count[~levels.answered[codes]].sum())
        if unknown:
            raise MarginError(where, key="margin.total_unknown", people=unknown)
        numbers.append(np.asarray(levels.values[codes, 0], dtype=np.float64))
    first, cell = group_rows(
        [*(m.category for m in margins), *(small.codes[name] for name, _ in step.totals)]
    )
    del small  # as long as the sample where all records differ, and what follows is longer still
    part_cell, part_share, categories = _parts(np.column_stack([m.category[first] for m in margins]), margins)
    # Numbers in units of their mean in the population, so that all totals are of one size.
    columns = [
        values[first][part_cell] * population / total
        for values, (_, total) in zip(numbers, step.totals, strict=True)
    ]
    return CalibrationCells(
        step=step,
        margins=margins,
        cell=cell[group],
        x=membership(categories, np.array([len(m.totals) for m in margins], dtype=np.int64), columns),
        part_cell=part_cell,
        part_share=part_share,
        totals=np.concatenate([*(m.totals for m in margins), np.full(len(columns), population)]),
        population=population,
        scale=population / float(tally.base.sum()),
    )


def _merged_records(tally: Tally, step: CalibrationStep) -> tuple[Tally, Ints]:
    """Return a tally over the questions of a step alone, and which of its records each record is in.

    Its count is of those with a base weight.
    """
    names = dict.fromkeys([*chain.from_iterable(m.questions for m in step.margins), *dict(step.totals)])
    first, group = group_rows([tally.question(name)[1] for name in names])
    counted = np.where(tally.base > 0, tally.count, 0)
    sums = [np.bincount(group, weights=v) for v in (counted, tally.base, tally.base_square)]
    return replace(
        tally,
        codes={name: tally.codes[name][first] for name in names},
        levels={name: tally.levels[name] for name in names},
        count=sums[0].astype(np.int64),
        base=sums[1].astype(np.float64),
        base_square=sums[2].astype(np.float64),
        stratum=np.zeros(len(first), dtype=np.int64),
        units=(),
    ), group


def _parts(categories: Ints, margins: tuple[MarginCells, ...]) -> tuple[Ints, Floats, Ints]:
    """Return for the parts of cells: their cell, share and categories, unknowns over all categories."""
    cell, share = np.arange(len(categories), dtype=np.int64), np.ones(len(categories))
    for m, margin in enumerate(margins):
        if not margin.shared_out:
            continue
        size, target = len(margin.totals), margin.totals / margin.totals.sum()
        unknown = categories[:, m] == size
        times = np.where(unknown, size, 1)
        rows = np.repeat(np.arange(len(categories)), times)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
        categories, cell, share, unknown = categories[rows], cell[rows], share[rows], unknown[rows]
        share = np.where(unknown, share * target[np.where(unknown, within, 0)], share)
        categories[:, m] = np.where(unknown, within, categories[:, m])
    return cell, share, categories
