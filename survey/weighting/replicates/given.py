"""Samples with replicate weights from a statistics office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Literal

import numpy as np
import pandas as pd

from survey.errors import Cell, EstimateError, check_choice
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.numeric.sampling import Centre, DegreesOf, Replicates
from survey.weighting.frame_columns import Empty
from survey.weighting.from_frame import check_columns, check_frame, from_frame
from survey.weighting.sample import WeightedSample

Method = Literal["jk1", "jkn", "brr", "fay", "bootstrap", "successive_differences"]
Content = Literal["weights", "factors"]


@on_one_thread
def from_replicates(  # noqa: PLR0913 - one door for every design
    frame: pd.DataFrame,
    weight: str,
    *,
    replicates: Sequence[str],
    method: Method,
    rho: float | None = None,
    scale: float | Sequence[float] | None = None,
    centre: Centre = "estimate",
    content: Content = "weights",
    multiple: Mapping[str, Sequence[str]] | None = None,
    empty: Empty | None = None,
    df: DegreesOf = "answers",
    wave: str = "",
) -> WeightedSample:
    """Return the rows of a frame as a sample with its variance from replicate weights.

    V = Σ_r c_r (θ_r - θ)² (methods 2.5); `rake` and `calibrate` then calibrate every
    replicate again.

    Parameters
    ----------
    frame : DataFrame
        As in `from_frame`; the columns of replicate weights are not questions.
    weight : str
        Column of full-sample weights.
    replicates : sequence of str
        Columns of replicate weights; a generalised bootstrap and linear calibration make some negative.
    method : {"jk1", "jkn", "brr", "fay", "bootstrap", "successive_differences"}
        It gives c_r unless `scale` does: (R-1)/R for "jk1", 1/R for "brr" and "bootstrap",
        1/(R (1-rho)²) for "fay", 4/R for "successive_differences".
    rho : float, optional
        Fay's, from 0 to under 1; needed for "fay".
    scale : float or sequence of float, optional
        c_r, for all replicates or for each, as the office gives it (its scale times its rscales).
        "jkn" needs one a replicate, (n_h-1)/n_h of its stratum.
    centre : {"estimate", "replicates"}
        Centre of the deviations: the full-sample estimate, or the replicates' mean.
    content : {"weights", "factors"}
        Whether the columns are complete weights or multiply the full-sample weight.
    multiple, empty, df, wave
        As in `from_frame`; degrees of freedom are the rank of the replicate weights less 1.

    Raises
    ------
    EstimateError
        If a column is missing or holds anything but numbers, a full-sample weight is negative, or the
        method needs `rho` or `scale`.
    """
    check_frame(frame, "from_replicates")
    names = [replicates] if isinstance(replicates, str) else list(replicates)
    coefficients = _coefficients(method, len(names), rho, scale)
    check_choice("centre", centre, Centre)
    check_choice("content", content, Content)
    check_columns(frame, [weight, *names])
    twice = [name for name in names if names.count(name) > 1 or name == weight]
    if twice:
        raise EstimateError(Cell(column=twice[0]), key="replicates.column_twice")
    base, weights = _weights(frame, [weight], least=0.0), _weights(frame, names)
    if content == "factors":
        weights = weights * base
    odd = np.flatnonzero((base[:, 0] == 0) & weights.any(axis=1))
    if odd.size:
        place = Cell(column=weight, row=int(odd[0]) + 1)
        raise EstimateError(place, key="replicates.weight_0")
    # People with the same weight in every replicate cannot be distinguished: a unit of the variance.
    patterns, unit = np.unique(np.hstack([base, weights]), axis=0, return_inverse=True)
    column = "replicate pattern"
    kept = frame.drop(columns=names).assign(**{column: unit.reshape(-1)})
    sample = from_frame(kept, weight, clusters=column, multiple=multiple, empty=empty, df=df, wave=wave)
    seen = np.asarray(patterns[pd.unique(unit.reshape(-1))], dtype=np.float64)
    base, weights = seen[:, :1], seen[:, 1:]
    copies = np.divide(weights, base, out=np.zeros(weights.shape), where=base > 0)
    given = Replicates(weights, coefficients, copies, centre)
    return replace(sample, sampling=replace(sample.sampling, replicates=given))


def _coefficients(
    method: Method, size: int, rho: float | None, scale: float | Sequence[float] | None
) -> Floats:
    """Return the scale factor c_r of each replicate, shape (R,)."""
    check_choice("method", method, Method)
    if size < 2:
        raise EstimateError("replicates", key="replicates.few_columns", found=size)
    if scale is not None:
        try:
            scales = np.asarray(scale, dtype=np.float64)
        except (TypeError, ValueError):
            raise EstimateError(f"scale={scale!r}", key="call.scale_number") from None
        if scales.ndim > 1 or scales.size not in (1, size):
            raise EstimateError("scale", key="replicates.scales", found=scales.size, replicates=size)
        if not np.isfinite(scales).all() or (scales < 0).any() or not (scales > 0).any():
            raise EstimateError("scale", key="call.scale")
        return np.broadcast_to(scales.reshape(-1), (size,)).astype(np.float64)
    if method == "fay" and (rho is None or not 0 <= rho < 1):
        raise EstimateError(f"rho={rho}", key="call.rho")
    if method == "jkn":
        raise EstimateError("scale", key="replicates.jkn_scale")
    usual = {
        "jk1": (size - 1) / size,
        "brr": 1 / size,
        "fay": 1 / (size * (1 - (rho or 0.0)) ** 2),
        "bootstrap": 1 / size,
        "successive_differences": 4 / size,
    }
    return np.full(size, usual[method])


def _weights(frame: pd.DataFrame, names: Sequence[str], least: float = -inf) -> Floats:
    """Return columns of weights, shape (n, columns), whose sums are above 0; refuses all but numbers."""
    try:
        weights = frame[names].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise EstimateError("replicates", key="replicates.no_numbers") from None
    wrong = ~(np.isfinite(weights) & (weights >= least))
    if wrong.any():
        row, at = np.argwhere(wrong)[0]
        place = Cell(column=str(names[at]), row=int(row + 1))
        raise EstimateError(
            place,
            key="replicates.base_weight" if least == 0 else "replicates.weight",
            found=float(weights[row, at]),
        )
    sums = weights.sum(axis=0)
    if (sums <= 0).any():
        at = int(np.argmax(sums <= 0))
        raise EstimateError(
            Cell(column=names[at]),
            key="replicates.sum" if weights[:, at].any() else "replicates.all_0",
            total=float(sums[at]),
        )
    return weights
