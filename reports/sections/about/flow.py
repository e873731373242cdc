"""The way from responses returned to responses analysed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from analysis.sensitivity.alternatives import COPIES_LEFT_OUT
from reports.charts.margins import flow_chart
from reports.charts.style import HALF, HALF_WIDTH
from reports.language.near_copies import copies_text
from reports.language.numbers import percent, whole
from reports.results.results import Results
from reports.sections.section import Chart, Printing, Section
from reports.sections.table import Group, PrintedTable
from survey.history import Flow
from survey.screening.rules import ALWAYS_LISTED
from survey.tick_readings import TickKind

FEWEST = 2  # steps where no rule excluded anybody


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield the latest wave from received to analysed, where there is a history of it."""
    results, words = printing.results, printing.results.words
    history = results.estimates.histories.get(results.latest)
    if history is None or history.flow is None:
        return
    flow = history.flow
    steps = [(words("flow.returned"), flow.returned)]
    steps += [(words(f"flow.{step.rule}"), step.removed) for step in flow.steps if step.removed]
    steps.append((words("flow.analysed"), flow.analysed))
    kept = percent(flow.analysed / flow.returned) if flow.returned else percent(0.0)
    told = words.clauses([words("answers.alt_value", option=name, share=whole(n)) for name, n in steps])
    title = words("flow.chart_title" if len(steps) > FEWEST else "flow.chart_title_all", share=kept)
    alt = words("flow.chart_alt", told=told, table=printing.number("flow"))
    subtitle = words("flow.chart_subtitle", wave=results.wave_label(results.latest))
    yield Chart("flow", partial(flow_chart, steps, width=HALF_WIDTH), title, alt, subtitle, columns=HALF)


def table(results: Results) -> PrintedTable | None:
    """Return the responses each rule excluded, a column a wave; None without a history of it."""
    words = results.words
    flows = {w: r.flow for w in results.waves if (r := results.estimates.histories.get(w)) and r.flow}
    if not flows:
        return None
    steps = {(wave, step.rule): step for wave, flow in flows.items() for step in flow.steps}
    # A rule that excluded nobody is named in run.json, and here if readers expect it.
    rules = dict.fromkeys(step.rule for step in steps.values() if step.removed or step.rule in ALWAYS_LISTED)
    absent = words.mark("absent")
    rows = [(words("flow.returned"), *(whole(flow.returned) for flow in flows.values()))]
    for rule in rules:
        cells = [
            whole(step.removed) if (step := steps.get((wave, rule))) and step.judged else absent
            for wave in flows
        ]
        rows.append((words(f"flow.{rule}"), *cells))
    rows.append((words("flow.analysed"), *(whole(flow.analysed) for flow in flows.values())))
    plan = results.study.screening
    share, minutes = words.fraction(plan.share_of_median), whole(plan.minutes)
    notes = [words("flow.note", share=share, minutes=minutes, identical=percent(plan.identical))]
    if "burst" in rules:
        notes.append(words("flow.note_burst", least=whole(plan.burst), minutes=minutes))
    if "suspect" in rules:
        notes.append(words("flow.note_suspect", signs=whole(plan.signs)))
    if not all(step.judged for step in steps.values()):
        notes.append(words("flow.note_absent", mark=absent))
    for wave, flow in flows.items():
        outside = next((flag.met for flag in flow.flags if flag.name == "outside_fieldwork"), 0)
        if outside:
            label, n = results.wave_label(wave), whole(outside)
            notes.append(words("flow.note_outside", wave=label, n=n))
    notes += _copies(results, flows)
    notes += _on_ticks(results)
    return PrintedTable(
        words("flow.caption"),
        (words("flow.step"), *(results.wave_label(wave) for wave in flows)),
        (Group("", tuple(rows)),),
        tuple(notes),
        (2.4, *(0.8 for _ in flows)),
    )


def _copies(results: Results, flows: Mapping[str, Flow]) -> list[str]:
    """Return what was seen of near copies; waves of which the same is said together."""
    words, said = results.words, dict[str, list[str]]()
    for wave, flow in flows.items():
        if flow.copies is not None:
            text = copies_text(
                words, flow.copies, without=_shares_without(results, wave) if flow.copies.counted else ()
            )
            said.setdefault(text, []).append(results.wave_label(wave))
    if len(flows) == 1:
        return [*said]
    return [words("copies.wave", wave=words.listed(labels), text=text) for text, labels in said.items()]


def _shares_without(results: Results, wave: str) -> list[str]:
    """Return the leading share of the headline question with near copies and without them."""
    at, question = {**COPIES_LEFT_OUT.keys, "wave": wave}, results.headline
    for code in results.lead:
        share = results.printed("share", question, code, wave=wave)
        without = results.printed(question=question, option=code, **at)
        if share is not None and without is not None:
            option = results.quoted(question, code)
            shares = {"share": percent(share.estimate), "without": percent(without.estimate)}
            return [results.words("copies.without", option=option, **shares)]
    return [results.words("copies.without_none")]


def _on_ticks(results: Results) -> list[str]:
    """Return how empty cells and noughts in the columns of options were read, wave by wave."""
    words, estimated = results.words, set(results.estimates.frame["question"])
    notes = []
    for wave in results.waves:
        history = results.estimates.histories.get(wave)
        by_kind: dict[TickKind, list[str]] = {}
        for reading in history.ticks if history is not None else ():
            if reading.question in estimated:
                label = results.question_label(reading.question)
                item = words("flow.ticks_item", question=label, n=whole(reading.people))
                by_kind.setdefault(reading.kind, []).append(item)
        for kind, items in by_kind.items():
            label = results.wave_label(wave)
            notes.append(words(f"flow.ticks_{kind}", wave=label, questions=words.listed(items)))
    return notes


SECTION = Section("flow", charts=charts, table=table, keep_together=True, part="trust")
