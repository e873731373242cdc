"""Places that a fee would fill in each group, beside those there are."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from reports.language.numbers import amount, percent, whole
from reports.results.demand import Demand, demand_of
from reports.results.results import Results, Row
from reports.sections.section import Block, Printing, Section, bullets
from reports.sections.table import Group, PrintedTable, marks_of

CLEAR = {"clear_shortage": "places.clear_shortage", "clear_surplus": "places.clear_surplus"}


def texts(printing: Printing) -> Iterator[Block]:
    """Yield how many places the whole would need, what the take-up rests on, and which gaps are clear."""
    demand = _with_supply(printing.results)
    if demand is None or demand.plan.supply is None:
        return
    results, words, supply = printing.results, printing.results.words, demand.plan.supply
    sentences = []
    low, middle, high, existing = (
        demand.place(name) for name in ("places_q10", "places_q50", "places_q90", "existing_places")
    )
    if low and middle and high and not (low.suppressed or middle.suppressed or high.suppressed):
        fields = {
            "at": _at(demand, "places.at"),
            "low": _count(low),
            "middle": _count(middle),
            "high": _count(high),
        }
        if existing is not None and not existing.suppressed:
            sentences.append(words("places.range", **fields, existing=_count(existing)))
        else:
            sentences.append(words("places.range_alone", **fields))
    sentences += [text for text in (_scenarios(demand), _taken(demand)) if text]
    for note, key in CLEAR.items():
        names = [
            results.option_label(supply.by, group)
            for group in supply.children
            if (row := demand.place("gap", group)) is not None and row.note == note
        ]
        if names:
            sentences.append(words(f"{key}{_assumed(demand)}", names=words.few(names)))
    yield from bullets(sentences)
    yield from ({**block, "behind": True} for block in bullets([*_take_up(demand)]))


def _take_up(demand: Demand) -> Iterator[str]:
    """Yield how many of those giving each answer are assumed to come, and by which source."""
    for code, source in demand.plan.sources.items():
        take_up = demand.plan.take_up[code]
        yield demand.results.words(
            "places.take_up" if take_up.low else "places.take_up_at_most",
            option=demand.results.quoted(demand.plan.intent, code),
            low=percent(take_up.low),
            high=percent(take_up.high),
            source=source.in_(demand.results.language),
        )


def table(results: Results) -> PrintedTable | None:
    """Return children, places, and the places asked for in each group; None without a supply."""
    demand = _with_supply(results)
    if demand is None or demand.plan.supply is None:
        return None
    words, supply = results.words, demand.plan.supply
    rows = []
    for group in ("", *supply.children):
        name = results.option_label(supply.by, group) if group else words.text("places.whole")
        row = demand.place("gap", group)
        mark = words.text(f"{CLEAR[row.note]}_mark") if row is not None and row.note in CLEAR else ""
        figures = [_figure(demand, measure, group) for measure in ("children", "existing_places")]
        ends = [
            demand.place(measure, group) for measure in ("places_at_low_take_up", "places_at_high_take_up")
        ]
        likely = [demand.place(measure, group) for measure in ("places_q10", "places_q90")]
        fee = (amount(supply.fees[group]) if group else "",) if supply.fees else ()
        rows.append((name, *fee, *figures, _range(results, ends), _range(results, likely), mark))
    groups, own = (
        (Group("", tuple(rows)),),
        (words("places.own_fee", unit=demand.head),) if supply.fees else (),
    )
    named = (
        supply.printed_source.in_(results.language)
        if supply.printed_source
        else words.text("places.separator").join(", ".join(filter(None, source)) for source in supply.sources)
    )
    return PrintedTable(
        _at(demand, "places.caption"),
        (results.question_label(supply.by), *own, *words.columns(f"places.columns{_assumed(demand)}")),
        groups,
        (
            words.text(f"places.note{_assumed(demand)}"),
            words("places.sources", sources=named),
            *marks_of(results, groups),
        ),
        (1.3, *(0.8 for _ in own), 0.9, 0.9, 1.4, 1.6, 0.9),
    )


def _at(demand: Demand, place: str) -> str:
    """Return a phrase that says at which fee: one, that of each group, or none where chances were asked."""
    supply = demand.plan.supply
    assert supply is not None
    kind = "_own_fee" if supply.fees else "" if supply.fee else "_no_fee"
    return demand.results.words(f"{place}{kind}", fee=demand.fee(supply.fee))


def _assumed(demand: Demand) -> str:
    """Return how words end that would speak of a take-up assumed, where chances were asked and none is."""
    return "" if demand.plan.sources else "_chance"


def _scenarios(demand: Demand) -> str:
    """Return the places at the lowest and the highest take-up; "" where none is assumed or shown."""
    words, take_ups = demand.results.words, demand.plan.take_up
    places = [demand.place(f"places_at_{end}_take_up") for end in ("low", "high")]
    counts = [_count(row) for row in places if row is not None and not row.suppressed]
    if not demand.plan.sources or len(counts) < len(places):
        return ""
    few = [
        words(
            "places.scenario_part" if take_up.low else "places.scenario_none",
            option=demand.results.quoted(demand.plan.intent, code),
            share=words.fraction(take_up.low),
        )
        for code, take_up in take_ups.items()
    ]
    many = [
        words.fraction(take_up.high) if take_up.high else words.text("places.none")
        for take_up in take_ups.values()
    ]
    return words(
        "places.scenarios",
        at=_at(demand, "places.at"),
        few=words.listed(few),
        low=counts[0],
        many=words.listed(many),
        high=counts[1],
    )


def _taken(demand: Demand) -> str:
    """Return how many of the places are taken, as the file of the supply says; "" where it does not."""
    supply, words = demand.plan.supply, demand.results.words
    assert supply is not None
    taken, places, groups = supply.taken
    if not places:
        return ""
    fields = {"taken": whole(round(taken)), "places": whole(round(places))}
    if len(groups) < len(supply.children):
        names = words.few([demand.results.option_label(supply.by, group) for group in groups])
        return words("places.taken_some", names=names, **fields)
    return words("places.taken", **fields)


def _with_supply(results: Results) -> Demand | None:
    demand = demand_of(results)
    return demand if demand is not None and demand.plan.supply is not None else None


def _count(row: Row) -> str:
    """Return a number of places, rounded up."""
    return whole(ceil(row.estimate - 1e-9))


def _figure(demand: Demand, measure: str, group: str) -> str:
    row = demand.place(measure, group)
    if row is None:
        return demand.results.words.mark("absent")
    return demand.results.words.mark("withheld") if row.suppressed else _count(row)


def _range(results: Results, ends: list[Row | None]) -> str:
    """Return two numbers of places as a range, or the mark in their place."""
    low, high = ends
    if low is None or high is None:
        return results.words.mark("absent")
    if low.suppressed or high.suppressed:
        return results.words.mark("withheld")
    if _count(low) == _count(high):
        return _count(low)
    return results.words.range("amount", ceil(low.estimate - 1e-9), ceil(high.estimate - 1e-9))


SECTION = Section("places", texts=texts, table=table, keep_together=True, needs="supply", part="demand")
