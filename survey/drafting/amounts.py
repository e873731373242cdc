"""The order of labels that name amounts: 0-799元, 800-1499元, 3500元及以上, 1-2次, under 500."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from math import inf

from survey.messages.lines import Line, line
from survey.text import normalised

# What is denied is tried before what is not: 不超过 before 超过.
AT_MOST = re.compile(
    r"不超过|不多于|不高于|不大于|[至最]多|不到|不足|不满|未满|少于|低于|小于|[及或]?以[下内前]|之内|[≤<]|"
    r"\bup to\b|\bat most\b|\b(?:or|and)? ?(?:under|below|less|fewer|younger)\b(?: than)?"
)
AT_LEAST = re.compile(
    r"不少于|不低于|不小于|[至最]少|超过|高于|多于|大于|[及或]?以[上后]|[及或]更多|[≥>+]|\bat least\b|"
    r"\b(?:or|and)? ?(?:over|above|more|older)\b(?: than)?"
)
NOTHING = re.compile(r"没有|无|从不|从没有?|从未|never|none")
CHINESE = re.compile(
    r"[一二两三四五六七八九十半](?=个|次|岁|周岁|年|月|天|周|人|孩|名|套|辆|元|万|千|百|小时|[及或]?以|[及或]更)"
)
DIGITS = {**{sign: str(i) for i, sign in enumerate("一二三四五六七八九十", 1)}, "两": "2", "半": "0.5"}
QUANTITY = re.compile(
    r"(\d{1,3}(?:,\d{3})+(?!\d)|\d+)(\.\d+)?\s*(百|千|万|k(?![a-z]))?\s*(周岁|岁|年|个月|月龄|月|years?|months?)?"
)
TIMES = {"百": 100, "千": 1000, "万": 10_000, "k": 1000}
YEARS, MONTHS = {"周岁", "岁", "年", "year", "years"}, re.compile(r"\d\s*(?:个月|月|months?)")
RANGE = re.compile(r"(?:[-–—~…]+|\.{2,3}|[至到]|\b(?:to|and)\b)")
FILLER = re.compile(r"不?含|大?约|左右|\b(?:between|from|about|aged?|old|of|the)\b")
# 1.000 is a thousand or one, 2m two millions or metres; "no less than" is not less than.
UNCERTAIN = re.compile(r"\d\.\d{3}\b|\d\s?m\b|\bno (?:more|less|fewer)\b")
# A, B, C or 1, 2, 3 before the label; not the 1 of 1.5 or of 1:3.
LISTED = re.compile(r"[(]?(?:(\d{1,2})|([a-z]))(?:[)、]|[.:](?!\d))")


def by_amount(labels: Sequence[str]) -> list[int] | None:
    """Return the places of labels in rising order of what they name; None where that is not certain.

    Certain is what has an amount or a range in every label, in one unit, of which no two overlap; or a
    number or letter of a list in front of every label.
    """
    marks = [LISTED.match(normalised(label)) for label in labels]
    listed = [(int(m[1]) if m[1] else ord(m[2])) for m in marks if m]
    if len(set(listed)) == len(labels):
        return sorted(range(len(labels)), key=listed.__getitem__)
    return by_range(labels)


def by_range(labels: Sequence[str]) -> list[int] | None:
    """Return the places of labels as `by_amount` does, by their amounts and ranges alone."""
    if any(UNCERTAIN.search(normalised(label)) for label in labels):
        return None
    texts = [CHINESE.sub(lambda match: DIGITS[match[0]], normalised(label)) for label in labels]
    year = 12 if any(map(MONTHS.search, texts)) else 1
    found = [_range(text, year) for text in texts]
    ranges = [(low, high) for low, high, _ in filter(None, found)]
    units = {unit for _, _, unit in filter(None, found) if unit}
    if len(ranges) < len(labels) or len(labels) < 2 or len(units) > 1:
        return None
    if year > 1 and any(low > 0 and not unit for low, _, unit in filter(None, found)):
        return None  # months or years?
    order = sorted(range(len(labels)), key=ranges.__getitem__)
    apart = all(ranges[a][1] <= ranges[b][0] and ranges[a] != ranges[b] for a, b in pairwise(order))
    return order if apart else None


def _range(text: str, year: int) -> tuple[float, float, frozenset[str]] | None:
    """Return the smallest and largest amount of a label, and the words beside them; None if it has none."""
    if NOTHING.fullmatch(text):
        return 0.0, 0.0, frozenset()
    most, text = bool(AT_MOST.search(text)), AT_MOST.sub(" ", text)
    least, text = bool(AT_LEAST.search(text)), AT_LEAST.sub(" ", text)
    quantities = list(QUANTITY.finditer(text))
    if len(quantities) not in (1, 2):
        return None
    first, last = quantities[0], quantities[-1]
    between = text[first.end() : last.start()] if first is not last else ""
    words = [text[: first.start()], RANGE.sub(" ", between), text[last.end() :]]
    unit = frozenset(
        word[:3] if word.isascii() else word
        for part in words
        for word in re.findall(r"[a-z]+|[^\W\d_a-z]+", FILLER.sub(" ", part))
    )
    unit |= frozenset(["time"] if last[4] else [])
    high = _value(last, last, year)
    if first is last:
        return None if most and least else (-inf if most else high, inf if least else high, unit)
    low = _value(first, last, year)
    low = low if low <= high else _value(first, first, year)
    if low > high or most != least or not (most or RANGE.search(between)):
        return None
    return low, high, unit


def _value(quantity: re.Match[str], scale: re.Match[str], year: int) -> float:
    """Return an amount; where it has no 万 or 岁 of its own, with that of `scale`, as in 1-2万."""
    number = float(quantity[1].replace(",", "") + (quantity[2] or ""))
    times, unit = quantity[3] or scale[3], quantity[4] or scale[4]
    return number * TIMES.get(times, 1) * (year if unit in YEARS else 1)


def thousands_in(texts: Sequence[str]) -> tuple[str, tuple[Line, ...]]:
    """Return what groups thousands in amounts, "" for nothing, and a note on what commas are taken for."""
    grouped = [text for text in texts if "," in text]
    if not grouped or not all(re.search(r"^[^.]*\d,\d{3}(?!\d)", text) for text in grouped):
        return "", ()  # before decimals, or nowhere: the reader tells them apart, and says so
    if all(re.match(r"\d{3},", text) for text in grouped):  # as codes packed in one cell have
        return "", (line("draft.packed", cell=grouped[0]),)
    return ",", (line("draft.comma", cell=grouped[0]),)
