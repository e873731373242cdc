"""Estimates as printed cells: every number a text, rounded once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.language.numbers import percent, percent_number, percent_tenth, points, whole
from reports.results.facts import SMALL, level
from reports.results.labels import category_label
from reports.results.results import Results, Row
from survey.history import Flow, FlowStep
from survey.screening.screen import ALWAYS_NAMED


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one shaded heading; label "" for none."""

    label: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table as the typesetter takes it; the first columns are text, the others figures.

    Attributes
    ----------
    texts : int
        How many columns are text, set to the left.
    """

    caption: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    texts: int = 1


def share_cells(results: Results, row: Row) -> tuple[str, str]:
    """Return a share in per cent and its interval, or the marks that stand in their place."""
    if row.suppressed:
        mark = results.words.mark("withheld")
        return mark, mark
    if row.note == "fixed_by_margins":
        return percent_number(row.estimate), results.words.mark("fixed")
    return results.flagged(row, percent_number(row.estimate)), results.words.range(
        "number", row.low, row.high
    )


def _change_cells(results: Results, row: Row | None) -> tuple[str, str]:
    if row is None or row.suppressed:
        key = "absent" if row is None else "unlike" if row.note == "not_comparable" else "withheld"
        mark = results.words.text(f"{key}_mark")
        return mark, mark
    if row.note == "fixed_by_margins":
        return points(row.estimate), results.words.mark("fixed")
    return points(row.estimate), results.words.range("points", row.low, row.high)


def headed(results: Results, place: str) -> tuple[str, ...]:
    """Return column headings with the confidence level as estimated."""
    by = results.question_label(results.by) if results.by else ""
    return results.words.columns(place, by=by, level=level(results))


def whole_sample(results: Results) -> PrintedTable:
    """Return every option of every question for the whole sample, the headline question first."""
    words, groups, changed = results.words, [], results.changed()
    for question in results.questions():
        codes = results.options(question.id)
        if question.kind == "multiple":
            codes = results.ordered(question.id, codes)
        rows = []
        for code in codes:
            cells = [
                results.option_label(question.id, code),
                *share_cells(results, results.share(question.id, code)),
            ]
            if changed:
                cells += _change_cells(results, results.row("change", question.id, code))
            rows.append(tuple(cells))
        n = max(
            (results.share(question.id, c).n for c in codes if not results.share(question.id, c).suppressed),
            default=None,
        )
        base = words.mark("withheld") if n is None else whole(n)
        place = "results.group_asked" if question.asked_if else "results.group"
        label = words(place, question=results.question_heading(question.id), n=base)
        groups.append(Group(label, tuple(rows)))
    columns = headed(results, "results.columns")
    place, previous = "results.caption", ""
    if changed:
        columns += headed(results, "results.columns_change")
        place, previous = "results.caption_change", results.wave_label(results.previous)
    caption = words(place, people=results.people(), previous=previous)
    widths = (1.9, 0.8, 1.0, 1.2, 1.2)[: len(columns)]
    return PrintedTable(
        caption, columns, tuple(groups), (words("results.note"), *marks_of(results, groups)), widths
    )


def marks_of(results: Results, groups: Sequence[Group]) -> tuple[str, ...]:
    """Return what the marks of a table mean, those that stand in it."""
    words = results.words
    cells = {cell for group in groups for row in group.rows for cell in row}
    found = []
    for key in ("withheld", "caution", "fixed", "absent", "unlike"):
        mark = words.text(f"{key}_mark")
        if any(mark in cell for cell in cells):
            found.append(words(f"groups.note_{key}", mark=mark))
    return (words.sentences(found),) if found else ()


def by_group(results: Results) -> PrintedTable:
    """Return the lead options by group, falling order inside each option, withheld last."""
    words, groups, changed = results.words, [], results.changed(by=results.by)
    for code in results.lead:
        found = results.groups()

        def key(g: str, code: str = code) -> tuple[bool, float]:
            row = results.share(results.headline, code, by=results.by, group=g)
            return (row.suppressed, 0.0 if row.suppressed else -row.estimate)

        rows = []
        for g in sorted(found, key=key):
            row = results.share(results.headline, code, by=results.by, group=g)
            n = words.mark("withheld") if row.suppressed else whole(row.n)
            cells = [results.option_label(results.by, g), n, *share_cells(results, row)]
            if changed:
                moved = results.row("change", results.headline, code, by=results.by, group=g)
                cells += _change_cells(results, moved)
            rows.append(tuple(cells))
        groups.append(Group(results.option_label(results.headline, code), tuple(rows)))
    columns = headed(results, "groups.columns")
    place, previous = "groups.caption", ""
    if changed:
        columns += headed(results, "results.columns_change")
        place, previous = "groups.caption_change", results.wave_label(results.previous)
    label = results.question_label(results.by)
    caption = words(place, by=results.words.noun(label), previous=previous)
    widths = (1.3, 0.8, 0.9, 1.0, 1.3, 1.3)[: len(columns)]
    return PrintedTable(
        caption,
        columns,
        tuple(groups),
        (*marks_of(results, groups), words("groups.note_order")),
        widths,
    )


def weights(results: Results) -> PrintedTable | None:
    """Return the margins before and after weighting in the latest wave; None without margins."""
    history = results.estimates.histories.get(results.latest)
    if history is None or not history.weighting.margins:
        return None
    words, groups = results.words, []
    for margin in history.weighting.margins:
        rows = []
        for category in margin.categories:
            small = 0 < category.n < SMALL
            # With the number of answers the share of a few would give their number away.
            n, before = [words.mark("withheld")] * 2
            if not small:
                n, before = whole(category.n), percent_tenth(category.unweighted)
            cells = [n, before, percent_tenth(category.target), percent_tenth(category.weighted)]
            if small and category.codes == ("",):  # whose target is their own share
                cells = [n] * 4
            rows.append((category_label(results, margin.questions, category.codes), *cells))
        label = " × ".join(results.question_label(q) for q in margin.questions)
        groups.append(Group(label, tuple(rows)))
    unknown = any(c.codes == ("",) for m in history.weighting.margins for c in m.categories)
    return PrintedTable(
        words("weights.caption", wave=results.wave_label(results.latest)),
        words.columns("weights.columns"),
        tuple(groups),
        (words("weights.note_unknown"),) if unknown else (),
        (1.9, 0.8, 1.0, 1.0, 1.0),
    )


def flow(results: Results) -> PrintedTable | None:
    """Return the way from returned to analysed, a column a wave; None without a record of it."""
    words = results.words
    flows = {w: r.flow for w in results.waves if (r := results.estimates.histories.get(w)) and r.flow}
    if not flows:
        return None
    steps_taken = [step for f in flows.values() for step in f.steps]
    # A rule that set nobody aside is named in run.json, and here if readers expect it.
    rules = list(dict.fromkeys(s.rule for s in steps_taken if s.removed or s.rule in ALWAYS_NAMED))
    rows = [(words("flow.returned"), *(whole(f.returned) for f in flows.values()))]
    for rule in rules:
        steps = [next((s for s in f.steps if s.rule == rule), None) for f in flows.values()]
        rows.append((words(f"flow.{rule}"), *(_removed(results, step) for step in steps)))
    rows.append((words("flow.analysed"), *(whole(f.analysed) for f in flows.values())))
    plan = results.study.screening
    note = words(
        "flow.note",
        share=words.fraction(plan.share_of_median),
        minutes=whole(plan.minutes),
        identical=percent(plan.identical),
    )
    notes = [note]
    if "burst" in rules:
        notes.append(words("flow.note_burst", least=whole(plan.burst), minutes=whole(plan.minutes)))
    if "suspect" in rules:
        notes.append(words("flow.note_suspect", signs=whole(plan.signs)))
    if _unjudged(flows.values()):
        notes.append(words("flow.note_absent", mark=words.mark("absent")))
    columns = (words("flow.step"), *(results.wave_label(w) for w in flows))
    return PrintedTable(
        words("flow.caption"), columns, (Group("", tuple(rows)),), tuple(notes), (2.4, *(0.8 for _ in flows))
    )


def _removed(results: Results, step: FlowStep | None) -> str:
    return whole(step.removed) if step is not None and step.judged else results.words.mark("absent")


def _unjudged(flows: Iterable[Flow]) -> bool:
    return any(not step.judged for flow in flows for step in flow.steps)
