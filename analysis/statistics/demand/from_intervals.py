"""Demand from bands of fees, a ladder of fees or bids: an interval is known of each person (methods 8.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np

from analysis.bases import Base, By, base_with_blanks, technique_of
from analysis.domains import shares_with_covariance
from analysis.estimates import Estimates
from analysis.numeric.covariance import Technique, of_margins
from analysis.numeric.demand.turnbull import Distribution, turnbull
from analysis.numeric.refitting import of_function
from analysis.statistics.demand.curve import (
    CurveSettings,
    Silent,
    fee_options,
    number_column,
    willing_answers,
)
from analysis.statistics.demand.intervals_of_fees import (
    Inconsistent,
    IntervalAnswers,
    of_answers,
    of_bands,
    stacked_answers,
)
from analysis.statistics.demand.table import TableSettings, demand_table
from survey.errors import EstimateError, check_choice
from survey.numeric.array_types import Bools, Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@on_one_thread
def demand_from_bands(
    sample: WeightedSample,
    *,
    intent: str,
    willing: str | Sequence[str],
    bands: Mapping[str, Mapping[str, tuple[float, float]]],
    at: Sequence[float] | None = None,
    apart: bool = False,
    by: By = None,
    **settings: Unpack[CurveSettings],
) -> Estimates:
    """Return demand at the edges of bands of fees, as `analysis.demand` (methods 8.4).

    Parameters
    ----------
    bands : mapping of question to mapping of option to (from, to)
        The bands of each version of the fee question; the upper end does not belong to the band and may
        be infinite. Options without a band, such as "don't know", say nothing of the fee.
    at : sequence of float, optional
        Fees; all edges at which the share is known unless given.
    apart, **settings
        `apart`, `silent`, `confidence`, `band`, `interval`, `variance`, `rules` as `analysis.demand`.

    Raises
    ------
    EstimateError
        As `analysis.demand`, or if a fee lies inside a band, where the share is unknown.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> frame = pd.DataFrame({"intent": ["yes", "no"] * 50, "fee": ["low", None, "high", None] * 25})
    >>> table = demand_from_bands(
    ...     survey.from_frame(frame),
    ...     intent="intent",
    ...     willing="yes",
    ...     bands={"fee": {"low": (0, 1000), "high": (1000, float("inf"))}},
    ... )
    >>> table.frame[["option", "estimate"]].values.tolist()
    [['1000', 0.25]]
    """
    base = base_with_blanks(sample, intent, [*bands], by)
    answers = IntervalAnswers(base, *willing_answers(base, intent, willing), *of_bands(base, bands))
    return _demand(sample, answers, next(iter(bands), ""), at, by, apart=apart, **settings)


@on_one_thread
def demand_from_ladder(
    sample: WeightedSample,
    *,
    intent: str,
    willing: str | Sequence[str],
    rungs: Mapping[float, str],
    yes: str = "yes",
    no: str = "",
    inconsistent: Inconsistent = "first_no",
    at: Sequence[float] | None = None,
    apart: bool = False,
    by: By = None,
    **settings: Unpack[CurveSettings],
) -> Estimates:
    """Return demand from yes or no at each of several fees, as `demand_from_bands` (methods 8.4).

    The questions are those of Gabor & Granger (1966).

    Parameters
    ----------
    rungs : mapping of float to str
        The fees and the questions that ask whether each is accepted.
    yes, no : str
        The options that mean yes and no; in number questions 1 and 0. `no` may be left out where there are
        only two; any other option says nothing of the fee.
    inconsistent : {"first_no", "last_yes"}
        Which answer holds where somebody refuses a fee and accepts a higher one: what was refused stays
        refused, or what was accepted stays accepted. Above 20% of such people the table is refused.

    Raises
    ------
    EstimateError
        As `demand_from_bands`.
    """
    base = base_with_blanks(sample, intent, [*rungs.values()], by)
    columns = [np.full(len(base.y), float(fee)) for fee in rungs]
    asked = stacked_answers(base, columns, [*rungs.values()], yes, no)
    answers = _answers(base, intent, willing, asked, inconsistent)
    return _demand(sample, answers, next(iter(rungs.values()), ""), at, by, apart=apart, **settings)


@on_one_thread
def demand_from_bids(  # noqa: PLR0913 - the bids, the answers to them, and what counts as yes
    sample: WeightedSample,
    *,
    intent: str,
    willing: str | Sequence[str],
    bids: Sequence[str],
    answers: Sequence[str],
    yes: str = "yes",
    no: str = "",
    inconsistent: Inconsistent = "first_no",
    at: Sequence[float] | None = None,
    apart: bool = False,
    by: By = None,
    **settings: Unpack[CurveSettings],
) -> Estimates:
    """Return demand from a bid, or a bid and a second after the answer to it (methods 8.4).

    Otherwise as `demand_from_ladder`.

    The second answer is not free of the first (Hanemann, Loomis & Kanninen 1991): compare with the first
    bid alone.

    Parameters
    ----------
    bids : sequence of str
        Number questions, or columns, that hold the fee each person was asked, one or two.
    answers : sequence of str
        The questions that hold the answers to them.

    Raises
    ------
    EstimateError
        As `demand_from_ladder`, or if there are not as many bids as answers.
    """
    if not bids or len(bids) != len(answers):
        raise EstimateError("bids", key="demand.bids", bids=len(bids), answers=len(answers))
    base = base_with_blanks(sample, intent, [*bids, *answers], by)
    asked = stacked_answers(base, [number_column(base, bid) for bid in bids], answers, yes, no)
    return _demand(
        sample, _answers(base, intent, willing, asked, inconsistent), bids[0], at, by, apart=apart, **settings
    )


def _answers(
    base: Base,
    intent: str,
    willing: str | Sequence[str],
    asked: tuple[Floats, Floats],
    inconsistent: Inconsistent,
) -> IntervalAnswers:
    """Return what yes and no to fees leave of each of the willing."""
    codes, chosen = willing_answers(base, intent, willing)
    people = base.records.count.astype(np.float64) * chosen.any(axis=1)
    return IntervalAnswers(base, codes, chosen, *of_answers(*asked, people, inconsistent))


def _demand(
    sample: WeightedSample,
    answers: IntervalAnswers,
    question: str,
    at: Sequence[float] | None,
    by: By,
    *,
    apart: bool,
    silent: Silent = "class",
    variance: Technique | None = None,
    **settings: Unpack[TableSettings],
) -> Estimates:
    """Return the table of P(answer) times the share of those giving it above each fee, added over answers."""
    check_choice("silent", silent, Silent)
    technique, base = technique_of(sample, variance), answers.base
    weight = base.records.base * base.records.factor
    quiet = _silence(answers, weight) if silent == "class" else None
    fees = _fees(answers, weight, at)
    if silent != "class":
        answers = _bounded(answers, silent)
    shares, u = _curves(answers, fees, weight, apart=apart)
    options = fee_options(fees, answers.codes if apart else ())
    columns = replace(base, items=tuple((question, option) for option in options))
    plain: Technique = "taylor" if technique == "replicates" else technique
    domains = shares_with_covariance(base.inside, columns, plain, u, shares, None)
    if technique == "replicates":
        again = of_function(
            lambda w: np.nan_to_num(_curves(answers, fees, w, apart=apart)[0]).reshape(-1),
            np.nan_to_num(shares).reshape(-1),
            base.records,
        )
        domains = replace(domains, covariance=again + of_margins(u, base.records))
    curves = len(answers.codes) if apart else 1
    return demand_table(sample, question, by, domains, curves=curves, silence=quiet, **settings)


def _bounded(answers: IntervalAnswers, silent: Silent) -> IntervalAnswers:
    """Return the answers with the silent below, or above, every fee that was asked."""
    quiet, edges = ~answers.told, answers.edges
    if silent == "lower":
        return replace(answers, high=np.where(quiet, edges[0], answers.high))
    return replace(answers, low=np.where(quiet, edges[-1], answers.low))


def _silence(answers: IntervalAnswers, weight: Floats) -> Floats:
    """Return the weighted share of the willing in each group who said nothing of a fee, shape (g,)."""
    weight = weight * answers.chosen.any(axis=1)
    willing, silent = weight @ answers.base.inside, (weight * ~answers.told) @ answers.base.inside
    share = np.divide(silent, willing, out=np.full(len(willing), np.nan), where=willing > 0)
    return np.asarray(share, dtype=np.float64)


def _distribution(answers: IntervalAnswers, told: Bools, weight: Floats) -> Distribution | None:
    """Return the distribution of some of whom something is known; None without any."""
    return turnbull(answers.low[told], answers.high[told], weight[told]) if told.any() else None


def _fees(answers: IntervalAnswers, weight: Floats, at: Sequence[float] | None) -> Floats:
    """Return the fees asked for, or every end at which the share of the whole base is known."""
    edges, told = answers.edges, answers.told & answers.base.inside.any(axis=1) & (weight > 0)
    whole = [_distribution(answers, told & (chosen > 0), weight) for chosen in answers.chosen.T]
    known = [distribution for distribution in whole if distribution is not None]
    if not known:
        raise EstimateError("fees", key="demand.nothing_said")
    fees = edges if at is None else np.asarray(at, dtype=np.float64)
    if not len(fees) or (np.diff(fees) <= 0).any() or not (fees > 0).all():
        raise EstimateError("at", key="demand.not_rising")
    unknown = np.isnan(np.array([distribution.above(fees) for distribution in known])).any(axis=0)
    if at is None:
        return np.asarray(edges[~unknown], dtype=np.float64)
    if unknown.any():
        asked = [f"{edge:g}" for edge in edges]
        raise EstimateError(f"at={fees[unknown][0]:g}", key="demand.between_fees", fees=asked)
    return fees


def _curves(answers: IntervalAnswers, fees: Floats, weight: Floats, *, apart: bool) -> tuple[Floats, Floats]:
    """Return S = Σ_c P_c S_c in each group, shape (g, m), and u = Σ_c P_c u_S + S_c u_P, shape (r, g m)."""
    inside, m = answers.base.inside, len(fees)
    (r, g), c = inside.shape, answers.chosen.shape[1]
    shares, u = np.full((g, c, m), np.nan), np.zeros((r, g, c, m))
    for j, k in np.ndindex(g, c):
        here = inside[:, j] & (answers.chosen[:, k] > 0)
        total = float(weight @ inside[:, j])
        if not total > 0:
            continue
        if not here.any():
            shares[j, k] = 0.0
            continue
        told = here & answers.told & (weight > 0)
        distribution = _distribution(answers, told, weight)
        if distribution is None:
            continue
        of_whole, above = float(weight @ here) / total, distribution.above(fees)
        moved = np.zeros((r, m))
        moved[told] = distribution.linearised(fees, weight[told])
        shares[j, k] = of_whole * above
        known = np.nan_to_num(above)
        u[:, j, k] = of_whole * moved + (inside[:, j] * (here - of_whole) / total)[:, None] * known
    if not apart:
        shares, u = shares.sum(axis=1), u.sum(axis=2)
    return shares.reshape(g, -1), u.reshape(r, -1)
