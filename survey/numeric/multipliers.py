"""Replicate multipliers of base weights: jackknife, balanced repetition, Rao and Wu (methods 2.5).

Units come with their stratum and the number of people each stands for. V = Σ_r c_r (θ_r - θ)².
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from survey.numeric.array_types import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Multipliers:
    """Replicates before any weighting.

    Attributes
    ----------
    times : float array, shape (units, R)
        Multipliers of the base weights.
    copies : float array, shape (units, R)
        How often the replicate has each of a unit's people.
    coefficients : float array, shape (R,)
        Replicate scale factor c_r.
    """

    times: Floats
    copies: Floats
    coefficients: Floats


def jackknife(stratum: Ints, count: Ints, fraction: Floats) -> Multipliers:
    """Return delete-one jackknife replicates; of one stratum JK1, of several JKn.

    A unit of `count` people has one replicate in place of the `count` equal ones, and
    `count` times its coefficient. The rest of the stratum is multiplied by n_h/(n_h-1); c =
    (1-f_h)(n_h-1)/n_h.

    Parameters
    ----------
    stratum, count : int arrays, shape (units,)
    fraction : float array, shape (strata,)
    """
    n = np.bincount(stratum, weights=count).astype(np.float64)
    more = n / np.maximum(n - 1, 1)
    same = stratum[:, None] == stratum[None, :]
    times, copies = np.where(same, more[stratum][:, None], 1.0), np.ones(same.shape)
    np.fill_diagonal(times, more[stratum] * (count - 1) / count)
    np.fill_diagonal(copies, (count - 1) / count)
    return Multipliers(times, copies, ((1 - fraction) * (n - 1) / n)[stratum] * count)


def hadamard(size: int) -> Floats:
    """Return a matrix of ±1 with orthogonal rows and columns, at least size + 1 large, a power of 2."""
    from scipy.linalg import hadamard as sylvester

    order = 1 << max(size, 1).bit_length()
    return np.asarray(sylvester(order), dtype=np.float64)


def balanced(stratum: Ints, *, rho: float = 0.0) -> Multipliers:
    """Return replicates with 1 ± (1-rho) times the two units of every stratum, c = 1/(R (1-rho)²).

    rho 0 is balanced repeated replication, above 0 Fay's method (Judkins 1990).
    """
    strata = int(stratum.max()) + 1
    signs = hadamard(strata)[:, 1 : strata + 1].T
    second = np.zeros(len(stratum), dtype=bool)
    for h in range(strata):
        second[np.flatnonzero(stratum == h)[1]] = True
    each = signs[stratum] * np.where(second, -1.0, 1.0)[:, None]
    size = signs.shape[1]
    times = 1 + (1 - rho) * each
    return Multipliers(times, times, np.full(size, 1 / (size * (1 - rho) ** 2)))


def rao_wu(drawn: Ints | Floats, stratum: Ints, count: Ints, *, draws: Ints, fraction: Floats) -> Floats:
    """Return Rao and Wu's (1988) multipliers 1 - l + l (n_h/m_h) t, l = √(m_h (1-f_h)/(n_h-1)).

    Parameters
    ----------
    drawn : array, shape (units, R)
        t, how often a unit was drawn; for a unit of `count` people their sum.
    draws : int array, shape (strata,)
        m_h; with n_h - 1 no multiplier is negative.
    fraction : float array, shape (strata,)
        f_h.
    """
    n = np.bincount(stratum, weights=count).astype(np.float64)
    shrink = np.sqrt(draws * (1 - fraction) / np.maximum(n - 1, 1))[stratum][:, None]
    times = (n / draws)[stratum][:, None] * drawn / count[:, None]
    return np.asarray(1 - shrink + shrink * times, dtype=np.float64)


def successive_differences(size: int, fraction: float) -> Multipliers:
    """Return replicates with 1 + 2^-1.5 (a_i - a_i+1) times units in order, c = 4 (1-f)/R.

    a_i is row i of a Hadamard matrix, the last of `size` units being followed by the first (Fay &
    Train 1995).
    """
    signs = hadamard(size)
    rows = signs[1 : size + 1]
    times = 1 + (rows - np.roll(rows, -1, axis=0)) * 2**-1.5
    c = np.full(signs.shape[1], 4 * (1 - fraction) / signs.shape[1])
    return Multipliers(times, times, c)


def replicate_rows(values: Floats, rows: Ints) -> Floats:
    """Return some rows of replicates, shape (rows, R), the values of each replicate stored together."""
    if len(rows) == len(values) and (rows == np.arange(len(rows))).all():
        return values
    return values.T[:, rows].T


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
    """Return replicates with t ~ Poisson(1) for each of `count` people, c = (1-f)/R."""

    def draw(random: np.random.Generator, times: int) -> Ints:
        return random.poisson(count, size=(times, len(count)))

    times = _in_batches(draw, len(count), size, seed)
    times /= count[:, None]
    return Multipliers(times, times, np.full(size, (1 - fraction) / size))


def _in_batches(draw: Callable[[np.random.Generator, int], Ints], units: int, size: int, seed: int) -> Floats:
    """Return how often each unit is drawn in each replicate, shape (units, R), using all processors.

    Every batch of replicates has its own stream of random numbers, so that the result depends neither
    on the number of processors nor on how many replicates follow.
    """
    drawn = np.empty((units, size), order="F")
    seeds = np.random.SeedSequence(seed).spawn(-(-size // BATCH))

    def fill(batch: int) -> None:
        first, last = batch * BATCH, min((batch + 1) * BATCH, size)
        # Always a whole batch, even where it is cut: strata share its random numbers.
        counts = draw(np.random.default_rng(seeds[batch]), BATCH)
        drawn[:, first:last] = counts[: last - first].T

    with ThreadPoolExecutor(min(len(seeds), os.cpu_count() or 1)) as pool:
        list(pool.map(fill, range(len(seeds))))
    return drawn
