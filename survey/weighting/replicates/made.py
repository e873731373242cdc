"""Replicates made from a design, with the whole recipe of weighting run again in each (methods 2.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from survey.errors import EstimateError, check_choice
from survey.history import ReplicationHistory
from survey.numeric.array_types import Floats
from survey.numeric.distinct_rows import group_rows
from survey.numeric.multipliers import (
    balanced,
    draw_multinomial,
    draw_poisson,
    draw_rao_wu,
    jackknife,
    replicate_rows,
    successive_differences,
)
from survey.numeric.one_thread import on_one_thread
from survey.numeric.sampling import Replicates
from survey.weighting.recipe import Recipe, TrimmingStep
from survey.weighting.run import run_recipe
from survey.weighting.sample import WeightedSample

Method = Literal["jk1", "jkn", "brr", "fay", "rao_wu", "multinomial", "poisson", "successive_differences"]
DRAWN = ("rao_wu", "multinomial", "poisson")
MOST = 400_000_000


@on_one_thread
def make_replicates(
    sample: WeightedSample,
    method: Method,
    *,
    replicates: int = 500,
    seed: int | None = None,
    rho: float = 0.3,
) -> WeightedSample:
    """Return the sample with replicates of its design, its recipe run again in each (methods 2.5).

    Estimates then take their variance from the replicates. A replicate in which a step cannot be done,
    such as one without respondents in a category, is left out and counted in the history; more than
    one in twenty are refused.

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
        raise EstimateError("make_replicates", key="replicates.made_already")
    check_choice("method", method, Method)
    drawn = method in DRAWN
    if drawn and (not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or seed < 0):
        raise EstimateError(f"seed={seed}", key="call.seed")
    if drawn and (not isinstance(replicates, (int, np.integer)) or replicates < 20):
        raise EstimateError(f"replicates={replicates}", key="call.replicates")
    if method == "fay" and not (isinstance(rho, (int, float)) and 0 <= rho < 1):
        raise EstimateError(f"rho={rho}", key="call.rho")
    start = sample if sample.start is None else sample.start
    _check_design(start, sample.recipe, method)
    if not start.tally.units and method in ("brr", "fay"):
        # A record for each person.
        tally = start.tally
        person = replace(
            tally,
            count=np.ones(len(tally), dtype=np.int64),
            base=tally.base / tally.count,
            base_square=tally.base_square / tally.count,
        )
        firsts = np.cumsum(tally.count) - tally.count
        rows = None if start.rows is None else start.rows.moved(firsts)
        start = replace(start, tally=person.take(np.repeat(np.arange(len(tally)), tally.count)), rows=rows)
    # After weighting classes, that of the respondents.
    fraction = sample.sampling.fractions[0]
    seed = int(seed) if drawn and seed is not None else None
    start = _with_replicates(start, fraction, method, int(replicates), seed, rho)
    replicated = run_recipe(sample.recipe, start)
    weights = replicated.sampling.replicates
    assert weights is not None
    replication = ReplicationHistory(method, len(weights.coefficients), weights.failed, seed)
    history = replicated.history
    history = replace(history, weighting=replace(history.weighting, replication=replication))
    return replace(replicated, history=history, start=sample.start or sample)


def _check_design(start: WeightedSample, recipe: Recipe, method: Method) -> None:
    """Refuse a method that does not suit the design or the recipe; raises EstimateError."""
    where, fractions = f'method="{method}"', start.sampling.fractions
    one_stratum = method in ("multinomial", "poisson", "jk1", "successive_differences")
    if one_stratum and len(fractions[0]) > 1:
        raise EstimateError(where, key="replicates.strata")
    if method in ("multinomial", "poisson") and not start.one_stage:
        raise EstimateError(where, key="replicates.clusters")
    if method == "successive_differences" and not start.tally.units:
        raise EstimateError(where, key="replicates.order")
    if fractions[0].any() and len(fractions) > 1:
        raise EstimateError(where, key="replicates.fpc_of_stages")
    if method in ("brr", "fay") and fractions[0].any():
        raise EstimateError(where, key="replicates.no_fpc")
    # The jackknife variance of a quantile, such as the median, is not consistent.
    quantile = any(isinstance(step, TrimmingStep) and step.cap != "fixed" for step in recipe.steps)
    if quantile and method in ("jk1", "jkn"):
        raise EstimateError(where, key="replicates.quantile_cap")


def _with_replicates(
    start: WeightedSample, fraction: Floats, method: Method, size: int, seed: int | None, rho: float
) -> WeightedSample:
    """Return the sample with replicates of its base weights; raises EstimateError if units do not suit."""
    tally, where = start.tally, f'method="{method}"'
    if tally.units:
        unit, units = tally.units[0], int(tally.units[0].max()) + 1
        stratum, count = np.zeros(units, dtype=np.int64), np.ones(units, dtype=np.int64)
        stratum[unit] = tally.stratum
    else:
        unit, stratum, count = np.arange(len(tally), dtype=np.int64), tally.stratum, tally.count
    n = np.bincount(stratum, weights=count)
    if method in ("brr", "fay") and (n != 2).any():
        raise EstimateError(where, key="replicates.two_units", found=int(n[n != 2][0]))
    if (n < 2).any():
        raise EstimateError(where, key="replicates.lonely")
    expected = len(stratum) if seed is None else size
    if len(tally) * expected > MOST:
        raise EstimateError(where, key="replicates.too_many", replicates=expected, records=len(tally))
    if method in ("brr", "fay"):
        multipliers = balanced(stratum, rho=rho if method == "fay" else 0.0)
    elif method == "successive_differences":
        multipliers = successive_differences(len(stratum), float(fraction[0]))
    elif seed is None:
        multipliers = jackknife(stratum, count, fraction)
    elif method == "rao_wu":
        multipliers = draw_rao_wu(stratum, count, fraction, size=size, seed=seed)
    else:
        draw = draw_multinomial if method == "multinomial" else draw_poisson
        multipliers = draw(count, float(fraction[0]), size=size, seed=seed)
    weight = tally.base / tally.count
    levels = np.unique(weight, return_inverse=True)[1].reshape(-1).astype(np.int64)
    first, pattern = group_rows([unit, levels])
    times = replicate_rows(multipliers.times, unit[first])
    replicates = Replicates(
        weights=times if (weight == 1).all() else weight[first, None] * times,
        coefficients=multipliers.coefficients,
        centre="estimate",
        df="units",
        copies=replicate_rows(multipliers.copies, unit[first]),
    )
    return replace(
        start,
        tally=replace(tally, units=(pattern, *tally.units[:1])),
        sampling=replace(start.sampling, replicates=replicates),
    )
