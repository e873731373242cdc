"""What a review of quality asks: weights, influence, arrival, gaps, and who was set aside (methods 4.9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from analysis.estimates import KEYS
from analysis.study.arrival import ARRIVAL, EARLY, LATE
from reports.language.numbers import decimal, percent, percent_number, percent_tenth
from reports.results.facts import category_label, margin_name
from reports.results.results import Key, Results, Row
from reports.sections.section import Block, Printing, Section, bullets
from reports.sections.table import Group, PrintedTable


def texts(printing: Printing) -> Iterator[Block]:
    """Yield sentences on weights, influence, time and channel of arrival, and unknown categories."""
    results = printing.results
    found = [
        *_weights(results),
        *_influence(results),
        *_arrival(results),
        *_days(results),
        *_unknown(results),
    ]
    yield from bullets(found)


def _rows(results: Results, measure: str, wave: str = "") -> dict[Key, Row]:
    """Return the rows of a measure that may be printed, of the latest wave unless named."""
    at = wave or results.latest
    return {
        key: row
        for key, row in results.table.items()
        if key[KEYS.index("measure")] == measure and key[0] == at and not row.suppressed
    }


def _weights(results: Results) -> Iterator[str]:
    for wave in results.waves[-2:]:
        levels = {key[2]: row.estimate for key, row in _rows(results, "weight_percentile", wave).items()}
        parts = {key[2]: row.estimate for key, row in _rows(results, "weight_share", wave).items()}
        if levels and parts and levels["0"] < levels["1"]:
            yield results.words(
                "quality.weights",
                wave=results.wave_label(wave),
                smallest=decimal(levels["0"]),
                largest=decimal(levels["1"]),
                low=decimal(levels["0.05"]),
                high=decimal(levels["0.95"]),
                one=percent_tenth(parts["largest"]),
                hundredth=percent_tenth(parts["0.01"]),
                twentieth=percent_tenth(parts["0.05"]),
            )


def _influence(results: Results) -> Iterator[str]:
    rows = {key: row for key, row in _rows(results, "influence").items() if key[1] == results.headline}
    whole = [row.estimate for key, row in rows.items() if not key[3]]
    if not whole:
        return
    question = results.words.quoted(results.question_label(results.headline))
    text = results.words("quality.influence", question=question, most=percent_tenth(max(whole)))
    groups = {key: row.estimate for key, row in rows.items() if results.by and key[3] == results.by}
    if groups:
        key = max(groups, key=lambda name: groups[name])
        group, most = results.option_label(results.by, key[4]), percent_tenth(groups[key])
        text += results.words("quality.influence_groups", by=results.by_noun, group=group, most=most)
    yield text


def _arrival(results: Results) -> Iterator[str]:
    differences = {
        key: row for key, row in _rows(results, "arrival_difference").items() if key[1] == results.headline
    }
    if not differences:
        return
    question, told = results.words.quoted(results.question_label(results.headline)), []
    halves = {
        (key[2], key[4]): row for key, row in _rows(results, "arrival_share").items() if key[3] == ARRIVAL
    }
    for key, row in differences.items():
        sides = [halves.get((key[2], half)) for half in (EARLY, LATE)]
        if row.clear and sides[0] is not None and sides[1] is not None:
            option = results.quoted(results.headline, key[2])
            early, late = (percent(side.estimate) for side in sides if side is not None)
            told.append(results.words("quality.arrival_one", option=option, early=early, late=late))
    place = "quality.arrival_clear" if told else "quality.arrival_unclear"
    yield results.words(place, question=question, options=results.words.clauses(told) if told else "")


def _days(results: Results) -> Iterator[str]:
    days = {key[2]: row.estimate for key, row in _rows(results, "day").items()}
    counted = [key for key in results.table if key[5] == "day" and key[0] == results.latest]
    if days:
        most = max(days, key=lambda day: days[day])
        day = results.words.days((date.fromisoformat(most), date.fromisoformat(most)))
        yield results.words("quality.days", n=len(counted), day=day, share=percent(days[most]))


def _unknown(results: Results) -> Iterator[str]:
    rows = {key[1]: row for key, row in _rows(results, "margin_unknown").items()}
    items = [
        results.words(
            "quality.unknown_one",
            margin=margin_name(results, tuple(name.split(" x "))),
            share=percent_tenth(row.estimate),
        )
        for name, row in rows.items()
    ]
    if items:
        yield results.words("quality.unknown", items=results.words.listed(items))


def table(results: Results) -> PrintedTable | None:
    """Return who was analysed in both waves and who was set aside in the latest; None where not known."""
    questions = dict.fromkeys(
        key[1] for key in results.table if key[5] == "composition" and key[0] == results.latest
    )
    if not questions:
        return None
    columns = [(wave, "analysed") for wave in results.waves[-2:]] + [(results.latest, "set_aside")]
    groups = []
    for question in questions:
        codes = dict.fromkeys(
            key[2] for key in results.table if key[5] == "composition" and key[1] == question
        )
        rows = tuple(
            (
                category_label(results, (question,), (code,)),
                *(
                    _cell(results, results.row("composition", question, code, wave=w, group=g))
                    for w, g in columns
                ),
            )
            for code in codes
        )
        groups.append(Group(results.question_label(question), rows))
    words = results.words
    heads = [words(f"quality.{group}", wave=results.wave_label(wave)) for wave, group in columns]
    return PrintedTable(
        words("quality.caption"),
        (words("quality.category"), *heads),
        tuple(groups),
        (words("quality.note", mark=words.mark("withheld")),),
        (1.9, *(1.0 for _ in columns)),
    )


def _cell(results: Results, row: Row | None) -> str:
    if row is None:
        return results.words.mark("absent")
    return results.words.mark("withheld") if row.suppressed else percent_number(row.estimate)


SECTION = Section("quality", texts=texts, table=table, keep_together=True, usual=False)
