"""The way from responses returned to responses analysed."""

from __future__ import annotations

from reports.language.numbers import percent, whole
from reports.results.results import Results
from reports.sections.section import Section
from reports.sections.table import Group, PrintedTable
from survey.screening.rules import ALWAYS_LISTED


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
    return PrintedTable(
        words("flow.caption"),
        (words("flow.step"), *(results.wave_label(wave) for wave in flows)),
        (Group("", tuple(rows)),),
        tuple(notes),
        (2.4, *(0.8 for _ in flows)),
    )


SECTION = Section("flow", table=table, keep_together=True)
