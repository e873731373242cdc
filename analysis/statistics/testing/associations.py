"""Whether two questions go together: Rao and Scott's and Wald's tests of a weighted table (methods 3.7).

Notation: P weighted shares of the r x c cells with covariance V, n people, D = diag(P), C the
interaction contrasts with the main effects taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

import survey.numeric.special_functions as special
from analysis.bases import base_of, technique_of
from analysis.domains import FIXED
from analysis.numeric.covariance import Technique, covariance, degrees_of_freedom, unexplained
from analysis.numeric.records import Records
from survey.errors import Cell, EstimateError, check_choice
from survey.numeric.array_types import Bools, Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

Order = Literal["first", "second"]
EmptyCells = Literal["refuse", "leave_out"]
Denominator = Literal["adjusted", "design"]


@dataclass(frozen=True, slots=True)
class TableTest:
    """A test that two questions are independent (methods 3.7).

    Attributes
    ----------
    statistic, numerator, denominator, p_value : float
        An F with its degrees of freedom; the denominator is inf for a chi-square over its own.
    chi_square : float
        Pearson's statistic of the weighted table, scaled to n.
    design_effects : tuple of float
        Eigenvalues of the design effect matrix: how much each contrast varies beyond simple random
        sampling. Empty for Wald's test.
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


@on_one_thread
def rao_scott(
    sample: WeightedSample,
    first: str,
    second: str,
    *,
    order: Order = "second",
    empty: EmptyCells = "refuse",
    variance: Technique | None = None,
) -> TableTest:
    """Return the Rao-Scott test of independence (Rao & Scott 1984; Thomas & Rao 1987; methods 3.7).

    Parameters
    ----------
    order : {"second", "first"}
        An F that allows for unequal design effects, or the chi-square that divides by their mean
        alone and takes the variance as known.
    empty : {"refuse", "leave_out"}
        An empty cell has no variance. It is refused, or left out of the design effects (a
        generalised inverse of D) while it still counts in Pearson's statistic.

    Raises
    ------
    EstimateError
        If a question does not take one answer or has a single category, or a cell is empty.
    """
    check_choice("order", order, Order)
    check_choice("empty", empty, EmptyCells)
    table = _cells(sample, first, second)
    if (table.shares == 0).any() and empty == "refuse":
        i, j = np.argwhere(table.shares == 0)[0]
        _refuse_empty(f'"{first}" {table.options[0][i]} and "{second}" {table.options[1][j]}')
    return corrected_test([table], (first, second), order, technique_of(sample, variance))


def corrected_test(
    tables: Sequence[CellTable], names: tuple[str, str], order: Order, technique: Technique
) -> TableTest:
    """Return the Rao-Scott test that no table shows an association, of tables of one shape and base.

    Pearson's statistics are added up; the design effect matrix is that of all contrasts together.
    """
    one, parts, effects_of = tables[0], [], []
    contrasts = _interactions(*one.shares.shape)
    for table in tables:
        cells = table.shares.reshape(-1, 1)
        inverse = np.divide(contrasts, cells, out=np.zeros(contrasts.shape), where=cells > 0)
        simple = contrasts.T @ inverse / one.n
        if np.linalg.matrix_rank(simple, hermitian=True) < len(simple):
            raise EstimateError("rao_scott", key="test.few_cells")
        centred = np.where(table.inside[:, None], table.cells - table.shares.reshape(-1), 0.0)
        parts.append(centred @ inverse / table.total)
        effects_of.append(simple)
    u, k = np.hstack(parts), len(contrasts.T)
    over = np.repeat(one.inside[:, None].astype(np.float64), u.shape[1], axis=1)
    joint = covariance(u, one.records, technique, over=over)
    effects = np.vstack(
        [np.linalg.solve(simple, joint[i * k : i * k + k]) for i, simple in enumerate(effects_of)]
    )
    chi_square = sum(_pearson(table.shares, table.n) for table in tables)
    trace, square = float(np.trace(effects)), float(np.trace(effects @ effects))
    numerator = trace**2 / square if order == "second" else float(len(effects))
    denominator = numerator * one.df if order == "second" else inf
    eigenvalues = tuple(float(v) for v in np.sort(np.linalg.eigvals(effects).real)[::-1])
    df = (numerator, denominator)
    return _test(*names, chi_square / trace, df, chi_square, eigenvalues, one.n)


