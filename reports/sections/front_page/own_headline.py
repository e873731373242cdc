"""A headline that a person wrote, held against the estimates clause by clause (docs/wording.md).

It is refused where a number is not among the printed ones, a fraction in words is not true, or it says
up, down or first of what is not clearly so. A cause, a whole population or a rank, which volunteers'
answers do not show, takes a reason of the publisher's, which is printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reports.language.grammar import claims_in_any_language
from reports.language.numbers import percent_number, percent_tenth, points, whole
from reports.language.phrases import EXACT, PHRASES
from reports.results.results import Results, Row
from survey.errors import StudyError, shown
from survey.text import normalised

CLAUSE = re.compile(r"[，；。！？;!?]|,(?!\d)|\.(?!\d)")
NUMBER = re.compile(r"\d+(?:[,]\d{3})*(?:\.\d+)?")
CLAIMS = claims_in_any_language()
PERCENT = re.compile(rf"(\d+(?:\.\d+)?)\s*(?:{CLAIMS.percent})")
POINTS = re.compile(rf"(\d+(?:\.\d+)?)\s*(?:{CLAIMS.points})")
LOOSE = re.compile(CLAIMS.fraction)
UP, DOWN, FIRST, NEVER, MAJORITY = (
    re.compile(claim, re.IGNORECASE)
    for claim in (CLAIMS.up, CLAIMS.down, CLAIMS.first, CLAIMS.never, CLAIMS.majority)
)
UNLICENSED = {
    "states a cause": re.compile(CLAIMS.cause, re.IGNORECASE),
    "speaks of everybody": re.compile(CLAIMS.everybody, re.IGNORECASE),
    "states a rank": re.compile(CLAIMS.rank, re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Named:
    """What a clause speaks of: options by question and code, groups, waves; empty where it names none."""

    options: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]
    waves: tuple[str, ...]


def checked(text: str, results: Results) -> str:
    """Return the headline as it stands.

    Raises
    ------
    StudyError
        Naming the clause and what in it the estimates do not bear out, or what takes a reason.
    """

    def named_in(clause: str, name: str) -> Iterator[tuple[str, str]]:
        for option in results.study.questionnaire[name].options:
            if any(_has(clause, label) for _, label in option.label.texts):
                yield name, option.code

    options: tuple[tuple[str, str], ...] = ()
    for part in filter(None, map(str.strip, CLAUSE.split(text))):
        clause = unicodedata.normalize("NFKC", part)
        # A clause without an option speaks of those of the clause before it.
        options = tuple(pair for q in results.questions() for pair in named_in(clause, q.id)) or options
        groups = tuple(named_in(clause, results.by)) if results.by else ()
        waves = tuple(wave for wave in results.waves if _has(clause, results.wave_label(wave)))
        problem = next(_problems(clause, Named(options, groups, waves), results), None)
        if problem is not None:
            raise StudyError(
                results.study.briefing.where("headline_text"),
                key="briefing.headline_wrong",
                clause=shown(clause),
                fault=problem,
            )
    claims = unlicensed_claims(text, results)
    if claims and not results.study.briefing.has("unlicensed"):
        raise StudyError(
            results.study.briefing.where("headline_text"), key="briefing.headline_unlicensed", claims=claims
        )
    return text


def unlicensed_claims(text: str, results: Results) -> list[str]:
    """Return what a headline claims that answers of volunteers do not show, each with its word.

    Labels of the study's options, and what the respondents are called, are not the headline's own words.
    """
    if results.study.sample != "opt-in":
        return []
    rest = unicodedata.normalize("NFKC", text)
    questions = [*results.questions(), *([results.study.questionnaire[results.by]] if results.by else [])]
    labels = {label for q in questions for option in q.options for _, label in option.label.texts}
    for label in sorted({*labels, results.people()}, key=len, reverse=True):
        if any(of.search(label) for of in UNLICENSED.values()):
            rest = re.sub(
                re.escape(unicodedata.normalize("NFKC", label)), "\u3001", rest, flags=re.IGNORECASE
            )
    rest = FIRST.sub(" ", rest)  # which is held against the estimates
    return [f'says "{word[0]}", which {what}' for what, of in UNLICENSED.items() if (word := of.search(rest))]


def _has(clause: str, text: str) -> bool:
    return normalised(text) in normalised(clause)


def _problems(clause: str, named: Named, results: Results) -> Iterator[str]:
    if results.study.sample == "opt-in" and (word := NEVER.search(clause)):
        yield f'says "{word[0]}", which a volunteer sample has not'
    shares = [*_rows(results, named, ("share",))]
    rows = [row for _, row in shares]
    for number in PERCENT.findall(clause):
        ends = (value for row in rows for value in (row.estimate, row.low, row.high))
        if not any(number in (percent_number(value), percent_tenth(value)) for value in ends):
            printed = [
                f"{results.option_label(key[1], key[2])} is {percent_number(row.estimate)}%"
                for key, row in shares
                if named.options and key[0] == results.latest
            ]
            yield f"gives {number}%, and {', '.join(printed[:3]) or 'no printed share is that'}"
    yield from _fractions(clause, rows, results)
    changes = [row for _, row in _rows(results, named, ("change",))]
    for pattern, sign in ((UP, 1), (DOWN, -1)):
        word = pattern.search(clause)
        if word and not any(row.clear and sign * row.estimate > 0 for row in changes):
            yield f'says "{word[0]}", and no change in it is clear in that direction'
    moved = [*changes, *(row for _, row in _rows(results, named, ("difference",)))]
    for number in POINTS.findall(clause):
        if not any(row.clear and number == points(abs(row.estimate)).lstrip("+") for row in moved):
            yield f"gives {number} points, and no clear change or difference is that"
    word = MAJORITY.search(FIRST.sub(" ", clause))
    if word and not any(row.low > 0.5 for row in rows):
        yield f'says "{word[0]}", and no share in it is clearly above a half'
    word = FIRST.search(clause)
    if word and not any(first_clearly(results, *pair) for pair in named.options):
        yield f'says "{word[0]}", and it was not clearly chosen more often than each other answer'
    yield from _others(clause, results)


def _rows(results: Results, named: Named, measures: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Row]]:
    """Yield the printed rows that a clause may speak of."""
    for key, row in results.table.items():
        wave, question, option, by, group, measure = key
        if measure not in measures or row.suppressed:
            continue
        if named.options and not {(question, code) for code in option.split(" - ")} & {*named.options}:
            continue
        if measure == "share" and wave not in (named.waves or (results.latest,)):
            continue
        if (by, group) not in named.groups if by else named.groups:
            continue
        yield key, row


def _fractions(clause: str, rows: Iterable[Row], results: Results) -> Iterator[str]:
    """Yield what is wrong with the fractions in words; the longest phrase at a place is the one meant."""
    rest, known = clause, list(rows)
    worded = {
        results.words.text(f"fraction.{phrase.key}"): lambda row, phrase=phrase: phrase.allows(
            row.estimate, row.low, row.high
        )
        for phrase in PHRASES
    } | {
        results.words.text(f"exact.{key}"): lambda row, number=number: percent_number(row.estimate) == number
        for key, number in EXACT.items()
    }
    for words in sorted(worded, key=len, reverse=True):
        # With or without the hyphen: "two-thirds" and "two thirds".
        pattern = re.compile(re.escape(words).replace(r"\-", "[- ]"), re.IGNORECASE)
        if (said := pattern.search(rest)) is None:
            continue
        rest = pattern.sub(" ", rest)
        if not any(worded[words](row) for row in known):
            yield f'says "{said[0]}", which is not true of a share with its interval'
    if loose := LOOSE.search(rest):
        yield f'says "{loose[0]}", which is no phrase of docs/wording.md'


def first_clearly(results: Results, question: str, code: str) -> bool:
    """Say whether an option was clearly chosen more often than each other one, by the same people's answers.

    In results of a former version, which have no such test, whether its interval lies above all others.
    """
    top = results.row("share", question, code)
    rest = {other: results.share(question, other) for other in results.options(question) if other != code}
    if top is None or not rest or any(row.suppressed for row in (top, *rest.values())):
        return False
    tests = [results.row("difference_from_first", question, f"{code} - {other}") for other in rest]
    if any(key[5] == "difference_from_first" for key in results.table):
        return all(row is not None and not row.suppressed and row.low > 0 for row in tests)
    return all(row.high < top.low for row in rest.values())


def _others(clause: str, results: Results) -> Iterator[str]:
    """Yield numbers that are neither shares nor points nor the study's own."""
    rest = POINTS.sub(" ", PERCENT.sub(" ", clause))
    study = results.study
    texts = [*study.title.texts, *study.population.texts]
    texts += [pair for wave in study.waves for pair in (("", wave.id), *wave.label.texts)]
    texts += [pair for q in results.questions() for o in q.options for pair in o.label.texts]
    own = {number for _, text in texts for number in NUMBER.findall(text)}
    for wave in study.waves:
        own |= {str(part) for day in wave.fieldwork or () for part in (day.year, day.month, day.day)}
    for history in results.estimates.histories.values():
        flow = history.flow
        counts = [history.weighting.n, *((flow.returned, flow.analysed) if flow else ())]
        own |= {form for n in counts for form in (whole(n), str(int(n)))}
    for number in NUMBER.findall(rest):
        if number not in own:
            yield f"gives {number}, which is no number of the study"
