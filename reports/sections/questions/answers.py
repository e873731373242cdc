"""The shares of every question for the whole sample, with bars of single-answer questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from reports.charts.bars import answer_bars, pages_of
from reports.charts.stacked import Part, parts_of, pictures_of, stacked
from reports.language.numbers import percent
from reports.results import facts
from reports.results.facts import asked_of
from reports.results.nets import printed_questions, row_label, with_nets
from reports.results.results import Results
from reports.sections.section import Chart, Printing, Section, numbered
from reports.sections.table import Group, PrintedTable, base_cell, change_cells, headed, marks_of, share_cells


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield the single-answer questions: parts of one bar each, and a bar an answer where they are many."""
    results, words = printing.results, printing.results.words
    parts = pictures_of(parts_of(results))
    for name, part, draw in numbered("shares", [partial(stacked, results, picture) for picture in parts]):
        told = [_told(results, one) for one in parts[part - 1]]
        alt = words("answers.stacked_alt", told=words.sentences(told), table=printing.number("results"))
        title = _title(results, parts) + _part(results, part, len(parts))
        yield Chart(name, draw, title, alt)
    pages = pages_of(results)
    for name, part, draw in numbered("answers", answer_bars(results, pages)):
        title = words("answers.chart_title", interval=facts.interval_name(results))
        names = words.listed(list(dict.fromkeys(words.quoted(block.heading) for block in pages[part - 1])))
        alt = words("answers.chart_alt", names=names, table=printing.number("results"))
        yield Chart(name, draw, title + _part(results, part, len(pages)), alt)


def _title(results: Results, pictures: Sequence[Sequence[Part]]) -> str:
    """Return what the bars are of: their question where there is one alone."""
    alone = [part.question for picture in pictures for part in picture]
    if len(alone) > 1:
        return results.words("answers.stacked_title")
    return results.words("answers.stacked_one", question=results.question_heading(alone[0]))


def _part(results: Results, part: int, parts: int) -> str:
    return results.words("groups.chart_part", part=part, parts=parts) if parts > 1 else ""


def _told(results: Results, part: Part) -> str:
    """Return the first bar of a question in words: each answer with its share."""
    bar, words = part.blocks[0].bars[0], results.words
    values = []
    for answer, row in zip(part.answers, bar.rows, strict=True):
        if row is None or row.suppressed:
            values.append(words("page1.alt_withheld", option=answer))
        else:
            share = results.flagged(row, percent(row.estimate))
            values.append(words("answers.alt_value", option=answer, share=share))
    return words("answers.alt_bar", bar=bar.label.replace("\n", " "), values=words.listed(values))


def table(results: Results) -> PrintedTable:
    """Return every option of every question for the whole sample, the headline question first."""
    words, groups, changed = results.words, [], results.changed()
    for question in printed_questions(results):
        codes = results.listed(question.id)
        if question.kind == "multiple":
            codes = results.ordered(question.id, codes)
        rows = []
        for name, code, net in with_nets(results, question.id, codes):
            cells = [_option(results, name, code, net=net), *share_cells(results, results.share(name, code))]
            if changed:
                cells += change_cells(results, results.row("change", name, code))
            rows.append(tuple(cells))
        place = "results.group_asked" if question.asked_if else "results.group"
        base = base_cell(results, question.id)
        who = asked_of(results, question)
        label = words(place, question=results.question_heading(question.id), n=base, who=who)
        groups.append(Group(label, tuple(rows)))
    columns = headed(results, "results.columns")
    place, previous = "results.caption", ""
    if changed:
        columns += headed(results, "results.columns_change")
        place, previous = "results.caption_change", results.wave_label(results.previous)
    return PrintedTable(
        words(place, people=results.people(), previous=previous),
        columns,
        tuple(groups),
        (words("results.note"), *marks_of(results, groups)),
        (1.9, 0.8, 1.0, 1.2, 1.2)[: len(columns)],
    )


def _option(results: Results, question: str, code: str, *, net: bool) -> str:
    """Return the label of an option, with its share of everybody where not everybody was asked."""
    label = row_label(results, question, code, net=net)
    row = results.printed("share_of_everybody", question, code)
    if row is None:
        return label
    return results.words("results.of_everybody", option=label, share=percent(row.estimate))


SECTION = Section("results", charts=charts, table=table, required=True, part="demand")
