"""Samples with replicate weights from a statistics office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from survey.errors import EstimateError, listing, nearest
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.numeric.sampling import Centre, Replicates
from survey.weighting.from_frame import check_frame, from_frame
from survey.weighting.sample import WeightedSample

Method = Literal["jk1", "jkn", "brr", "fay", "bootstrap", "successive_differences"]


@on_one_thread
def from_replicates(
    frame: pd.DataFrame,
    weight: str,
    *,
    replicates: Sequence[str],
    method: Method,
    rho: float | None = None,
    scale: float | Sequence[float] | None = None,
    centre: Centre = "estimate",
    content: Literal["weights", "factors"] = "weights",
    multiple: Mapping[str, Sequence[str]] | None = None,
    wave: str = "",
) -> WeightedSample:
    """Return the rows of a frame as a sample whose variance comes from its replicate weights.

    V = Σ_r c_r (θ_r - θ)² (methods 2.5); `rake` and `calibrate` then calibrate every
    replicate again.

    Parameters
    ----------
    frame : DataFrame
        As in `from_frame`; the columns of replicate weights are not questions.
    weight : str
        Column of full-sample weights.
    replicates : sequence of str
        Columns of replicate weights, 0 or more each.
    method : {"jk1", "jkn", "brr", "fay", "bootstrap", "successive_differences"}
        What c_r is unless given: (R-1)/R for "jk1", 1/R for "brr" and "bootstrap",
        1/(R (1-rho)²) for "fay", 4/R for "successive_differences".
    rho : float, optional
        Fay's, from 0 to under 1; needed for "fay".
    scale : float or sequence of float, optional
        c_r, for all replicates or for each, as the office gives it (its scale times its rscales).
        "jkn" needs one a replicate, (n_h-1)/n_h of its stratum.
    centre : {"estimate", "replicates"}
        What θ_r is compared with: the full-sample estimate, or the replicates' mean.
    content : {"weights", "factors"}
        Whether the columns are complete weights or multiply the full-sample weight.
    multiple, wave
        As in `from_frame`.

    Raises
    ------
    EstimateError
        If a column is missing or holds a negative or no number, or the method lacks what it needs.
    """
    check_frame(frame, "from_replicates")
    names = [replicates] if isinstance(replicates, str) else list(replicates)
    scales = _coefficients(method, len(names), rho, scale)
    for name, value, choices in (
        ("centre", centre, get_args(Centre)),
        ("content", content, ("weights", "factors")),
    ):
        if value not in choices:
            raise EstimateError(f'{name}="{value}"', "is not known", "use " + " or ".join(choices))
    for name in [weight, *names]:
        if name not in frame.columns:
            problem = f"is not in the frame ({listing(map(str, frame.columns))})"
            raise EstimateError(f'column "{name}"', problem, nearest(name, [str(c) for c in frame.columns]))
    twice = [name for name in names if names.count(name) > 1 or name == weight]
    if twice:
        raise EstimateError(f'column "{twice[0]}"', "is named twice among the weights", "name each once")
    table = _weights(frame, names)
    if content == "factors":
        table = table * _weights(frame, [weight])
    # People whose weights agree in every replicate are told apart by nothing: a unit of the variance.
    full = _weights(frame, [weight])
    patterns, unit = np.unique(np.hstack([full, table]), axis=0, return_inverse=True)
    column = "replicate pattern"
    kept = frame.drop(columns=names).assign(**{column: unit.reshape(-1)})
    made = from_frame(kept, weight, clusters=column, multiple=multiple, wave=wave)
    order = pd.unique(unit.reshape(-1))
    found = np.asarray(patterns[order], dtype=np.float64)
    base, each = found[:, :1], found[:, 1:]
    copies = np.divide(each, base, out=np.zeros(each.shape), where=base > 0)
    weights = Replicates(each, scales, copies, centre)
    return replace(made, sampling=replace(made.sampling, replicates=weights))


def _coefficients(
    method: Method, size: int, rho: float | None, scale: float | Sequence[float] | None
) -> Floats:
    """Return what the square of each replicate's deviation is multiplied by, shape (R,)."""
    if method not in get_args(Method):
        raise EstimateError(f'method="{method}"', "is not known", "use one of " + ", ".join(get_args(Method)))
    if size < 2:
        raise EstimateError("replicates", f"names {size} columns", "give every column of replicate weights")
    if scale is not None:
        return _given(scale, size)
    if method == "fay" and (rho is None or not 0 <= rho < 1):
        raise EstimateError(f"rho={rho}", "is not from 0 to under 1", "give the rho of Fay's method")
    if method == "jkn":
        remedy = "give (n_h - 1) / n_h of the stratum of each replicate"
        raise EstimateError("scale", 'is not given, and "jkn" needs one a replicate', remedy)
    usual = {
        "jk1": (size - 1) / size,
        "brr": 1 / size,
        "fay": 1 / (size * (1 - (rho or 0.0)) ** 2),
        "bootstrap": 1 / size,
        "successive_differences": 4 / size,
    }
    return np.full(size, usual[method])


def _given(scale: float | Sequence[float], size: int) -> Floats:
    try:
        found = np.asarray(scale, dtype=np.float64)
    except (TypeError, ValueError):
        raise EstimateError(f"scale={scale!r}", "is not a number", "give one, or one a replicate") from None
    if found.ndim > 1 or found.size not in (1, size):
        raise EstimateError("scale", f"has {found.size} values for {size} replicates", "give one a replicate")
    if not np.isfinite(found).all() or (found < 0).any() or not (found > 0).any():
        raise EstimateError("scale", "is not a number from 0 up, above 0 for some", "correct it")
    return np.broadcast_to(found.reshape(-1), (size,)).astype(np.float64)


def _weights(frame: pd.DataFrame, names: Sequence[str]) -> Floats:
    try:
        table = frame[names].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise EstimateError(
            "replicates", "or the weight hold something other than numbers", "give weights"
        ) from None
    wrong = ~(np.isfinite(table) & (table >= 0))
    if wrong.any():
        row, at = np.argwhere(wrong)[0]
        place = f'column "{names[at]}", row {row + 1}'
        raise EstimateError(place, f"is {table[row, at]}", "a weight is a number from 0 up")
    empty = table.sum(axis=0) == 0
    if empty.any():
        place = f'column "{names[int(np.argmax(empty))]}"'
        raise EstimateError(place, "is 0 for everybody", "leave it out, and its scale")
    return table
