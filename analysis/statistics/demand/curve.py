"""Demand at a fee: the share of everybody who would use a place and accept the fee (methods 8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.bases import Base, By, base_with_blanks, technique_of
from analysis.domains import DomainShares, shares_with_covariance
from analysis.estimates import Estimates
from analysis.numeric.covariance import Technique, of_margins
from analysis.numeric.demand.simultaneous_band import Band
from analysis.numeric.refitting import of_function
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.demand.table import TableSettings, demand_table
from analysis.statistics.share_rows import Interval
from survey.errors import Cell, EstimateError, check_choice
from survey.numeric.array_types import Bools, Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

Silent = Literal["class", "lower", "upper"]


class CurveSettings(TableSettings, total=False):
    """What is asked of a curve besides its fees, as the arguments of `demand` of the same names."""

    silent: Silent
    variance: Technique | None


@dataclass(frozen=True, slots=True, eq=False)
class FeeAnswers:
    """Who would use a place, and whether each fee is accepted; r records, c answers, m fees.

    Attributes
    ----------
    base : Base
        Everybody who answered the question of intent.
    chosen : float array, shape (r, c)
        1 where the record gave the answer; or the chance of using a place that it stated.
    named : bool array, shape (r,)
        Who named a fee.
    accepts : float array, shape (r, m)
        1 where the fee named is at least this one; 0 where none was.
    """

    base: Base
    chosen: Floats
    named: Bools
    accepts: Floats


@on_one_thread
def demand(  # noqa: PLR0913 - the question, the fee, and how the silent are taken are all choices
    sample: WeightedSample,
    *,
    intent: str,
    willing: str | Sequence[str],
    fee: str,
    at: Sequence[float],
    apart: bool = False,
    silent: Silent = "class",
    by: By = None,
    band: Band = "hunter_worsley",
    confidence: float = 0.95,
    interval: Interval = "wilson_smoothed",
    variance: Technique | None = None,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the share of everybody who would use a place and accept each fee, one row a fee and group.

    The base is everybody who answered the question of intent, asked for a fee or not (methods 8.1); who
    names a fee accepts it and every lower one. Measure "demand", question the fee's, option the fee.
    `conf_low` and `conf_high` are the interval of one fee, `band_low` and `band_high` hold the whole
    curve of a group at once (methods 8.2); they are missing where a share is 0 or 1.

    Parameters
    ----------
    intent : str
        Single question of the intent.
    willing : str or sequence of str
        Its answers that count as using a place: "yes" alone for the floor, with "it depends" for the
        ceiling.
    fee : str
        Number question of the highest fee accepted.
    at : sequence of float
        Fees, in rising order, none above the largest named.
    apart : bool
        Whether each of the answers has a curve of its own, option such as "yes@1298".
    silent : {"class", "lower", "upper"}
        The willing who named no fee: spread as those of their own answer who named one; or all below
        every fee; or all above. With "class" a group in which more than 10% of the willing are silent
        is marked (note "silent"), and above 30% withheld (note "bounds_only"): give the other two.
    band : {"hunter_worsley", "bonferroni"}

    Raises
    ------
    EstimateError
        If a question or answer is unknown or of the wrong kind, a fee is above the largest named, or the
        sample holds only people who were asked the fee, so that the share of everybody is unknown.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> frame = pd.DataFrame({"intent": ["yes", "no"] * 50, "fee": [1000, None, 2000, None] * 25})
    >>> sample = survey.from_frame(frame)
    >>> table = demand(sample, intent="intent", willing="yes", fee="fee", at=[1000, 2000])
    >>> table.frame["estimate"].tolist()
    [0.5, 0.25]
    """
    check_choice("silent", silent, Silent)
    technique = technique_of(sample, variance)
    base = base_with_blanks(sample, intent, [fee], by)
    codes, chosen = willing_answers(base, intent, willing)
    named = number_column(base, fee)
    fees = checked_fees(at, named, fee)
    accepts = (np.where(np.isnan(named), -1.0, named)[:, None] >= fees).astype(np.float64)
    answers = FeeAnswers(base, chosen, ~np.isnan(named), accepts)
    options = fee_options(fees, codes if apart else ())
    columns = replace(base, items=tuple((fee, option) for option in options))
    domains = curve_shares(columns, technique, answers, silent, apart=apart)
    quiet = silence(answers) if silent == "class" else None
    curves = len(codes) if apart else 1
    return demand_table(
        sample,
        fee,
        by,
        domains,
        curves=curves,
        silence=quiet,
        confidence=confidence,
        band=band,
        interval=interval,
        rules=rules,
    )


