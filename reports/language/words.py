"""The words of the briefing in one language: fixed phrases filled in by name, ranges, lists and periods.

A language is one file ``words/LANGUAGE.toml`` and one module ``LANGUAGE.py`` beside this one with the rules
that a file of words cannot hold (`reports.language.grammar`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from reports.language.grammar import Grammar, grammar_of, languages
from reports.language.numbers import amount, percent, percent_number, points, points_tenth
from survey.errors import ReportError
from survey.study.study import Study

Mark = Literal["withheld", "caution", "fixed", "unlike", "absent", "clear", "apart", "biased"]
Measure = Literal["percent", "between", "number", "points", "amount"]
FORMATS = {
    "percent": percent,
    "between": percent,
    "number": percent_number,
    "points": points,
    "amount": amount,
}


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Phrases by their place in ``words/LANGUAGE.toml``, such as ``page1.headline``."""

    language: str
    phrases: Mapping[str, Any]
    grammar: Grammar

    def _entry(self, place: str) -> Any:
        """Return what stands at a place; raises KeyError if nothing does."""
        entry: Any = self.phrases
        for part in place.split("."):
            entry = entry[part]
        return entry

    def text(self, place: str) -> str:
        """Return a phrase as it stands."""
        return str(self._entry(place))

    def texts(self, place: str) -> list[str]:
        """Return a list of phrases as they stand."""
        return [str(text) for text in self._entry(place)]

    def mapping(self, place: str) -> dict[str, str]:
        """Return the phrases of a table by their keys; the keys of a list of pairs are their first texts."""
        return {str(key): str(text) for key, text in dict(self._entry(place)).items()}

    def __call__(self, place: str, **fields: object) -> str:
        """Return a phrase with its braces filled in.

        A phrase with several grammatical forms is a table of them: ``{ number = "points", one = "…",
        other = "…" }``, in which `number` names the field that decides. A form it lacks is "other".
        """
        entry = self._entry(place)
        if isinstance(entry, Mapping):
            form = self.grammar.plural(str(fields[entry["number"]]))
            entry = entry.get(form, entry["other"])
        return str(entry).format(**fields)

    def page(self) -> dict[str, Any]:
        """Return what the page template needs of the language: its code, region, script and fixed phrases."""
        fixed = {key: self.text(key) for key in ("figure", "table", "caption_separator", "term_separator")}
        return {
            "lang": self.language,
            "region": self.text("region"),
            "script": self.text("script"),
            "fixed": {**fixed, "page": self.texts("page")},
        }

    def columns(self, place: str, **fields: object) -> tuple[str, ...]:
        """Return column headings with their braces filled in."""
        return tuple(text.format(**fields) for text in self.texts(place))

    def mark(self, name: Mark) -> str:
        """Return the mark that stands in a table for a figure that is not, or beside one."""
        return self.text(f"{name}_mark")

    def noun(self, label: str) -> str:
        """Return a label as it stands inside a sentence."""
        return self.grammar.noun(label)

    def quoted(self, text: str) -> str:
        """Return a text in the language's quotation marks."""
        return self.text("quote").format(text)

    def spoken(self, text: str) -> str:
        """Return a text as it is read aloud: the sign of a range, which some voices leave out, as a word."""
        sign, word = self.texts("spoken_range")
        return text.replace(sign, word)

    def numbered(self, kind: Literal["table", "figure"], number: str) -> str:
        """Return the name of a table or figure, such as "Table A1"."""
        return self("numbered", kind=self.text(kind), number=number)

    def listed(self, texts: Sequence[str]) -> str:
        """Return texts joined as the language joins a list: "a, b and c"."""
        if len(texts) < 2:
            return "".join(texts)
        separators = [self.text("list_separator")] * (len(texts) - 2) + [self.text("list_last")]
        return self._joined(texts, separators)

    def either(self, texts: Sequence[str]) -> str:
        """Return texts joined where any of them is meant: "a, b or c"."""
        if len(texts) < 2:
            return "".join(texts)
        return self._joined(texts, [self.text("list_separator")] * (len(texts) - 2) + [self.text("list_or")])

    def _joined(self, texts: Sequence[str], separators: Sequence[str]) -> str:
        """Return texts with a separator between each two, between two quoted ones as the language has it."""
        opening, closing = self.text("quote").split("{0}")
        joined = texts[0]
        for separator, text in zip(separators, texts[1:], strict=True):
            if (
                joined.endswith(closing)
                and text.startswith(opening)
                and separator == self.text("list_separator")
            ):
                separator = self.text("quoted_separator")
            joined += separator + text
        return joined

    def few(self, names: Sequence[str], most: int = 6) -> str:
        """Return names joined as a list, those past `most` only counted."""
        if len(names) <= most + 1:
            return self.listed(names)
        shown = self._joined(names[:most], [self.text("list_separator")] * (most - 1))
        return self("list_more", names=shown, more=len(names) - most)

    def clauses(self, texts: Iterable[str]) -> str:
        """Return clauses joined into one sentence."""
        return self.text("clause_separator").join(texts)

    def sentences(self, texts: Iterable[str]) -> str:
        """Return sentences one after another."""
        return self.text("sentence_separator").join(text.strip() for text in texts)

    def range(self, measure: Measure, low: float, high: float) -> str:
        """Return an interval, such as "44% to 48%".

        Parameters
        ----------
        measure : {"percent", "between", "number", "points", "amount"}
            Shares with the sign, also after "between"; for a column headed %; differences of shares,
            which words join, as a dash would look like a minus, to one decimal where a limit is 0 in
            whole points; amounts.
        """
        form = FORMATS[measure]
        if measure == "points" and "0" in (form(low), form(high)):
            form = points_tenth
        return self(f"ranges.{measure}", low=form(low), high=form(high))

    def days(self, period: tuple[date, date]) -> str:
        """Return a period, such as "4 to 24 September 2023"."""
        first, last = period
        months = self.texts("days.months")
        form = "month" if first.month == last.month else "year"
        if first.year != last.year:
            form = "years"
        elif first == last:
            form = "day"
        names = {"first_month": months[first.month - 1], "last_month": months[last.month - 1]}
        return self(f"days.{form}", first=first, last=last, **names)

    def fraction(self, share: float) -> str:
        """Return a share as "half", "a third" or "a quarter" where it is one, else as a per cent."""
        for parts, text in self.mapping("parts").items():
            if abs(share - 1 / int(parts)) < 1e-3:
                return text
        return percent(share)


@cache
def words_of(language: str) -> Words:
    """Return the words of a language.

    Raises
    ------
    ReportError
        If there is no word file for it.
    """
    if language not in languages():
        raise ReportError(f'language "{language}"', key="print.no_words", languages=list(languages()))
    text = files("reports.language").joinpath("words", f"{language}.toml").read_text(encoding="utf-8")
    return Words(language, tomllib.loads(text), grammar_of(language))


def capitalised(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def synthetic_mark(study: Study, language: str) -> str:
    """Return what says that the data of a study are made up; "" where they are not."""
    return words_of(language).text("synthetic") if study.synthetic else ""
