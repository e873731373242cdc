"""What a platform's own description of a questionnaire says: wording, options, skips."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from survey.study.questionnaire import Condition, Kind

# A text in the languages there are: ("zh", "…"), ("en", "…").
Texts = tuple[tuple[str, str], ...]
# How the options are shown: as listed, in an order of their own to each person, or the file does not say.
Shown = Literal["fixed", "random", "unknown"]
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
    exclusive : bool or None
        Whether it cannot be chosen beside others; None where the file cannot say.
    typed : bool
        Whether the platform asks for words beside it.
    ineligible : bool
        Whether who gives it is outside the population.
    """

    value: str
    labels: Texts
    exclusive: bool | None = None
    typed: bool = False
    ineligible: bool = False


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
    label : tuple of (str, str)
        Its short name by language.
    unit : tuple of (str, str)
        Of a number, by language, where the file has it beside the wording.
    day : bool
        Whether a date is asked for to the day.
    most : int
        How many options may be chosen at most; 0 for no limit.
    shown : {"fixed", "random", "unknown"}
        The order of the options.
    constraint : str
        What an answer must fulfil, as the platform writes it.
    """

    name: str
    kind: Kind
    texts: Texts
    options: tuple[CodebookOption, ...] = ()
    rows: tuple[CodebookOption, ...] = ()
    asked_if: tuple[Condition, ...] = ()
    skip: str = ""
    label: Texts = ()
    unit: Texts = ()
    day: bool = False
    most: int = 0
    shown: Shown = "unknown"
    constraint: str = ""


@dataclass(frozen=True, slots=True)
class Codebook:
    """A questionnaire as its platform describes it.

    Attributes
    ----------
    notes : tuple of texts
        What is read and not answered, such as an introduction, by language.
    languages : tuple of str
        Those it declares; empty where it declares none.
    """

    file: str
    questions: tuple[CodebookQuestion, ...]
    notes: tuple[Texts, ...] = ()
    languages: tuple[str, ...] = ()

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
