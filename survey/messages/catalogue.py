"""The words of an error: where it is, and a sentence for each key and language, filled with fields."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

# Keys of a study file from the top, entries of arrays counted from 0.
Keys = tuple[str | int, ...]
ENGLISH = "en"
LISTED = 8
# Of what a file holds a message repeats no more; a path fits.
LONGEST_FIELD = 400


def listing(values: Iterable[object], limit: int = LISTED, language: str = ENGLISH) -> str:
    """Return the values joined as a language joins them, with a count in place of those beyond `limit`."""
    texts = [told(value, language) for value in values]
    listed, more = str(entry_of("line.comma", language)).join(texts[:limit]), len(texts) - limit
    fields = {"listed": listed, "more": more, "all": len(texts)}
    return filled("line.and_more", fields, language) if more > 0 else listed


def told(value: object, language: str = ENGLISH) -> str:
    """Return a value in words: what has words of its own, such as a line or an error, in the language."""
    own = getattr(value, "told", None)
    return str(value if own is None else own(language))


def shortened(text: str, most: int) -> str:
    """Return a text, or its beginning where it is longer than a message may repeat."""
    return text if len(text) <= most else text[:most] + " …"


class _Filler(Formatter):
    """Fills a sentence; a list is joined, with the most to name after the colon, as in ``{codes:30}``."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, (list, tuple)):
            return listing(value, int(format_spec or LISTED), self.language)
        return str(super().format_field(value, format_spec)) if format_spec else told(value, self.language)

    def filled(self, sentence: str, fields: Mapping[str, object]) -> bool:
        """Say whether every field that a sentence names holds something."""
        names = {name for _, name, _, _ in self.parse(sentence) if name}
        return all(fields.get(name) not in (None, "", (), []) for name in names)


@cache
def catalogue(language: str) -> Mapping[str, Any]:
    """Return the sentences of a language by key; none where it has no folder."""
    folder = files("survey.messages").joinpath(language)
    entries: dict[str, Any] = {}
    for file in folder.iterdir() if folder.is_dir() else ():
        groups = tomllib.loads(file.read_text(encoding="utf-8"))
        entries |= {f"{group}.{name}": text for group, part in groups.items() for name, text in part.items()}
    return entries


def entry_of(key: str, language: str = ENGLISH) -> Any:
    """Return what a language has under a key, else what English has; None where neither has it."""
    return catalogue(language).get(key, catalogue(ENGLISH).get(key))


def filled(key: str, fields: Mapping[str, object], language: str = ENGLISH) -> str:
    """Return a text that is no error, such as the place of a line, filled.

    In place of a text may stand a table with the texts `one` and `other`, chosen by the field that
    `count` names.
    """
    return _Filler(language).vformat(_counted(entry_of(key, language), fields), (), fields)


def _counted(entry: Any, fields: Mapping[str, object]) -> Any:
    """Return the form of an entry that goes with the number in its fields, or how many are listed there."""
    if not isinstance(entry, dict):
        return entry
    number = fields[entry["count"]]
    number = len(number) if isinstance(number, (list, tuple)) else number
    return entry["one" if number == 1 else "other"]


def sentence(key: str, fields: Mapping[str, object], language: str = ENGLISH) -> tuple[str, str]:
    """Return what was found, and what to do: the first remedy for which all fields are there, or "".

    An entry is a list: the problem, then remedies, the likeliest first. In place of a list may stand a
    table with the lists `one` and `other`, chosen by the field that `count` names.
    """
    problem, *remedies = _counted(entry_of(key, language) or [key], fields)
    fields = {name: shortened(v, LONGEST_FIELD) if isinstance(v, str) else v for name, v in fields.items()}
    filler = _Filler(language)
    remedy = next((text for text in remedies if filler.filled(text, fields)), "")
    return filler.vformat(problem, (), fields), filler.vformat(remedy, (), fields)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a study file, or in a file of figures that it names.

    Attributes
    ----------
    table, key : tuple of str and int
        The keys that lead to a table, and on from there; together they are the `path`.
    line : int
        The line of a file of figures, which then stands for the keys in words; 0 for none.
    """

    file: str
    table: Keys = ()
    key: Keys = ()
    line: int | None = None

    @property
    def path(self) -> Keys:
        """Keys from the top of the study file, entries counted from 0."""
        return self.table + self.key

    def item(self, *steps: str | int) -> Place:
        """Return a place inside this one."""
        return replace(self, key=self.key + steps)

    def told(self, language: str = ENGLISH) -> str:
        """Return the place in words: file, then table and key, or the line."""
        if self.line is not None:
            words = {"file": self.file, "line": self.line}
            return filled("place.figures", words, language) if self.line else self.file
        name, table = "place.table" if self.table else "place.top", named(self.table, language)
        keys = ".".join(step for step in self.key if isinstance(step, str))
        return filled(name, {"file": self.file, "table": table}, language) + (keys and f" {keys}")

    def __str__(self) -> str:
        """Return the place in English."""
        return self.told()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A place in a file of answers or in a data frame, as far as it is known.

    Attributes
    ----------
    row, line : int
        The row of a sheet, its header being row 1; the line of a text file; 0 for none.
    column : str
        The header of the column.
    question : str
        The question of the study that the column answers.
    """

    file: str = ""
    sheet: str = ""
    column: str = ""
    row: int = 0
    line: int = 0
    question: str = ""

    @property
    def path(self) -> Keys:
        """Keys of the question in the study file; none where no question is known."""
        return ("questions", self.question) if self.question and self.file else ()

    @property
    def fields(self) -> dict[str, object]:
        """The parts that are known, by name."""
        return {name: value for name, value in asdict(self).items() if value}

    def told(self, language: str = ENGLISH) -> str:
        """Return the place in words, the largest part first."""
        return str(entry_of("line.places", language)).join(
            str(part) if name == "file" else filled(f"place.{name}", {name: part}, language)
            for name, part in self.fields.items()
        )

    def __str__(self) -> str:
        """Return the place in English."""
        return self.told()


def named(path: Keys, language: str = ENGLISH) -> str:
    """Return keys as a study file writes them, the entries of arrays counted from 1."""
    text = ""
    for step in path:
        entry = isinstance(step, int) and filled("place.entry", {"number": step + 1}, language)
        text += entry or ("." if text else "") + str(step)
    return text


def as_written(value: object) -> str:
    """Return a value as it is written in a study file."""
    if isinstance(value, list):
        return "[" + ", ".join(map(as_written, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {as_written(part)}" for key, part in value.items()) + " }"
    if isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)  # numbers, days and times
