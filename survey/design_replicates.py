"""Replicates made from a design, with the whole recipe of weighting run again in each (methods 2.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from survey.array_types import Floats, Ints
from survey.design import Replicates
from survey.errors import EstimateError
from survey.multipliers import (
    balanced,
    draw_multinomial,
    draw_poisson,
    draw_rao_wu,
    jackknife,
    successive_differences,
)
from survey.recipe import TrimmingStep
from survey.record import ReplicationRecord
from survey.tally import Tally, group_rows
from survey.weighted_sample import WeightedSample
from survey.weighting_steps import run_recipe

Method = Literal["jk1", "jkn", "brr", "fay", "rao_wu", "multinomial", "poisson", "successive_differences"]
DRAWN = ("rao_wu", "multinomial", "poisson")
MOST = 400_000_000


def replicated(
    sample: WeightedSample,
    method: Method,
    *,
    replicates: int = 500,
    seed: int | None = None,
    rho: float = 0.3,
) -> WeightedSample:
    """Return the sample with replicates of its design, its recipe run again in each (methods 2.5).

    Estimates then take their variance from the replicates. One in which a step cannot be done, such
    as a category that has lost everybody, is left out and counted in the record; over one in twenty
    is refused.

    Parameters
    ----------
    method : str
        "jk1" and "jkn" leave out one first-stage unit (a person, where there are no clusters) at a
        time, without and within strata; "brr" and "fay" are for two units a stratum; "rao_wu" draws
        n_h - 1 units of each stratum with replacement; "multinomial" n people and "poisson" each of
        them Poisson(1) times, both without strata or clusters; "successive_differences" takes the
        order of the file as that of a systematic sample.
    replicates : int
        How many are drawn; the other methods have a number of their own.
    seed : int
        Needed by the methods that draw: the same seed gives the same replicates.
    rho : float
        Fay's, from 0 to under 1.

    Raises
    ------
    EstimateError
        If the method does not suit the design, or the seed is missing.
    CalibrationError
        If the recipe fails in more than one of twenty replicates.
    """
    if sample.sampling.replicates is not None:
        raise EstimateError("replicated", "the sample has replicate weights already", "use them as they are")
    start = sample if sample.start is None else sample.start
    _check(start, method, replicates, seed, rho)
    if not start.tally.units and (method == "successive_differences" or _one_by_one(sample)):
        start = replace(start, tally=_expanded(start.tally))
    made = run_recipe(sample.recipe, _with_replicates(start, method, replicates, seed, rho))
    kept = made.sampling.replicates
    assert kept is not None
    size = len(kept.coefficients)
    record = ReplicationRecord(method, size, kept.failed, seed if method in DRAWN else None)
    history = replace(made.record.weighting, replication=record)
    return replace(made, record=replace(made.record, weighting=history), start=sample.start or sample)


def _one_by_one(sample: WeightedSample) -> bool:
    """Whether a step depends on each person's weight, so that people alike may not be merged."""
    return any(isinstance(step, TrimmingStep) for step in sample.recipe.steps)


def _check(start: WeightedSample, method: str, replicates: int, seed: int | None, rho: float) -> None:
    if method not in get_args(Method):
        raise EstimateError(f'method="{method}"', "is not known", "use one of " + ", ".join(get_args(Method)))
    if method in DRAWN:
        if not isinstance(seed, (int, np.integer)) or seed < 0:
            raise EstimateError(f"seed={seed}", "is not a whole number", "give one, such as seed=1")
        if not isinstance(replicates, (int, np.integer)) or replicates < 20:
            raise EstimateError(f"replicates={replicates}", "are too few", "give 20 or more, better 500")
    if method == "fay" and not 0 <= rho < 1:
        raise EstimateError(f"rho={rho}", "is not from 0 to under 1", "give one such as 0.3")
    if (
        method in ("multinomial", "poisson", "jk1", "successive_differences")
        and len(start.sampling.fractions[0]) > 1
    ):
        raise EstimateError(
            f'method="{method}"', "does not suit a sample with strata", 'use "jkn" or "rao_wu"'
        )
    if method in ("multinomial", "poisson") and not start.one_stage:
        raise EstimateError(f'method="{method}"', "does not suit a sample with clusters", 'use "rao_wu"')


def _expanded(tally: Tally) -> Tally:
    """Return the tally with a record for every person."""
    rows = np.repeat(np.arange(len(tally)), tally.count)
    return replace(
        tally,
        codes={name: codes[rows] for name, codes in tally.codes.items()},
        count=np.ones(len(rows), dtype=np.int64),
        base=(tally.base / tally.count)[rows],
        base_square=(tally.base_square / tally.count)[rows],
        stratum=tally.stratum[rows],
        units=tuple(unit[rows] for unit in tally.units),
    )


def _with_replicates(
    start: WeightedSample, method: Method, size: int, seed: int | None, rho: float
) -> WeightedSample:
    tally, fraction = start.tally, start.sampling.fractions[0]
    if tally.units:
        unit, units = tally.units[0], int(tally.units[0].max()) + 1
        stratum, count = np.zeros(units, dtype=np.int64), np.ones(units, dtype=np.int64)
        stratum[unit] = tally.stratum
    else:
        unit, stratum, count = np.arange(len(tally), dtype=np.int64), tally.stratum, tally.count
    _check_units(method, stratum, count)
    expected = size if method in DRAWN else len(stratum)
    if len(tally) * expected > MOST:
        problem = f"makes {expected:,} replicates of {len(tally):,} records"
        raise EstimateError(
            f'method="{method}"', problem, 'use "rao_wu" or "multinomial" with fewer replicates'
        )
    multiplier, coefficients = _multipliers(method, stratum, count, fraction, size, seed, rho)
    each = tally.base / tally.count
    first, pattern = group_rows([unit, np.unique(each, return_inverse=True)[1].reshape(-1).astype(np.int64)])
    made = Replicates(each[first, None] * multiplier[unit[first]], coefficients, "estimate", "units")
    return replace(
        start,
        tally=replace(tally, units=(pattern, *tally.units[:1])),
        sampling=replace(start.sampling, replicates=made),
    )


def _check_units(method: Method, stratum: Ints, count: Ints) -> None:
    n = np.bincount(stratum, weights=count)
    if method in ("brr", "fay") and (n != 2).any():
        problem = f"needs two units in every stratum, and one has {n[n != 2][0]:g}"
        raise EstimateError(f'method="{method}"', problem, 'use "jkn" or "rao_wu"')
    if (n < 2).any():
        raise EstimateError(f'method="{method}"', "finds a stratum with a single unit", "merge strata")


def _multipliers(
    method: Method, stratum: Ints, count: Ints, fraction: Floats, size: int, seed: int | None, rho: float
) -> tuple[Floats, Floats]:
    if method in ("jk1", "jkn"):
        return jackknife(stratum, count, fraction)
    if method in ("brr", "fay"):
        return balanced(stratum, rho=rho if method == "fay" else 0.0)
    if method == "successive_differences":
        found, coefficients = successive_differences(np.arange(len(stratum)))
        return found, coefficients * (1 - fraction[0])
    random = np.random.default_rng(seed)
    if method == "rao_wu":
        return draw_rao_wu(stratum, count, fraction, size=size, random=random), np.full(size, 1 / size)
    draw = (
        draw_multinomial(stratum, count, size=size, random=random)
        if method == "multinomial"
        else draw_poisson(count, size=size, random=random)
    )
    return draw[0], draw[1] * (1 - fraction[0])
