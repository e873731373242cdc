"""Whether two questions go together: Rao and Scott's tests of a weighted table (methods 3.7).

Notation: P weighted shares of the r x c cells with covariance V, n people, D = diag(P), C the
interaction contrasts with the main effects taken out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.domains import base_of, technique_of
from analysis.variance import Technique, covariance, degrees_of_freedom
from survey.array_types import Floats
from survey.errors import EstimateError
from survey.weighted_sample import WeightedSample


@dataclass(frozen=True, slots=True)
class TableTest:
    """A test that two questions are independent.

    Attributes
    ----------
    statistic, numerator, denominator, p_value : float
        Rao and Scott's second-order F with its degrees of freedom.
    chi_square : float
        Pearson's statistic of the weighted table, scaled to n.
    design_effects : tuple of float
        Eigenvalues of the design effect matrix: how much each contrast varies beyond simple random
        sampling.
    n : int
        People who answered both.
    """

    first: str
    second: str
    statistic: float
    numerator: float
    denominator: float
    p_value: float
    chi_square: float
    design_effects: tuple[float, ...]
    n: int


def rao_scott(
    sample: WeightedSample, first: str, second: str, *, variance: Technique | None = None
) -> TableTest:
    """Return the second-order Rao-Scott F test of independence (Rao & Scott 1984; Thomas & Rao 1987).

    Raises
    ------
    EstimateError
        If a question does not take one answer, has a single category, or a cell is empty.
    """
    shares, joint, n, df = _cells(sample, first, second, variance)
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    chi_square = float(n * ((shares - expected) ** 2 / expected).sum())
    contrasts = _interactions(*shares.shape)
    inverse = contrasts / shares.reshape(-1, 1)
    simple = contrasts.T @ inverse / n
    effects = np.linalg.solve(simple, inverse.T @ joint @ inverse)
    trace, square = float(np.trace(effects)), float(np.trace(effects @ effects))
    numerator = trace**2 / square
    statistic = chi_square / trace
    return TableTest(
        first=first,
        second=second,
        statistic=statistic,
        numerator=numerator,
        denominator=numerator * df,
        p_value=float(special.fdtrc(numerator, numerator * df, statistic)),
        chi_square=chi_square,
        design_effects=tuple(float(v) for v in np.sort(np.linalg.eigvals(effects).real)[::-1]),
        n=n,
    )


def _cells(
    sample: WeightedSample, first: str, second: str, variance: Technique | None
) -> tuple[Floats, Floats, int, float]:
    """Return the shares of the cells (r, c), their covariance, the people and the degrees of freedom."""
    base = base_of(sample, [first, second], None)
    options = [[o for q, o in base.items if q == name] for name in (first, second)]
    for name, found in zip((first, second), options, strict=True):
        if sample.tally.levels[name].kind != "single" or len(found) < 2:
            problem = "is not a question with one of several answers"
            raise EstimateError(f'question "{name}"', problem, "test single questions against each other")
    r, c = map(len, options)
    inside, y = base.inside[:, 0], base.y
    cells = (y[:, :r, None] * y[:, None, r:]).reshape(len(y), r * c)
    weight = base.records.base * base.records.factor
    total = float(weight[inside].sum())
    shares = (weight[inside] @ cells[inside]) / total
    if (shares == 0).any():
        at = np.unravel_index(int(np.argmax(shares == 0)), (r, c))
        where = f'"{first}" {options[0][at[0]]} and "{second}" {options[1][at[1]]}'
        raise EstimateError("rao_scott", f"nobody is in {where}", "group the options before testing")
    u = np.where(inside[:, None], cells - shares, 0.0) / total
    joint = covariance(u, base.records, technique_of(sample, variance))
    people = int(base.records.count[inside].sum())
    return shares.reshape(r, c), joint, people, degrees_of_freedom(inside, base.records)


def _interactions(r: int, c: int) -> Floats:
    """Return (r-1)(c-1) interaction contrasts of the cells with the main effects taken out."""
    rows, columns = np.eye(r)[:, 1:], np.eye(c)[:, 1:]
    main = np.hstack([np.ones((r * c, 1)), np.kron(rows, np.ones((c, 1))), np.kron(np.ones((r, 1)), columns)])
    both = np.kron(rows, columns)
    return np.asarray(both - main @ np.linalg.lstsq(main, both, rcond=None)[0], dtype=np.float64)
