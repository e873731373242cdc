"""How people came into the file: strata, units of one or more stages, base weights, population sizes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey.errors import EstimateError
from survey.numeric.array_types import Floats, Ints
from survey.numeric.sampling import Design, Kind, Lonely, Sampling

# How many times the smallest base weight the largest may be, and what no base weight passes.
WIDEST, LARGEST = 1e9, 1e15


def opt_in(n: int, *, kind: Kind = "opt-in") -> Design:
    """Return the design of a plain list of n people: base weights 1, nothing else."""
    return Design(np.ones(n), np.zeros(n, dtype=np.int64), (), Sampling((np.zeros(1),), kind=kind))


def checked_design(
    base: Floats | None,
    stratum: Ints,
    units: Sequence[Ints],
    sizes: Sequence[Floats],
    *,
    lonely: Lonely,
    kind: Kind,
) -> Design:
    """Return a design, its parts checked against each other.

    Parameters
    ----------
    base : float array, shape (n,), or None
        Base weights; if None one over the product of the sampling fractions given, or 1.
    stratum : int array, shape (n,)
    units : sequence of int arrays, shape (n,)
        See `Design`. A number may come again in another stratum or unit: the units differ.
    sizes : sequence of float arrays, shape (n,)
        For each stage the population number of its units in the person's stratum or unit of the
        stage before (above 1), or the sampling fraction (at most 1).

    Raises
    ------
    EstimateError
        If a base weight is negative or not a number, or 0 in a plain list, or a size varies where it
        cannot or is too small.
    """
    nested: list[Ints] = []
    parent = stratum
    for unit in units:
        pairs = np.unique(np.column_stack([parent, unit]), axis=0, return_inverse=True)[1]
        parent = np.asarray(pairs, dtype=np.int64).reshape(-1)
        nested.append(parent)
    stages = [stratum, *nested]
    if sizes:
        stages.append(np.arange(len(stratum), dtype=np.int64))
    if len(sizes) > len(nested) + 1:
        raise EstimateError("fpc", key="sample.fpc_stages", sizes=len(sizes), stages=len(nested) + 1)
    fractions = [
        _fractions(size, stages[k], stages[k + 1], f"fpc, stage {k + 1}") for k, size in enumerate(sizes)
    ]
    # A view of one number, until there is a fraction to multiply it by.
    drawn = np.broadcast_to(np.float64(1), len(stratum))
    for k, fraction in enumerate(fractions):
        drawn = drawn * fraction[stages[k]]
    if base is not None or fractions:
        given = 1 / drawn if base is None else base
        base = _checked_weights(given, plain=not nested and not stratum.any())
    else:
        base = drawn
    while len(fractions) < max(len(nested), 1):
        fractions.append(np.zeros(int(stages[len(fractions)].max()) + 1))
    return Design(base, stratum, tuple(nested), Sampling(tuple(fractions), lonely, kind))


def _checked_weights(base: Floats, *, plain: bool) -> Floats:
    """Return base weights; refuses what is no weight, and 0 in a plain list, where it changes nothing."""
    wrong = np.flatnonzero(~(base >= 0) | ~np.isfinite(base) | (plain & (base == 0)))
    if wrong.size:
        key = "sample.base_weight" if plain else "sample.weight_in_design"
        raise EstimateError(f"base weight, row {wrong[0] + 1}", key=key, found=float(base[wrong[0]]))
    above = base[base > 0]
    if not above.size:
        raise EstimateError("base weights", key="sample.no_weights")
    low, high = float(above.min()), float(above.max())
    if high > WIDEST * low:
        raise EstimateError("base weights", key="sample.range_of_weights", least=low, most=high)
    if low < 1 / LARGEST or high > LARGEST:
        raise EstimateError("base weights", key="sample.size_of_weights", least=low, most=high)
    return base


def units_within(parent: Ints, unit: Ints, size: int) -> Floats:
    """Return how many units each parent has, shape (size,)."""
    pairs = np.unique(np.column_stack([parent, unit]), axis=0)
    return np.bincount(pairs[:, 0], minlength=size).astype(np.float64)


def _fractions(size: Floats, parent: Ints, unit: Ints, where: str) -> Floats:
    """Return the sampling fraction within each parent, from sizes or fractions person by person."""
    parents = int(parent.max()) + 1
    first = np.zeros(parents, dtype=np.int64)
    first[parent[::-1]] = np.arange(len(parent))[::-1]
    value = size[first]
    wrong = ~np.isfinite(size) | (size <= 0) | (size != value[parent])
    if wrong.any():
        raise EstimateError(where, key="sample.fpc_differs", unit=int(parent[int(np.argmax(wrong))] + 1))
    sampled = units_within(parent, unit, parents)
    short = (value > 1) & (value < sampled)
    if short.any():
        h = int(np.argmax(short))
        raise EstimateError(
            where, key="sample.fpc_small", found=float(value[h]), unit=h + 1, sampled=float(sampled[h])
        )
    return np.where(value > 1, sampled / value, value)
