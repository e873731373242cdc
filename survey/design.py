"""How people came into the file: strata, clusters, base weights, population sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.array_types import Floats, Ints
from survey.errors import EstimateError


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A one-stage design, respondent by respondent, shape (n,) each.

    Attributes
    ----------
    base : float array
        Base weights d, all above 0; 1 for an opt-in file.
    stratum : int array
        Numbers from 0; all 0 where there are no strata.
    cluster : int array or None
        First-stage units, numbered from 0 over the whole file; None where each person is one.
    sampling_fraction : float array, shape (strata,)
        f_h = n_h / N_h of first-stage units; 0 where the population size is not given.
    sample : {"opt-in", "probability"}
        Whether people chose themselves.
    """

    base: Floats
    stratum: Ints
    cluster: Ints | None
    sampling_fraction: Floats
    sample: str = "opt-in"

    @property
    def one_stage(self) -> bool:
        """Whether the file is a plain list of people: no strata, no clusters."""
        return self.cluster is None and self.sampling_fraction.shape[0] == 1


def opt_in(n: int) -> Design:
    """Return the design of an open questionnaire with n answers: base weights 1, nothing else."""
    return Design(np.ones(n), np.zeros(n, dtype=np.int64), None, np.zeros(1))


def checked_design(
    base: Floats, stratum: Ints, cluster: Ints | None, size: Floats | None, *, sample: str
) -> Design:
    """Return a design whose parts have been checked against each other.

    Parameters
    ----------
    base, stratum, cluster : arrays, shape (n,)
        See `Design`. A cluster number may come again in another stratum: the units differ.
    size : float array, shape (n,), or None
        Population number of first-stage units of each person's stratum (above 1), or the
        sampling fraction (at most 1).

    Raises
    ------
    EstimateError
        If a base weight is not above 0, or the size varies in a stratum or is too small.
    """
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
    if cluster is not None:
        pairs = np.unique(np.column_stack([stratum, cluster]), axis=0, return_inverse=True)[1]
        cluster = np.asarray(pairs, dtype=np.int64).reshape(-1)
    strata = int(stratum.max()) + 1
    fraction = np.zeros(strata)
    if size is not None:
        for h in range(strata):
            fraction[h] = _fraction(size[stratum == h], _units(stratum, cluster, h), h)
    return Design(base, stratum, cluster, fraction, sample)


def _units(stratum: Ints, cluster: Ints | None, h: int) -> int:
    inside = stratum == h
    return int(inside.sum()) if cluster is None else len(np.unique(cluster[inside]))


def _fraction(sizes: Floats, units: int, h: int) -> float:
    where = f"fpc, stratum {h + 1}"
    if not np.isfinite(sizes).all() or sizes.min() != sizes.max() or sizes[0] <= 0:
        raise EstimateError(
            where,
            "is not one number above 0 for the whole stratum",
            "give every row of a stratum its population size or sampling fraction",
        )
    value = float(sizes[0])
    if value > 1 and value < units:
        raise EstimateError(
            where,
            f"is {value:g}, fewer than its {units} sampled units",
            "give the population number of first-stage units",
        )
    return units / value if value > 1 else value
