"""Every estimated question in its exact wording and order."""

from __future__ import annotations

from reports.results.facts import asked_of
from reports.results.nets import printed_questions, row_label, with_nets
from reports.results.results import Results
from reports.sections.section import Section
from reports.sections.table import Group, PrintedTable, base_cell, headed, marks_of, share_cells


def table(results: Results) -> PrintedTable:
    """Return every estimated question in its exact wording and order, with base and all options."""
    words, groups, others = results.words, [], []
    estimated = {question.id for question in printed_questions(results)}
    for question in results.study.questionnaire:
        text = question.text.in_(results.language)
        if question.id not in estimated:
            others += [words.quoted(text)] if question.derived_from is None else []
            continue
        rows = [
            (row_label(results, name, code, net=net), *share_cells(results, results.share(name, code)))
            for name, code, net in with_nets(results, question.id, results.listed(question.id))
        ]
        place = "topline.group_multiple" if question.kind == "multiple" else "topline.group"
        place += "_asked" if question.asked_if else ""
        who = asked_of(results, question)
        label = words(place, text=text, n=base_cell(results, question.id), who=who)
        groups.append(Group(label, tuple(rows)))
    notes = (words("topline.others", texts=words.sentences(others)),) if others else ()
    return PrintedTable(
        words("topline.caption", wave=results.wave_label(results.latest)),
        headed(results, "results.columns"),
        tuple(groups),
        (*marks_of(results, groups), *notes),
        (2.6, 0.8, 1.0),
    )


SECTION = Section("topline", table=table, usual=False)
