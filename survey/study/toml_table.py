"""Reading TOML so that every mistake is named by file, table and key."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from survey.errors import StudyError, listing, nearest
from survey.study.questionnaire import Label

LANGUAGES = ("zh", "en")


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
            _slip(text) or "mend that line (texts stand in quotes; a key may appear only once)",
        ) from None
    except RecursionError:
        raise StudyError(str(path), "is nested too deeply", "use plain tables") from None


class Table:
    """One table of a study file; each getter checks a key, and `done` refuses the rest."""

    __slots__ = ("_read", "file", "name", "values")

    def __init__(self, values: Mapping[str, Any], file: str, name: str) -> None:
        self.values, self.file, self.name = values, file, name
        self._read: set[str] = set()

    def where(self, key: str = "") -> str:
        """Return the place of a key for an error message."""
        place = f"[{self.name}]" if self.name else "top level"
        return f"{self.file}, {place}" + (f" {key}" if key else "")

    def has(self, key: str) -> bool:
        """Say whether the key is there; a key asked for counts as known."""
        self._read.add(key)
        return key in self.values

    def raw(self, key: str) -> Any:
        """Return a required value unchecked; raises StudyError if it is not there."""
        self._read.add(key)
        if key not in self.values:
            raise StudyError(self.where(key), "is missing", f"add {key} = …")
        return self.values[key]

    def refuse(self, key: str, expected: str) -> StudyError:
        """Return the error that says what a key holds and what was expected."""
        return StudyError(self.where(key), f"is {_written(self.values[key])}", f"expected {expected}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a non-empty text."""
        if default is not None and not self.has(key):
            return default
        value = self.raw(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "a text in quotes")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """Return one of the texts in `choices`."""
        listed = "one of " + ", ".join(f'"{c}"' for c in choices)
        if default is None and not self.has(key):
            raise StudyError(self.where(key), "is missing", f"add {key} = {listed}")
        value = self.text(key, default)
        if value not in choices:
            raise self.refuse(key, listed)
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is absent."""
        value = self.raw(key) if self.has(key) else False
        if not isinstance(value, bool):
            raise self.refuse(key, "true or false")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return a finite number."""
        if default is not None and not self.has(key):
            return default
        value = self.raw(key)
        if not _is_number(value) or value - value != 0:
            raise self.refuse(key, "a number")
        return float(value)

    def pair(self, key: str, default: tuple[float, float] | None = None) -> tuple[float, float]:
        """Return two numbers, the smaller first."""
        if default is not None and not self.has(key):
            return default
        value = self.raw(key)
        if (
            not isinstance(value, list)
            or len(value) != 2
            or not all(_is_number(v) for v in value)
            or not value[0] < value[1]
        ):
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
        value = self.raw(key) if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.refuse(key, 'a list of texts, such as ["a", "b"]')
        if len(set(value)) < len(value):
            raise self.refuse(key, "each entry only once")
        return tuple(value)

    def label(self, key: str, default: Label | None = None) -> Label:
        """Return a text in several languages; a plain text stands for all of them."""
        if default is not None and not self.has(key):
            return default
        value = self.raw(key)
        if isinstance(value, str) and value.strip():
            return Label(tuple((language, value) for language in LANGUAGES))
        if not isinstance(value, dict):
            raise self.refuse(key, 'a text or a table such as { zh = "…", en = "…" }')
        return label_of(Table(value, self.file, f"{self.name}.{key}"), ())

    def table(self, key: str) -> Table:
        """Return a table inside this one; an empty one where the key is absent."""
        value = self.raw(key) if self.has(key) else {}
        if not isinstance(value, dict):
            example = f'{{ zh = "{value}" }}' if isinstance(value, str) else f"[{self.name}.{key}]"
            raise self.refuse(key, f"a table such as {example}")
        return Table(value, self.file, f"{self.name}.{key}" if self.name else key)

    def tables(self, key: str) -> list[Table]:
        """Return an array of tables; empty where the key is absent."""
        value = self.raw(key) if self.has(key) else []
        name = f"{self.name}.{key}" if self.name else key
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.refuse(key, f"an array of tables, [[{name}]]")
        return [Table(v, self.file, f"{name}, entry {i}") for i, v in enumerate(value, 1)]

    def named_tables(self) -> Iterator[tuple[str, Table]]:
        """Iterate over the tables inside this one with their names."""
        for key in self.values:
            yield key, self.table(key)

    def done(self) -> None:
        """Refuse keys that nothing has read; raises StudyError with the nearest known key."""
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
    """Return a remedy for a slip of the keyboard outside quotes, such as a Chinese comma; "" if none."""
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", line).split("#", 1)[0]
        for sign, plain in FULL_WIDTH.items():
            if sign in bare:
                return f'line {number} holds "{sign}": type {plain} with the English keyboard'
        if found := re.search(r"\b\d{4}-(?:\d-\d{1,2}|\d\d-\d)\b", bare):
            return f"line {number} holds the date {found[0]}: write it like 2025-03-03"
        if re.match(r"\s*\[?[^\x00-\x7f]", bare):
            return f"line {number}: put a name with Chinese characters in quotes"
    return ""


def _written(value: object) -> str:
    """Return a value as a person would write it in the study file."""
    if isinstance(value, list):
        return "[" + ", ".join(_written(v) for v in value) + "]"
    return str(value) if isinstance(value, date) else repr(value)


def _is_number(value: object) -> bool:
    """Say whether a value is a number that a float can hold; a whole number may be too large."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, float) or abs(value) <= sys.float_info.max


def label_of(table: Table, other_keys: tuple[str, ...]) -> Label:
    """Return the languages of an inline table; `other_keys` may stand beside them."""
    texts = tuple((language, table.text(language)) for language in LANGUAGES if table.has(language))
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
