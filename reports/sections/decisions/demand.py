"""Demand at each fee: how many of all would use a place and accept it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from analysis.plans.fees import HOW
from analysis.study.demand import HIGHER
from reports.charts.demand import Between, demand_curves
from reports.charts.style import HALF, HALF_WIDTH
from reports.language.numbers import amount, percent, percent_number
from reports.language.words import capitalised
from reports.results.declared import facts_of
from reports.results.demand import Demand, demand_of
from reports.results.facts import level
from reports.results.results import Results, Row
from reports.sections.decisions.demand_text import texts
from reports.sections.section import Chart, Printing, Section
from reports.sections.table import Group, PrintedTable, marks_of, share_cells


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield the curves."""
    results, words = printing.results, printing.results.words
    demand = demand_of(results)
    if demand is None:
        return
    curves = [
        [(fee, row) for fee, row in demand.rows(answers) if row is not None] for answers in demand.plan.curves
    ]
    if demand.plan.at == (0.0,) or not any(not row.suppressed for curve in curves for _, row in curve):
        return
    names = words.listed(list(demand.names))
    caption = words("demand.chart_title", level=level(results))
    alt = words("demand.chart_alt", names=names, table=printing.number("demand"))
    marks = [
        (fact.value, words("demand.mark", name=fact.label.in_(results.language), fee=demand.fee(fact.value)))
        for fact in facts_of(results.study)
        if fact.fee and fact.label is not None and fact.value is not None
        if demand.plan.at[0] <= fact.value <= demand.plan.at[-1]
    ]
    axis = words("demand.axis", unit=demand.head)
    # Of a ladder, bids or bands nothing is known between the fees asked.
    between: Between = "line" if HOW[type(demand.plan.asked)] in ("amount", "chance") else "nothing"
    draw = partial(demand_curves, curves, demand.names, axis, marks=marks, between=between, width=HALF_WIDTH)
    yield Chart("demand", draw, caption, alt, columns=HALF)


def table(results: Results) -> PrintedTable | None:
    """Return demand at each fee; None where none was estimated."""
    demand = demand_of(results)
    if demand is None:
        return None
    words, rows = results.words, []
    factors = HIGHER if demand.plan.at != (0.0,) else ()
    curves = [demand.rows(answers) for answers in demand.plan.curves]
    for i, fee in enumerate(demand.plan.at):
        cells: list[str] = []
        for answers, curve in zip(demand.plan.curves, curves, strict=True):
            cells += _cells(results, demand, answers, curve[i][1], i)
        first = demand.plan.curves[0]
        higher = [_higher(results, demand.overstated(first, fee, factor)) for factor in factors]
        rows.append((amount(fee) if fee else words.text("demand.no_fee"), *cells, *higher))
    groups = (Group("", tuple(rows)),)
    heads = [words("demand.interval", level=level(results))]
    columns = [words("demand.fee", unit=demand.head)]
    for name in demand.names:
        columns += [capitalised(name), *heads]
    columns += [words("demand.higher", percent=percent(factor - 1)) for factor in factors]
    how = HOW[type(demand.plan.asked)]
    notes = [*([words.text("demand.base")] if how != "chance" else []), words.text(f"demand.asked.{how}")]
    if factors:
        notes.append(
            words(f"demand.higher_note{'_chance' if how == 'chance' else ''}", floor=demand.names[0])
        )
    notes = [words.sentences(notes), *_silence(demand)]
    return PrintedTable(
        words(f"demand.caption{'' if factors else '_no_fee'}", people=results.people()),
        tuple(columns),
        groups,
        (*notes, *marks_of(results, groups)),
        (1.0, *(0.9, 1.1) * len(demand.names), *(1.0 for _ in factors)),
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


def _higher(results: Results, ends: tuple[Row | None, Row | None]) -> str:
    """Return a share at a higher fee, from and to where it is known only so far."""
    low, high = ends
    if low is None or high is None:
        return results.words.mark("absent")
    if low.suppressed or high.suppressed:
        return results.words.mark("withheld")
    if low is high:
        return percent_number(low.estimate)
    return results.words.range("number", low.estimate, high.estimate)


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
)
