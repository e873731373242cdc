"""The texts of the desk in each language, one file a screen."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class DeskWords:
    """Texts by their names, such as "data.h"."""

    language: str
    texts: MappingProxyType[str, str | dict[str, str]]

    def __call__(self, name: str, /, **fields: object) -> str:
        """Return a text with its braces filled; numbers with a comma every three figures.

        A text with two forms, `one` and `other`, is chosen by the field `n`.
        """
        text = self.texts[name]
        if isinstance(text, dict):
            text = text["one" if fields.get("n") == 1 else "other"]
        shown = {key: f"{value:,}" if type(value) is int else value for key, value in fields.items()}
        return text.format(**shown) if fields else text

    def has(self, name: str) -> bool:
        """Say whether there is a text of this name."""
        return name in self.texts


@cache
def desk_words(language: str) -> DeskWords:
    """Return the texts of a language."""
    texts: dict[str, str | dict[str, str]] = {}
    for file in files("reports.desk").joinpath("words", language).iterdir():
        if file.name.endswith(".toml"):
            texts |= tomllib.loads(file.read_text(encoding="utf-8"))
    return DeskWords(language, MappingProxyType(texts))
