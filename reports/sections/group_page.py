"""The page of one group: its figures beside those of everybody, what is clear of it, what is withheld."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from analysis.plans.demand import curve_option
from reports.findings.amounts import amount_findings
from reports.findings.clear import KINDS, clear_findings
from reports.findings.finding import Finding
from reports.language.numbers import amount, points, whole
from reports.results.amounts import APART, amount_heading, amount_questions
from reports.results.demand import demand_of
from reports.results.nets import printed_questions, row_label, with_nets
from reports.results.results import Results, Row
from reports.sections.front_page.front_page import what_they_stand_for
from reports.sections.section import Block, bullets, paragraphs, table_block
from reports.sections.table import Group, PrintedTable, change_cells, clear_mark, marks_of, share_cells

MOST = 34  # rows of shares, so that they stand on one page


@dataclass(frozen=True, slots=True)
class GroupPage:
    """What is printed of one group.

    Attributes
    ----------
    code : str
        Of the group in the study file.
    title, subtitle : str
        The group, and how many of it answered.
    sections : tuple of (str, list of Block)
        Headings with what stands under them.
    """

    code: str
    title: str
    subtitle: str
    sections: tuple[tuple[str, list[Block]], ...]


def group_pages(results: Results, by: str) -> list[GroupPage]:
    """Return a page for each group of a question that has estimates, in the order of the study file."""
    codes = results.study.questionnaire[by].codes
    found = {key[4] for key in results.table if key[0] == results.latest and key[3] == by}
    return [_page(results, by, code) for code in codes if code in found]


def _page(results: Results, by: str, code: str) -> GroupPage:
    words, label = results.words, results.option_label(by, code)
    # Of a group without any published share its answers are not counted either.
    size = max((n for q in printed_questions(results) if (n := _base(results, q.id, by, code))), default=None)
    fields = {"group": label, "wave": results.wave_label(results.latest), "by": results.question_label(by)}
    subtitle = words("group_page.subtitle_withheld", **fields)
    if size is not None:
        subtitle = words("group_page.subtitle", n=whole(size), **fields)
    sections = [_clear(results, by, code), *_tables(results, by, code), _reading(results)]
    if size is None and not _fees(results, by, code):
        told = words("group_page.withheld_all", **fields)
        sections = [(words("headings.findings"), [*paragraphs([told])]), _reading(results)]
    title = words("group_page.title", title=results.study.title.in_(results.language), **fields)
    return GroupPage(code, title, subtitle, tuple(sections))


def of_group(results: Results, by: str, code: str) -> list[Finding]:
    """Return what is clear of a group in the last wave, the larger difference first."""
    tested = {measure for measure, _ in KINDS} | {APART}
    table = {
        key: row
        for key, row in results.table.items()
        if key[5] not in tested or (key[3:5] == (by, code) and _is_last(results, key[0]))
    }
    own = replace(results, table=table)
    found = [*clear_findings(own), *amount_findings(own)]
    return sorted(found, key=lambda f: (f.kind not in ("groups", "amounts"), f.doubtful, -f.size))


def _is_last(results: Results, wave: str) -> bool:
    return wave in (results.latest, f"{results.latest} - {results.previous}")


def _clear(results: Results, by: str, code: str) -> tuple[str, list[Block]]:
    """Return the findings on a group, or that nothing of it is clear, and what of it is withheld."""
    words = results.words
    told = [finding.sentence for finding in of_group(results, by, code)]
    told = told or [words("group_page.unclear", group=results.option_label(by, code))]
    withheld = [
        results.question_label(question.id)
        for question in printed_questions(results)
        if question.id != by and _base(results, question.id, by, code) is None
    ]
    if withheld:
        told.append(words("group_page.withheld", names=words.listed([words.quoted(w) for w in withheld])))
    return words("headings.findings"), [*bullets(told)]


def _tables(results: Results, by: str, code: str) -> Iterator[tuple[str, list[Block]]]:
    """Yield the shares and the amounts of a group."""
    shares, fees = _shares(results, by, code), _fees(results, by, code)
    for number, (place, table) in enumerate([p for p in (("shares", shares), ("fees", fees)) if p[1]], 1):
        assert table is not None
        heading = results.words(f"group_page.{place}_heading")
        yield heading, [table_block(table, keep_together=place == "fees", number=str(number))]


def _shares(results: Results, by: str, code: str) -> PrintedTable | None:
    """Return the shares of a group beside those of everybody, as many questions as a page holds."""
    words, groups, left, changed = results.words, list[Group](), list[str](), results.changed(by=by)
    for question in printed_questions(results):
        base = None if question.id == by else _base(results, question.id, by, code)
        if base is None:
            continue
        rows = [
            _row(results, name, option, by, code, net=net, changed=changed)
            for name, option, net in with_nets(results, question.id, results.listed(question.id))
        ]
        if groups and sum(len(group.rows) + 1 for group in groups) + len(rows) >= MOST:
            left.append(words.quoted(results.question_label(question.id)))
            continue
        place = words("results.group", question=results.question_heading(question.id), n=whole(base), who="")
        groups.append(Group(place, tuple(rows)))
    if not groups:
        return None
    columns = words.columns("group_page.columns", group=results.option_label(by, code))
    if changed:
        columns += words.columns("group_page.columns_change", previous=results.wave_label(results.previous))
    notes = [
        words("group_page.note"),
        *([words("group_page.left", names=words.listed(left))] if left else []),
    ]
    caption = words("group_page.caption", group=results.option_label(by, code))
    widths = (1.9, 0.8, 1.0, 0.8, 1.2, 1.2)[: len(columns)]
    return PrintedTable(caption, columns, tuple(groups), (*notes, *marks_of(results, groups)), widths)


def _row(
    results: Results, question: str, option: str, by: str, code: str, *, net: bool, changed: bool
) -> tuple[str, ...]:
    """Return an option: share of the group with its interval, of everybody, differences as tested."""
    mark = results.words.mark("absent")
    share = results.row("share", question, option, by=by, group=code)
    rest = results.row("difference_from_rest", question, option, by=by, group=code)
    cells = [row_label(results, question, option, net=net)]
    cells += (mark, mark) if share is None else share_cells(results, share)
    cells.append(share_cells(results, results.share(question, option))[0])
    cells.append(_points(results, rest, "apart"))
    if changed:
        cells.append(_points(results, results.row("change", question, option, by=by, group=code), "clear"))
    return tuple(cells)


def _fees(results: Results, by: str, code: str) -> PrintedTable | None:
    """Return the amounts of a group and its demand at each fee beside those of everybody, where estimated."""
    words, rows = results.words, list[tuple[str, ...]]()
    for question in amount_questions(results):
        for measure, option in (("mean", ""), ("quantile", "0.5")):
            own = results.row(measure, question, option, by=by, group=code)
            if own is not None:
                heading = amount_heading(results, question)
                name = words(f"group_page.{measure}", amount=words.noun(heading))
                rest = results.row(APART, question, option, by=by, group=code)
                everybody = results.row(measure, question, option)
                rows.append((name, *_amount(results, own, rest), _amount(results, everybody)[0]))
    demand = demand_of(results)
    for fee in demand.plan.at if demand is not None and by in demand.plan.by else ():
        assert demand is not None
        option = curve_option(demand.plan.curves[0], fee)
        own = results.row("demand", demand.plan.fee, option, by=by, group=code)
        if own is not None and own.note != "bounds_only":
            everybody = results.row("demand", demand.plan.fee, option)
            whole_cell = words.mark("absent") if everybody is None else share_cells(results, everybody)[0]
            name = words("group_page.demand", fee=demand.fee(fee), answer=demand.names[0])
            rows.append((name, *share_cells(results, own), whole_cell))
    if not any(row[1] != words.mark("withheld") for row in rows):
        return None
    groups = (Group("", tuple(rows)),)
    columns = words.columns("group_page.columns_fees", group=results.option_label(by, code))
    caption = words("group_page.caption_fees", group=results.option_label(by, code))
    return PrintedTable(caption, columns, groups, marks_of(results, groups), (2.6, 0.9, 1.2, 0.9))


def _amount(results: Results, row: Row | None, rest: Row | None = None) -> tuple[str, str]:
    """Return an amount with its interval, or the marks that stand in their place."""
    if row is None or row.suppressed:
        mark = results.words.mark("absent" if row is None else "withheld")
        return mark, mark
    size = f"{results.flagged(row, amount(row.estimate))} {clear_mark(results, rest, 'apart')}".strip()
    return size, results.words.range("amount", row.low, row.high)


def _points(results: Results, row: Row | None, mark: Literal["apart", "clear"]) -> str:
    """Return a difference in points with its mark where it is clear, or the mark that stands in its place."""
    if row is None or row.suppressed or row.note == "fixed_by_margins":
        return change_cells(results, row)[0]
    return f"{results.flagged(row, points(row.estimate))} {clear_mark(results, row, mark)}".strip()


def _base(results: Results, question: str, by: str, code: str) -> float | None:
    """Return how many of a group answered a question, None where no share of it may be printed."""
    rows = (results.row("share", question, o, by=by, group=code) for o in results.options(question))
    return max((row.n for row in rows if row is not None and not row.suppressed), default=None)


def _reading(results: Results) -> tuple[str, list[Block]]:
    """Return the line of caution."""
    return results.words("pages.caution"), [*paragraphs([what_they_stand_for(results)])]
