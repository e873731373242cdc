"""The fixed words of the briefing in one language, filled in by name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from survey.study.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Phrases by their place in ``reports/language/words/LANGUAGE.toml``, such as ``page1.headline``."""

    language: str
    phrases: dict[str, Any]

    def raw(self, place: str) -> Any:
        """Return a phrase or list of phrases as it stands; raises KeyError if there is none."""
        found: Any = self.phrases
        for part in place.split("."):
            found = found[part]
        return found

    def __call__(self, place: str, **fields: object) -> str:
        """Return a phrase with its braces filled in."""
        return str(self.raw(place)).format(**fields)

    def listed(self, texts: list[str]) -> str:
        """Return texts joined as the language joins a list: "a, b and c"."""
        if len(texts) < 2:
            return "".join(texts)
        first = str(self.raw("list_separator")).join(texts[:-1])
        return first + str(self.raw("list_last")) + texts[-1]

    def few(self, names: list[str], most: int = 6) -> str:
        """Return names joined as a list, those past `most` only counted."""
        if len(names) <= most + 1:
            return self.listed(names)
        shown = str(self.raw("list_separator")).join(names[:most])
        return self("list_more", names=shown, more=len(names) - most)

    def sentences(self, texts: list[str]) -> str:
        """Return sentences one after another."""
        return str(self.raw("sentence_separator")).join(text.strip() for text in texts)

    def quoted(self, text: str) -> str:
        """Return a text in the language's quotation marks."""
        return str(self.raw("quote")).format(text)


@cache
def words_of(language: str) -> Words:
    """Return the words of a language, "zh" or "en"."""
    text = files("reports.language").joinpath("words", f"{language}.toml").read_text(encoding="utf-8")
    return Words(language, tomllib.loads(text))


def synthetic_mark(study: Study, language: str) -> str:
    """Return what says that the data of a study are made up; "" where they are not."""
    return str(words_of(language).raw("synthetic")) if study.synthetic else ""