def fee_options(fees: Floats, codes: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the options of a curve, the fees; of curves apart "yes@1298", one answer after the other."""
    texts = tuple(f"{fee:g}" for fee in fees)
    return tuple(f"{code}@{text}" for code in codes for text in texts) if codes else texts


def willing_answers(base: Base, intent: str, willing: str | Sequence[str]) -> tuple[tuple[str, ...], Floats]:
    """Return the answers that count as willing, and who gave each, shape (r, c).

    Raises
    ------
    EstimateError
        If an answer is unknown or given twice, or nobody gave any other.
    """
    codes = (willing,) if isinstance(willing, str) else tuple(willing)
    place = {option: i for i, (question, option) in enumerate(base.items) if question == intent}
    if "" in place:
        raise EstimateError(Cell(question=intent), key="demand.no_options")
    for code in codes:
        if code not in place:
            raise EstimateError(f'willing="{code}"', key="demand.not_an_answer", options=[*place])
    if not codes or len(set(codes)) < len(codes):
        raise EstimateError("willing", key="demand.willing_once", found=len(codes))
    others = [i for option, i in place.items() if option not in codes]
    if not np.nan_to_num(base.y[:, others]).any():
        raise EstimateError(Cell(question=intent), key="demand.no_base", answers=list(codes))
    return codes, np.nan_to_num(base.y[:, [place[code] for code in codes]])


def number_column(base: Base, name: str) -> Floats:
    """Return the answers to a number question, shape (r,), NaN without; refuses another kind."""
    place = [i for i, item in enumerate(base.items) if item == (name, "")]
    if not place:
        raise EstimateError(Cell(question=name), key="demand.no_number")
    return base.y[:, place[0]]


def largest_named(sample: WeightedSample, fee: str) -> float:
    """Return the largest fee that anybody named, the last at which demand is known."""
    levels, _ = sample.tally.question(fee)
    return float(levels.values[levels.answered].max(initial=0.0))


def checked_fees(at: Sequence[float], named: Floats, question: str) -> Floats:
    """Return the fees in rising order; raises EstimateError where one is out of reach of the answers.

    Parameters
    ----------
    named : float array
        The fees named, NaN where none was.
    """
    fees = np.asarray(at, dtype=np.float64)
    if fees.ndim != 1 or not len(fees) or not (np.isfinite(fees).all() and (fees > 0).all()):
        raise EstimateError("at", key="demand.no_fees")
    if (np.diff(fees) <= 0).any():
        raise EstimateError("at", key="demand.not_rising")
    if np.isnan(named).all():
        raise EstimateError(Cell(question=question), key="demand.nobody_named")
    most = float(np.nanmax(named))
    if fees[-1] > most:
        raise EstimateError(f"at={fees[-1]:g}", key="demand.too_high", most=f"{most:g}")
    return fees


def _curves(answers: FeeAnswers, silent: Silent, *, apart: bool) -> tuple[Floats, Floats]:
    """Return the shares, shape (g, m), answer by answer where apart, and their linearised values (r, g m).

    S = Σ_c P_c G_c with P_c the share of everybody giving answer c and G_c the share of those of them who
    named a fee naming this one or a higher: u = Σ_c G_c u_P + P_c u_G.
    """
    inside, weight = answers.base.inside, answers.base.records.base * answers.base.records.factor
    r, g, c, m = len(inside), inside.shape[1], answers.chosen.shape[1], answers.accepts.shape[1]
    share, u = np.zeros((g, c, m)), np.zeros((r, g, c, m))
    total = weight @ inside
    # Without its own scale the silent accept every fee ("upper") or none ("lower").
    accepts = answers.accepts
    if silent == "upper":
        accepts = np.where(answers.named[:, None], accepts, 1.0)
    for j in range(g):
        for k in range(c):
            here = inside[:, j] * answers.chosen[:, k]
            of_whole = (weight @ here) / total[j] if total[j] > 0 else np.nan
            u_whole = np.where(inside[:, j], answers.chosen[:, k] - of_whole, 0.0) / max(total[j], 1e-300)
            giving = here * answers.named if silent == "class" else here
            size = weight @ giving
            if not size > 0:
                share[j, k] = 0.0 if of_whole == 0 else np.nan
                continue
            accepting = (weight * giving) @ accepts / size
            u_accepting = giving[:, None] * (accepts - accepting) / size
            share[j, k] = of_whole * accepting
            u[:, j, k] = accepting * u_whole[:, None] + of_whole * u_accepting
    if not apart:
        share, u = share.sum(axis=1), u.sum(axis=2)
    return share.reshape(g, -1), u.reshape(r, -1)


def curve_shares(
    base: Base, technique: Technique, answers: FeeAnswers, silent: Silent, *, apart: bool
) -> DomainShares:
    """Return the shares with their covariance; replicates compute the curve again from their weights."""
    shares, u = _curves(answers, silent, apart=apart)
    domains = shares_with_covariance(
        base.inside, base, "taylor" if technique == "replicates" else technique, u, shares, None
    )
    if technique != "replicates":
        return domains

    def again(weight: Floats) -> Floats:
        one = np.ones(len(weight))
        records = replace(base.records, base=weight, factor=one)
        reweighted = replace(answers, base=replace(answers.base, records=records))
        return np.nan_to_num(_curves(reweighted, silent, apart=apart)[0]).reshape(-1)

    covariance = of_function(again, np.nan_to_num(shares).reshape(-1), base.records)
    return replace(domains, covariance=covariance + of_margins(u, base.records))


def silence(answers: FeeAnswers) -> Floats:
    """Return the weighted share of the willing of a group who named no fee, shape (g,); NaN without any."""
    weight = answers.base.records.base * answers.base.records.factor
    inside = answers.base.inside * answers.chosen.sum(axis=1)[:, None]
    willing, quiet = weight @ inside, (weight * ~answers.named) @ inside
    share = np.divide(quiet, willing, out=np.full(len(willing), np.nan), where=willing > 0)
    return np.asarray(share, dtype=np.float64)
