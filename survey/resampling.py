"""Replicates that are drawn at random, on all processors: bootstraps of people or units (methods 2.5).

Every function takes units with their stratum and the people each stands for. V = Σ_r c_r (θ_r - θ)².
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from survey.array_types import Floats, Ints
from survey.multipliers import Multipliers, rao_wu

# Replicates drawn from one stream of random numbers.
BATCH = 20


def draw_rao_wu(stratum: Ints, count: Ints, fraction: Floats, *, size: int, seed: int) -> Multipliers:
    """Return Rao-Wu replicates of n_h - 1 draws with replacement in each stratum (c = 1/R)."""
    n = np.bincount(stratum, weights=count)
    inside = [(int(n[h]), np.flatnonzero(stratum == h)) for h in np.flatnonzero(n > 1)]

    def draw(random: np.random.Generator, times: int) -> Ints:
        drawn = np.zeros((times, len(stratum)), dtype=np.int64)
        for people, units in inside:
            drawn[:, units] = random.multinomial(people - 1, count[units] / people, size=times)
        return drawn

    draws = np.maximum(n - 1, 1).astype(np.int64)
    drawn = _in_batches(draw, len(count), size, seed)
    times = rao_wu(drawn, stratum, count, draws=draws, fraction=fraction)
    return Multipliers(times, times, np.full(size, 1 / size))


def draw_multinomial(count: Ints, fraction: float, *, size: int, seed: int) -> Multipliers:
    """Return replicates of n draws with replacement of one stratum, c = (1-f) n/((n-1) R)."""
    n = int(count.sum())

    def draw(random: np.random.Generator, times: int) -> Ints:
        return random.multinomial(n, count / n, size=times)

    times = _in_batches(draw, len(count), size, seed)
    times /= count[:, None]
    return Multipliers(times, times, np.full(size, (1 - fraction) * n / ((n - 1) * size)))


def draw_poisson(count: Ints, fraction: float, *, size: int, seed: int) -> Multipliers:
    """Return replicates with t ~ Poisson(1) for every one of `count` alike, c = (1-f)/R."""

    def draw(random: np.random.Generator, times: int) -> Ints:
        return random.poisson(count, size=(times, len(count)))

    times = _in_batches(draw, len(count), size, seed)
    times /= count[:, None]
    return Multipliers(times, times, np.full(size, (1 - fraction) / size))


def _in_batches(draw: Callable[[np.random.Generator, int], Ints], units: int, size: int, seed: int) -> Floats:
    """Return what is drawn of each unit in each replicate, shape (units, R), on all processors.

    Every batch of replicates has random numbers of its own, so that it does not matter how many
    processors there are, nor how many replicates are drawn after it.
    """
    found = np.empty((units, size), order="F")
    seeds = np.random.SeedSequence(seed).spawn(-(-size // BATCH))

    def fill(batch: int) -> None:
        first, last = batch * BATCH, min((batch + 1) * BATCH, size)
        # A whole batch, whatever is wanted of it: strata share its random numbers.
        drawn = draw(np.random.default_rng(seeds[batch]), BATCH)
        found[:, first:last] = drawn[: last - first].T

    with ThreadPoolExecutor(min(len(seeds), os.cpu_count() or 1)) as pool:
        list(pool.map(fill, range(len(seeds))))
    return found
