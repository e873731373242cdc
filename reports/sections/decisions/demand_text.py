"""Sentences on demand: each only as certain as its band (docs/wording.md)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from analysis.plans.demand import CHANCE, curve_option
from reports.language.numbers import percent, percent_tenth
from reports.results.demand import Demand, demand_of
from reports.results.results import Row
from reports.sections.section import Block, Printing, bullets

# What is said of heaps: a share of everybody at one fee, and a share of round fees, above these.
HEAP, MANY_ROUND, ROUND = 0.1, 0.5, 500


def texts(printing: Printing) -> Iterator[Block]:
    """Yield what a fee means for demand, at the fee that is printed for places or else the middle one."""
    demand = demand_of(printing.results)
    if demand is None:
        return
    plan = demand.plan
    fee = plan.supply.fee if plan.supply is not None else plan.at[len(plan.at) // 2]
    caveat = "demand.caveat_chance" if plan.willing == (CHANCE,) else "demand.caveat"
    told = [*_at_fee(demand, fee), *_lost(demand, fee), printing.results.words.text(caveat)]
    yield from bullets(told)
    more = bullets([*_heaps(demand, fee), *_silence(demand, fee)])
    yield from ({**block, "behind": True} for block in more)


def _at_fee(demand: Demand, fee: float) -> Iterator[str]:
    """Yield the share at a fee with the limits of its bands, where all of it may be printed."""
    at = [dict(demand.rows(answers))[fee] for answers in demand.plan.curves]
    shown = [row for row in at if row is not None and not row.suppressed]
    if len(shown) < len(at):
        return
    fields = {
        "fee": demand.fee(fee),
        "people": demand.results.people(),
        "low": percent(min(shown[0].low, shown[0].band[0])),
        "high": percent(max(shown[-1].high, shown[-1].band[1])),
        "floor": demand.names[0],
        "estimate": percent(shown[0].estimate),
    }
    if demand.plan.willing == (CHANCE,):
        yield demand.results.words("demand.at_fee_chance" if fee else "demand.chance", **fields)
    elif len(shown) > 1:
        more = {"ceiling": demand.names[-1], "most": percent(shown[-1].estimate)}
        yield demand.results.words("demand.at_fee", **fields, **more)
    else:
        yield demand.results.words("demand.at_fee_yes", **fields)


def _lost(demand: Demand, fee: float) -> Iterator[str]:
    """Yield what each step more loses from the fee to the next, where its limits leave out nothing lost."""
    ways = [*pairwise(demand.plan.at)]
    if not ways:
        return
    low, high = next((way for way in ways if way[0] == fee), ways[-1])
    row = demand.between(demand.plan.curves[0], low, high)
    if row is not None and not row.suppressed and row.low > 0:
        chance = demand.plan.willing == (CHANCE,)
        yield demand.results.words(
            "demand.lost_chance" if chance else "demand.lost",
            name=demand.names[0],
            people=demand.results.people(),
            first=demand.fee(low),
            last=demand.fee(high),
            step=demand.fee(demand.plan.step),
            lost=percent_tenth(row.estimate),
            low=percent_tenth(row.low),
            high=percent_tenth(row.high),
        )


def _heaps(demand: Demand, fee: float) -> Iterator[str]:
    """Yield that many named exactly the fee, so that demand falls just above it, and how many are round."""
    results, willing = demand.results, demand.plan.willing
    exactly = results.printed("demand_at_exactly", demand.plan.fee, curve_option(willing, fee))
    if exactly is not None and exactly.estimate > HEAP:
        yield results.words("demand.exactly", share=percent(exactly.estimate), fee=demand.fee(fee))
    rounded = results.printed("share_round", demand.plan.fee, curve_option(willing, ROUND))
    if rounded is not None and rounded.estimate > MANY_ROUND:
        yield results.words("demand.round", share=percent(rounded.estimate), amount=demand.fee(ROUND))


def _silence(demand: Demand, fee: float) -> Iterator[str]:
    """Yield how many of the willing said nothing of a fee and why, and how far that could move the share."""
    words, answers = demand.results.words, demand.plan.curves[-1]
    said = {
        kind: row
        for kind, row in demand.silent(answers).items()
        if row is not None and not row.suppressed and row.estimate > 0
    }
    if not said:
        return
    kinds = [words(f"demand.silence.{kind}", share=_small(row)) for kind, row in said.items()]
    ends = [dict(demand.rows(answers, measure))[fee] for measure in ("lowest_demand", "highest_demand")]
    shown = [percent(row.estimate) for row in ends if row is not None and not row.suppressed]
    key = "demand.silence_bounds" if len(shown) == len(ends) else "demand.silence_alone"
    fields = dict(zip(("low", "high"), shown, strict=False))
    yield words(key, name=demand.names[-1], kinds=words.listed(kinds), fee=demand.fee(fee), **fields)


def _small(row: Row) -> str:
    """Return a share in whole per cent, to one decimal where it is below 1%."""
    return percent(row.estimate) if row.estimate >= 0.01 else f"{percent_tenth(row.estimate)}%"
