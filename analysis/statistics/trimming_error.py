"""What a cap on weights would cost in bias and save in variance, cap by cap (Potter 1990; methods 1.7)."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
import pandas as pd

from analysis.bases import question_base
from survey.errors import EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.numeric.trimming import cap_at, trimmed
from survey.weighting.sample import WeightedSample


@on_one_thread
def trimming_error(
    sample: WeightedSample,
    question: str,
    option: str,
    *,
    multiples: float | Sequence[float] = (6.5, 5, 4, 3, 2.5, 2, 1.5),
) -> pd.DataFrame:
    """Return the mean squared error of a share under caps of so many times the median (methods 1.7).

    Columns: times_median (inf without a cap), cap, cut (people), estimate, variance, covariance with
    the untrimmed share, bias_square, mse, mse_potter. The bias is judged by how far the share moved,
    less what chance would move it: max(0, (p_t - p)² - V(p_t - p)), V(p_t - p) = V_t + V - 2C;
    Potter's own form takes C as √(V_t V) and may go below 0. Variances are those of a plain list of
    people with these weights as given, as a search for a cap usually takes them.

    Raises
    ------
    EstimateError
        If the sample has strata, clusters or replicates, the option is unknown, or nobody answered.
    """
    if not sample.one_stage or sample.sampling.replicates is not None:
        raise EstimateError("trimming_error", key="estimate.plain_list")
    base = question_base(sample, question, None)
    options = [name for _, name in base.items]
    if option not in options:
        raise EstimateError(
            f'option "{option}"', key="estimate.not_an_option", question=question, options=options
        )
    inside, y = base.inside[:, 0], base.y[:, options.index(option)]
    count, weight = base.records.count, base.records.base * base.records.factor / base.records.count
    n = int(count.sum())

    def judged(w: Floats) -> tuple[float, Floats]:
        held = np.where(inside, w, 0.0)
        total = float(count @ held)
        share = float(count @ (held * y)) / total
        return share, held * (y - share) / total

    share, z = judged(weight)
    factor = n / (n - 1)
    variance = factor * float(count @ z**2)
    rows = [(np.inf, np.inf, 0, share, variance, variance, 0.0, variance, variance)]
    for times in np.atleast_1d(multiples):
        if not 0 < times < np.inf:
            raise EstimateError(f"multiple {times}", key="estimate.multiple")
        cap = cap_at(weight, count, "median", float(times))
        found = trimmed(weight, count, upper=cap)
        if found is None:
            raise EstimateError(f"multiple {times:g}", key="estimate.cuts_all")
        moved, z_moved = judged(found.weight)
        own, both = factor * float(count @ z_moved**2), factor * float(count @ (z * z_moved))
        square = (moved - share) ** 2
        bias = max(0.0, square - (own + variance - 2 * both))
        potter = square - variance + 2 * sqrt(own * variance)
        rows.append((times, cap, found.cut, moved, own, both, bias, own + bias, potter))
    names = ["times_median", "cap", "cut", "estimate", "variance", "covariance", "bias_square", "mse"]
    return pd.DataFrame(rows, columns=[*names, "mse_potter"])
