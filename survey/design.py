"""How people came into the file: strata, units of one or more stages, base weights, population sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.array_types import Floats, Ints
from survey.errors import EstimateError

Lonely = Literal["adjust", "remove", "average"]
Kind = Literal["opt-in", "probability"]
Centre = Literal["estimate", "replicates"]


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """Replicate weights of the units of a sample.

    Attributes
    ----------
    weights : float array, shape (units, R)
        Weight of each person of a unit in each replicate.
    coefficients : float array, shape (R,)
        What the square of a replicate's deviation is multiplied by.
    copies : float array, shape (units, R)
        How often each of a unit's people is there: trimming looks at people, not at how often they
        count.
    centre : {"estimate", "replicates"}
        What replicates deviate from: the full-sample estimate or their own mean.
    df : {"rank", "units"}
        Degrees of freedom in a domain: the rank of its replicate weights less 1, or what they are
        under the design the replicates were made from.
    failed : int
        Replicates left out because a step of weighting could not be done in them; their
        coefficients are 0.
    """

    weights: Floats
    coefficients: Floats
    copies: Floats
    centre: Centre
    df: Literal["rank", "units"] = "rank"
    failed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sampling:
    """What is known of the sampling beside who was drawn.

    Attributes
    ----------
    fractions : tuple of float arrays
        Sampling fractions stage by stage: of the first within each stratum, of the next within
        each unit of the stage before. 0 where the population size is not given. One more than
        there are stages of units if people were drawn within the last of them.
    lonely : {"adjust", "remove", "average"}
        What a stratum with a single unit adds to the variance (methods 2.2): its distance from
        the mean of all units, nothing, or the mean of the other strata.
    kind : {"opt-in", "probability"}
        Whether people chose themselves.
    replicates : Replicates or None
        Replicate weights of the first-stage units, from which the variance is then taken.
    people : bool
        Whether the first-stage units are people one by one, kept apart by a key.
    """

    fractions: tuple[Floats, ...]
    lonely: Lonely = "adjust"
    kind: Kind = "opt-in"
    replicates: Replicates | None = None
    people: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A sampling design, respondent by respondent, shape (n,) each.

    Attributes
    ----------
    base : float array
        Base weights d, all above 0; 1 for an opt-in file.
    stratum : int array
        Numbers from 0; all 0 where there are no strata.
    units : tuple of int arrays
        Units of each stage, numbered from 0 over the whole file; empty where each person is one.
    """

    base: Floats
    stratum: Ints
    units: tuple[Ints, ...]
    sampling: Sampling


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
    """Return a design whose parts have been checked against each other.

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
        If a base weight is not above 0, or a size varies where it cannot or is too small.
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
        raise EstimateError("fpc", f"has {len(sizes)} stages for {len(nested) + 1}", "give one a stage")
    fractions = [
        _fractions(size, stages[k], stages[k + 1], f"fpc, stage {k + 1}") for k, size in enumerate(sizes)
    ]
    # One number seen n times, until there is something to multiply it by.
    drawn = np.broadcast_to(np.float64(1), len(stratum))
    for k, fraction in enumerate(fractions):
        drawn = drawn * fraction[stages[k]]
    if base is not None or fractions:
        base = 1 / drawn if base is None else base
        _check_weights(base)
    else:
        base = drawn
    while len(fractions) < max(len(nested), 1):
        fractions.append(np.zeros(int(stages[len(fractions)].max()) + 1))
    return Design(base, stratum, tuple(nested), Sampling(tuple(fractions), lonely, kind))


def _check_weights(base: Floats) -> None:
    bad = np.flatnonzero(~(base > 0) | ~np.isfinite(base))
    if bad.size:
        raise EstimateError(
            f"base weight, row {bad[0] + 1}",
            f"is {base[bad[0]]}",
            "every base weight must be a number above 0: mend or drop that row",
        )
    if base.max() > 1e9 * base.min():
        raise EstimateError(
            "base weights", f"range from {base.min():.3g} to {base.max():.3g}", "check their unit"
        )


def _fractions(size: Floats, parent: Ints, unit: Ints, where: str) -> Floats:
    """Return the sampling fraction within each parent, from sizes or fractions person by person."""
    parents = int(parent.max()) + 1
    first = np.zeros(parents, dtype=np.int64)
    first[parent[::-1]] = np.arange(len(parent))[::-1]
    value = size[first]
    wrong = ~np.isfinite(size) | (size <= 0) | (size != value[parent])
    if wrong.any():
        raise EstimateError(
            where,
            f"is not one number above 0 for the whole stratum or unit {parent[int(np.argmax(wrong))] + 1}",
            "give every row of a stratum or unit the same population size or sampling fraction",
        )
    pairs = np.unique(np.column_stack([parent, unit]), axis=0)
    sampled = np.bincount(pairs[:, 0], minlength=parents)
    short = (value > 1) & (value < sampled)
    if short.any():
        h = int(np.argmax(short))
        raise EstimateError(
            where,
            f"is {value[h]:g} in stratum or unit {h + 1}, fewer than its {sampled[h]} sampled units",
            "give the population number of units",
        )
    return np.where(value > 1, sampled / value, value)
