"""Demand at each fee: how many of all would use a place and accept it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from analysis.plans.demand import curve_name
from analysis.study.demand import HIGHER
from reports.charts.demand import demand_curves
from reports.language.numbers import amount, percent, percent_number
from reports.results.demand import Demand, demand_of
from reports.results.facts import level
from reports.results.results import Results, Row
from reports.sections.section import Block, Chart, Printing, Section, bullets
from reports.sections.table import Group, PrintedTable, marks_of, share_cells

# What is said of heaps: a share of everybody at one fee, and a share of round fees, above these.
HEAP, MANY_ROUND, ROUND = 0.1, 0.5, 500


def texts(printing: Printing) -> Iterator[Block]:
    """Yield what a fee means for demand, at each fee that is printed for places or else the middle one."""
    demand = demand_of(printing.results)
    if demand is None:
        return
    words, plan = printing.results.words, demand.plan
    fee = plan.supply.fee if plan.supply is not None else plan.at[len(plan.at) // 2]
    at = [dict(demand.rows(answers))[fee] for answers in plan.curves]
    sentences = []
    shown = [row for row in at if row is not None and not row.suppressed]
    if len(shown) == len(at):
        fields = {
            "fee": demand.fee(fee),
            "people": printing.results.people(),
            "low": percent(min(shown[0].low, shown[0].band[0])),
            "high": percent(max(shown[-1].high, shown[-1].band[1])),
            "floor": demand.names[0],
            "estimate": percent(shown[0].estimate),
        }
        if len(shown) > 1:
            fields |= {"ceiling": demand.names[-1], "most": percent(shown[-1].estimate)}
        sentences.append(words("demand.at_fee" if len(shown) > 1 else "demand.at_fee_yes", **fields))
    sentences += _heaps(demand, fee)
    sentences.append(words("demand.caveat"))
    yield from bullets(sentences)


def _heaps(demand: Demand, fee: float) -> Iterator[str]:
    """Yield that many named exactly the fee, so that demand falls just above it, and how many are round."""
    results, name = demand.results, curve_name(demand.plan.willing)
    exactly = results.printed("demand_at_exactly", demand.plan.fee, f"{name}@{fee:g}")
    if exactly is not None and exactly.estimate > HEAP:
        yield results.words("demand.exactly", share=percent(exactly.estimate), fee=demand.fee(fee))
    rounded = results.printed("share_round", demand.plan.fee, f"{name}@{ROUND:g}")
    if rounded is not None and rounded.estimate > MANY_ROUND:
        yield results.words("demand.round", share=percent(rounded.estimate), amount=demand.fee(ROUND))


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield the curves."""
    demand = demand_of(printing.results)
    if demand is None:
        return
    words = printing.results.words
    curves = [
        [(fee, row) for fee, row in demand.rows(answers) if row is not None] for answers in demand.plan.curves
    ]
    if not any(not row.suppressed for curve in curves for _, row in curve):
        return
    names = words.listed(list(demand.names))
    caption = words("demand.chart_title", level=level(printing.results))
    alt = words("demand.chart_alt", names=names, table=printing.number("demand"))
    draw = partial(demand_curves, curves, demand.names, words("demand.axis", unit=demand.head))
    yield Chart("demand", draw, caption, alt)


def table(results: Results) -> PrintedTable | None:
    """Return demand at each fee; None where none was estimated."""
    demand = demand_of(results)
    if demand is None:
        return None
    words, rows = results.words, []
    curves = [demand.rows(answers) for answers in demand.plan.curves]
    for i, fee in enumerate(demand.plan.at):
        cells: list[str] = []
        for answers, curve in zip(demand.plan.curves, curves, strict=True):
            cells += _cells(results, demand, answers, curve[i][1], i)
        first = demand.plan.curves[0]
        higher = [_plain(results, demand.overstated(first, fee, factor)) for factor in HIGHER]
        rows.append((amount(fee), *cells, *higher))
    groups = (Group("", tuple(rows)),)
    heads = [words("demand.interval", level=level(results))]
    columns = [words("demand.fee", unit=demand.head)]
    for name in demand.names:
        columns += [name, *heads]
    columns += [words("demand.higher", percent=percent(factor - 1)) for factor in HIGHER]
    notes = [words("demand.note", floor=demand.names[0]), *_silence(demand)]
    return PrintedTable(
        words("demand.caption", people=results.people()),
        tuple(columns),
        groups,
        (*notes, *marks_of(results, groups)),
        (1.0, *(0.9, 1.1) * len(demand.names), 1.0, 1.0),
    )


def _cells(
    results: Results, demand: Demand, answers: tuple[str, ...], row: Row | None, i: int
) -> tuple[str, str]:
    """Return a share and its interval, or its bounds where only these are given."""
    if row is None:
        return results.words.mark("absent"), results.words.mark("absent")
    if row.note == "bounds_only":
        low, high = (demand.rows(answers, measure)[i][1] for measure in ("lowest_demand", "highest_demand"))
        if low is not None and high is not None and not low.suppressed and not high.suppressed:
            return results.words.range("number", low.estimate, high.estimate), results.words.mark("withheld")
    return share_cells(results, row)


def _plain(results: Results, row: Row | None) -> str:
    if row is None:
        return results.words.mark("absent")
    return results.words.mark("withheld") if row.suppressed else percent_number(row.estimate)


def _silence(demand: Demand) -> list[str]:
    """Return the note on the willing who named no fee, where they are many enough to be marked."""
    notes = {row.note for answers in demand.plan.curves for _, row in demand.rows(answers) if row is not None}
    words = demand.results.words
    return [words.text(f"demand.{note}") for note in ("silent", "bounds_only") if note in notes]


SECTION = Section(
    "demand",
    texts=texts,
    charts=charts,
    table=table,
    keep_together=True,
    needs="demand",
    part="demand",
    compact=12,
)
