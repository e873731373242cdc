"""Demand from bands of fees, a ladder of fees or bids: an interval is known of each person (methods 8.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

import numpy as np

from analysis.bases import Base, By, base_with_blanks, technique_of
from analysis.domains import check_confidence, shares_with_covariance
from analysis.estimates import Estimates
from analysis.numeric.covariance import Technique, of_margins
from analysis.numeric.demand.simultaneous_band import Band
from analysis.numeric.demand.turnbull import Distribution, turnbull
from analysis.numeric.refitting import of_function
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.demand.curve import number_column, willing_answers
from analysis.statistics.demand.intervals_of_fees import Inconsistent, of_answers, of_bands, stacked_answers
from analysis.statistics.demand.table import demand_table
from analysis.statistics.share_rows import Interval
from survey.errors import EstimateError, check_choice
from survey.numeric.array_types import Bools, Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


class TableSettings(TypedDict, total=False):
    """How a table of demand is made, as the arguments of `analysis.demand` of the same names."""

    confidence: float
    band: Band
    interval: Interval
    variance: Technique | None
    rules: ShareRules


@dataclass(frozen=True, slots=True)
class Table:
    """Groups and fees of a table, and the rest of its settings."""

    by: By
    at: Sequence[float] | None
    confidence: float = 0.95
    band: Band = "hunter_worsley"
    interval: Interval = "wilson_smoothed"
    variance: Technique | None = None
    rules: ShareRules = NCHS


@on_one_thread
def demand_from_bands(
    sample: WeightedSample,
    *,
    intent: str,
    willing: str | Sequence[str],
    bands: Mapping[str, Mapping[str, tuple[float, float]]],
    by: By = None,
    at: Sequence[float] | None = None,
    **settings: Unpack[TableSettings],
) -> Estimates:
    """Return demand at the edges of bands of fees, as `analysis.demand` (methods 8.4).

    Parameters
    ----------
    bands : mapping of question to mapping of option to (from, to)
        The bands of each version of the fee question; the upper end does not belong to the band and may
        be infinite. Options without a band, such as "don't know", say nothing of the fee.
    at : sequence of float, optional
        Fees; all edges at which the share is known unless given.
    **settings
        `confidence`, `band`, `interval`, `variance`, `rules` as `analysis.demand`.

    Raises
    ------
    EstimateError
        As `analysis.demand`, or if a fee lies inside a band, where the share is unknown.
    """
    base = base_with_blanks(sample, intent, [*bands], by)
    low, high = of_bands(base, bands)
    return _demand(
        sample, base, intent, willing, (low, high), next(iter(bands), ""), Table(by, at, **settings)
    )


@on_one_thread
def demand_from_ladder(
    sample: WeightedSample,
    *,
    intent: str,
    willing: str | Sequence[str],
    rungs: Mapping[float, str],
    yes: str = "yes",
    inconsistent: Inconsistent = "first_no",
    by: By = None,
    at: Sequence[float] | None = None,
    **settings: Unpack[TableSettings],
) -> Estimates:
    """Return demand from yes or no at each of several fees, as `demand_from_bands` (methods 8.4).

    The questions are those of Gabor & Granger (1966).

    Parameters
    ----------
    rungs : mapping of float to str
        The fees and the questions that ask whether each is accepted.
    yes : str
        The option that means yes; in number questions it is 1.
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
    asked = stacked_answers(base, columns, [*rungs.values()], yes)
    ends = of_answers(
        *asked, base.records.count.astype(np.float64) * _willing(base, intent, willing), inconsistent
    )
    return _demand(
        sample, base, intent, willing, ends, next(iter(rungs.values()), ""), Table(by, at, **settings)
    )


