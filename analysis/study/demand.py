"""Demand and places of a study: its curves, whole and by group, and the gap to the places there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from analysis.estimates import BAND, Estimates
from analysis.plans.demand import DemandPlan, curve_name
from analysis.plans.estimates import EstimatePlan
from analysis.plans.supply import Supply
from analysis.publication.complementary import suppress
from analysis.statistics.demand.curve import Silent, demand, largest_named
from analysis.statistics.demand.elasticity import APART, elasticity
from analysis.statistics.demand.heaps import fee_heaps
from analysis.statistics.demand.places import places
from survey.weighting.sample import WeightedSample

# A willingness that is stated and not paid is too high: the same at a fifth and a third more.
HIGHER = (1.2, 1.35)
BOUNDS: dict[str, Silent] = {"lowest_demand": "lower", "highest_demand": "upper"}


def demand_tables(plan: DemandPlan, settings: EstimatePlan, sample: WeightedSample) -> Iterator[Estimates]:
    """Yield the tables of demand of one wave: curves with their bounds, elasticities, and places.

    Options are the answers of the curve and the fee, such as "yes+depends@1298". Measures
    "lowest_demand" and "highest_demand" take the silent as below, or above, every fee.
    """
    for by in (None, *plan.by):
        for answers in plan.curves:
            curve = _curve(plan, settings, sample, answers, by, "class")
            yield curve
            hidden = (curve.frame["flag"] == "suppress") & (curve.frame["note"] != "bounds_only")
            for measure, silent in BOUNDS.items():
                bound = _curve(plan, settings, sample, answers, by, silent)
                bound = replace(bound, frame=bound.frame.assign(measure=measure))
                yield suppress(bound, hidden.to_numpy(), "share_withheld")
            yield from _overstated(plan, settings, sample, answers, by)
            if by is None:
                yield _heaps(plan, settings, sample, answers)
            if by is None and len(plan.at) > 1:
                yield elasticity(curve, list(pairwise(plan.at)))
    if plan.supply is not None:
        yield from _places(plan, settings, sample)


def _curve(
    plan: DemandPlan,
    settings: EstimatePlan,
    sample: WeightedSample,
    answers: tuple[str, ...],
    by: str | None,
    silent: Silent,
    at: tuple[float, ...] = (),
) -> Estimates:
    """Return the curve of some answers, at the fees of the plan unless others are given."""
    table = demand(
        sample,
        intent=plan.intent,
        willing=answers,
        fee=plan.fee,
        at=at or plan.at,
        silent=silent,
        by=by,
        confidence=settings.confidence,
        interval=settings.interval,
        variance=settings.variance,
    )
    named = curve_name(answers) + APART + table.frame["option"].astype(str)
    return replace(table, frame=table.frame.assign(option=named.astype(object)))


def _heaps(
    plan: DemandPlan, settings: EstimatePlan, sample: WeightedSample, answers: tuple[str, ...]
) -> Estimates:
    """Return how far the fees that people of some answers named are heaped."""
    table = fee_heaps(
        sample,
        intent=plan.intent,
        willing=answers,
        fee=plan.fee,
        at=plan.at,
        confidence=settings.confidence,
        variance=settings.variance,
    )
    named = curve_name(answers) + APART + table.frame["option"].astype(str)
    return replace(table, frame=table.frame.assign(option=named.astype(object)))


def _overstated(
    plan: DemandPlan,
    settings: EstimatePlan,
    sample: WeightedSample,
    answers: tuple[str, ...],
    by: str | None,
) -> Iterator[Estimates]:
    """Yield demand if people overstate what they would pay: what they say of a higher fee (methods 8.1)."""
    most = largest_named(sample, plan.fee)
    for factor in HIGHER:
        fees = {fee: round(fee * factor, 2) for fee in plan.at if round(fee * factor, 2) <= most}
        if fees:
            table = _curve(plan, settings, sample, answers, by, "class", tuple(fees.values()))
            options = [f"{curve_name(answers)}{APART}{fee:g} x {factor:g}" for fee in fees]
            groups = len(table) // len(options)
            frame = table.frame.assign(measure="demand_if_overstated", option=options * groups)
            yield replace(table, frame=frame.drop(columns=list(BAND)))


def _places(plan: DemandPlan, settings: EstimatePlan, sample: WeightedSample) -> Iterator[Estimates]:
    """Yield the places of each group of the supply at every fee, and those of the whole."""
    supply = plan.supply
    assert supply is not None
    for by in (supply.by, None):
        apart = demand(
            sample,
            intent=plan.intent,
            willing=plan.willing,
            fee=plan.fee,
            at=plan.at,
            apart=True,
            by=by,
            confidence=settings.confidence,
            variance=settings.variance,
        )
        counts = (supply.children, supply.children_error, supply.places)
        children, error, existing = counts if by else (supply.whole(count) for count in counts)
        table = places(
            _of_groups(apart, supply) if by else apart,
            children=children,
            children_error=error,
            existing=existing,
            take_up=plan.take_up,
            attendance=supply.attendance,
            costs=supply.costs,
        )
        # The whole has its own table, which no group withheld takes away.
        frame = table.frame
        yield replace(table, frame=frame[(frame["group"] != "") | (frame["by"] == "")].reset_index(drop=True))


def _of_groups(apart: Estimates, supply: Supply) -> Estimates:
    """Return the demand of the groups that the supply counts."""
    kept = np.flatnonzero(apart.frame["group"].isin([*supply.children]))
    joint = apart.joint
    assert joint is not None
    joint = replace(joint, block=joint.block[kept], position=joint.position[kept])
    return replace(apart, frame=apart.frame.iloc[kept].reset_index(drop=True), joint=joint)
