"""How far fees heap at round amounts, at which demand falls in steps (methods 8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.bases import Base, By, base_with_blanks, technique_of
from analysis.domains import check_confidence, shares_in
from analysis.estimates import Estimates, combine
from analysis.numeric.covariance import Technique
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.demand.curve import checked_fees, number_column, willing_answers
from analysis.statistics.shares import share_table
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

ROUND = (50, 100, 500, 1000)


@on_one_thread
def fee_heaps(
    sample: WeightedSample,
    *,
    intent: str,
    willing: str | Sequence[str],
    fee: str,
    at: Sequence[float],
    by: By = None,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the share of everybody naming exactly each fee, and of fees named that are round (methods 8.1).

    Measure "demand_at_exactly", option the fee: by so much demand falls just above it. Measure
    "share_round", option such as "500": of the willing who named a fee, those who named a multiple of it.

    Parameters
    ----------
    intent, willing, fee, at, by
        As `analysis.demand`.

    Raises
    ------
    EstimateError
        As `analysis.demand`.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> frame = pd.DataFrame({"intent": ["yes", "no"] * 100, "fee": [1000, None, 1300, None] * 50})
    >>> table = fee_heaps(survey.from_frame(frame), intent="intent", willing="yes", fee="fee", at=[1000])
    >>> table.rows(measure="demand_at_exactly")["estimate"].tolist()
    [0.25]
    """
    check_confidence(confidence)
    technique = technique_of(sample, variance)
    base = base_with_blanks(sample, intent, [fee], by)
    number = number_column(base, fee)
    fees = checked_fees(at, number, fee)
    chosen = willing_answers(base, intent, willing)[1].any(axis=1)
    named = chosen & ~np.isnan(number)
    number = np.where(named, number, -1.0)[:, None]
    parts = []
    for measure, inside, values, options in (
        ("demand_at_exactly", base.inside, number == fees, [f"{value:g}" for value in fees]),
        (
            "share_round",
            base.inside & named[:, None],
            named[:, None] & (number % np.array(ROUND) == 0),
            [str(value) for value in ROUND],
        ),
    ):
        items = tuple((fee, option) for option in options)
        y: Floats = values.astype(np.float64)
        among: Base = replace(base, items=items, inside=inside, y=y)
        domains, _ = shares_in(among.inside, among, technique)
        parts.append(share_table(sample, fee, by, domains, measure, confidence, "wilson_smoothed", rules))
    return combine(parts)
