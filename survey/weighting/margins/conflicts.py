"""Why no weights meet the margins: which margins contradict each other, and in which categories."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import inf

import numpy as np

from survey.errors import listing
from survey.numeric.array_types import Floats
from survey.numeric.calibration import calibration_factors, widest_needed
from survey.weighting.cells import CalibrationCells
from survey.weighting.margins.categories import MarginCells


def explain(cells: CalibrationCells, base: Floats, *, tolerance: float) -> tuple[str, str, str]:
    """Return place, problem and remedy for a calibration to margins that did not meet its totals.

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
            return (
                f"margins {_names(margins)}",
                "contradict each other in this sample: no weights meet "
                f"{'both' if len(margins) == 2 else 'all'}; nearest misses: {listing(stalled)}",
                "check both, merge the categories named (collapse), or drop one margin",
            )
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
    remedy = "lower the lower bound, or merge thin categories (collapse)"
    if needed < inf:
        upper = max(high, np.ceil(needed * 10) / 10)
        remedy = f"bounds = [{lower * unit:g}, {upper * unit:g}] would do; better, merge thin categories"
    return (
        f"margins {_names(cells.margins)}",
        f"cannot be met by weights between {low * unit:g} and {high * unit:g} times the "
        f"{'average' if unit == 1 else 'base weight'} "
        f"(hardest: {', '.join(hardest)})",
        remedy,
    )


def _names(margins: Sequence[MarginCells]) -> str:
    return " and ".join(f'"{m.margin.name}"' for m in margins)


def _labels(margins: Sequence[MarginCells]) -> list[str]:
    return [f"{m.margin.name} {'+'.join(codes) or 'unknown'}" for m in margins for codes in m.names]
