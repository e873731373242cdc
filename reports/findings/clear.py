"""The clear results of all questions, groupings and waves, each as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from reports.findings.finding import Finding, Kind
from reports.language.numbers import percent, points
from reports.language.words import capitalised
from reports.results.naming import called, other_groups, says
from reports.results.results import Key, Results, Row

Pair = TypeVar("Pair")
Rows = list[tuple[Key, Row]]
COMPARED = ("difference_from_rest", "mean_difference_from_rest")
NAMED = 2  # groups in the first sentence on an option
# What a clear difference is a finding of, by its measure and whether it is of a group.
KINDS: dict[tuple[str, bool], Kind] = {
    ("change", False): "change",
    ("change", True): "change_in_groups",
    ("trend", False): "trend",
    ("difference", False): "pair",
    ("difference_from_rest", True): "groups",
}


def clear_findings(results: Results) -> list[Finding]:
    """Return a finding for every clear change, group apart from the rest and pair of options, in any order.

    Rows of one question, option, grouping and wave make one sentence. Nothing is said of a row that may not
    be printed.
    """
    together: dict[tuple[Kind, str, str, str, str], Rows] = {}
    for key, row in results.table.items():
        wave, question, option, by, _, measure = key
        kind = KINDS.get((measure, bool(by)))
        if kind is not None and row.clear:
            together.setdefault((kind, wave, question, _said(results, question, option), by), []).append(
                (key, row)
            )
    found = []
    for (kind, wave, question, option, by), rows in together.items():
        told = [(key, row) for key, row in rows if key[2] == option]
        # Of two options that are all there are, the second says the same; it alone may be clear.
        told, option = (told, option) if told else (rows, rows[0][0][2])
        for part in told_apart(told, lambda pair: pair[1].estimate):
            sentence = _sentence(results, kind, wave, question, option, by, part)
            same = [pair for pair in rows if pair[0][4] in {key[4] for key, _ in part}]
            if sentence:
                found.append(_finding(results, kind, wave, same, sentence))
    return found


def told_apart(rows: list[Pair], size: Callable[[Pair], float]) -> list[list[Pair]]:
    """Return the rows of one sentence, and where there are more than two groups those of a second one.

    The first has the group furthest above and that furthest below, or the two furthest of one side.
    """
    if len(rows) <= NAMED:
        return [rows]
    furthest = sorted(rows, key=lambda pair: -abs(size(pair)))
    turned = [pair for pair in furthest if (size(pair) > 0) != (size(furthest[0]) > 0)]
    first = [furthest[0], (turned or furthest[1:])[0]]
    return [first, [pair for pair in furthest if pair not in first]]


def _finding(results: Results, kind: Kind, wave: str, rows: Rows, sentence: str) -> Finding:
    """Return a finding, begun with its wave where that is not the last."""
    later, _, earlier = wave.partition(" - ")
    if kind == "change" and later == results.latest and earlier not in ("", results.previous or earlier):
        kind = "since_base"
    sentence = capitalised(sentence)
    if later != results.latest and kind != "trend":
        sentence = results.words("finding.in_wave", wave=results.wave_label(later), sentence=sentence)
    size = max(abs(row.estimate) for _, row in rows)
    return Finding(kind, tuple(key for key, _ in rows), size, sentence, any(row.doubtful for _, row in rows))


def _said(results: Results, question: str, option: str) -> str:
    """Return the option that a sentence is about: of a single question's two options the first."""
    asked = results.study.questionnaire[question]
    return asked.codes[0] if asked.kind == "single" and len(asked.codes) == 2 else option


def _sentence(
    results: Results, kind: Kind, wave: str, question: str, option: str, by: str, rows: Rows
) -> str:
    if kind == "pair":
        return _pair(results, question, option, rows[0][1])
    if kind == "trend":
        return _line(results, question, option, rows[0][1])
    later, _, earlier = wave.partition(" - ")
    if kind == "change":
        return _change(results, question, option, rows[0][1], later, earlier)
    phrase = says(results, question, option)
    if kind == "change_in_groups":
        fields = {"says": phrase, "previous": results.wave_label(earlier)}
        parts = _parts(results, by, rows, "moved", fields)
        return results.words("finding.change_in_groups", parts=parts, **fields)
    if len(groups := _groups(results, rows[0][0])) == 2:
        return _two_groups(results, by, groups, rows, phrase)
    fields = {"says": phrase, "others": other_groups(results, by)}
    parts = _parts(results, by, rows, "apart", fields)
    return results.words("finding.groups", parts=parts, **fields)


