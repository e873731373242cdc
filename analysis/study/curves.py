"""Demand curves of a study, however the fee was asked."""

from __future__ import annotations

from dataclasses import replace

from analysis.estimates import Estimates
from analysis.plans.demand import DemandPlan, curve_option
from analysis.plans.estimates import EstimatePlan
from analysis.plans.fees import Amount, Bands, Bids, Chance, Ladder
from analysis.statistics.demand.curve import CurveSettings, Silent, demand
from analysis.statistics.demand.silence import fee_silence
from survey.weighting.sample import WeightedSample


def curve(
    plan: DemandPlan,
    settings: EstimatePlan,
    sample: WeightedSample,
    answers: tuple[str, ...],
    by: str | None,
    *,
    at: tuple[float, ...] | None = None,
    silent: Silent = "class",
    apart: bool = False,
) -> Estimates:
    """Return the curve of some answers, or of each apart, at the fees of the plan unless others are given.

    Options are the answers and the fee, such as "yes+depends@1298". With `at=()` the fees are all those at
    which bands, a ladder or bids tell the share.
    """
    fees = plan.at if at is None else at
    call: CurveSettings = {
        "silent": silent,
        "confidence": settings.confidence,
        "interval": settings.interval,
        "variance": settings.variance,
    }
    if isinstance(plan.asked, Chance):
        table, apart = _of_chances(plan.asked, sample, fees, by, call), False
    else:
        table = _of_answers(plan, sample, answers, fees, by, call, apart=apart)
    if apart:
        return table
    options = [curve_option(answers, float(option or 0)) for option in table.frame["option"]]
    return replace(table, frame=table.frame.assign(option=options))


def _of_chances(
    asked: Chance, sample: WeightedSample, fees: tuple[float, ...], by: str | None, call: CurveSettings
) -> Estimates:
    """Return the expected share using a place by the chances stated; the verb is loaded where it is used."""
    from analysis.statistics.demand.chances import demand_from_chances

    if asked.fee is None:
        return demand_from_chances(sample, chance=asked.chance, by=by, **call)
    return demand_from_chances(sample, chance=asked.chance, fee=asked.fee, at=fees, by=by, **call)


def _of_answers(
    plan: DemandPlan,
    sample: WeightedSample,
    willing: tuple[str, ...],
    fees: tuple[float, ...],
    by: str | None,
    call: CurveSettings,
    *,
    apart: bool,
) -> Estimates:
    """Return the curve of answers to a question of intent; verbs are loaded where they are used."""
    intent, asked = plan.intent, plan.asked
    if isinstance(asked, Amount):
        fee = asked.questions[0]
        return demand(sample, intent=intent, willing=willing, fee=fee, at=fees, apart=apart, by=by, **call)
    from analysis.statistics.demand import from_intervals as verbs

    at = fees or None
    if isinstance(asked, Bands):
        return verbs.demand_from_bands(
            sample, intent=intent, willing=willing, bands=asked.bands, at=at, apart=apart, by=by, **call
        )
    if isinstance(asked, Ladder):
        return verbs.demand_from_ladder(
            sample,
            intent=intent,
            willing=willing,
            rungs=asked.rungs,
            yes=asked.yes,
            no=asked.no,
            inconsistent=asked.inconsistent,
            at=at,
            apart=apart,
            by=by,
            **call,
        )
    assert isinstance(asked, Bids)
    return verbs.demand_from_bids(
        sample,
        intent=intent,
        willing=willing,
        bids=asked.bids,
        answers=asked.answers,
        yes=asked.yes,
        no=asked.no,
        inconsistent=asked.inconsistent,
        at=at,
        apart=apart,
        by=by,
        **call,
    )


def silence(
    plan: DemandPlan, settings: EstimatePlan, sample: WeightedSample, answers: tuple[str, ...]
) -> Estimates:
    """Return how many of those giving some answers said nothing of a fee, and why: "yes@blank"."""
    asked = plan.asked
    fees = asked.answers if isinstance(asked, Bids) else asked.questions
    spoken: dict[str, set[str]] = {}
    if isinstance(asked, Bands):
        spoken = {name: set(bands) for name, bands in asked.bands.items()}
    elif isinstance(asked, (Ladder, Bids)):
        spoken = {name: {asked.yes, asked.no} for name in fees}
    silent = [
        (name, option)
        for name, said in spoken.items()
        for option in sample.tally.question(name)[0].options
        if option not in said
    ]
    table = fee_silence(
        sample,
        intent=plan.intent,
        willing=answers,
        fees=fees,
        silent=silent,
        confidence=settings.confidence,
        variance=settings.variance,
    )
    options = [f"{curve_option(answers, 0)}{kind}" for kind in table.frame["option"]]
    return replace(table, frame=table.frame.assign(question=plan.fee, option=options))
