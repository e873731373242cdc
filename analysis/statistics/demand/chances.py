"""Demand from a stated chance of 0 to 10 of using a place (methods 8.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np

from analysis.bases import By, base_with_blanks, technique_of
from analysis.estimates import Estimates
from analysis.numeric.covariance import Technique
from analysis.statistics.demand.curve import (
    FeeAnswers,
    Silent,
    checked_fees,
    curve_shares,
    fee_options,
    number_column,
    silence,
)
from analysis.statistics.demand.table import TableSettings, demand_table
from survey.errors import Cell, EstimateError, check_choice
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

TOP = 10


@on_one_thread
def demand_from_chances(
    sample: WeightedSample,
    *,
    chance: str,
    fee: str | None = None,
    at: Sequence[float] | None = None,
    by: By = None,
    silent: Silent = "class",
    variance: Technique | None = None,
    **settings: Unpack[TableSettings],
) -> Estimates:
    """Return the expected share of everybody using a place, from chances of 0 to 10 (methods 8.5).

    A chance is a probability of use (Juster 1966) and no intent, so that no take-up is to be applied to
    it. With a fee the share is Σ w (J/10) [fee ≥ F] / Σ w over everybody who stated a chance; those who
    named no fee are spread as those who did, in proportion to their chances.

    Parameters
    ----------
    chance : str
        Number question of 0 to 10.
    fee, at
        As `analysis.demand`; without them there is one row, with option "".
    silent : {"class", "lower", "upper"}
        As `analysis.demand`; "class" spreads those who named no fee as those who did.
    **settings
        `confidence`, `band`, `interval`, `rules` as `analysis.demand`.

    Raises
    ------
    EstimateError
        If an answer is not from 0 to 10, only one of `fee` and `at` is given, or as `analysis.demand`.
    """
    check_choice("silent", silent, Silent)
    if (fee is None) != (at is None):
        raise EstimateError("fee and at", key="demand.fee_and_at")
    technique = technique_of(sample, variance)
    base = base_with_blanks(sample, chance, [] if fee is None else [fee], by)
    stated = number_column(base, chance)
    outside = stated[(stated < 0) | (stated > TOP)]
    if len(outside):
        raise EstimateError(Cell(question=chance), key="demand.chance", found=f"{outside[0]:g}", most=TOP)
    chosen = np.nan_to_num(stated)[:, None] / TOP
    named, accepts = np.ones(len(stated), dtype=bool), np.ones((len(stated), 1))
    options: tuple[str, ...] = ("",)
    if fee is not None and at is not None:
        number = number_column(base, fee)
        fees = checked_fees(at, number, fee)
        named = ~np.isnan(number)
        accepts = (np.where(named, number, -1.0)[:, None] >= fees).astype(np.float64)
        options = fee_options(fees)
    question = fee or chance
    answers = FeeAnswers(base, chosen, named, accepts)
    columns = replace(base, items=tuple((question, option) for option in options))
    domains = curve_shares(columns, technique, answers, silent, apart=False)
    quiet = silence(answers) if fee is not None and silent == "class" else None
    return demand_table(sample, question, by, domains, silence=quiet, **settings)