@on_one_thread
def demand_from_bids(
    sample: WeightedSample,
    *,
    intent: str,
    willing: str | Sequence[str],
    bids: Sequence[str],
    answers: Sequence[str],
    yes: str = "yes",
    inconsistent: Inconsistent = "first_no",
    by: By = None,
    at: Sequence[float] | None = None,
    **settings: Unpack[TableSettings],
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
    asked = stacked_answers(base, [number_column(base, bid) for bid in bids], answers, yes)
    ends = of_answers(
        *asked, base.records.count.astype(np.float64) * _willing(base, intent, willing), inconsistent
    )
    return _demand(sample, base, intent, willing, ends, bids[0], Table(by, at, **settings))


def _willing(base: Base, intent: str, willing: str | Sequence[str]) -> Bools:
    """Return which records are willing, shape (r,)."""
    return np.asarray(willing_answers(base, intent, willing)[1].any(axis=1), dtype=bool)


def _demand(
    sample: WeightedSample,
    base: Base,
    intent: str,
    willing: str | Sequence[str],
    ends: tuple[Floats, Floats],
    question: str,
    table: Table,
) -> Estimates:
    """Return the table of P(willing) times the share of the willing above each fee."""
    check_confidence(table.confidence)
    check_choice("band", table.band, Band)
    technique = technique_of(sample, table.variance)
    chosen = _willing(base, intent, willing)
    weight = base.records.base * base.records.factor
    fees = _fees(base, chosen, ends, weight, table.at)
    shares, u = _curves(base, chosen, ends, fees, weight)
    items = tuple((question, f"{fee:g}") for fee in fees)
    columns = replace(base, items=items)
    plain: Technique = "taylor" if technique == "replicates" else technique
    domains = shares_with_covariance(base.inside, columns, plain, u, shares, None)
    if technique == "replicates":
        again = of_function(
            lambda w: np.nan_to_num(_curves(base, chosen, ends, fees, w)[0]).reshape(-1),
            np.nan_to_num(shares).reshape(-1),
            base.records,
        )
        domains = replace(domains, covariance=again + of_margins(u, base.records))
    return demand_table(
        sample,
        question,
        table.by,
        domains,
        table.confidence,
        table.interval,
        table.rules,
        band=table.band,
        silence=_silence(base, chosen, ends, weight),
    )


def _silence(base: Base, chosen: Bools, ends: tuple[Floats, Floats], weight: Floats) -> Floats:
    """Return the weighted share of the willing in each group who said nothing of a fee, shape (g,)."""
    quiet = (ends[0] == 0) & np.isinf(ends[1])
    willing, silent = (weight * chosen) @ base.inside, (weight * (chosen & quiet)) @ base.inside
    share = np.divide(silent, willing, out=np.full(len(willing), np.nan), where=willing > 0)
    return np.asarray(share, dtype=np.float64)


def _distribution(inside: Bools, ends: tuple[Floats, Floats], weight: Floats) -> Distribution | None:
    """Return the distribution of those inside with an interval that says something; None without any."""
    low, high = ends
    told = inside & (weight > 0) & ((low > 0) | np.isfinite(high))
    return turnbull(low[told], high[told], weight[told]) if told.any() else None


def _fees(
    base: Base, chosen: Bools, ends: tuple[Floats, Floats], weight: Floats, at: Sequence[float] | None
) -> Floats:
    """Return the fees asked for, or every end at which the share of the whole base is known."""
    edges = np.unique(np.concatenate(ends))
    edges = edges[np.isfinite(edges) & (edges > 0)]
    whole = _distribution(chosen & base.inside.any(axis=1), ends, weight)
    if whole is None:
        raise EstimateError("fees", key="demand.nothing_said")
    if at is None:
        return np.asarray(edges[~np.isnan(whole.above(edges))], dtype=np.float64)
    fees = np.asarray(at, dtype=np.float64)
    if not len(fees) or (np.diff(fees) <= 0).any() or not (fees > 0).all():
        raise EstimateError("at", key="demand.not_rising")
    unknown = fees[np.isnan(whole.above(fees))]
    if len(unknown):
        known = [f"{edge:g}" for edge in edges]
        raise EstimateError(f"at={unknown[0]:g}", key="demand.between_fees", fees=known)
    return fees


def _curves(
    base: Base, chosen: Bools, ends: tuple[Floats, Floats], fees: Floats, weight: Floats
) -> tuple[Floats, Floats]:
    """Return S = P(willing) S_T in each group, shape (g, m), and u = P u_T + S_T u_P, shape (r, g m)."""
    r, g, m = len(chosen), base.inside.shape[1], len(fees)
    shares, u = np.full((g, m), np.nan), np.zeros((r, g, m))
    for j in range(g):
        inside = base.inside[:, j]
        total = float(weight @ inside)
        here: Bools = inside & chosen
        if not total > 0:
            continue
        if not here.any():
            shares[j] = 0.0
            continue
        distribution = _distribution(here, ends, weight)
        if distribution is None:
            continue
        low, high = ends
        told = here & (weight > 0) & ((low > 0) | np.isfinite(high))
        of_whole, above = float(weight @ here) / total, distribution.above(fees)
        known = np.nan_to_num(above)
        moved = np.zeros((r, m))
        moved[told] = distribution.linearised(fees, weight[told])
        shares[j] = of_whole * above
        u[:, j] = of_whole * moved + (inside * (chosen - of_whole) / total)[:, None] * known
    return shares, u.reshape(r, -1)
