"""Why no weights meet the margins: which margins contradict each other, and in which categories."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import inf

import numpy as np

from survey.errors import CalibrationError
from survey.numeric.array_types import Floats
from survey.numeric.calibration import calibration_factors, widest_needed
from survey.weighting.cells import CalibrationCells
from survey.weighting.margins.categories import MarginCells


def explain(cells: CalibrationCells, base: Floats, *, tolerance: float) -> CalibrationError:
    """Return the error of a calibration to margins that did not meet its totals.

    Parameters
    ----------
    base : float array, shape (cells,)
        Base weights, scaled to the population.
    tolerance : float
        Largest gap, in units of the population, that counts as met.
    """
    parts = cells.parts(base)
    spans = list(zip(cells.margins, cells.columns, strict=True))
    for chosen in (some for size in range(1, len(spans) + 1) for some in combinations(spans, size)):
        columns = np.r_[tuple(span for _, span in chosen)]
        nearest = calibration_factors(cells.x[:, columns], parts, cells.totals[columns])
        if nearest.worst > tolerance:
            margins, gap = [margin for margin, _ in chosen], nearest.gap
            labels = _labels(margins)
            stalled = [
                f"{labels[i]} {gap[i]:+.2g}"
                for i in np.argsort(-np.abs(gap), kind="stable")
                if abs(gap[i]) > 0.1 * np.abs(gap).max()
            ]
            key = "weighting.contradiction" if len(margins) == 2 else "weighting.contradictions"
            return CalibrationError(f"margins {_names(margins)}", key=key, misses=stalled)
    # The margins agree, so the bounds are too tight for them.
    ratios = cells.totals / (cells.x.T @ parts)
    low, high = cells.bounds
    # A category's factors average its ratio, so no lower bound above the smallest ratio will do.
    least = float(np.floor(10 * min(low, ratios.min())) / 10)
    lower, needed = low, inf
    for lower in (low, least, least / 2, 0.0):
        needed = widest_needed(cells.x, parts, cells.totals, lower)
        if needed < inf:
            break
    labels, unit = _labels(cells.margins), cells.unit
    hardest = [f"{labels[i]} ×{ratios[i]:.2f}" for i in np.argsort(-np.abs(np.log(ratios)))[:3]]
    bounds = [low * unit, high * unit]
    enough = [lower * unit, float(max(high, np.ceil(needed * 10) / 10)) * unit] if needed < inf else []
    return CalibrationError(
        f"margins {_names(cells.margins)}",
        key="weighting.conflict" if unit == 1 else "weighting.conflict_of_base",
        place=("weighting", "bounds"),
        remedies={("weighting", "bounds"): [round(b, 10) for b in enough]} if enough else {},
        low=f"{bounds[0]:g}",
        high=f"{bounds[1]:g}",
        hardest=hardest,
        enough=[f"{bound:g}" for bound in enough],
    )


def _names(margins: Sequence[MarginCells]) -> str:
    return " and ".join(f'"{m.margin.name}"' for m in margins)


def _labels(margins: Sequence[MarginCells]) -> list[str]:
    return [f"{m.margin.name} {'+'.join(codes) or 'unknown'}" for m in margins for codes in m.names]
