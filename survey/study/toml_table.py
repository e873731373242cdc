"""Tables of a TOML file, read so that every mistake is named by file, table and key."""

from __future__ import annotations

import math
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from survey.errors import StudyError, listing, nearest
from survey.study.questionnaire import Label

LANGUAGES = ("zh", "en")
Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=str)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the contents of a TOML file; raises StudyError with the line of a mistake."""
    try:
        if path.is_dir():
            raise StudyError(str(path), "is a folder", "give the study file itself, such as study.toml")
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise StudyError(str(path), "no such file", "check the path of the study file") from None
    except OSError as error:
        raise StudyError(str(path), f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise StudyError(
            f"{path}, line {line}", "is not UTF-8 text", "save the file in UTF-8 and try again"
        ) from None
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number of more digits than Python reads
        raise StudyError(
            str(path),
            f"is not valid TOML: {error}",
            _slip(text) or "correct that line (texts stand in quotes; a key may appear only once)",
        ) from None
    except RecursionError:
        raise StudyError(str(path), "is nested too deeply", "use plain tables") from None


class Table:
    """One table of a study file; each getter checks a key, and `done` refuses the rest.

    `languages` is the order in which labels keep their texts, the study's first language first.
    """

    __slots__ = ("_read", "file", "languages", "name", "values")

    def __init__(
        self, values: Mapping[str, Any], file: str, name: str, languages: tuple[str, ...] = LANGUAGES
    ) -> None:
        self.values, self.file, self.name, self.languages = values, file, name, languages
        self._read: set[str] = set()

    def where(self, key: str = "") -> str:
        """Return the place of a key for an error message."""
        place = f"[{self.name}]" if self.name else "top level"
        return f"{self.file}, {place}" + (f" {key}" if key else "")

    def has(self, key: str) -> bool:
        """Say whether the key is there; a key that was looked up counts as known."""
        self._read.add(key)
        return key in self.values

    def raw(self, key: str, default: Any = None) -> Any:
        """Return a value unchecked, or the default where the key is absent.

        Raises
        ------
        StudyError
            If the key is absent and has no default; so do the other getters.
        """
        if self.has(key):
            return self.values[key]
        if default is None:
            raise StudyError(self.where(key), "is missing", f"add {key} = …")
        return default

    def optional(self, getter: Callable[[str], Value], key: str) -> Value | None:
        """Return what a getter reads, as in ``table.optional(table.text, "sheet")``; None if absent."""
        return getter(key) if self.has(key) else None

    def refuse(self, key: str, expected: str) -> StudyError:
        """Return the error that says what a key holds and what was expected."""
        return StudyError(self.where(key), f"is {_written(self.values[key])}", f"expected {expected}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a non-empty text."""
        value = self.raw(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "a text in quotes")
        return value

    def choice(self, key: str, choices: tuple[Choice, ...], default: Choice | None = None) -> Choice:
        """Return one of the texts in `choices`, such as ``get_args(Method)`` of a Literal type."""
        listed = "one of " + ", ".join(f'"{c}"' for c in choices)
        if default is None and not self.has(key):
            raise StudyError(self.where(key), "is missing", f"add {key} = {listed}")
        value = self.text(key, default)
        for choice in choices:
            if choice == value:
                return choice
        raise self.refuse(key, listed)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self.raw(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, "true or false")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return a finite number."""
        value = self.raw(key, default)
        if not _is_number(value) or value - value != 0:
            raise self.refuse(key, "a number")
        return float(value)

    def whole(self, key: str, default: int | None = None, *, least: int = 0, of: str = "") -> int:
        """Return a whole number, `least` or more; `of` says in messages what it counts."""
        value = self.number(key, default)
        if value < least or not value.is_integer():
            raise self.refuse(key, f"a whole number{of and f' of {of}'}, {least} or more")
        return int(value)

    def pair(self, key: str, default: tuple[float, float] | None = None) -> tuple[float, float]:
        """Return two numbers, the smaller first."""
        value = self.raw(key, default and list(default))
        sound = isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))
        if not sound or not value[0] < value[1]:
            raise self.refuse(key, "two numbers, the smaller first, such as [0, 35]")
        return float(value[0]), float(value[1])

    def dates(self, key: str) -> tuple[date, date]:
        """Return two dates, the earlier first."""
        value = self.raw(key)
        days = value if isinstance(value, list) else []
        if len(days) != 2 or any(type(d) is not date for d in days) or days[0] > days[1]:
            raise self.refuse(key, "two dates, the first day first, such as [2023-09-04, 2023-09-24]")
        return days[0], days[1]

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of different texts; empty where the key is absent."""
        value = self.raw(key, [])
        if not _are_texts(value):
            raise self.refuse(key, 'a list of texts, such as ["a", "b"]')
        if len(set(value)) < len(value):
            raise self.refuse(key, "each entry only once")
        return tuple(value)

    def choices(self, key: str, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """Return a list of different texts, each one of `choices`; empty where the key is absent."""
        texts = self.texts(key)
        for text in texts:
            if text not in choices:
                raise StudyError(
                    self.where(key),
                    f'"{text}" is not a recognised value (these are {listing(choices, 20)})',
                    nearest(text, choices),
                )
        return tuple(choice for text in texts for choice in choices if choice == text)

    def lists(self, key: str, expected: str, *, sizes: tuple[int, float] = (1, math.inf)) -> list[list[str]]:
        """Return lists of texts, with the smallest and largest size allowed; none where the key is absent."""
        value = self.raw(key, [])
        least, most = sizes
        sound = isinstance(value, list) and all(_are_texts(v) and least <= len(v) <= most for v in value)
        if not sound:
            raise self.refuse(key, expected)
        return list(value)

    def label(self, key: str) -> Label:
        """Return a text in several languages; a text without languages stands for all of them."""
        value = self.raw(key)
        if isinstance(value, str) and value.strip():
            return Label(tuple((language, value) for language in self.languages))
        if not isinstance(value, dict):
            raise self.refuse(key, 'a text or a table such as { zh = "…", en = "…" }')
        return label_of(self._inner(value, f"{self.name}.{key}"), ())

    def table(self, key: str) -> Table:
        """Return a table inside this one; an empty one where the key is absent."""
        value = self.raw(key, {})
        if not isinstance(value, dict):
            example = f'{{ zh = "{value}" }}' if isinstance(value, str) else f"[{self.name}.{key}]"
            raise self.refuse(key, f"a table such as {example}")
        return self._inner(value, f"{self.name}.{key}" if self.name else key)

    def tables(self, key: str) -> list[Table]:
        """Return an array of tables; empty where the key is absent."""
        value = self.raw(key, [])
        name = f"{self.name}.{key}" if self.name else key
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.refuse(key, f"an array of tables, [[{name}]]")
        return [self._inner(v, f"{name}, entry {i}") for i, v in enumerate(value, 1)]

    def _inner(self, values: Mapping[str, Any], name: str) -> Table:
        return Table(values, self.file, name, self.languages)

    def named_tables(self) -> Iterator[tuple[str, Table]]:
        """Iterate over the tables inside this one with their names."""
        for key in self.values:
            yield key, self.table(key)

    def done(self) -> None:
        """Refuse keys that nothing has looked up; raises StudyError with the nearest known key."""
        for key in self.values:
            if key not in self._read:
                raise StudyError(
                    self.where(key),
                    f"is not a key of this table (known here: {listing(sorted(self._read), 30)})",
                    nearest(key, self._read),
                )


FULL_WIDTH = {
    "，": ",",
    "、": ",",
    "“": '"',
    "”": '"',
    "：": "=",
    "＝": "=",
    "［": "[",
    "］": "]",
    "｛": "{",
    "｝": "}",
}


def _slip(text: str) -> str:
    """Return a remedy for a typing slip outside quotes, such as a Chinese comma; "" if there is none."""
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", line).split("#", 1)[0]
        for mark, ascii_mark in FULL_WIDTH.items():
            if mark in bare:
                return f'line {number} has "{mark}": type {ascii_mark} with the English keyboard'
        if bad_date := re.search(r"\b\d{4}-(?:\d-\d{1,2}|\d\d-\d)\b", bare):
            return f"line {number} has the date {bad_date[0]}: write it like 2025-03-03"
        if re.match(r"\s*\[?[^\x00-\x7f]", bare):
            return f"line {number}: put a name with Chinese characters in quotes"
    return ""


def _written(value: object) -> str:
    """Return a value as it is written in a study file."""
    if isinstance(value, list):
        return "[" + ", ".join(_written(v) for v in value) + "]"
    return str(value) if isinstance(value, date) else repr(value)


def _are_texts(value: object) -> bool:
    """Say whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_number(value: object) -> bool:
    """Say whether a value is a number in the range of a float; a whole number may be too large."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, float) or abs(value) <= sys.float_info.max


def label_of(table: Table, other_keys: tuple[str, ...]) -> Label:
    """Return the languages of an inline table; `other_keys` may stand beside them."""
    texts = tuple((language, table.text(language)) for language in table.languages if table.has(language))
    for key in table.values:
        if key not in LANGUAGES and key not in other_keys:
            known = (*LANGUAGES, *other_keys)
            raise StudyError(
                table.where(key),
                f"is not a language or key known here ({listing(known, 30)})",
                nearest(key, known),
            )
    if not texts:
        raise StudyError(table.where(), "has no text", 'add zh = "…" and en = "…"')
    return Label(texts)
