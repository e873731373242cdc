"""Calibrating a tally to margins and totals: the cells, the solve, and the history of both.

A weight depends on a person only through their combination of margin categories, their numbers
and their base weight; so calibration is solved once for each such cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from survey.errors import CalibrationError, MarginError, listing
from survey.history import MarginCategory, MarginHistory
from survey.numeric.array_types import Floats, Ints
from survey.numeric.calibration import Calibrated, calibration_factors, membership
from survey.numeric.distinct_rows import group_rows
from survey.weighting.margins.categories import MarginCells, margin_categories
from survey.weighting.margins.conflicts import explain
from survey.weighting.margins.margins import agreed_total
from survey.weighting.recipe import CalibrationStep
from survey.weighting.sample import Calibration, WeightedSample, summarised
from survey.weighting.tally import Tally

TOLERANCE = 1e-8


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
        Which cell each part is of, and what part of it; these sum to 1 in each cell.
    totals : float array, shape (c,)
        Targets of x, sums over the population.
    population, scale : float
        Sum of the weights, and what brings the base weights to it.
    """

    step: CalibrationStep
    placed: tuple[MarginCells, ...]
    cell: Ints
    x: Floats
    part_cell: Ints
    part_share: Floats
    totals: Floats
    population: float
    scale: float

    def solve(self, base: Floats, start: Floats | None = None) -> tuple[Floats, Calibrated]:
        """Return g of each cell for the cells' base weights, scaled to the population, and the solve."""
        low, high = self.step.bounds
        unit = 1.0 if self.step.relative_to == "average" else self.scale
        solved = calibration_factors(
            self.x,
            base[self.part_cell] * self.part_share,
            self._totals(base),
            distance=self.step.distance,
            bounds=(low / unit, high / unit),
            start=start,
        )
        size = len(base)
        g = np.bincount(self.part_cell, weights=self.part_share * solved.factor, minlength=size)
        return g.astype(np.float64), solved

    def emptied(self, base: Floats) -> bool:
        """Whether a category with a target has lost everybody, so that no solve need be tried."""
        held = np.abs(self.x).T @ (base[self.part_cell] * self.part_share)
        return bool(((held == 0) & (self.totals > 0)).any())

    def _totals(self, base: Floats) -> Floats:
        """Return the targets, with the unknown kept at their share of these base weights."""
        totals, at = self.totals.copy(), 0
        for p in self.placed:
            end = at + len(p.totals)
            if p.names[-1] == ("",):
                member = self.x[:, end - 1]
                unknown = float((base[self.part_cell] * self.part_share) @ member / base.sum())
                known = totals[at : end - 1]
                totals[at : end - 1] = known * (1 - unknown) * self.population / known.sum()
                totals[end - 1] = unknown * self.population
            at = end
        return totals

    def calibration(self, factor: Floats, base: Floats, solved: Calibrated) -> Calibration:
        """Return what the variance needs of the solved calibration (methods 2.3)."""
        cells = int(self.part_cell.max()) + 1
        gram, x = None, self.x
        if len(self.part_cell) > cells:
            x = np.zeros((cells, self.x.shape[1]))
            np.add.at(x, self.part_cell, self.part_share[:, None] * self.x)
            gram = self.x.T @ (self.x * (base[self.part_cell] * self.part_share)[:, None])
        spans = tuple(len(p.totals) for p in self.placed)
        joint, slope, slope_gram = self._totals_covariance(), None, None
        if joint is not None:
            moved = (self.part_share * solved.slope)[:, None] * self.x
            slope = np.zeros(x.shape)
            np.add.at(slope, self.part_cell, moved)
            slope_gram = self.x.T @ (moved * base[self.part_cell][:, None])
        return Calibration(self.cell, x, factor, self.totals, spans, gram, joint, slope, slope_gram)

    def _totals_covariance(self) -> Floats | None:
        if all(p.covariance is None for p in self.placed):
            return None
        joint, at = np.zeros((len(self.totals), len(self.totals))), 0
        for p in self.placed:
            end = at + len(p.totals)
            if p.covariance is not None:
                joint[at:end, at:end] = p.covariance
            at = end
        return joint


def calibrated(sample: WeightedSample, step: CalibrationStep) -> tuple[WeightedSample, CalibrationCells]:
    """Return the sample calibrated as the step says, but for its replicates, and the cells it used.

    Raises
    ------
    MarginError, CalibrationError
        As `survey.weighting.run.weigh`.
    """
    cells = cells_of(sample.tally, step)
    low, high = step.bounds
    if step.relative_to == "base" and not low < cells.scale < high:
        problem = (
            f"are ({low:g}, {high:g}) and the average weight must be {cells.scale:.6g} times the base weight"
        )
        raise CalibrationError("bounds", problem, 'give bounds around that, or relative_to="average"')
    base = np.bincount(cells.cell, weights=sample.tally.base).astype(np.float64) * cells.scale
    factor, solved = cells.solve(base)
    if not solved.worst <= TOLERANCE:
        _explain(cells, base)
    _refuse_negative(factor, np.bincount(cells.cell, weights=sample.tally.count).astype(np.float64))
    calibration = cells.calibration(factor, base, solved)
    made = replace(sample, scale=cells.scale, calibration=calibration)
    parts = base[cells.part_cell] * cells.part_share
    weighted = cells.x.T @ (parts * solved.factor) / cells.population
    before = cells.x.T @ parts / cells.population
    finite = None if not np.isfinite(step.bounds).all() else step.bounds
    weighting = replace(
        sample.history.weighting,
        method=step.distance,
        bounds=finite,
        margins=tuple(_margin_histories(cells, weighted, before)),
        cycles=solved.cycles,
        gap=solved.worst,
        thin=tuple(f"{p.margin.name}: {code}" for p in cells.placed for code in p.thin),
    )
    return replace(made, history=replace(sample.history, weighting=summarised(weighting, made))), cells


