"""What a review of quality asks: weights, influence, arrival, gaps, and who was set aside (methods 4.9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain

from analysis.estimates import KEYS
from analysis.study.arrival import ARRIVAL, EARLY, LATE, PLATFORM_CHANNEL
from reports.language.numbers import decimal, percent, percent_number, percent_tenth, points, whole
from reports.results.facts import category_label, margin_name
from reports.results.results import Key, Results, Row
from reports.sections.section import Block, Printing, Section, bullets, paragraphs
from reports.sections.table import Group, PrintedTable
from survey.study.placeholders import HAN, HAN_LANGUAGE


def texts(printing: Printing) -> Iterator[Block]:
    """Yield what there is to say: a list where the study file lists the section, else one paragraph."""
    results = printing.results
    parts = (_influence(results), _arrival(results), _channels(results), _days(results))
    if _listed(results):
        weights = (_weights(results, wave) for wave in results.waves[-2:])
        yield from bullets([*chain(*weights, *parts, _unknown(results))])
    elif found := [*chain(_weights(results, results.latest), *parts, _widest_gap(results))]:
        yield from paragraphs([results.words.sentences(found)])


def _listed(results: Results) -> bool:
    """Say whether the study file lists its sections: this one then has all, with its table."""
    return results.study.briefing.has("sections")


def _rows(results: Results, measure: str, wave: str = "") -> dict[Key, Row]:
    """Return the rows of a measure that may be printed, of the latest wave unless named."""
    at = wave or results.latest
    return {
        key: row
        for key, row in results.table.items()
        if key[KEYS.index("measure")] == measure and key[0] == at and not row.suppressed
    }


def _weights(results: Results, wave: str) -> Iterator[str]:
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


def _channels(results: Results) -> Iterator[str]:
    """Yield for each question of channels how many came through which, and whether their answers differ."""
    words = results.words
    shares, differences = (
        {key: row for key, row in _rows(results, measure).items() if key[1] == results.headline}
        for measure in ("channel_share", "channel_difference")
    )
    question = words.quoted(results.question_label(results.headline))
    for by in dict.fromkeys(key[3] for key in shares):
        people = {key[4]: row.n for key, row in shares.items() if key[3] == by}
        known = {group: _channel(results, by, group, place) for place, group in enumerate(people, 1)}
        names = [words("quality.channel_one", channel=known[c], n=whole(people[c])) for c in people]
        told = [
            words(
                "quality.channel_differs",
                option=results.quoted(results.headline, key[2]),
                channel=known[key[4]],
                share=percent(shares[(*key[:5], "channel_share")].estimate),
                range=words.range("points", row.low, row.high),
                points=points(row.estimate),
            )
            for key, row in differences.items()
            if key[3] == by and row.clear and (*key[:5], "channel_share") in shares
        ]
        place = "quality.channels_clear" if told else "quality.channels_unclear"
        yield words(
            place, names=words.listed(names), question=question, options=words.clauses(told) if told else ""
        )


def _channel(results: Results, by: str, group: str, place: int) -> str:
    """Return the name of a channel: an option's label, or the platform's in the words of the language."""
    words = results.words
    if by != PLATFORM_CHANNEL:
        return results.option_label(by, group)
    name = words.mapping("channels").get(group, group)
    foreign = words.language != HAN_LANGUAGE and HAN.search(name) is not None
    return words("quality.channel_unnamed", number=place) if foreign else name


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


def _widest_gap(results: Results) -> Iterator[str]:
    """Yield the category by which those set aside differ most from those analysed."""
    rows = _rows(results, "composition")
    gaps = {
        key: abs(row.estimate - analysed.estimate)
        for key, row in rows.items()
        if key[4] == "set_aside" and (analysed := rows.get((*key[:4], "analysed", key[5]))) is not None
    }
    if gaps:
        key = max(gaps, key=lambda name: gaps[name])
        yield results.words(
            "quality.widest_gap",
            wave=results.wave_label(results.latest),
            question=results.words.noun(results.question_label(key[1])),
            category=results.quoted(key[1], key[2]),
            aside=percent(rows[key].estimate),
            analysed=percent(rows[(*key[:4], "analysed", key[5])].estimate),
        )


def table(results: Results) -> PrintedTable | None:
    """Return who was analysed in both waves and who was set aside in the latest.

    None where that is not known, and in a briefing that does not list the section: a sentence says it then.
    """
    questions = dict.fromkeys(
        key[1] for key in results.table if key[5] == "composition" and key[0] == results.latest
    )
    if not questions or not _listed(results):
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


SECTION = Section("quality", texts=texts, table=table, keep_together=True)
