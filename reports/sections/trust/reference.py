"""A random sample beside the volunteers: their bias, joined figures, and what the joining rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.charts.balance import balance_chart, balance_rows
from reports.language.numbers import decimal, percent, plain_points, points, whole
from reports.results import facts
from reports.results.results import Results, Row
from reports.sections.section import Block, Chart, Printing, Section, bullets
from reports.sections.table import Group, PrintedTable, clear_mark, marks_of, share_cells
from survey.study.reference_plan import ReferencePlan

NAMED = 4  # answers named in a sentence, at most
BIASES = ("bias_weighted", "bias_unweighted")


def texts(printing: Printing) -> Iterator[Block]:
    """Yield what was drawn, the bias measured, joined figures of the leading answers, and their limits."""
    results, plan = printing.results, printing.results.study.reference
    said = drawn(results)
    if plan is None or not said:
        return
    sentences = [said, *_bias(results), *_both(results), *_joined(results, plan), _overlap(results)]
    yield from bullets([sentence for sentence in sentences if sentence])


def drawn(results: Results) -> str:
    """Return how many were drawn, from what and how, "" where there is no random sample."""
    plan, people = results.study.reference, results.row("reference_people", "", "")
    if plan is None or people is None:
        return ""
    words = results.words
    rate = "" if plan.response_rate is None else words("reference.rate", rate=percent(plan.response_rate))
    source = plan.source.in_(results.language)
    return words("reference.drawn", n=whole(people.estimate), source=source, rate=rate)


def _measured(results: Results) -> dict[tuple[str, str], Row]:
    """Return the bias of each answer that both were asked, of the weighted answers where they are."""
    for measure in BIASES:
        found = {
            (question, option): row
            for (wave, question, option, _, _, kind), row in results.table.items()
            if (wave, kind) == (results.latest, measure)
        }
        if found:
            return found
    return {}


def _bias(results: Results) -> Iterator[str]:
    """Yield which answers the volunteers give clearly more or less often than the random sample."""
    words, measured = results.words, _measured(results)
    printed = {at: row for at, row in measured.items() if not row.suppressed}
    if not printed:
        return
    clear = sorted(
        (at for at, row in printed.items() if row.clear), key=lambda at: -abs(printed[at].estimate)
    )
    if not clear:
        yield words("reference.no_bias", n=whole(len(printed)), level=facts.level(results))
        return
    parts = [
        words(
            f"reference.{'over' if printed[at].estimate > 0 else 'under'}",
            option=results.quoted(*at),
            points=plain_points(printed[at].estimate),
            range=words.range("points", printed[at].low, printed[at].high),
        )
        for at in clear[:NAMED]
    ]
    yield words("reference.bias", n=whole(len(clear)), of=whole(len(printed)), parts=words.clauses(parts))


def _both(results: Results) -> Iterator[str]:
    """Yield what both samples give of the first leading answer, and what the volunteers are worth."""
    words, at = results.words, (results.headline, results.lead[0])
    both = results.printed("composite", *at)
    if both is not None:
        low = percent(max(both.low, 0.0))
        fields = {"option": results.quoted(*at), "share": percent(both.estimate), "low": low}
        yield words("reference.composite", **fields, level=facts.level(results))
    worth = results.printed("random_answers", *at)
    if worth is not None and worth.low == worth.low:
        yield words("reference.worth", option=results.quoted(*at), low=whole(worth.low))


def _joined(results: Results, plan: ReferencePlan) -> Iterator[str]:
    """Yield the joined shares of the leading answers, or why there are none."""
    words = results.words
    rows = [
        (method, [results.row(method, results.headline, code) for code in results.lead])
        for method in plan.methods
    ]
    known = [(method, found) for method, found in rows if any(found)]
    if not known:
        return
    if all(row is not None and row.note == "bias_remains" for _, found in known for row in found):
        yield words("reference.remains", methods=words.listed([_named(results, m) for m, _ in known]))
        return
    method, found = known[0]
    parts = [
        words(
            "reference.part",
            option=results.quoted(results.headline, code),
            share=percent(row.estimate),
            range=words.range("percent", row.low, row.high),
            own=percent(results.share(results.headline, code).estimate),
        )
        for code, row in zip(results.lead, found, strict=True)
        if row is not None and not row.suppressed
    ]
    if parts:
        yield words("reference.joined", method=_named(results, method), parts=words.clauses(parts))
        names = [words.noun(results.question_label(name)) for name in plan.covariates]
        yield words("reference.limits", covariates=words.listed(names))
    if any(row is not None and row.note == "bias_not_tested" for row in found):
        yield words("reference.untested")


def _named(results: Results, method: str) -> str:
    return results.words.text(f"reference.method_{method}")


def _overlap(results: Results) -> str:
    overlap, largest, effective = (
        results.printed(name, "", "") for name in ("overlap", "largest_weight", "effective_n")
    )
    if overlap is None or largest is None or effective is None:
        return ""
    return results.words(
        "reference.overlap",
        share=percent(overlap.estimate),
        weight=whole(largest.estimate),
        n=whole(effective.n),
        effective=whole(effective.estimate),
    )


def charts(printing: Printing) -> Iterator[Chart]:
    """Yield how alike the samples are before and after joining."""
    results = printing.results
    rows = balance_rows(results)
    if rows:
        words = results.words
        alt = words("reference.chart_alt", n=whole(len(rows)), rows=words.clauses(_told(results, rows)))
        yield Chart("balance", lambda: balance_chart(results), words("reference.chart"), alt, behind=True)


def _told(results: Results, rows: Sequence[tuple[str, float, float]]) -> list[str]:
    return [
        results.words("reference.chart_row", label=label, before=decimal(before), after=decimal(after))
        for label, before, after in rows
    ]


def table(results: Results) -> PrintedTable | None:
    """Return the bias of every answer that both were asked; else the joined shares; None without either."""
    return _biases(results) or _joined_table(results)


def more(results: Results) -> tuple[PrintedTable, ...]:
    """Return the joined shares where the biases are the first table."""
    joined = _joined_table(results) if _biases(results) else None
    return () if joined is None else (joined,)


def _biases(results: Results) -> PrintedTable | None:
    measured, words, plan = _measured(results), results.words, results.study.reference
    if not measured or plan is None:
        return None
    after = next((m for m in plan.methods if results.row(f"bias_{m}", *next(iter(measured)))), "")
    groups = [
        Group(
            results.question_heading(question),
            tuple(_bias_row(results, at, row, after) for at, row in measured.items() if at[0] == question),
        )
        for question in dict.fromkeys(name for name, _ in measured)
    ]
    columns = words.columns("reference.columns", level=facts.level(results))
    notes = [words("reference.note")]
    if after:
        columns = (*columns, words("reference.column_after"))
        notes.append(words("reference.note_after", method=_named(results, after)))
    return PrintedTable(
        words("reference.caption"),
        columns,
        tuple(groups),
        (words.sentences(notes), *marks_of(results, groups)),
        (1.9, 0.8, 0.8, 1.0, 0.9, 1.2, *((0.9,) if after else ())),
    )


def _bias_row(results: Results, at: tuple[str, str], row: Row, after: str) -> tuple[str, ...]:
    """Return both shares of an answer, and the difference before weighting, after it, and after joining."""
    drawn = results.row("reference_share", *at)
    share = results.words.mark("absent") if drawn is None else share_cells(results, drawn)[0]
    joined = _difference(results, results.row(f"bias_{after}", *at))[:1] if after else ()
    return (
        results.option_label(*at),
        share_cells(results, results.share(*at))[0],
        share,
        _difference(results, results.row("bias_unweighted", *at))[0],
        *_difference(results, row),
        *joined,
    )


def _difference(results: Results, row: Row | None) -> tuple[str, str]:
    """Return a bias in points and its interval, or the marks that stand in their place."""
    if row is None or row.suppressed:
        mark = results.words.mark("absent" if row is None else "withheld")
        return mark, mark
    marked = f"{points(row.estimate)} {clear_mark(results, row, 'biased')}".strip()
    return results.flagged(row, marked), results.words.range("points", row.low, row.high)


def _joined_table(results: Results) -> PrintedTable | None:
    words, plan = results.words, results.study.reference
    if plan is None:
        return None
    groups = []
    questions = {question.id: results.listed(question.id) for question in results.questions()}
    fitted = [
        method
        for method in plan.methods
        if any(results.row(method, name, code) for name, codes in questions.items() for code in codes)
    ]
    for question in results.questions():
        codes = questions[question.id]
        if not any(results.row(method, question.id, code) for method in fitted for code in codes):
            continue
        rows = []
        for code in codes:
            cells = [share_cells(results, results.share(question.id, code))[0]]
            for method in fitted:
                row = results.row(method, question.id, code)
                absent = words.mark("absent")
                cells += (absent, absent) if row is None else share_cells(results, row)
            rows.append((results.option_label(question.id, code), *cells))
        groups.append(Group(results.question_heading(question.id), tuple(rows)))
    if not groups:
        return None
    columns = [*words.columns("reference.columns_joined")]
    for method in fitted:
        columns += [_named(results, method), words("reference.column_interval", level=facts.level(results))]
    names = [words.noun(results.question_label(name)) for name in plan.covariates]
    notes = [words("reference.note_joined", covariates=words.listed(names))]
    if left := [_named(results, method) for method in plan.methods if method not in fitted]:
        notes.append(words("reference.note_unfitted", methods=words.listed(left)))
    return PrintedTable(
        words("reference.caption_joined"),
        tuple(columns),
        tuple(groups),
        (*notes, *marks_of(results, groups)),
        (1.9, 0.8, *(1.1 for _ in columns[2:])),
    )


SECTION = Section(
    "reference",
    texts=texts,
    charts=charts,
    table=table,
    more=more,
    needs="reference",
    part="trust",
    most_texts=2,
)
