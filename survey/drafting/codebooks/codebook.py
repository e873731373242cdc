"""What a platform's own description of a questionnaire says: wording, options, skips."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from survey.study.questionnaire import Condition, Kind

# A text in the languages there are: ("zh", "…"), ("en", "…").
Texts = tuple[tuple[str, str], ...]
LANGUAGES = {"zh": re.compile(r"^(?:zh|chinese|中文)|\(zh"), "en": re.compile(r"^(?:en|english)|\(en")}


@dataclass(frozen=True, slots=True)
class CodebookOption:
    """One option, or one row of a matrix.

    Attributes
    ----------
    value : str
        What an export of codes writes for it.
    labels : tuple of (str, str)
        Its text by language.
    """

    value: str
    labels: Texts


@dataclass(frozen=True, slots=True)
class CodebookQuestion:
    """One question as the platform has it.

    Attributes
    ----------
    name : str
        The short name that stands in the header of an export.
    asked_if : tuple of Condition
        When it is put, on questions by their short names and options by their values; empty where
        the platform's own rule is more than that.
    skip : str
        The rule as the platform writes it; "" if it has none.
    """

    name: str
    kind: Kind
    texts: Texts
    options: tuple[CodebookOption, ...] = ()
    rows: tuple[CodebookOption, ...] = ()
    asked_if: tuple[Condition, ...] = ()
    skip: str = ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """A questionnaire as its platform describes it."""

    file: str
    questions: tuple[CodebookQuestion, ...]

    def question(self, name: str) -> CodebookQuestion | None:
        """Return the question of this short name; None if there is none."""
        return next((question for question in self.questions if question.name == name), None)


def without_tags(text: object) -> str:
    """Return a text without the tags and entities of a web page, on one line."""
    bare = re.sub(r"<[^>]*>", " ", str(text or ""))
    return " ".join(html.unescape(bare).split())


def in_languages(pairs: Iterable[tuple[str, object]]) -> Texts:
    """Return texts by language from pairs of a language as the platform names it and a text.

    Chinese and English are kept; where neither is named, the first text stands for the language it
    is written in.
    """
    texts: dict[str, str] = {}
    rest: list[str] = []
    for name, raw in pairs:
        text = without_tags(raw)
        language = next((key for key, look in LANGUAGES.items() if look.search(name.casefold())), "")
        if text and language:
            texts.setdefault(language, text)
        elif text:
            rest.append(text)
    if not texts and rest:
        texts["zh" if re.search(r"[\u4e00-\u9fff]", rest[0]) else "en"] = rest[0]
    return tuple(sorted(texts.items(), reverse=True))
