"""A questionnaire as the rules see it: questions in order, by role, with their texts by language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from survey.drafting.codebooks.codebook import Codebook, CodebookOption, CodebookQuestion, Texts
from survey.drafting.lint.words import Words, bare, plain, words_of

Role = Literal[
    "", "consent", "district", "sex", "age", "child_birth", "child_age", "children", "income", "schooling",
    "housing", "hukou", "care", "intent", "juster", "fee", "concerns", "channel", "attention",
]  # fmt: skip
Source = Literal["study", "codebook", "text"]


@dataclass(frozen=True, slots=True)
class Said:
    """A question in one language.

    Attributes
    ----------
    whole, text : str
        The wording with half-width signs, and without what stands in brackets.
    labels : tuple of str
        The options, likewise whole.
    """

    words: Words
    whole: str
    text: str
    labels: tuple[str, ...]

    def find(self, name: str) -> str:
        """Return what a pattern finds in the wording without brackets; "" if nothing."""
        return self.words.find(name, self.text)

    def labels_with(self, name: str) -> list[int]:
        """Return the places of the options in which a pattern finds something."""
        return [i for i, label in enumerate(self.labels) if self.words.find(name, label)]


@dataclass(frozen=True)
class Asked:
    """A question of the questionnaire.

    Attributes
    ----------
    number : int
        Its place among the questions, from 1.
    languages : tuple of str
        Those it is judged in.
    role : str
        What it asks, as the rules know it; "" for anything else.
    """

    entry: CodebookQuestion
    number: int
    languages: tuple[str, ...]
    role: Role = ""

    @property
    def name(self) -> str:
        """The short name."""
        return self.entry.name

    @property
    def closed(self) -> bool:
        """Whether it has options to choose from."""
        return self.entry.kind in ("single", "multiple")

    @property
    def conditional(self) -> bool:
        """Whether it is put to some people only."""
        return bool(self.entry.asked_if or self.entry.skip)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """The question in each language that it is judged in and has a text in, else in what it has."""
        texts = dict(self.entry.texts)
        spoken = [language for language in self.languages if language in texts] or [*texts]
        return tuple(
            Said(
                words_of(language),
                plain(texts[language]),
                bare(texts[language]),
                tuple(label_in(option, language) for option in self.entry.options),
            )
            for language in spoken
        )

    def finds(self, *names: str) -> bool:
        """Say whether any of the patterns finds something in the wording, in any language."""
        return any(said.find(name) for said in self.said for name in names)

    def titled(self, language: str) -> str:
        """Return the short name to print: the label, else the start of the wording, else the name."""
        texts = dict(self.entry.label or self.entry.texts)
        text = " ".join((texts.get(language) or next(iter(texts.values()), self.name)).split())
        return text if len(text) <= 40 else text[:38] + "…"


def label_in(option: CodebookOption, language: str) -> str:
    """Return the label of an option in a language, else in the one it has, as digits have none."""
    texts = dict(option.labels)
    return plain(texts.get(language) or next(iter(texts.values()), option.value))


def first_label(option: CodebookOption) -> tuple[str, str]:
    """Return the language and the text of an option's first label; its value where it has none."""
    return option.labels[0] if option.labels else ("", option.value)


@dataclass(frozen=True)
class Form:
    """A questionnaire to be judged.

    Attributes
    ----------
    source : {"study", "codebook", "text"}
        What describes it, which decides what can be judged.
    margins : tuple of Path
        Files of population figures by which answers are to be weighted.
    names : frozenset of str
        Names that conditions may use beside those of the questions, such as derived ones.
    ignored : mapping of str to str
        Findings set aside as ``"rule:question"``, with the reason.
    """

    file: str
    asked: tuple[Asked, ...]
    languages: tuple[str, ...]
    source: Source
    notes: tuple[Texts, ...] = ()
    margins: tuple[Path, ...] = ()
    names: frozenset[str] = frozenset()
    ignored: Mapping[str, str] = field(default_factory=dict)

    def of_role(self, *roles: Role) -> Asked | None:
        """Return the first question of one of the roles; None if there is none."""
        return next((asked for asked in self.asked if asked.role in roles), None)

    def called(self, name: str) -> Asked | None:
        """Return the question of this name, label or wording, or with a row of it; None if there is none."""
        for asked in self.asked:
            entry = asked.entry
            if name in (entry.name, *(row.value for row in entry.rows)):
                return asked
        same = (
            a for a in self.asked if plain(name) in {plain(t) for _, t in (*a.entry.texts, *a.entry.label)}
        )
        return next(same, None)

    def before(self, asked: Asked) -> Iterator[Asked]:
        """Yield the questions before one."""
        yield from self.asked[: asked.number - 1]

    @property
    def on_nurseries(self) -> bool:
        """Whether a question is about nursery care: only then is anything missing."""
        return any(asked.finds("topic") for asked in self.asked)


def languages_of(book: Codebook) -> tuple[str, ...]:
    """Return the languages a codebook is judged in: those it declares, else those of most questions."""
    if book.languages:
        return book.languages
    counts: dict[str, int] = {}
    for question in book.questions:
        for language, _ in question.texts:
            counts[language] = counts.get(language, 0) + 1
    most = max(counts.values(), default=0)
    return tuple(language for language, n in sorted(counts.items(), reverse=True) if 2 * n >= most)