def cells_of(tally: Tally, step: CalibrationStep) -> CalibrationCells:
    """Return the cells of a tally under a step; raises MarginError."""
    population = agreed_total(list(step.margins)) or float(tally.base.sum())
    partners = dict(step.partners)
    small, group = _alike(tally, step)
    placed = tuple(
        margin_categories(small, m, population, partners.get(m.name, ()), step.minimum, unknown=step.unknown)
        for m in step.margins
    )
    numbers = [_answered_numbers(small, name) for name, _ in step.totals]
    first, cell = group_rows([*(p.category for p in placed), *(small.codes[name] for name, _ in step.totals)])
    del small  # as long as the sample where nobody is alike, and what follows is longer still
    categories = np.column_stack([p.category[first] for p in placed])
    part_cell, part_share, categories = _shared_out(categories, placed)
    sizes = np.array([len(p.totals) for p in placed], dtype=np.int64)
    # Numbers in units of their mean in the population, so that all totals are of one size.
    columns = [
        values[first][part_cell] * population / total
        for values, (_, total) in zip(numbers, step.totals, strict=True)
    ]
    return CalibrationCells(
        step=step,
        placed=placed,
        cell=cell[group],
        x=membership(categories, sizes, columns),
        part_cell=part_cell,
        part_share=part_share,
        totals=np.concatenate([*(p.totals for p in placed), np.full(len(columns), population)]),
        population=population,
        scale=population / float(tally.base.sum()),
    )


def _alike(tally: Tally, step: CalibrationStep) -> tuple[Tally, Ints]:
    """Return records alike in all that a step looks at as one, and which of them each record is in."""
    names = dict.fromkeys([*chain.from_iterable(m.questions for m in step.margins), *dict(step.totals)])
    first, group = group_rows([tally.question(name)[1] for name in names])
    sums = [np.bincount(group, weights=v) for v in (tally.count, tally.base, tally.base_square)]
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


def _shared_out(categories: Ints, placed: tuple[MarginCells, ...]) -> tuple[Ints, Floats, Ints]:
    """Return for the parts of cells: their cell, share and categories, unknowns over all categories."""
    cell, share = np.arange(len(categories), dtype=np.int64), np.ones(len(categories))
    for m, p in enumerate(placed):
        if not p.shared_out:
            continue
        size, target = len(p.totals), p.totals / p.totals.sum()
        unknown = categories[:, m] == size
        times = np.where(unknown, size, 1)
        rows = np.repeat(np.arange(len(categories)), times)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
        categories, cell, share = categories[rows], cell[rows], share[rows]
        spread = unknown[rows]
        share = np.where(spread, share * target[np.where(spread, within, 0)], share)
        categories[:, m] = np.where(spread, within, categories[:, m])
    return cell, share, categories


def _explain(cells: CalibrationCells, base: Floats) -> None:
    step = cells.step
    if step.totals:
        names = listing(name for name, _ in step.totals)
        problem = f"no weights between the bounds meet the margins and the totals of {names}"
        raise CalibrationError("calibration", problem, "check the totals, or widen the bounds")
    unit = 1.0 if step.relative_to == "average" else cells.scale
    bounds = (step.bounds[0] / unit, step.bounds[1] / unit)
    parts = base[cells.part_cell] * cells.part_share
    raise CalibrationError(*explain(cells.x, parts, cells.placed, bounds, tolerance=TOLERANCE, unit=unit))


def _answered_numbers(tally: Tally, name: str) -> Floats:
    """Return the number each record has; refuses a question without numbers, or with gaps."""
    levels, codes = tally.question(name)
    if levels.options:
        raise MarginError(f'total of "{name}"', "is of a question with options", "give it as a margin")
    unknown = int(tally.count[~levels.answered[codes]].sum())
    if unknown:
        raise MarginError(
            f'total of "{name}"', f"{unknown} people did not answer it", "drop them, or the total"
        )
    return np.asarray(levels.values[codes, 0], dtype=np.float64)


def _refuse_negative(factor: Floats, count: Floats) -> None:
    low = factor <= 0
    if low.any():
        people = int(count[low].sum())
        problem = (
            f"gives {people} people weights at or below 0, down to {factor.min():.3g} times their base weight"
        )
        raise CalibrationError(
            "linear calibration", problem, 'give bounds such as (0.2, 5), or distance="raking"'
        )


def _margin_histories(cells: CalibrationCells, weighted: Floats, before: Floats) -> list[MarginHistory]:
    """Return the history of each margin, and of each total in units of it."""
    found, at = [], 0
    for p in cells.placed:
        end = at + len(p.totals)
        columns = zip(p.names, p.counts, p.unweighted, p.totals, weighted[at:end], strict=True)
        categories = tuple(
            MarginCategory(codes, int(n), float(share), float(target / cells.population), float(after))
            for codes, n, share, target, after in columns
        )
        margin = p.margin
        shared = p.unknown if p.shared_out else 0.0
        found.append(
            MarginHistory(margin.name, margin.questions, margin.use, margin.sources, categories, shared)
        )
        at = end
    for name, _ in cells.step.totals:
        category = MarginCategory(("total",), 0, float(before[at]), 1.0, 1.0)
        found.append(MarginHistory(name, (name,), "total", (), (category,)))
        at += 1
    return found
