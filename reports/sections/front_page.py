"""Sentences made from estimates, in each language, and when not to make them.

A sentence says only what its interval supports: "up" and "down" where the interval of the
change leaves out 0, an order of two options from their paired difference, a group apart from
the rest where the comparison stands after Holm's adjustment; otherwise that it is not clear.
"""

from __future__ import annotations

from reports.language.numbers import percent, points, whole
from reports.language.phrases import phrase_for
from reports.results.facts import apart, compared, level, suppressed_groups, weighted
from reports.results.results import Results, Row
from reports.sections import sensitivity_text
from reports.sections.own_headline import checked


def caution(results: Results) -> str:
    """Return the box of page 1 on how to read the intervals."""
    alone = results.study.sample == "opt-in" and not weighted(results)
    kind = "opt-in_unweighted" if alone else results.study.sample
    told = [results.words(f"caution.{kind}", people=results.people())]
    told += [sensitivity_text.quotable(results), sensitivity_text.warning(results)]
    return results.words.sentences([sentence for sentence in told if sentence])


def headline(results: Results) -> str:
    """Return the sentence of page 1: the first lead option's share and how it changed, or a person's own."""
    table = results.study.briefing
    if table.has("headline_text"):
        return checked(table.label("headline_text").in_(results.language), results)
    words, code = results.words, results.lead[0]
    row = results.share(results.headline, code)
    option = results.quoted(results.headline, code)
    if row.suppressed:
        return _sentence(results, words("page1.headline_withheld", option=option))
    place = "page1.headline" if weighted(results) else "page1.headline_unweighted"
    text = words(place, share=in_words(results, row), people=results.asked(results.headline), option=option)
    moved = results.row("change", results.headline, code)
    if moved is not None and moved.note == "not_comparable":
        previous = results.wave_label(results.previous)
        return _sentence(results, text + words("page1.headline_unlike", previous=previous))
    if moved is None or moved.suppressed:
        return _sentence(results, text)
    previous = results.wave_label(results.previous)
    if not moved.clear:
        return _sentence(results, text + words("page1.headline_unclear", previous=previous))
    return _sentence(
        results,
        text
        + words(
            "page1.headline_change",
            previous=previous,
            direction=_direction(results, moved),
            points=points(abs(moved.estimate)).lstrip("+"),
        ),
    )


def in_words(results: Results, row: Row) -> str:
    """Return a share in words with its figure, "about eight in ten (80%)"; the figure alone if none fits."""
    phrase = phrase_for(row.estimate, row.low, row.high)
    if phrase is None:
        return percent(row.estimate)
    words = results.words
    return words(
        "fraction.with_figure", phrase=words.text(f"fraction.{phrase.key}"), figure=percent(row.estimate)
    )


def _sentence(results: Results, text: str) -> str:
    return text[:1].upper() + text[1:] + results.words.text("full_stop").strip()


def headline_note(results: Results) -> str:
    """Return the footnote to the headline: wording of the question and base."""
    question = results.study.questionnaire[results.headline]
    shares = [results.share(results.headline, c) for c in results.options(results.headline)]
    n = max((share.n for share in shares if not share.suppressed), default=0.0)
    place = "page1.note_multiple" if question.kind == "multiple" else "page1.note_single"
    note = [results.words(place, text=question.text.in_(results.language))]
    if n:
        note.append(results.words("page1.note_base", n=whole(n)))
    return results.words.sentences(note)


def tile_change(results: Results, code: str) -> str:
    """Return the line under a key figure: the change, or that it is not clear."""
    words, row = results.words, results.row("change", results.headline, code)
    if results.share(results.headline, code).suppressed:
        return words("page1.tile_withheld")
    if row is not None and row.note == "not_comparable":
        return words("page1.tile_unlike", previous=results.wave_label(results.previous))
    if row is None or row.suppressed:
        return words("page1.tile_new")
    fields = {
        "previous": results.wave_label(results.previous),
        "range": results.words.range("points", row.low, row.high),
    }
    if not row.clear:
        return words("page1.tile_unclear", signed=points(row.estimate), **fields)
    text = words(
        "page1.tile_change",
        direction=_direction(results, row),
        points=points(abs(row.estimate)).lstrip("+"),
        **fields,
    )
    return text[:1].upper() + text[1:]


def _direction(results: Results, row: Row) -> str:
    return results.words("page1.up" if row.estimate > 0 else "page1.down")


