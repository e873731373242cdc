"""The leading options by group: panels, what is certain of their ranks, an outline map where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from reports.charts.outline_map import outline_map
from reports.charts.panels import modelled, panels
from reports.language.numbers import whole
from reports.results import facts
from reports.results.naming import has_phrase, says
from reports.results.outlines import outlines_of
from reports.results.ranks import certain, has_order, ranked
from reports.results.results import Results
from reports.sections.front_page.findings import findings_of
from reports.sections.section import Block, Chart, Printing, Section, bullets, numbered, paragraphs
from reports.sections.table import (
    Group,
    PrintedTable,
    change_cells,
    clear_mark,
    headed,
    marks_of,
    share_cells,
)

MOST = 5  # sentences beside the panels


def texts(printing: Printing) -> Iterator[Block]:
    """Yield the clear differences of the groups, then what is certain of their ranks, in the appendix."""
    results, words = printing.results, printing.results.words
    yield from bullets(_found(results))
    ranks = ranked(results)
    unordered = [code for code, rows in ranks.items() if not has_order(rows)]
    sentences = [
        words(
            "ranks.some",
            option=results.quoted(results.headline, code),
            by=results.by_noun,
            told=words.clauses(certain(results, rows)),
        )
        for code, rows in ranks.items()
        if has_order(rows)
    ]
    if unordered:
        options = words.listed([results.quoted(results.headline, code) for code in unordered])
        sentences.append(words("ranks.none", by=results.by_noun, options=options))
    told = [words.sentences(sentences)] if sentences else []
    yield from ({**block, "behind": True} for block in paragraphs(told))


def _found(results: Results) -> list[str]:
    """Return the sentences on what the groups clearly differ in, and have clearly changed in."""
    choice = findings_of(results)
    found = [
        finding.sentence
        for finding in (*choice.front, *choice.also)
        if finding.kind in ("groups", "change_in_groups")
        and finding.wave == results.latest
        and finding.keys[0][3] == results.by
    ]
    return found[:MOST]


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield the outline map where there is one, and the panels."""
    results, words = printing.results, printing.results.words
    suppressed = facts.suppressed_groups(results)
    if len(suppressed) == len(results.groups()):
        return  # page 1 says so
    names = words.few(suppressed)
    fields: dict[str, object] = {
        "by": results.by_noun,
        "interval": facts.interval_name(results),
        "withheld": words("groups.chart_withheld", names=names) if suppressed else "",
        "table": printing.number("groups"),
        "count": len(results.groups()),
        "option": results.quoted(results.headline, results.lead[0]),
    }
    question = results.study.questionnaire[results.by] if results.by else None
    outlines = outlines_of(results.study, question)
    if outlines is not None:
        title = words("groups.map_title", **fields)
        source = words(
            "groups.map_source", source=outlines.source.in_(results.language), approval=outlines.approval
        )
        alt = words("groups.map_alt", clear=_clear_groups(results), **fields)
        yield Chart("map", partial(outline_map, results, outlines), title + source, alt)
    draws, finding = panels(results), ""
    above, below = facts.distinct_groups(results, results.lead[0])
    first = results.lead[0]
    named = has_phrase(results, results.headline, first)
    option = says(results, results.headline, first) if named else fields["option"]
    if above or below:
        finding = words("groups.chart_clear", names=words.few(above + below), option=option)
    elif facts.groups_compared(results):
        finding = words("groups.chart_unclear", by=results.by_noun, option=option)
    title = words("groups.chart_title", finding=finding, **fields)
    if modelled(results):
        title += words("groups.chart_model")
    for name, part, draw in numbered("groups", draws):
        of = words("groups.chart_part", part=part, parts=len(draws)) if len(draws) > 1 else ""
        yield Chart(name, draw, title + of, words("groups.chart_alt", **fields))


def _clear_groups(results: Results) -> str:
    """Return the groups clearly above and below the rest on the first leading option, in words."""
    words = results.words
    above, below = facts.distinct_groups(results, results.lead[0])
    parts = [words("finding.groups_above", names=words.few(above))] if above else []
    parts += [words("finding.groups_below", names=words.few(below))] if below else []
    return words.clauses(parts) if parts else words("groups.map_none")


def table(results: Results) -> PrintedTable | None:
    """Return the leading options by group, in falling order, suppressed last; None without groups."""
    if not results.by:
        return None
    words, groups, changed = results.words, [], results.changed(by=results.by)
    for code in results.lead:
        rows = [_everybody(results, code, changed=changed)]
        for group in results.groups(code):
            row = results.share(results.headline, code, by=results.by, group=group)
            n = words.mark("withheld") if row.suppressed else whole(row.n)
            rest = results.row("difference_from_rest", results.headline, code, by=results.by, group=group)
            share, limits = share_cells(results, row)
            apart = clear_mark(results, rest, "apart")
            cells = [results.option_label(results.by, group), n, f"{share} {apart}".strip(), limits]
            if changed:
                change = results.row("change", results.headline, code, by=results.by, group=group)
                cells += change_cells(results, change)
            rows.append(tuple(cells))
        groups.append(Group(results.option_label(results.headline, code), tuple(rows)))
    columns = headed(results, "groups.columns")
    place, previous = "groups.caption", ""
    if changed:
        columns += headed(results, "results.columns_change")
        place, previous = "groups.caption_change", results.wave_label(results.previous)
    return PrintedTable(
        words(place, by=results.by_noun, previous=previous),
        columns,
        tuple(groups),
        (*marks_of(results, groups), words("groups.note_order")),
        (1.3, 0.8, 0.9, 1.0, 1.3, 1.3)[: len(columns)],
    )


def _everybody(results: Results, code: str, *, changed: bool) -> tuple[str, ...]:
    """Return the row of the whole sample, which stands above those of the groups."""
    share = results.share(results.headline, code)
    n = results.words.mark("withheld") if share.suppressed else whole(share.n)
    cells = [results.words("groups.everybody"), n, *share_cells(results, share)]
    if changed:
        cells += change_cells(results, results.row("change", results.headline, code))
    return tuple(cells)


SECTION = Section("groups", texts=texts, charts=charts, table=table, part="where")