@on_one_thread
def wald(
    sample: WeightedSample,
    first: str,
    second: str,
    *,
    denominator: Denominator = "adjusted",
    variance: Technique | None = None,
) -> TableTest:
    """Return Wald's test of independence (Koch, Freeman & Freeman 1975; methods 3.7).

    Of the (r-1)(c-1) differences of a cell's weighted count from the product of its margins. With
    few clusters it finds associations where there are none; prefer `rao_scott`.

    Parameters
    ----------
    denominator : {"adjusted", "design"}
        df - k + 1 with the statistic scaled to it (Fellegi 1980), or the design's df, for k
        differences.

    Raises
    ------
    EstimateError
        As `rao_scott`, but for empty cells of rows and columns that are not empty; or if the design
        has too few degrees of freedom, or the differences do not vary independently.
    """
    check_choice("denominator", denominator, Denominator)
    table = _cells(sample, first, second)
    shares, n, df = table.shares, table.n, table.df
    counts = np.where(table.inside[:, None], table.cells, 0.0) / table.total
    joint = covariance(counts, table.records, technique_of(sample, variance))
    (r, c), rows, columns = shares.shape, shares.sum(axis=1), shares.sum(axis=0)
    differences = (shares - np.outer(rows, columns))[:-1, :-1].reshape(-1)
    # Derivatives of N_ij - N_i. N_.j / N by every cell's count.
    by_row = np.einsum("ia,j,b->ijab", np.eye(r), columns, np.ones(c))
    by_column = np.einsum("jb,i,a->ijab", np.eye(c), rows, np.ones(r))
    own = np.eye(r * c).reshape(r, c, r, c)
    gradient = (own - by_row - by_column + np.outer(rows, columns)[:, :, None, None])[:-1, :-1].reshape(
        -1, r * c
    )
    k = len(differences)
    left = df - k + 1 if denominator == "adjusted" else df
    if left <= 0:
        raise EstimateError("wald", key="test.no_df", needed=k - 1, df=df)
    spread = gradient @ joint @ gradient.T
    if np.linalg.matrix_rank(spread, hermitian=True) < k:
        raise EstimateError("wald", key="test.dependent_cells")
    distance = float(differences @ np.linalg.solve(spread, differences))
    statistic = distance / k * (left / df)
    return _test(first, second, statistic, (float(k), left), _pearson(shares, n), (), n)


def _pearson(shares: Floats, n: int) -> float:
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(n * ((shares - expected) ** 2 / expected).sum())


def _test(
    first: str,
    second: str,
    statistic: float,
    df: tuple[float, float],
    chi_square: float,
    design_effects: tuple[float, ...],
    n: int,
) -> TableTest:
    numerator, denominator = df
    if denominator == inf:
        p_value = float(special.chdtrc(numerator, statistic * numerator))
    else:
        p_value = float(special.fdtrc(numerator, denominator, statistic))
    return TableTest(first, second, statistic, numerator, denominator, p_value, chi_square, design_effects, n)


@dataclass(frozen=True, slots=True, eq=False)
class CellTable:
    """The cells of a table: membership (r, k) of those inside, shares (rows, columns), and their weight."""

    cells: Floats
    options: list[list[str]]
    inside: Bools
    shares: Floats
    total: float
    records: Records
    n: int
    df: float


def _cells(sample: WeightedSample, first: str, second: str) -> CellTable:
    """Return the table of two single questions among the people who answered both."""
    if first == second:
        raise EstimateError("table", key="test.same_question", question=first)
    base = base_of(sample, [first, second], None)
    options = [[o for q, o in base.items if q == name] for name in (first, second)]
    for name, found in zip((first, second), options, strict=True):
        if sample.tally.levels[name].kind != "single" or len(found) < 2:
            raise EstimateError(Cell(question=name), key="test.not_single")
    r, c = map(len, options)
    inside, y = base.inside[:, 0], base.y
    cells = (y[:, :r, None] * y[:, None, r:]).reshape(len(y), r * c)
    weight = base.records.base * base.records.factor
    total = float(weight[inside].sum())
    shares = (weight[inside] @ cells[inside]) / total
    for name, found, share in zip(
        (first, second),
        options,
        (shares.reshape(r, c).sum(axis=1), shares.reshape(r, c).sum(axis=0)),
        strict=True,
    ):
        if (share == 0).any():
            _refuse_empty(f'"{name}" {found[int(np.argmax(share == 0))]}')
    centred = np.where(inside[:, None], cells - shares, 0.0)
    moving = np.abs(centred).max(axis=0) > 0
    if moving.any() and (unexplained(centred[:, moving], base.records) < FIXED).all():
        raise EstimateError("table", key="test.fixed")
    people = int(base.records.count[inside].sum())
    df = degrees_of_freedom(inside, base.records)
    return CellTable(cells, options, inside, shares.reshape(r, c), total, base.records, people, df)


def _refuse_empty(where: str) -> None:
    raise EstimateError("table", key="test.empty", cells=where)


def _interactions(r: int, c: int) -> Floats:
    """Return (r-1)(c-1) interaction contrasts of the cells with the main effects taken out."""
    rows, columns = np.eye(r)[:, 1:], np.eye(c)[:, 1:]
    main = np.hstack([np.ones((r * c, 1)), np.kron(rows, np.ones((c, 1))), np.kron(np.ones((r, 1)), columns)])
    both = np.kron(rows, columns)
    return np.asarray(both - main @ np.linalg.lstsq(main, both, rcond=None)[0], dtype=np.float64)


def mcnemar(first_only: int, second_only: int) -> tuple[float, float]:
    """Return McNemar's statistic and exact p-value for two options of the same people (methods 2.8).

    (b - c)²/(b + c), and the binomial probability of b of b + c at a half, both tails. For a simple
    random sample with equal weights only; else `option_difference`.

    Parameters
    ----------
    first_only, second_only : int
        People who chose one and not the other.

    Raises
    ------
    EstimateError
        If a number is not whole and from 0 up, or nobody chose just one.
    """
    from scipy.stats import binomtest

    for n in (first_only, second_only):
        if not isinstance(n, (int, np.integer)) or n < 0:
            raise EstimateError("mcnemar", key="test.people", found=repr(n))
    total = first_only + second_only
    if total == 0:
        raise EstimateError("mcnemar", key="test.nothing")
    exact = float(binomtest(int(first_only), int(total), 0.5).pvalue)
    return (first_only - second_only) ** 2 / total, exact
