"""Rules on bands of amounts: overlaps, gaps, ends, units, order, and whether population figures have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import Literal

from survey.drafting.amounts import CHINESE, DIGITS
from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form, Said
from survey.drafting.lint.words import Words

# How an end counts: with its number, without it, or as the reader takes it (以上, 以下).
End = Literal["in", "out", "unclear"]
TIMES = {"百": 100, "千": 1000, "万": 10_000, "k": 1000}
NUMBER = r"\d+(?:\.\d+)?\s*(?:百|千|万|k(?![a-z]))?"
ENGLISH = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "once": "1", "twice": "2", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
FEWEST, FEWEST_RANGES = 3, 2
TINY = 1e-6  # of a step that decimals make inexact


@dataclass(frozen=True, slots=True)
class Band:
    """The amounts that a label covers.

    Attributes
    ----------
    low_end, high_end : {"in", "out", "unclear"}
        How its ends count.
    step : float
        What may lie between it and the next without a gap: 1, or the last decimal of a number such as 11.9万.
    """

    label: str
    low: float
    high: float
    low_end: End = "in"
    high_end: End = "in"
    step: float = 1.0

    @property
    def is_range(self) -> bool:
        """Whether it covers more than one number."""
        return self.low < self.high


def bands_of(said: Said) -> list[Band]:
    """Return the bands of a question in the order shown; none where its options are no bands."""
    clock = any(said.words.find("bands.clock", label) for label in said.labels)
    unsure = {*said.labels_with("scales.dont_know"), *said.labels_with("scales.refusal")}
    found = [None if clock or i in unsure else band(t, said.words) for i, t in enumerate(said.labels)]
    bands = [b for b in found if b is not None]
    rest = [label for label, b in zip(said.labels, found, strict=True) if b is None]
    known = [label for label in rest if _is_apart(label, said.words)]
    units = {_unit(b.label, said.words) for b in bands} - {""}
    in_months = any(said.words.find("bands.months", unit) for unit in units)
    mixed = len(units) > (2 if in_months and all(_is_age(u, said.words) for u in units) else 1)
    ranges = sum(b.is_range for b in bands)
    if len(bands) < FEWEST or ranges < FEWEST_RANGES or len(rest) > len(known) + 1 or mixed:
        return []
    if any(b.low == b.high == 0 for b in bands):  # what is under an amount begins above nothing
        bands = [replace(b, low=0.0, low_end="out") if b.low == -inf else b for b in bands]
    if in_months and len(units) > 1:
        bands = [_in_months(b, said.words) for b in bands]
    return bands


def _is_apart(label: str, words: Words) -> bool:
    names = ("scales.dont_know", "scales.refusal", "options.other", "options.none", "bands.apart")
    return any(words.find(name, label) for name in names)


def _unit(label: str, words: Words) -> str:
    found = words.patterns["bands.unit"].findall(label)
    return re.sub(r"^周岁$", "岁", found[-1].casefold()).rstrip("s") if found else ""


def _is_age(unit: str, words: Words) -> bool:
    return bool(words.find("bands.months", unit) or words.find("bands.years", unit))


def _in_months(b: Band, words: Words) -> Band:
    if words.find("bands.months", b.label) or not words.find("bands.years", b.label):
        return b
    return Band(b.label, 12 * b.low, 12 * b.high, b.low_end, b.high_end)


def band(label: str, words: Words) -> Band | None:
    """Return what a label covers; None where it names no amount, or more than a range of two."""
    text = CHINESE.sub(lambda m: DIGITS[m[0]], label.casefold())
    text = re.sub(r"\b(" + "|".join(ENGLISH) + r")\b", lambda m: ENGLISH[m[0]], text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    if words.find("bands.ago", text):  # three months ago, or longer?
        return None
    if words.find("bands.zero", text):
        return Band(label, 0.0, 0.0)
    parts = [*re.finditer(NUMBER, text)]
    ranged = re.search(rf"({NUMBER})({words.patterns['bands.range'].pattern})({NUMBER})", text, re.IGNORECASE)
    if ranged and len(parts) == 2:
        return _range(label, text, ranged, words)
    if len(parts) == 2 and words.find("bands.over", text) and words.find("bands.under", text):
        return Band(label, _value(parts[0][0]), _value(parts[1][0]), "out", "out")
    if len(parts) != 1:
        return None
    value = _value(parts[0][0])
    if words.find("bands.from_", text):
        return Band(label, value, inf)
    if words.find("bands.over", text):
        return Band(label, value, inf, _end("以", text))
    if words.find("bands.up_to", text):
        return Band(label, -inf, value)
    if words.find("bands.under", text):
        return Band(label, -inf, value, "in", _end("以", text))
    alone = re.sub(NUMBER, "", text)
    return Band(label, value, value) if len(alone.strip()) <= len("个月及其他") * 2 else None


def _end(mark: str, text: str) -> End:
    """Return how an end counts beside its number: 以上 and 以下 are taken either way."""
    return "unclear" if mark in text else "out"


def _range(label: str, text: str, found: re.Match[str], words: Words) -> Band:
    low_text, joint, high_text = found[1], found[2], found[3]
    after = text[found.end() : found.end() + 8]
    factor = next((sign for sign in TIMES if sign in high_text and not any(t in low_text for t in TIMES)), "")
    low, high = _value(low_text), _value(high_text)
    low = low * TIMES[factor] if factor and low < high and low * TIMES[factor] <= high else low
    if words.find("bands.months", joint) and words.find("bands.years", after):
        high *= 12  # 6个月～1岁
    low_end: End = "out" if words.find("bands.excluded", joint) else "in"
    under = words.find("bands.under", joint) or words.find("bands.excluded", after)
    # Where the lower end alone is said to be included, the upper one is not.
    only_low = words.find("bands.included", joint) and not words.find("bands.included", after)
    step = max(1.0, _step(low_text), _step(high_text))
    only_high = words.find("bands.included", after) and not words.find("bands.included", joint)
    ends: tuple[End, End] = "out" if only_high else low_end, "out" if under or only_low else "in"
    return Band(label, low, high, *ends, step)


def _step(text: str) -> float:
    """Return what the last decimal of a number is worth, as 0.1万 is 1,000; 1 for a whole number."""
    decimals = re.search(r"\.(\d+)", text)
    sign = next((sign for sign in TIMES if sign in text), "")
    return TIMES.get(sign, 1) * 10 ** -len(decimals[1]) if decimals else 1.0


def _value(text: str) -> float:
    sign = next((sign for sign in TIMES if sign in text), "")
    return float(re.sub(r"[^\d.]", "", text)) * TIMES.get(sign, 1)


def bands(form: Form) -> Iterator[Finding]:
    """Yield findings on questions that are answered in bands."""
    for asked in form.asked:
        if not asked.closed or asked.role == "attention":
            continue
        for said in asked.said:
            found = bands_of(said)
            for rule, words in _judged(asked, said, found) if found else ():
                yield Finding(rule, asked, words, said.words.language)


def _judged(asked: Asked, said: Said, found: Sequence[Band]) -> Iterator[tuple[str, str]]:
    rising = sorted(found, key=lambda b: (b.low, b.high))
    for a, b in pairwise(rising):
        if rule := meeting(a, b):
            yield rule, f"{a.label} | {b.label}"
    ranges = [b for b in found if b.low or b.high]  # "none" may stand first or last
    if sorted(ranges, key=lambda b: (b.low, b.high)) != ranges:
        yield "band_order", found[0].label
    unit = "wording.money_unit" if said.find("wording.spending") else "bands.any_unit"
    if not asked.entry.unit and not any(said.words.find(unit, text) for text in (said.whole, *said.labels)):
        yield "band_unit", found[0].label
    if _is_open_ended(asked, said):
        ineligible = any(option.ineligible for option in asked.entry.options)
        other = said.labels_with("options.other")
        first, last = rising[0], rising[-1]
        closed = last.label if last.high < inf else first.label if 0 < first.low < first.high else ""
        if closed and not ineligible and not other:
            yield "band_open_end", closed


def _is_open_ended(asked: Asked, said: Said) -> bool:
    """Say whether amounts have no end of their own, as ages have one."""
    texts = (said.whole, *said.labels)
    aged = asked.role in ("age", "child_age", "child_birth", "children")
    return not aged and any(said.words.find("bands.distance_time_money", text) for text in texts)


def meeting(a: Band, b: Band) -> str:
    """Return the rule that two bands in rising order break where they meet; "" for none."""
    if a.high > b.low:
        # 不足5000 and 3000以下 both from the bottom, or one inside the other.
        return "band_overlap"
    if a.high == b.low:
        if a.high_end == "in" and b.low_end == "in":
            return "band_overlap"
        if a.high_end == "out" and b.low_end == "out":
            return "band_gap"
        both = {a.high_end, b.low_end}
        return "band_unclear" if "unclear" in both and "in" in both and b.low_end == "unclear" else ""
    left = b.low - a.high
    closed = a.high_end != "out" and b.low_end != "out"
    return "" if closed and left <= max(a.step, b.step) + TINY else "band_gap"
