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
    placed: Sequence[MarginCells],
    bounds: tuple[float, float],
    *,
    tolerance: float,
    unit: float = 1.0,
) -> tuple[str, str, str]:
    """Return where, what and remedy for a calibration that did not meet its totals.

    Parameters
    ----------
    x : float array, shape (cells, c)
        Membership of the cells in the margins' categories, margin after margin.
    base : float array, shape (cells,)
    tolerance : float
        Largest gap, in units of the population, that counts as met.
    unit : float
        What the bounds are printed in units of, over the scaled base weight.
    """
    totals = np.concatenate([p.totals for p in placed])
    ends = np.cumsum([len(p.totals) for p in placed])
    spans = [range(end - len(p.totals), end) for p, end in zip(placed, ends, strict=True)]
    for size in range(1, len(placed) + 1):
        for chosen in itertools.combinations(range(len(placed)), size):
            columns = np.concatenate([spans[i] for i in chosen])
            nearest = calibration_factors(x[:, columns], base, totals[columns])
            if nearest.worst > tolerance:
                return _contradiction([placed[i] for i in chosen], nearest.gap)
    return _too_tight(x, base, totals, placed, bounds, unit)


def _contradiction(placed: Sequence[MarginCells], gap: Floats) -> tuple[str, str, str]:
    names = " and ".join(f'"{p.margin.name}"' for p in placed)
    labels = [f"{p.margin.name} {'+'.join(codes) or 'unknown'}" for p in placed for codes in p.names]
    stalled = [
        f"{labels[i]} {gap[i]:+.2g}"
        for i in np.argsort(-np.abs(gap), kind="stable")
        if abs(gap[i]) > 0.1 * np.abs(gap).max()
    ]
    return (
        f"margins {names}",
        f"contradict each other in this sample: no weights meet {'both' if len(placed) == 2 else 'all'}; "
        f"nearest misses: {listing(stalled)}",
        "check both, merge the categories named (collapse), or drop one margin",
    )


def _too_tight(
    x: Floats,
    base: Floats,
    totals: Floats,
    placed: Sequence[MarginCells],
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
    labels = [f"{p.margin.name} {'+'.join(codes) or 'unknown'}" for p in placed for codes in p.names]
    hardest = [f"{labels[i]} ×{ratios[i]:.2f}" for i in np.argsort(-np.abs(np.log(ratios)))[:3]]
    if needed < inf:
        upper = max(bounds[1], np.ceil(needed * 10) / 10)
        remedy = f"bounds = [{lower * unit:g}, {upper * unit:g}] would do; better, merge thin categories"
    else:
        remedy = "lower the lower bound, or merge thin categories (collapse)"
    return (
        "margins " + " and ".join(f'"{p.margin.name}"' for p in placed),
        f"cannot be met by weights between {bounds[0] * unit:g} and {bounds[1] * unit:g} times the "
        f"{'average' if unit == 1 else 'base weight'} "
        f"(hardest: {', '.join(hardest)})",
        remedy,
    )
