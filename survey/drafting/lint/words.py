"""What the rules look for in a language: one file of patterns for each, with the same names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
QUOTED = re.compile(r"《[^《》]*》|“[^“”]*”|「[^「」]*」|『[^『』]*』|\"[^\"]*\"")
# What the ends of a scale mean, said outside brackets: 0表示完全不可能, 10 = always.
ANCHOR = re.compile(
    r"\d+\s*(?:分|星|points?)?\s*(?:=|表示|代表|为|是指|指|is\b|means?\b|being\b)\s*[^,，、;；。.)?？]*",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?<=[。?!;])\s*|(?<=[.])\s+")


@dataclass(frozen=True, slots=True)
class Words:
    """The patterns of one language by group and name, as ``options.none``."""

    language: str
    patterns: Mapping[str, re.Pattern[str]]
    numbers: Mapping[str, float]

    def find(self, name: str, text: str) -> str:
        """Return what a pattern finds in a text; "" if nothing."""
        found = self.patterns[name].search(text)
        return found[0] if found else ""

    def without(self, name: str, text: str) -> str:
        """Return the text with a blank for what a pattern finds, so that what is left stays apart."""
        return self.patterns[name].sub(" ", text)


@cache
def words_of(language: str) -> Words:
    """Return the patterns of a language."""
    groups = tomllib.loads(
        files(__package__).joinpath("words", f"{language}.toml").read_text(encoding="utf-8")
    )
    named: dict[str, Any] = {}
    for group, entry in groups.items():
        named |= (
            {f"{group}.{name}": v for name, v in entry.items()} if isinstance(entry, dict) else {group: entry}
        )
    patterns = {name: re.compile(v, re.IGNORECASE) for name, v in named.items() if isinstance(v, str)}
    return Words(language, patterns, {name: v for name, v in named.items() if not isinstance(v, str)})


def plain(text: str) -> str:
    """Return a text with half-width signs and single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def bare(text: str) -> str:
    """Return a text as `plain` and without what stands in brackets."""
    text = plain(text)
    while BRACKETED.search(text):
        text = BRACKETED.sub("", text)
    return " ".join(text.split())


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [part for part in SENTENCE.split(text) if part]
