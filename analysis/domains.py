"""A question's options in every domain at once: shares, linearised values, joint covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.bases import Base
from analysis.numeric.covariance import Technique, covariance_and_unexplained, degrees_of_freedom
from analysis.numeric.linearised import DomainMeans, domain_sums, domain_totals
from survey.errors import EstimateError
from survey.numeric.array_types import Bools, Floats

FIXED = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class DomainShares:
    """Shares of k options in g domains; rows of the covariance run domain by domain.

    Attributes
    ----------
    options, groups : tuple of str
    share : float array, shape (g, k)
        NaN in a domain without answers.
    covariance : float array, shape (g k, g k)
    fixed : bool array, shape (g, k)
        Shares that calibration fixes, so that they have no variance.
    census, stratified, plain : bool
        Whether everybody of the population is in the sample, whether it has strata, and whether it
        is a plain list of people.
    n, n_kish, df : float arrays, shape (g,)
        People in the base, Kish's effective number of them, degrees of freedom.
    elsewhere : float array, shape (g, k), or None
        The shares among the people of the other domains; of all domains where there are fewer than three.
        By these a share is judged; by itself where they are None.
    both : float array, shape (g k, k), or None
        As in `Block`.
    """

    options: tuple[str, ...]
    groups: tuple[str, ...]
    share: Floats
    covariance: Floats
    fixed: Bools
    census: bool
    stratified: bool
    plain: bool
    n: Floats
    n_kish: Floats
    df: Floats
    elsewhere: Floats | None
    both: Floats | None = None


def check_confidence(confidence: float) -> None:
    """Refuse what is not a confidence level; raises EstimateError."""
    if not isinstance(confidence, (int, float)) or not 0.5 <= confidence < 1:
        raise EstimateError(f"confidence={confidence}", key="call.confidence")


def shares_in(inside: Bools, base: Base, technique: Technique) -> tuple[DomainShares, Floats]:
    """Return the shares in the domains that `inside` marks, shape (r, g), and their linearised values."""
    u, share, _ = linearised_means(inside, base)
    over = denominators(inside, len(base.items)) if technique == "replicates" else None
    return shares_with_covariance(inside, base, technique, u, share, over), u


def shares_with_covariance(
    inside: Bools,
    base: Base,
    technique: Technique,
    u: Floats | DomainMeans,
    share: Floats,
    over: Floats | None,
) -> DomainShares:
    """Return shares, shape (g, k), with linearised values u over totals of `over`, shape (r, g k).

    `over` is needed for replicates only.
    """
    records = base.records
    covariance, left = covariance_and_unexplained(u, records, technique, over=over)
    weight, square = records.base * records.factor, records.base_square * records.factor**2
    total, squares, n = domain_totals(inside, weight, square, records.count.astype(np.float64))
    return DomainShares(
        options=tuple(option for _, option in base.items),
        groups=base.groups,
        share=share,
        covariance=covariance,
        fixed=(left < FIXED).reshape(share.shape),
        census=records.census,
        stratified=records.stratified,
        plain=records.plain,
        n=n,
        n_kish=np.divide(total**2, squares, out=np.zeros(len(total)), where=squares > 0),
        df=np.array([degrees_of_freedom(domain, records) for domain in inside.T]),
        elsewhere=_elsewhere(share, total),
    )


def shares_of_both(base: Base) -> Floats | None:
    """Return the share of each domain that chose two options, shape (g k, k); None where nobody chose two."""
    y, weight = base.y, base.records.base * base.records.factor
    if not (y.sum(axis=1) > 1).any():
        return None
    total = domain_totals(base.inside, weight)[0]
    sums = np.stack([domain_sums(base.inside, weight, y * column[:, None]) for column in y.T], axis=1)
    return (sums / np.where(total > 0, total, 1.0)[:, None, None]).reshape(-1, y.shape[1])


def _elsewhere(share: Floats, total: Floats) -> Floats:
    """Return the shares among the people of the other domains, shape (g, k), from shares and weights."""
    weight = np.where(np.isfinite(share).all(axis=1), total, 0.0)[:, None]
    chose = weight * np.nan_to_num(share)
    own = (weight > 0).sum() > 2
    rest = weight.sum() - own * weight
    part = chose.sum(axis=0) - own * chose
    shares = np.divide(part, rest, out=np.zeros(share.shape), where=rest > 0)
    return np.asarray(np.clip(shares, 0.0, 1.0), dtype=np.float64)


def denominators(inside: Bools, k: int) -> Floats:
    """Return membership of each domain, once for each of k items, shape (r, g k)."""
    return np.repeat(inside.astype(np.float64), k, axis=1)


def domain_means(inside: Bools, base: Base) -> DomainMeans:
    """Return the means of y in the domains that `inside` marks, shape (r, g)."""
    y, weight = base.y, base.records.base * base.records.factor
    total = domain_totals(inside, weight)[0]
    share = np.full((inside.shape[1], y.shape[1]), np.nan)
    answered = total > 0
    share[answered] = domain_sums(inside, weight, y)[answered] / total[answered, None]
    return DomainMeans(inside, y, share, total)


def linearised_means(inside: Bools, base: Base) -> tuple[Floats, Floats, Floats]:
    """Return u = 1[in domain](y - p)/W, shape (r, g k), the means p (g, k) and the sums W (g,)."""
    means = domain_means(inside, base)
    return means.whole(), means.share, means.total
