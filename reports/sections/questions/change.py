"""Shares over the waves, as lines and side by side."""

from __future__ import annotations

from reports.results import facts
from reports.results.nets import printed_questions, row_label, with_nets
from reports.results.results import Results
from reports.sections.section import Section
from reports.sections.table import Group, PrintedTable, change_cells, clear_mark, marks_of, share_cells


def table(results: Results) -> PrintedTable | None:
    """Return every option's share in each wave, oldest first; None where there is one wave."""
    if len(results.waves) < 2:
        return None
    words, groups, base = results.words, [], facts.base_wave(results)
    waves = tuple(results.wave_label(wave) for wave in results.waves)
    since: tuple[str, ...] = (words("change.since", base=results.wave_label(base)),) if base else ()
    lines = any(key[5] == "trend" and not key[3] for key in results.table)
    since += (words("change.trend"),) if lines else ()
    for question in printed_questions(results):
        rows = []
        for name, code, net in with_nets(results, question.id, results.listed(question.id)):
            cells = [_cell(results, name, code, i) for i in range(len(results.waves))]
            if base:
                change = results.row("change", name, code, wave=f"{results.latest} - {base}")
                cells.append(change_cells(results, change)[0])
            if lines:
                cells.append(change_cells(results, facts.trend_row(results, name, code))[0])
            rows.append((row_label(results, name, code, net=net), *cells))
        groups.append(Group(results.question_heading(question.id), tuple(rows)))
    return PrintedTable(
        words("change.table"),
        (words("change.answer"), *waves, *since),
        tuple(groups),
        (words("change.note"), *marks_of(results, groups)),
        (2.4, *(0.8 for _ in (*waves, *since))),
    )


def _cell(results: Results, question: str, code: str, i: int) -> str:
    """Return the share of the i-th wave, marked where it has clearly changed since the wave before."""
    wave, before = results.waves[i], results.waves[i - 1] if i else ""
    row = results.row("share", question, code, wave=wave)
    if row is None:
        return results.words.mark("absent")
    change = results.row("change", question, code, wave=f"{wave} - {before}")
    return share_cells(results, row)[0] + clear_mark(results, change)


SECTION = Section("change", table=table, usual=False, part="where")
