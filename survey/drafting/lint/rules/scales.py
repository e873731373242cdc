"""Rules on scales: ends, middle, balance, direction, "don't know", rows on one scale."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from survey.drafting.lint.findings import Finding
from survey.drafting.lint.form import Asked, Form, Said
from survey.drafting.lint.words import Words

FEWEST_SIGNED = 3
FEWEST_POINTS, MOST_POINTS, MOST_ROWS = 4, 7, 7
Family = Literal["satisfied", "agree", "favour", "likely", "willing", "good", "trust", "fits", "other"]
FAMILIES: tuple[Family, ...] = (
    "satisfied", "agree", "favour", "willing", "trust", "fits", "good", "likely", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """The points of a bipolar scale.

    Attributes
    ----------
    signs : tuple of int or None
        For each option -1, 0 or 1; None for "don't know" and what is no point of the scale.
    family : str
        What is rated: satisfaction, agreement, …
    """

    signs: tuple[int | None, ...]
    family: Family

    @property
    def points(self) -> list[int]:
        """The points in order."""
        return [sign for sign in self.signs if sign is not None]

    @property
    def ends(self) -> tuple[int, int]:
        """The places of the first and the last label with a side."""
        signed = [i for i, sign in enumerate(self.signs) if sign]
        return signed[0], signed[-1]

    @property
    def direction(self) -> int:
        """1 if it rises to the positive end, -1 if it falls."""
        first, last = (self.signs[i] or 0 for i in self.ends)
        return (last > first) - (last < first)


def sign(label: str, words: Words) -> int | None:
    """Return the side of a label: -1, 0 in the middle, 1; None for "don't know" or no point of a scale."""
    text = re.sub(r"^\W*\d*\W*|\([^()]*\)|[\d\s]*$", "", label).strip() or label
    if words.find("scales.neutral", text):
        return 0
    if words.find("scales.dont_know", text) or words.find("scales.unipolar", text):
        return None
    rest = words.patterns["scales.negative"].sub(" ", text)
    negative, positive = rest != text, bool(words.find("scales.positive", rest))
    left = words.patterns["scales.positive"].sub(" ", rest)
    if not (negative or positive) or re.search(r"\w", words.patterns["scales.degree"].sub(" ", left)):
        return None
    denied = bool(words.find("scales.denied", rest)) and positive
    return -1 if negative != (denied and negative) or denied else 1


def scale_of(said: Said) -> Scale | None:
    """Return the bipolar scale of a question's options; None if they are none."""
    signs = tuple(sign(label, said.words) for label in said.labels)
    signed = [i for i, s in enumerate(signs) if s]
    others = [
        label
        for label, s in zip(said.labels, signs, strict=True)
        if s is None and not said.words.find("scales.dont_know", label) and not label.strip().isdecimal()
    ]
    if len(signed) < FEWEST_SIGNED or len(others) > 1:
        return None
    texts = " ".join(said.labels[i] for i in signed)
    family = next(name for name in FAMILIES if said.words.find(f"scales.family_{name}", texts))
    return Scale(signs, family)


def scales(form: Form) -> Iterator[Finding]:
    """Yield findings on scales."""
    first: dict[Family, tuple[int, int]] = {}
    for asked in form.asked:
        if len(asked.entry.rows) > MOST_ROWS:
            yield Finding("grid_long", asked, fields={"rows": len(asked.entry.rows)})
        if asked.entry.kind != "single" or asked.role in ("attention", "consent"):
            continue
        for said in asked.said:
            language = said.words.language
            yield from (Finding(rule, asked, found, language) for rule, found in _numbered(asked, said))
            scale = scale_of(said)
            if scale is None:
                continue
            for rule, found in _bipolar(asked, said, scale):
                yield Finding(rule, asked, found, language)
            direction, points = first.setdefault(scale.family, (scale.direction, len(scale.points)))
            if direction * scale.direction < 0:
                yield Finding("scale_direction", asked, said.labels[0], language)
            if points != len(scale.points):
                yield Finding("scale_differs", asked, fields={"points": len(scale.points), "first": points})


def _bipolar(asked: Asked, said: Said, scale: Scale) -> Iterator[tuple[str, str]]:
    positive, negative = scale.points.count(1), scale.points.count(-1)
    if positive != negative:
        yield "scale_unbalanced", f"{positive}:{negative}"
    elif _ends_differ(said, scale):
        yield "scale_unbalanced", " | ".join(said.labels[i] for i in scale.ends)
    unsure = [i for i in said.labels_with("scales.dont_know") if scale.signs[i] is None]
    between = [i for i in unsure if scale.ends[0] < i < scale.ends[1]]
    if between:
        yield "dont_know_middle", said.labels[between[0]]
    intended = scale.family in ("willing", "likely") or asked.role in ("intent", "juster")
    if 0 not in scale.points and not intended:
        yield "scale_no_middle", ""
    if not FEWEST_POINTS <= len(scale.points) <= MOST_POINTS:
        yield "scale_points", str(len(scale.points))


def _ends_differ(said: Said, scale: Scale) -> bool:
    """Say whether one end of a scale is strong and the other weak, as 非常满意 and 不太满意 are."""
    labels = [said.labels[i] for i in scale.ends]
    weak = [bool(said.words.find("scales.weak", label)) for label in labels]
    strong = [
        bool(said.words.find("scales.strong", label)) and not w for label, w in zip(labels, weak, strict=True)
    ]
    return (strong[0] and weak[1]) or (strong[1] and weak[0])


def _numbered(asked: Asked, said: Said) -> Iterator[tuple[str, str]]:
    """Yield findings on points that are numbers."""
    digits = [_digit(label) for label in said.labels]
    numbers = [d for d in digits if d is not None]
    named = [label for label, d in zip(said.labels, digits, strict=True) if d is None]
    words = [label for label in named if not said.words.find("scales.dont_know", label)]
    if len(numbers) < FEWEST_SIGNED or not _rising(numbers) or said.find("scales.counting"):
        return
    rated = said.words.find("scales.rated_by_points", said.whole)
    if not words and len(numbers) >= FEWEST_POINTS and (rated or len(numbers) > FEWEST_POINTS):
        ends = min(numbers), max(numbers)
        if not said.words.find("scales.explained_ends", said.whole) and not all(_told(e, said) for e in ends):
            yield "scale_ends_unlabelled", f"{ends[0]}–{ends[1]}"
    if rated and len(numbers) + len(words) <= MOST_POINTS and (len(words) == 2 or not words):
        yield "scale_labels_part", ""


def _digit(label: str) -> int | None:
    """Return the number that a label is, as in 3, 3分 or 3 points; None for anything else."""
    found = re.fullmatch(r"(\d{1,3})\s*(?:分|星|points?|stars?|级)?", label.strip(), re.IGNORECASE)
    return int(found[1]) if found else None


def _rising(numbers: Sequence[int]) -> bool:
    steps = {b - a for a, b in pairwise(numbers)}
    return len(steps) == 1 and abs(steps.pop()) == 1


def _told(end: int, said: Said) -> bool:
    """Say whether the wording tells what an end of the scale means."""
    after = said.words.patterns["scales.after_end"].pattern
    joined = (
        r"\s*(?:分|星|points?|stars?)?\s*(?:=|表示|代表|指|为|是|:|即|\(|—|–|being|means?|is|stands? for)?\s*"
    )
    before = rf"[\u4e00-\u9fffA-Za-z]\s*[(=:]\s*{end}(?!\d)"
    return bool(re.search(rf"(?<!\d){end}(?!\d){joined}{after}|{before}", said.whole, re.IGNORECASE))
