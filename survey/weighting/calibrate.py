"""Calibrating a sample to margins and totals: its weights, its history, its replicates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey.errors import CalibrationError, EstimateError, closest
from survey.history import MarginCategory, MarginHistory, WeightingHistory
from survey.numeric.array_types import Bools, Floats
from survey.numeric.calibration import Solution
from survey.weighting.cells import CalibrationCells, cells_of
from survey.weighting.margins.conflicts import explain
from survey.weighting.recipe import CalibrationStep
from survey.weighting.replicates.rerun import step_in_replicates
from survey.weighting.sample import WeightedSample, summarised
from survey.weighting.tally import Tally

TOLERANCE = 1e-8


def calibrated(sample: WeightedSample, step: CalibrationStep) -> WeightedSample:
    """Return the sample calibrated as the step says, in each of its replicates too.

    Raises
    ------
    MarginError, CalibrationError
        As `survey.weighting.run.weigh`.
    EstimateError
        If the sample has been calibrated or trimmed.
    """
    if sample.calibration is not None or sample.trimming is not None:
        raise EstimateError("calibration", key="weighting.weighted_already")
    inside = _members(sample.tally, step.domain)
    tally = sample.tally
    if inside is not None:
        base, square = (np.where(inside, sums, 0.0) for sums in (tally.base, tally.base_square))
        tally = replace(tally, base=base, base_square=square)
        sample = replace(sample, tally=tally)
    cells = cells_of(tally, step)
    low, high = step.bounds
    if step.relative_to == "base" and not low < cells.scale < high:
        raise CalibrationError(
            "bounds", key="weighting.bounds_of_base", low=low, high=high, scale=cells.scale
        )
    base = np.bincount(cells.cell, weights=tally.base).astype(np.float64) * cells.scale
    factor, solution = cells.solve(base)
    if not solution.worst <= TOLERANCE:
        if step.totals:
            raise CalibrationError(
                "calibration", key="weighting.totals", totals=[name for name, _ in step.totals]
            )
        raise explain(cells, base, tolerance=TOLERANCE)
    if (factor[cells.cell[tally.base > 0]] <= 0).any():
        people = int(tally.count[(factor[cells.cell] <= 0) & (tally.base > 0)].sum())
        raise CalibrationError(
            "linear calibration", key="weighting.not_positive", people=people, least=float(factor.min())
        )
    calibration = cells.calibration(factor, base, solution)
    whole = replace(sample, scale=cells.scale, calibration=calibration)
    weighting = summarised(_history(cells, base, solution, sample.history.weighting), whole)
    whole = replace(whole, history=replace(sample.history, weighting=weighting))
    if sample.sampling.replicates is None:
        return whole

    inverse = cells.inverse_hessian(solution, base)

    def reweight(weight: Floats, _copies: Floats) -> Floats | None:
        if inside is not None:
            weight = np.where(inside, weight, 0.0)
        again = np.bincount(cells.cell, weights=weight * tally.count, minlength=len(base)).astype(np.float64)
        if cells.emptied(again):
            return None
        scale = cells.population / again.sum()
        start = cells.first_step(solution, inverse, again * scale)
        g, solved = cells.solve(again * scale, start)
        return weight * scale * g[cells.cell] if solved.worst <= TOLERANCE else None

    distinct = [cells.cell] if inside is None else [cells.cell, inside.astype(np.int64)]
    return step_in_replicates(whole, reweight, distinct=distinct)


def _members(tally: Tally, domain: tuple[tuple[str, tuple[str, ...]], ...]) -> Bools | None:
    """Return which records are in a domain, None where it is everybody; raises EstimateError."""
    if not domain:
        return None
    inside = np.asarray(tally.base > 0)
    for name, codes in domain:
        levels, of_records = tally.question(name)
        where = f'domain "{name}"'
        if levels.kind != "single":
            raise EstimateError(where, key="weighting.domain_kind", kind=levels.kind)
        for code in codes:
            if code not in levels.options:
                raise EstimateError(
                    where,
                    key="weighting.no_category",
                    category=code,
                    known=levels.options,
                    nearest=closest(code, levels.options),
                )
        chosen = [levels.options.index(code) for code in codes]
        inside &= np.isin(of_records, chosen)
    if not inside.any():
        raise EstimateError("domain", key="weighting.empty_domain")
    return inside


def _history(
    cells: CalibrationCells, base: Floats, solution: Solution, before: WeightingHistory
) -> WeightingHistory:
    """Return the history of the weighting after a calibration, totals in units of their target."""
    parts = cells.parts(base)
    weighted = cells.x.T @ (parts * solution.factor) / cells.population
    unweighted = cells.x.T @ parts / cells.population
    histories = []
    for m, columns in zip(cells.margins, cells.columns, strict=True):
        rows = zip(m.names, m.counts, m.unweighted, m.totals, weighted[columns], strict=True)
        categories = tuple(
            MarginCategory(codes, int(n), float(share), float(target / cells.population), float(after))
            for codes, n, share, target, after in rows
        )
        histories.append(
            MarginHistory(
                m.margin.name,
                m.margin.questions,
                m.margin.use,
                m.margin.sources,
                categories,
                m.unknown if m.shared_out else 0.0,
            )
        )
    for (name, _), share in zip(cells.step.totals, unweighted[cells.columns[-1].stop :], strict=True):
        category = MarginCategory(("total",), 0, float(share), 1.0, 1.0)
        histories.append(MarginHistory(name, (name,), "total", (), (category,)))
    return replace(
        before,
        method=cells.step.distance,
        bounds=cells.step.bounds if np.isfinite(cells.step.bounds).all() else None,
        margins=tuple(histories),
        cycles=solution.cycles,
        gap=solution.worst,
        thin=tuple(f"{m.margin.name}: {code}" for m in cells.margins for code in m.thin),
    )
