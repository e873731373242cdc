"""Every estimated question in its exact wording and order, with nets, all waves and the change."""

from __future__ import annotations

from collections.abc import Sequence

from reports.results.facts import asked_of
from reports.results.nets import printed_questions, row_label, with_nets
from reports.results.results import Results
from reports.sections.section import Section
from reports.sections.table import Group, PrintedTable, base_cell, change_cells, headed, marks_of, share_cells


def table(results: Results) -> PrintedTable:
    """Return every estimated question in its exact wording and order: all options and nets, wave by wave."""
    words, groups, others = results.words, [], []
    earlier, changed = results.waves[-2::-1], results.changed()
    estimated = {question.id for question in printed_questions(results)}
    for question in results.study.questionnaire:
        text = question.text.in_(results.language)
        if question.id not in estimated:
            others += [words.quoted(text)] if question.derived_from is None else []
            continue
        rows = [
            _row(results, name, code, earlier, net=net, changed=changed)
            for name, code, net in with_nets(results, question.id, results.listed(question.id))
        ]
        place = "topline.group_multiple" if question.kind == "multiple" else "topline.group"
        place += "_asked" if question.asked_if else ""
        who = asked_of(results, question)
        label = words(place, text=text, n=base_cell(results, question.id), who=who)
        groups.append(Group(label, tuple(rows)))
    notes = (words("topline.others", texts=words.sentences(others)),) if others else ()
    columns = headed(results, "results.columns")
    columns += tuple(words("topline.wave", wave=results.wave_label(wave)) for wave in earlier)
    if changed:
        columns += (words("topline.change", wave=results.wave_label(results.previous)),)
    return PrintedTable(
        words("topline.caption", wave=results.wave_label(results.latest)),
        columns,
        tuple(groups),
        (*marks_of(results, groups), *notes),
        (2.6, 0.8, 1.0, *(0.7 for _ in earlier), 0.9)[: len(columns)],
    )


def _row(
    results: Results, question: str, code: str, earlier: Sequence[str], *, net: bool, changed: bool
) -> tuple[str, ...]:
    """Return an option: the last wave's share with its interval, those before it, and the change."""
    cells = [row_label(results, question, code, net=net)]
    cells += share_cells(results, results.share(question, code))
    for wave in earlier:
        row = results.row("share", question, code, wave=wave)
        cells.append(results.words.mark("absent") if row is None else share_cells(results, row)[0])
    if changed:
        cells.append(change_cells(results, results.row("change", question, code))[0])
    return tuple(cells)


SECTION = Section("topline", table=table, usual=False)