def findings(results: Results) -> list[str]:
    """Return the findings of page 1, at most four: shares, the first, changes, groups that differ."""
    found = (_shares(results), _paired(results), _changes(results), _groups(results))
    return [results.words.sentences(sentences) for sentences in found if sentences]


def _shares(results: Results) -> list[str]:
    """Return for each of the last two waves a sentence with the leading shares in words."""
    sentences = []
    for wave in results.waves[-2:]:
        parts: list[str] = []
        for code in results.lead:
            row = results.row("share", results.headline, code, wave=wave)
            if row is None or row.suppressed:
                continue
            option = results.quoted(results.headline, code)
            place = "finding.shares_more" if parts else "finding.shares_first"
            parts.append(results.words(place, share=in_words(results, row), option=option))
        if parts:
            place = "finding.shares" if len(results.waves) == 1 else "finding.shares_wave"
            sentences.append(
                results.words(
                    place,
                    wave=results.wave_label(wave),
                    people=results.asked(results.headline),
                    parts=_joined(parts, *results.words.texts("finding.shares_join")),
                )
            )
    return sentences


def _joined(parts: list[str], between: str, last: str) -> str:
    return last.join([between.join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _paired(results: Results) -> list[str]:
    """Return a sentence for each pair of options that was compared on the same people."""
    sentences = []
    for (wave, question, pair, by, _, measure), row in results.table.items():
        if measure != "difference" or wave != results.latest or by or row.suppressed:
            continue
        first, second = pair.split(" - ")
        low, high = (row.low, row.high) if row.estimate >= 0 else (-row.high, -row.low)
        if row.estimate < 0:
            first, second = second, first
        fields = {
            "first": results.quoted(question, first),
            "second": results.quoted(question, second),
            "range": results.words.range("points", low, high),
            "level": level(results),
        }
        size = points(abs(row.estimate))
        sentences.append(
            results.words("finding.paired_clear", points=size.lstrip("+"), **fields)
            if row.clear
            else results.words("finding.paired_unclear", signed=size, **fields)
        )
    return sentences


def _changes(results: Results) -> list[str]:
    words = results.words
    moved, unclear = [], []
    for code in results.lead:
        row = results.row("change", results.headline, code)
        if row is None or row.suppressed:
            continue
        option = results.quoted(results.headline, code)
        if row.clear:
            moved.append(
                words(
                    "finding.change_one",
                    option=option,
                    direction=_direction(results, row),
                    points=points(abs(row.estimate)).lstrip("+"),
                    range=results.words.range("points", row.low, row.high),
                )
            )
        else:
            unclear.append(option)
    previous = results.wave_label(results.previous) if results.previous else ""
    sentences = []
    if moved:
        sentences.append(
            words(
                "finding.change_clear",
                previous=previous,
                options=words.clauses(moved),
            )
        )
    if unclear:
        sentences.append(words("finding.change_unclear", previous=previous, options=words.listed(unclear)))
    return sentences


def _groups(results: Results) -> list[str]:
    """Return sentences on the first lead option by group, and on what is withheld."""
    if not results.by:
        return []
    words, by = results.words, results.question_label(results.by)
    option = results.quoted(results.headline, results.lead[0])
    sentences = []
    noun = results.words.noun(by)
    held = suppressed_groups(results)
    if len(held) == len(results.groups()):
        return [words("finding.groups_withheld_all", by=noun)]
    if compared(results):
        above, below = apart(results, results.lead[0])
        parts = [words("finding.groups_above", names=words.few(above))] if above else []
        parts += [words("finding.groups_below", names=words.few(below))] if below else []
        sentences.append(
            words("finding.groups_clear", option=option, by=noun, parts=words.listed(parts))
            if parts
            else words("finding.groups_unclear", option=option, by=noun)
        )
    if held:
        sentences.append(words("finding.groups_withheld", names=words.few(held)))
    return sentences


def share_text(results: Results, code: str) -> str:
    """Return an option's share and interval for alternative text."""
    row = results.share(results.headline, code)
    label = results.option_label(results.headline, code)
    if row.suppressed:
        return results.words("page1.alt_withheld", option=label)
    return results.words(
        "page1.alt_value",
        option=label,
        share=percent(row.estimate),
        range=results.words.range("percent", row.low, row.high),
    )
