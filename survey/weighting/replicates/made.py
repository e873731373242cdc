"""Replicates made from a design, with the whole recipe of weighting run again in each (methods 2.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from survey.errors import EstimateError
from survey.history import ReplicationHistory
from survey.numeric.array_types import Floats, Ints
from survey.numeric.distinct_rows import group_rows
from survey.numeric.multipliers import (
    Multipliers,
    balanced,
    draw_multinomial,
    draw_poisson,
    draw_rao_wu,
    jackknife,
    successive_differences,
    taken,
)
from survey.numeric.one_thread import on_one_thread
from survey.numeric.sampling import Replicates
from survey.weighting.recipe import Recipe, TrimmingStep
from survey.weighting.run import run_recipe
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import Tally

Method = Literal["jk1", "jkn", "brr", "fay", "rao_wu", "multinomial", "poisson", "successive_differences"]
DRAWN = ("rao_wu", "multinomial", "poisson")
MOST = 400_000_000


@on_one_thread
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
    _check_recipe(sample.recipe, method)
    if not start.tally.units and method in ("brr", "fay"):
        start = replace(start, tally=_expanded(start.tally))
    # After weighting classes, that of the respondents.
    fraction = sample.sampling.fractions[0]
    made = run_recipe(sample.recipe, _with_replicates(start, fraction, method, int(replicates), seed, rho))
    kept = made.sampling.replicates
    assert kept is not None
    drawn = int(seed) if method in DRAWN and seed is not None else None
    replication = ReplicationHistory(method, len(kept.coefficients), kept.failed, drawn)
    weighting = replace(made.history.weighting, replication=replication)
    return replace(made, history=replace(made.history, weighting=weighting), start=sample.start or sample)


def _check(start: WeightedSample, method: str, replicates: int, seed: int | None, rho: float) -> None:
    if method not in get_args(Method):
        raise EstimateError(f'method="{method}"', "is not known", "use one of " + ", ".join(get_args(Method)))
    where, fractions = f'method="{method}"', start.sampling.fractions
    if method in DRAWN:
        if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or seed < 0:
            raise EstimateError(f"seed={seed}", "is not a whole number from 0 up", "give one, such as seed=1")
        if not isinstance(replicates, (int, np.integer)) or replicates < 20:
            problem = "is no whole number of 20 or more"
            raise EstimateError(f"replicates={replicates}", problem, "give 20 or more, better 500")
    if method == "fay" and not (isinstance(rho, (int, float)) and 0 <= rho < 1):
        raise EstimateError(f"rho={rho}", "is not from 0 to under 1", "give one such as 0.3")
    unlayered = method in ("multinomial", "poisson", "jk1", "successive_differences")
    if unlayered and len(fractions[0]) > 1:
        raise EstimateError(where, "does not suit a sample with strata", 'use "jkn" or "rao_wu"')
    if method in ("multinomial", "poisson") and not start.one_stage:
        raise EstimateError(where, "does not suit a sample with clusters", 'use "rao_wu"')
    if method == "successive_differences" and not start.tally.units:
        problem = "needs the order of the file, which people without a key do not keep"
        raise EstimateError(where, problem, "give key= (or clusters=) in from_frame")
    if fractions[0].any() and len(fractions) > 1:
        problem = "would leave out what later stages add to the variance where the first has an fpc"
        raise EstimateError(where, problem, "use the linearised variance, or leave out the fpc")
    if method in ("brr", "fay") and fractions[0].any():
        raise EstimateError(where, "takes no fpc", 'use "jkn" or "rao_wu", or leave out the fpc')


def _check_recipe(recipe: Recipe, method: str) -> None:
    """Refuse the jackknife of a cap that is a quantile, which does not settle however large the sample."""
    for step in recipe.steps:
        if method in ("jk1", "jkn") and isinstance(step, TrimmingStep) and step.cap != "fixed":
            problem = "does not suit a cap taken from the median"
            raise EstimateError(f'method="{method}"', problem, 'use "rao_wu", or a fixed cap')


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
    start: WeightedSample, fraction: Floats, method: Method, size: int, seed: int | None, rho: float
) -> WeightedSample:
    tally = start.tally
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
    found = _multipliers(method, stratum, count, fraction, size, seed, rho)
    each = tally.base / tally.count
    first, pattern = group_rows([unit, np.unique(each, return_inverse=True)[1].reshape(-1).astype(np.int64)])
    times = taken(found.times, unit[first])
    made = Replicates(
        weights=times if (each == 1).all() else each[first, None] * times,
        coefficients=found.coefficients,
        centre="estimate",
        df="units",
        copies=taken(found.copies, unit[first]),
    )
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
) -> Multipliers:
    if method in ("jk1", "jkn"):
        return jackknife(stratum, count, fraction)
    if method in ("brr", "fay"):
        return balanced(stratum, rho=rho if method == "fay" else 0.0)
    if method == "successive_differences":
        return successive_differences(len(stratum), float(fraction[0]))
    assert seed is not None
    if method == "rao_wu":
        return draw_rao_wu(stratum, count, fraction, size=size, seed=int(seed))
    draw = draw_multinomial if method == "multinomial" else draw_poisson
    return draw(count, float(fraction[0]), size=size, seed=int(seed))
