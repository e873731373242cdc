"""Rules on a questionnaire in two languages: what is missing in one, and numbers that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from survey.drafting.amounts import CHINESE, DIGITS
from survey.drafting.codebooks.codebook import Texts
from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form
from survey.drafting.lint.rules.bands import ENGLISH, NUMBER, TIMES
from survey.drafting.lint.words import bare, plain

LETTER = re.compile(r"[^\W\d_]")
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2,}")
AFTERNOON = re.compile(r"(\d{1,2})(?::\d\d)?\s*p\.?m\b", re.IGNORECASE)


def languages(form: Form) -> Iterator[Finding]:
    """Yield findings on texts that do not say the same in each declared language."""
    if len(form.languages) < 2:
        return
    for asked in form.asked:
        for texts in (asked.entry.texts, *(option.labels for option in asked.entry.options)):
            yield from _pair(asked, texts, form.languages)


def _pair(asked: Asked, texts: Texts, declared: Sequence[str]) -> Iterator[Finding]:
    known = dict(texts)
    lacking = [language for language in declared if not known.get(language, "").strip()]
    if lacking and any(LETTER.search(text) for text in known.values()):
        yield Finding("language_missing", asked, next(iter(known.values()), ""), lacking[0])
    for language, text in texts:
        if _copied(language, text) and language in declared:
            yield Finding("language_copy", asked, text, language)
    for a, b in combinations([known[language] for language in declared if known.get(language)], 2):
        if found := differing_numbers(a, b):
            yield Finding("language_numbers", asked, found)


def _copied(language: str, text: str) -> bool:
    """Say whether a text is in another writing than its language has."""
    outside = bare(text)
    own, other = {"zh": (HAN, LATIN), "en": (LATIN, HAN)}.get(language, (LETTER, HAN))
    if own is HAN:
        return not HAN.search(outside) and len(LATIN.findall(outside)) > 2
    return bool(other.search(outside))


def differing_numbers(a: str, b: str) -> str:
    """Return the numbers in which two texts differ, as "12 / 6"; "" if they do not, or one has no digits.

    A year is twelve months, 万 ten thousand, 4 pm 16; a number in words counts where it is found.
    """
    (digits_a, words_a), (digits_b, words_b) = _numbers(a), _numbers(b)
    if not digits_a or not digits_b:
        return ""
    only_a = [n for n in digits_a if not _is_in(n, digits_b | words_b)]
    only_b = [n for n in digits_b if not _is_in(n, digits_a | words_a)]
    if not (only_a or only_b):
        return ""
    return " / ".join(" ".join(f"{n:g}" for n in sorted(only)) or "–" for only in (only_a, only_b))


def _is_in(number: float, others: set[float]) -> bool:
    return bool({number, 12 * number, number / 12} & others)


def _numbers(text: str) -> tuple[set[float], set[float]]:
    """Return the numbers that a text has in digits, and in words."""
    text = AFTERNOON.sub(lambda m: str(int(m[1]) % 12 + 12), plain(text))
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    digits = {_value(found[0]) for found in re.finditer(NUMBER, text)}
    words = {float(DIGITS[found[0]]) for found in CHINESE.finditer(text)}
    words |= {float(ENGLISH[w]) for w in re.findall(r"[a-z]+", text.casefold()) if w in ENGLISH}
    return digits, words


def _value(text: str) -> float:
    sign = next((sign for sign in TIMES if sign in text), "")
    return float(re.sub(r"[^\d.]", "", text)) * TIMES.get(sign, 1)
