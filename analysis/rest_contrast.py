"""Each group set against everybody else, both domains of one sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.bases import Base, question_base
from analysis.domains import FIXED, DomainShares, denominators, shares_in
from analysis.variance import Technique, covariance, degrees_of_freedom, unexplained
from survey.array_types import Bools, Floats
from survey.weighted_sample import WeightedSample


@dataclass(frozen=True, slots=True, eq=False)
class RestContrast:
    """Each group set against everybody else; flat arrays run group by group, shape (g k,).

    Attributes
    ----------
    group, rest : DomainShares
    difference : float array
        NaN where a group or its rest has no answers.
    covariance : float array, shape (g k, g k)
        Of the differences.
    correlation : float array
        Of the two shares; 0 where either has no variance.
    fixed : bool array
        Differences that calibration fixes.
    df : float
        Of the union of all groups.
    """

    group: DomainShares
    rest: DomainShares
    difference: Floats
    covariance: Floats
    correlation: Floats
    fixed: Bools
    df: float


def contrast_with_rest(
    sample: WeightedSample, question: str, by: str, *, technique: Technique
) -> RestContrast:
    """Return each group's shares against those of everybody else.

    The rest of a group are the people of the other groups; those of unknown group are in neither.
    Both sides are domains of one sample, so the covariance between them enters (methods 2.1).
    """
    base = question_base(sample, question, by)
    anybody: Bools = np.asarray(base.inside.any(axis=1))
    others = anybody[:, None] & ~base.inside
    group, u = shares_in(base.inside, base, technique)
    rest, u_rest = shares_in(others, base, technique)
    joint = _of_differences(u, u_rest, base, others, technique)
    v1, v2 = (
        np.where(side.fixed.reshape(-1), 0.0, np.maximum(np.diag(side.covariance), 0.0))
        for side in (group, rest)
    )
    between = (v1 + v2 - np.diag(joint)) / 2
    scale = np.sqrt(v1 * v2)
    return RestContrast(
        group=group,
        rest=rest,
        difference=(group.share - rest.share).reshape(-1),
        covariance=joint,
        correlation=np.clip(np.divide(between, scale, out=np.zeros(len(scale)), where=scale > 0), -1, 1),
        fixed=unexplained(u - u_rest, base.records) < FIXED,
        df=degrees_of_freedom(anybody, base.records),
    )


def _of_differences(u: Floats, u_rest: Floats, base: Base, others: Bools, technique: Technique) -> Floats:
    """Return the covariance of each group's shares less those of the rest."""
    if technique != "replicates":
        return covariance(u - u_rest, base.records, technique)
    k, m = len(base.items), u.shape[1]
    over = np.hstack([denominators(base.inside, k), denominators(others, k)])
    both = covariance(np.hstack([u, u_rest]), base.records, technique, over=over)
    return both[:m, :m] + both[m:, m:] - both[:m, m:] - both[m:, :m]
