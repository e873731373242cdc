"""The rules of a language that its word file cannot hold: one module each, found by the word files."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from importlib import import_module
from importlib.resources import files
from typing import Protocol, cast


@dataclass(frozen=True, slots=True)
class Claims:
    """Regular expressions of what a headline may say only where the estimates support it.

    Attributes
    ----------
    percent, points : str
        What stands behind a number of per cent, and of percentage points.
    fraction : str
        A share in words.
    up, down, first : str
        That a share rose, fell, or is the largest.
    never : str
        What no sample of volunteers can claim.
    cause, everybody, rank : str
        That one thing made another, that all of a population or place think so, that something holds a place
        in an order: what no estimate of volunteers licenses, and a study may claim with a reason alone.
    majority : str
        That more than half do, without a fraction.
    """

    percent: str
    points: str
    fraction: str
    up: str
    down: str
    first: str
    never: str
    cause: str
    everybody: str
    rank: str
    majority: str


class Grammar(Protocol):
    """The rules of one language, each a name of its module."""

    CLAIMS: Claims

    def noun(self, label: str) -> str:
        """Return a label of the study as it stands inside a sentence."""

    def plural(self, number: str) -> str:
        """Return which form of a phrase goes with a number as printed, such as "one" or "other"."""


def languages() -> list[str]:
    """Return the languages that have a word file, in alphabetical order."""
    names = (file.name for file in files("reports.language").joinpath("words").iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def grammar_of(language: str) -> Grammar:
    """Return the rules of a language that has a word file."""
    return cast(Grammar, import_module(f"reports.language.{language}"))


def claims_in_any_language() -> Claims:
    """Return expressions that match a claim in any of the languages."""
    expressions = zip(*(astuple(grammar_of(language).CLAIMS) for language in languages()), strict=True)
    return Claims(*("|".join(of_one_kind) for of_one_kind in expressions))
