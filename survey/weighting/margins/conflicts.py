"""Why no weights meet the margins: which margins contradict each other, and in which categories."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import inf

import numpy as np

from survey.errors import listing
from survey.numeric.array_types import Floats
from survey.numeric.calibration import calibration_factors, widest_needed
from survey.weighting.margins.categories import MarginCells


def explain(
    x: Floats,
    base: Floats,
    margins: Sequence[MarginCells],
    bounds: tuple[float, float],
    *,
    tolerance: float,
    unit: float = 1.0,
) -> tuple[str, str, str]:
    """Return place, problem and remedy for a calibration that did not meet its totals.

    Parameters
    ----------
    x : float array, shape (cells, c)
        Membership of the cells in the margins' categories, margin after margin.
    base : float array, shape (cells,)
    tolerance : float
        Largest gap, in units of the population, that counts as met.
    unit : float
        Unit in which to print the bounds, over the scaled base weight.
    """
    totals = np.concatenate([m.totals for m in margins])
    ends = np.cumsum([len(m.totals) for m in margins])
    spans = [range(end - len(m.totals), end) for m, end in zip(margins, ends, strict=True)]
    for size in range(1, len(margins) + 1):
        for chosen in itertools.combinations(range(len(margins)), size):
            columns = np.concatenate([spans[i] for i in chosen])
            nearest = calibration_factors(x[:, columns], base, totals[columns])
            if nearest.worst > tolerance:
                some, gap = [margins[i] for i in chosen], nearest.gap
                labels = _labels(some)
                stalled = [
                    f"{labels[i]} {gap[i]:+.2g}"
                    for i in np.argsort(-np.abs(gap), kind="stable")
                    if abs(gap[i]) > 0.1 * np.abs(gap).max()
                ]
                return (
                    f"margins {_names(some)}",
                    "contradict each other in this sample: no weights meet "
                    f"{'both' if size == 2 else 'all'}; nearest misses: {listing(stalled)}",
                    "check both, merge the categories named (collapse), or drop one margin",
                )
    return _too_tight(x, base, totals, margins, bounds, unit)


def _names(margins: Sequence[MarginCells]) -> str:
    return " and ".join(f'"{m.margin.name}"' for m in margins)


def _labels(margins: Sequence[MarginCells]) -> list[str]:
    return [f"{m.margin.name} {'+'.join(codes) or 'unknown'}" for m in margins for codes in m.names]


def _too_tight(
    x: Floats,
    base: Floats,
    totals: Floats,
    margins: Sequence[MarginCells],
    bounds: tuple[float, float],
    unit: float,
) -> tuple[str, str, str]:
    ratios = totals / (x.T @ base)
    # A category's factors average its ratio, so no lower bound above the smallest ratio will do.
    least = float(np.floor(10 * min(bounds[0], ratios.min())) / 10)
    lower, needed = bounds[0], inf
    for lower in (bounds[0], least, least / 2, 0.0):
        needed = widest_needed(x, base, totals, lower)
        if needed < inf:
            break
    labels = _labels(margins)
    hardest = [f"{labels[i]} ×{ratios[i]:.2f}" for i in np.argsort(-np.abs(np.log(ratios)))[:3]]
    if needed < inf:
        upper = max(bounds[1], np.ceil(needed * 10) / 10)
        remedy = f"bounds = [{lower * unit:g}, {upper * unit:g}] would do; better, merge thin categories"
    else:
        remedy = "lower the lower bound, or merge thin categories (collapse)"
    return (
        f"margins {_names(margins)}",
        f"cannot be met by weights between {bounds[0] * unit:g} and {bounds[1] * unit:g} times the "
        f"{'average' if unit == 1 else 'base weight'} "
        f"(hardest: {', '.join(hardest)})",
        remedy,
    )
