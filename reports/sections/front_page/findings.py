"""The findings of page 1: shares, pairs of options, changes, groups that differ.

An order of two options is said from their paired difference, a group apart from the rest where the
comparison stands after Holm's adjustment; otherwise it is said that it is not clear.
"""

from __future__ import annotations

from reports.language.numbers import points
from reports.results.facts import base_wave, distinct_groups, groups_compared, level, suppressed_groups
from reports.results.results import Results
from reports.sections.front_page.headline import in_words, movement


def findings(results: Results) -> list[str]:
    """Return the findings of page 1, at most four, each of one or more sentences."""
    found = (_shares(results), _paired(results), _changes(results), _groups(results))
    return [results.words.sentences(sentences) for sentences in found if sentences]


def _shares(results: Results) -> list[str]:
    """Return for each of the last two waves a sentence with the leading shares in words."""
    words, sentences = results.words, []
    between, last = words.texts("finding.shares_join")
    for wave in results.waves[-2:]:
        parts: list[str] = []
        for code in results.lead:
            row = results.row("share", results.headline, code, wave=wave)
            if row is not None and not row.suppressed:
                place = "finding.shares_more" if parts else "finding.shares_first"
                option = results.quoted(results.headline, code)
                parts.append(words(place, share=in_words(results, code, wave), option=option))
        if parts:
            joined = last.join([between.join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
            place = "finding.shares" if len(results.waves) == 1 else "finding.shares_wave"
            people = results.asked(results.headline)
            sentences.append(words(place, wave=results.wave_label(wave), people=people, parts=joined))
    return sentences


def _paired(results: Results) -> list[str]:
    """Return a sentence for each pair of options that was compared on the same people."""
    words, sentences = results.words, []
    pairs = {
        key: row
        for key, row in results.table.items()
        if key[0] == results.latest
        and key[5] == "difference"
        and not key[3]
        and not (row.suppressed or row.doubtful)
    }
    adjusted = words.text("finding.paired_adjusted") if len(pairs) > 1 else ""
    for (_, question, pair, *_), row in pairs.items():
        first, second = pair.split(" - ")
        low, high = row.low, row.high
        if row.estimate < 0:
            first, second, low, high = second, first, -row.high, -row.low
        fields = {
            "first": results.quoted(question, first),
            "second": results.quoted(question, second),
            "range": words.range("points", low, high),
            "level": level(results),
            "adjusted": adjusted,
        }
        size = points(abs(row.estimate))
        sentences.append(
            words("finding.paired_clear", points=size.lstrip("+"), **fields)
            if row.clear
            else words("finding.paired_unclear", signed=size, **fields)
        )
    return sentences


def _changes(results: Results) -> list[str]:
    """Return a sentence on the changes that are clear, and one on those that are not, since each wave."""
    waves = filter(None, (results.previous, base_wave(results)))
    return [sentence for wave in waves for sentence in _since(results, wave)]


def _since(results: Results, earlier: str) -> list[str]:
    words, clear, unclear = results.words, [], []
    for code in results.lead:
        row = results.row("change", results.headline, code, wave=f"{results.latest} - {earlier}")
        if row is None or row.suppressed:
            continue
        option = results.flagged(row, results.quoted(results.headline, code))
        if row.clear:
            fields = {"range": words.range("points", row.low, row.high), **movement(results, row)}
            clear.append(words("finding.change_one", option=option, **fields))
        else:
            unclear.append(option)
    sentences, previous = [], results.wave_label(earlier)
    if clear:
        sentences.append(words("finding.change_clear", previous=previous, options=words.clauses(clear)))
    if unclear:
        sentences.append(words("finding.change_unclear", previous=previous, options=words.listed(unclear)))
    return sentences


def _groups(results: Results) -> list[str]:
    """Return sentences on the first leading option by group, and on what is suppressed."""
    if not results.by:
        return []
    words, by = results.words, results.by_noun
    suppressed = suppressed_groups(results)
    if len(suppressed) == len(results.groups()):
        return [words("finding.groups_withheld_all", by=by)]
    sentences = []
    if groups_compared(results):
        option = results.quoted(results.headline, results.lead[0])
        above, below = distinct_groups(results, results.lead[0])
        parts = [words("finding.groups_above", names=words.few(above))] if above else []
        parts += [words("finding.groups_below", names=words.few(below))] if below else []
        sentences.append(
            words("finding.groups_clear", option=option, by=by, parts=words.clauses(parts))
            if parts
            else words("finding.groups_unclear", option=option, by=by)
        )
    if suppressed:
        sentences.append(words("finding.groups_withheld", names=words.few(suppressed)))
    return sentences
