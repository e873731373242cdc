"""Linear combinations and functions of estimates, on their joint covariance (methods 2.1, 3.10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from analysis.estimates import Estimates, make_table
from analysis.statistics.comparisons.difference import t_columns, with_verdicts
from survey.errors import EstimateError
from survey.numeric.array_types import Floats

Function = Callable[[Floats], float]


def linear_combinations(estimates: Estimates, combinations: Mapping[str, Sequence[float]]) -> Estimates:
    """Return linear combinations of the rows, one row each, measure "combination" (methods 3.10).

    Parameters
    ----------
    combinations : mapping of str to sequence of float
        For each name a coefficient for every row, in the order of the frame.

    Raises
    ------
    EstimateError
        If there is no joint covariance, or coefficients and rows differ in number.
    """
    gradients = [np.asarray(weights, dtype=np.float64) for weights in combinations.values()]
    for name, gradient in zip(combinations, gradients, strict=True):
        if gradient.shape != (len(estimates),):
            raise EstimateError(
                f'combination "{name}"', key="change.coefficients", found=gradient.size, rows=len(estimates)
            )
    values = np.nan_to_num(estimates.frame["estimate"].to_numpy(dtype=np.float64))
    return _combined(estimates, list(combinations), [float(g @ values) for g in gradients], gradients)


def delta_method(estimates: Estimates, functions: Mapping[str, Function]) -> Estimates:
    """Return functions of the rows, such as a ratio of two, with errors by the delta method (methods 3.10).

    Parameters
    ----------
    functions : mapping of str to callable
        Each takes the estimates, shape (rows,), and returns a number. Derivatives are taken
        numerically.

    Raises
    ------
    EstimateError
        If there is no joint covariance, or a function or its derivative is not finite there.
    """
    values = np.nan_to_num(estimates.frame["estimate"].to_numpy(dtype=np.float64))
    results, gradients = [], []
    for name, function in functions.items():
        gradient = _derivative(function, values)
        result = float(function(values))
        if not np.isfinite(result) or not np.isfinite(gradient).all():
            raise EstimateError(f'function "{name}"', key="change.infinite")
        results.append(result)
        gradients.append(gradient)
    return _combined(estimates, list(functions), results, gradients)


def _derivative(function: Function, at: Floats) -> Floats:
    """Return the gradient by central differences, Richardson's step halving them thrice."""
    gradient = np.zeros(len(at))
    for i in range(len(at)):
        table: list[list[float]] = []
        step = 1e-2 * max(abs(float(at[i])), 1e-3)
        for k in range(4):
            beside = np.zeros(len(at))
            beside[i] = step / 2**k
            row = [(function(at + beside) - function(at - beside)) / (2 * beside[i])]
            for j in range(1, k + 1):
                row.append(row[j - 1] + (row[j - 1] - table[k - 1][j - 1]) / (4**j - 1))
            table.append(row)
        gradient[i] = table[-1][-1]
    return gradient


def _combined(
    estimates: Estimates, names: Sequence[str], values: Sequence[float], gradients: Sequence[Floats]
) -> Estimates:
    if estimates.joint is None:
        raise EstimateError("combination", key="call.no_covariance")
    g, frame = np.array(gradients), estimates.frame
    covariance, used = estimates.joint.of_combinations(g), g != 0
    suppressed = (used & (frame["flag"] == "suppress").to_numpy()).any(axis=1)
    fixed = (~used | (frame["note"] == "fixed_by_margins").to_numpy()).all(axis=1)
    known = np.where(used, frame["df"].to_numpy(dtype=np.float64), np.nan)
    df = np.where(np.isnan(known).all(axis=1), np.nan, np.fmin.reduce(known, axis=1))
    confidence = float(frame["confidence"].iloc[0])
    # A combination of no row is not 0: it has no numbers.
    empty = ~used.any(axis=1)
    value, variance = (np.where(empty, np.nan, v) for v in (values, np.diag(covariance)))
    columns = with_verdicts(
        t_columns(value, variance, df, confidence), suppressed=suppressed, fixed=fixed & ~empty
    )
    columns |= {
        "wave": ["; ".join(dict.fromkeys(frame.loc[row, "wave"].astype(str))) for row in used],
        "option": list(names),
        "measure": "combination",
        "confidence": confidence,
        "method": "t",
    }
    return make_table(columns, covariance, estimates.histories)