def _groups(results: Results, key: Key) -> list[str]:
    """Return the groups that have a row beside this one."""
    wave, question, option, by, _, measure = key
    codes = results.study.questionnaire[by].codes
    return [code for code in codes if (wave, question, option, by, code, measure) in results.table]


def _parts(results: Results, by: str, rows: Rows, form: str, fields: dict[str, str]) -> str:
    """Return the groups that are above or rose, then those below or fell, each with its points."""
    parts: list[str] = []
    for way, sign in (("up", 1), ("down", -1)):
        moved = [(key, row) for key, row in rows if sign * row.estimate > 0]
        chosen = sorted(moved, key=lambda pair: -abs(pair[1].estimate))
        if chosen:
            group = called(results, by, [(key[4], _with_points(results, row)) for key, row in chosen])
            place = f"finding.{form}_{way}" + ("" if parts else "_first")
            parts.append(results.words(place, group=group, **fields))
    return results.words.text("finding.parts_join").join(parts)


def _with_points(results: Results, row: Row) -> str:
    """Return what the name of a group is filled into: "{name} (+5 points)", after the mark where doubtful."""
    return results.flagged(row, results.words("finding.item", name="{name}", signed=points(row.estimate)))


def _two_groups(results: Results, by: str, groups: Sequence[str], rows: Rows, phrase: str) -> str:
    """Return the sentence on two groups, of which the one is the rest of the other."""
    key, row = rows[0]
    other = next(group for group in groups if group != key[4])
    higher, lower = (key[4], other) if row.estimate > 0 else (other, key[4])
    first, second = (called(results, by, [(group, "{name}")]) for group in (higher, lower))
    size = points(abs(row.estimate)).lstrip("+")
    return results.flagged(
        row, results.words("finding.two_groups", first=first, second=second, says=phrase, points=size)
    )


def _change(results: Results, question: str, option: str, row: Row, later: str, earlier: str) -> str:
    """Return the sentence on a change in the whole sample, with the share it led to."""
    share = results.printed("share", question, option, wave=later)
    if share is None:
        return ""
    place = "finding.rose" if row.estimate > 0 else "finding.fell"
    fields = {
        "people": results.asked(question),
        "says": says(results, question, option),
        "previous": results.wave_label(earlier),
        "share": percent(share.estimate),
        "points": points(abs(row.estimate)).lstrip("+"),
    }
    return results.flagged(row, capitalised(results.words(place, **fields)))


def _line(results: Results, question: str, option: str, row: Row) -> str:
    """Return the sentence on a share that rises or falls along a straight line through all waves."""
    place = "finding.line_up" if row.estimate > 0 else "finding.line_down"
    fields = {"people": results.asked(question), "says": says(results, question, option)}
    size = points(abs(row.estimate)).lstrip("+")
    text = results.words(place, n=len(results.waves), points=size, **fields)
    return results.flagged(row, capitalised(text))


def _pair(results: Results, question: str, pair: str, row: Row) -> str:
    first, second = pair.split(" - ")
    if row.estimate < 0:
        first, second = second, first
    fields = {"first": says(results, question, first), "second": says(results, question, second)}
    size = points(abs(row.estimate)).lstrip("+")
    text = results.words("finding.pair", people=results.asked(question), points=size, **fields)
    return results.flagged(row, capitalised(text))


def undivided(results: Results) -> Iterator[Finding]:
    """Yield for each question that no group of it differs from the rest, where groups were compared."""
    compared: dict[str, dict[str, Rows]] = {}
    for key, row in results.table.items():
        if key[5] in COMPARED and key[0] == results.latest and not row.suppressed:
            compared.setdefault(key[1], {}).setdefault(key[3], []).append((key, row))
    for question, spans in compared.items():
        same = {by: rows for by, rows in spans.items() if not any(row.clear for _, row in rows)}
        if not same:
            continue
        names = results.words.either([results.words.noun(results.question_label(by)) for by in same])
        label = results.words.noun(results.question_label(question))
        text = results.words("finding.undivided", names=names, question=label)
        keys = tuple(key for rows in same.values() for key, _ in rows)
        yield Finding("none", keys, 0.0, capitalised(text))
