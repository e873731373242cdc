"""Tables of the sections a study file may ask for: waves side by side, wording, other surveys, marks."""

from __future__ import annotations

from math import isfinite

from reports.charts.choices import shown
from reports.language.numbers import amount, percent_number, plain_points, whole
from reports.results.alternatives import alternatives_of, label_of, moved, row_of, unmet_mark
from reports.results.declared import Elsewhere, elsewhere_of
from reports.results.results import Results, Row
from reports.sections.table import Group, PrintedTable, headed, marks_of, share_cells

MARKS = ("withheld", "caution", "fixed", "unlike", "absent")


def trend(results: Results) -> PrintedTable | None:
    """Return every option's share in each wave, oldest first; None where there is one wave."""
    if len(results.waves) < 2:
        return None
    words, groups = results.words, []
    for question in results.questions():
        rows = []
        for code in results.options(question.id):
            cells = [results.option_label(question.id, code)]
            for wave in results.waves:
                row = results.row("share", question.id, code, wave=wave)
                cells.append(words.mark("absent") if row is None else share_cells(results, row)[0])
            rows.append(tuple(cells))
        groups.append(Group(results.question_heading(question.id), tuple(rows)))
    columns = (words("change.answer"), *(results.wave_label(wave) for wave in results.waves))
    widths = (2.4, *(0.8 for _ in results.waves))
    return PrintedTable(
        words("change.table"),
        columns,
        tuple(groups),
        (words("change.note"), *marks_of(results, groups)),
        widths,
    )


def amounts(results: Results) -> PrintedTable | None:
    """Return the mean, the median and the middle half of each amount; None where none was estimated."""
    words, rows = results.words, []
    names = dict.fromkeys(k[1] for k in results.table if k[5] == "mean" and k[0] == results.latest)
    for name in names:
        mean = results.row("mean", name, "")
        low, median, high = (results.row("quantile", name, p) for p in ("0.25", "0.5", "0.75"))
        if mean is None or low is None or median is None or high is None:
            continue
        held = any(row.suppressed for row in (mean, low, median, high))
        mark = words.mark("withheld")
        n = mark if held else whole(mean.n)
        middle = mark if held else results.words.range("amount", low.estimate, high.estimate)
        cells = [*_amount(results, mean, mark), *_amount(results, median, mark), middle]
        rows.append((results.question_heading(name), n, *([mark] * 5 if held else cells)))
    if not rows:
        return None
    groups = (Group("", tuple(rows)),)
    return PrintedTable(
        words("amounts.caption", people=results.people()),
        headed(results, "amounts.columns"),
        groups,
        (words("amounts.note"), *marks_of(results, groups)),
        (1.6, 0.7, 0.7, 1.2, 0.7, 1.2, 1.2),
    )


def _amount(results: Results, row: Row, mark: str) -> tuple[str, str]:
    if not isfinite(row.low + row.high):
        return amount(row.estimate), mark
    return results.flagged(row, amount(row.estimate)), results.words.range("amount", row.low, row.high)


def topline(results: Results) -> PrintedTable:
    """Return every estimated question in its exact wording and order, with base and all options."""
    words, groups = results.words, []
    estimated = {question.id for question in results.questions()}
    asked = [question for question in results.study.questionnaire if question.id in estimated]
    for question in asked:
        codes = results.options(question.id)
        rows = [
            (results.option_label(question.id, c), *share_cells(results, results.share(question.id, c)))
            for c in codes
        ]
        shown = [share.n for c in codes if not (share := results.share(question.id, c)).suppressed]
        base = whole(max(shown)) if shown else words.mark("withheld")
        text = question.text.in_(results.language)
        place = "topline.group_multiple" if question.kind == "multiple" else "topline.group"
        groups.append(Group(words(place, text=text, n=base), tuple(rows)))
    others = [
        words.quoted(question.text.in_(results.language))
        for question in results.study.questionnaire
        if question.id not in estimated and question.derived_from is None
    ]
    notes = (words("topline.others", texts=words.sentences(others)),) if others else ()
    return PrintedTable(
        words("topline.caption", wave=results.wave_label(results.latest)),
        headed(results, "results.columns"),
        tuple(groups),
        (*marks_of(results, groups), *notes),
        (2.6, 0.8, 1.0),
    )


def comparison(results: Results) -> PrintedTable | None:
    """Return what other surveys found beside this one, designs named; None where none is declared."""
    declared = elsewhere_of(results.study)
    if not declared:
        return None
    words, groups = results.words, []
    for question, option in dict.fromkeys((one.question, one.option) for one in declared):
        own = results.row("share", question, option)
        rows: list[tuple[str, ...]] = []
        if own is not None:
            design = words(f"comparison.design_{results.study.sample}")
            cells = share_cells(results, own)
            rows.append((words("comparison.own"), design, results.wave_label(results.latest), cells[0]))
        rows += [
            _published(results, one) for one in declared if (one.question, one.option) == (question, option)
        ]
        label = f"{results.question_heading(question)} — {results.option_label(question, option)}"
        groups.append(Group(label, tuple(rows)))
    sources = dict.fromkeys(
        f"{one.name.in_(results.language)}{words.text('term_separator')}{one.source.in_(results.language)}"
        for one in declared
    )
    notes = (words("comparison.note"), *sources, *marks_of(results, groups))
    return PrintedTable(
        words("comparison.caption"),
        words.columns("comparison.columns"),
        tuple(groups),
        notes,
        (1.6, 2.0, 0.9, 0.8),
        texts=3,
    )


def _published(results: Results, one: Elsewhere) -> tuple[str, ...]:
    language = results.language
    return (one.name.in_(language), one.design.in_(language), one.date, percent_number(one.share))


def choices(results: Results) -> PrintedTable | None:
    """Return the leading shares under every other choice, their range, and half of the interval; or None."""
    words, codes = results.words, shown(results)
    alternatives = alternatives_of(results)
    if len(alternatives) < 2 or not codes:
        return None
    rows = []
    for alternative in alternatives:
        cells = [row_of(results, code, alternative) for code in codes]
        texts = [
            unmet_mark(results, r) if r is None or r.suppressed else share_cells(results, r)[0] for r in cells
        ]
        rows.append((label_of(results, alternative), *texts))
    moves = [moved(results, code) for code in codes]
    none = words.mark("withheld")
    summary = (
        (words("choices.range"), *(none if m is None else plain_points(m.over) for m in moves)),
        (words("choices.half"), *(none if m is None else plain_points(m.half) for m in moves)),
    )
    groups = (Group("", tuple(rows)), Group(words("choices.points"), summary))
    names = (results.option_label(results.headline, code) for code in codes)
    return PrintedTable(
        words("choices.caption", wave=results.wave_label(results.latest)),
        (words("choices.column"), *names),
        groups,
        (words("choices.note"), *marks_of(results, groups)),
        (2.6, *(1.0 for _ in codes)),
    )


def marks(results: Results) -> list[list[str]]:
    """Return every mark of the tables with what it means."""
    found = []
    for key in MARKS:
        mark = results.words.text(f"{key}_mark")
        meaning = results.words(f"groups.note_{key}", mark="").strip()
        found.append([mark, meaning[:1].upper() + meaning[1:]])
    return found
