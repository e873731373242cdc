"""Demand and places of a study: its curves, whole and by group, and the gap to the places there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.estimates import BAND, Estimates
from analysis.plans.demand import DemandPlan, curve_option
from analysis.plans.estimates import EstimatePlan
from analysis.plans.fees import Amount, Chance
from analysis.plans.supply import Supply
from analysis.publication.complementary import suppress
from analysis.statistics.demand.curve import Silent, largest_named
from analysis.statistics.demand.elasticity import APART, demand_lost, elasticity
from analysis.statistics.demand.heaps import fee_heaps
from analysis.statistics.demand.places import places
from analysis.study.curves import curve, silence
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
            made = curve(plan, settings, sample, answers, by)
            yield made
            if plan.at == (0.0,):
                continue
            hidden = (made.frame["flag"] == "suppress") & (made.frame["note"] != "bounds_only")
            for measure, silent in BOUNDS.items():
                bound = curve(plan, settings, sample, answers, by, silent=silent)
                bound = replace(bound, frame=bound.frame.assign(measure=measure))
                yield suppress(bound, hidden.to_numpy(), "share_withheld")
            yield from _overstated(plan, settings, sample, answers, by)
            if by is None:
                yield from _of_the_whole(plan, settings, sample, answers, made)
    if plan.supply is not None:
        yield from _places(plan, settings, sample)


def _of_the_whole(
    plan: DemandPlan,
    settings: EstimatePlan,
    sample: WeightedSample,
    answers: tuple[str, ...],
    made: Estimates,
) -> Iterator[Estimates]:
    """Yield what is said of the whole sample only: heaps, silence, and what a higher fee loses."""
    if isinstance(plan.asked, Amount):
        yield _heaps(plan, settings, sample, answers)
    if not isinstance(plan.asked, Chance):
        yield silence(plan, settings, sample, answers)
    if len(plan.at) > 1:
        between = list(pairwise(plan.at))
        yield elasticity(made, between)
        yield demand_lost(made, between, per=plan.step)


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
    options = [curve_option(answers, float(option)) for option in table.frame["option"]]
    return replace(table, frame=table.frame.assign(option=options))


def _overstated(
    plan: DemandPlan,
    settings: EstimatePlan,
    sample: WeightedSample,
    answers: tuple[str, ...],
    by: str | None,
) -> Iterator[Estimates]:
    """Yield demand if people overstate what they would pay: what they say of a higher fee (methods 8.1).

    Where the higher fee lies between two that were asked the share is between theirs: measures
    "lowest_demand" and "highest_demand" of such an option.
    """
    wanted = {(fee, factor): round(fee * factor, 2) for fee in plan.at for factor in HIGHER}
    if isinstance(plan.asked, (Amount, Chance)):
        most = largest_named(sample, plan.fee)
        among = tuple(sorted({fee for fee in wanted.values() if fee <= most}))
    else:
        among = ()
    if not among and isinstance(plan.asked, (Amount, Chance)):
        return
    made = curve(plan, settings, sample, answers, by, at=among)
    known = [float(option.rpartition(APART)[2]) for option in dict.fromkeys(made.frame["option"])]
    rows: list[tuple[str, float, str]] = []
    for (fee, factor), higher in wanted.items():
        option = f"{curve_option(answers, fee)} x {factor:g}"
        below = max((one for one in known if one <= higher), default=None)
        above = min((one for one in known if one >= higher), default=None)
        if below is None or above is None:
            continue
        if below == above:
            rows.append(("demand_if_overstated", above, option))
        elif not among:
            rows += [("lowest_demand", above, option), ("highest_demand", below, option)]
    frames = []
    for measure, at, option in rows:
        part = made.frame[made.frame["option"] == curve_option(answers, at)]
        frames.append(part.assign(measure=measure, option=option))
    if frames:
        frame = pd.concat(frames, ignore_index=True).drop(columns=list(BAND))
        yield replace(made, frame=frame, joint=None)


def _places(plan: DemandPlan, settings: EstimatePlan, sample: WeightedSample) -> Iterator[Estimates]:
    """Yield the places of each group of the supply at every fee, and those of the whole."""
    supply = plan.supply
    assert supply is not None
    for by in (supply.by, None):
        apart = curve(plan, settings, sample, plan.willing, by, apart=True)
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
        if by and supply.fees:
            own = places(
                _of_groups(apart, supply),
                children=supply.children,
                children_error=supply.children_error,
                existing=supply.places,
                take_up=plan.take_up,
                fees=supply.fees,
                attendance=supply.attendance,
                costs=supply.costs,
            )
            # At fees of their own all groups are the whole: there is no other table of it.
            whole = own.frame["group"] == ""
            yield replace(own, frame=own.frame.assign(by=own.frame["by"].mask(whole, "")))
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
