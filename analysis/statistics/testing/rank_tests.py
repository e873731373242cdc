"""Whether a number tends to be larger in some groups: rank tests under a design (Lumley & Scott 2013)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import survey.numeric.special_functions as special
from analysis.bases import base_of, technique_of
from analysis.domains import linearised_means
from analysis.numeric.covariance import Technique, covariance, degrees_of_freedom
from survey.errors import Cell, EstimateError
from survey.numeric.array_types import Bools
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@dataclass(frozen=True, slots=True)
class RankTest:
    """A test that a number has the same distribution in all groups (methods 3.7).

    Attributes
    ----------
    groups : tuple of str
    mean_rank : tuple of float
        Mean rank of each group, 0-1: the chance that somebody of it has a larger number than
        somebody of the population, ties counting half.
    statistic, numerator, denominator, p_value : float
        F and its degrees of freedom; for two groups the square of t.
    n : int
        People who answered both.
    """

    question: str
    by: str
    groups: tuple[str, ...]
    mean_rank: tuple[float, ...]
    statistic: float
    numerator: int
    denominator: float
    p_value: float
    n: int


@on_one_thread
def rank_test(
    sample: WeightedSample, question: str, by: str, *, variance: Technique | None = None
) -> RankTest:
    """Return the design-based Wilcoxon test of two groups, or Kruskal and Wallis's of several (methods 3.7).

    Ranks are the estimated distribution function of the population at each person's number, taken
    as known; mean ranks are compared by Wald's F (Lumley & Scott 2013, Biometrika 100, 831-842).
    Groups without respondents are left out.

    Raises
    ------
    EstimateError
        If the question has no numbers, fewer than two groups have answers, or the design has too
        few degrees of freedom.
    """
    if sample.tally.question(question)[0].options:
        raise EstimateError(Cell(question=question), key="test.no_ranks")
    base = base_of(sample, [question], by)
    answered: Bools = np.asarray(base.inside.any(axis=0))
    if answered.sum() < 2:
        raise EstimateError(f'by="{by}"', key="test.one_group")
    inside, groups = base.inside[:, answered], [base.groups[g] for g in np.flatnonzero(answered)]
    anybody: Bools = np.asarray(inside.any(axis=1))
    weight = base.records.base * base.records.factor
    ranks = np.zeros((len(weight), 1))
    # The weighted share below each value plus half of that at it.
    _, at = np.unique(base.y[anybody, 0], return_inverse=True)
    of_value = np.bincount(at, weights=weight[anybody])
    ranks[anybody, 0] = ((np.cumsum(of_value) - of_value / 2) / of_value.sum())[at]
    if np.ptp(ranks[anybody]) == 0:
        raise EstimateError(Cell(question=question), key="test.one_value")
    u, mean, _ = linearised_means(inside, type(base)(base.items, tuple(groups), inside, ranks, base.records))
    k = len(groups) - 1
    df = degrees_of_freedom(anybody, base.records) - k
    # Each group against the first.
    contrast = np.hstack([-np.ones((k, 1)), np.eye(k)])
    of_means = covariance(u, base.records, technique_of(sample, variance), over=inside.astype(np.float64))
    of_differences = contrast @ of_means @ contrast.T
    if df <= 0 or np.linalg.matrix_rank(of_differences, hermitian=True) < k:
        raise EstimateError("rank_test", key="test.few_df", groups=k + 1)
    difference = contrast @ mean[:, 0]
    statistic = float(difference @ np.linalg.solve(of_differences, difference)) / k
    return RankTest(
        question=question,
        by=by,
        groups=tuple(groups),
        mean_rank=tuple(float(m) for m in mean[:, 0]),
        statistic=statistic,
        numerator=k,
        denominator=df,
        p_value=float(special.fdtrc(k, df, statistic)),
        n=int(base.records.count[anybody].sum()),
    )
