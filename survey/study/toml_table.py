"""Tables of a TOML file, read so that every mistake is named by file, table and key."""

from __future__ import annotations

import math
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from survey.errors import FollowUp, Keys, Place, StudyError, SurveyError, closest, named, note, withdraw
from survey.messages.catalogue import as_written
from survey.study.questionnaire import Label
from survey.study.typing_slips import open_array, slip

LANGUAGES = ("zh", "en")
Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=str)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the contents of a TOML file; raises StudyError with the line of a mistake."""
    try:
        if path.is_dir():
            raise StudyError(str(path), key="study.is_folder")
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise StudyError(str(path), key="study.not_found") from None
    except OSError as error:
        raise StudyError(str(path), key="study.cannot_read", reason=error.strerror) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise StudyError(Place(str(path), line=line), key="study.not_utf8") from None
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number of more digits than Python reads
        if opened := open_array(text, str(error)):
            raise StudyError(Place(str(path), line=opened), key="study.open_array") from None
        key, fields = slip(text)
        raise StudyError(str(path), key=key, reason=str(error), **fields) from None
    except RecursionError:
        raise StudyError(str(path), key="study.too_deep") from None


class Table:
    """One table of a study file; each getter checks a key, and `done` refuses the rest.

    Inside `survey.errors.reading_on` a mistake is noted and a getter returns a stand-in: the default,
    or something empty. `sound` then says which keys can be trusted. Elsewhere a mistake is raised.

    Attributes
    ----------
    path : tuple of str and int
        The keys that lead to the table.
    languages : tuple of str
        The order in which labels keep their texts, the study's first language first.
    """

    __slots__ = ("_inside", "_read", "_spoilt", "file", "languages", "path", "values")

    def __init__(
        self, values: Mapping[str, Any], file: str, path: Keys = (), languages: tuple[str, ...] = LANGUAGES
    ) -> None:
        self.values, self.file, self.path, self.languages = values, file, path, languages
        self._read: set[str] = set()
        self._spoilt: set[str] = set()
        self._inside: list[tuple[str, Table]] = []

    def where(self, *keys: str | int) -> Place:
        """Return the place of a key, or of what is inside it, for an error."""
        return Place(self.file, self.path, keys)

    def has(self, key: str) -> bool:
        """Say whether the key is there; a key that was looked up counts as known."""
        self._read.add(key)
        return key in self.values

    def sound(self, *keys: str) -> bool:
        """Say whether no mistake was noted under the keys; under none at all where none is named."""
        return not (self._spoilt.intersection(keys) if keys else self._spoilt) and all(
            table.sound() for key, table in self._inside if not keys or key in keys
        )

    def inside(self, key: str) -> Table:
        """Return the table that was read last under a key."""
        return next(table for name, table in reversed(self._inside) if name == key)

    def check_sound(self, *keys: str) -> None:
        """Leave what cannot be judged because of mistakes noted under the keys; raises FollowUp."""
        if not self.sound(*keys):
            raise FollowUp

    def spoilt(self, key: str, error: SurveyError) -> None:
        """Note a mistake under a key; raises it outside `reading_on`."""
        self._spoilt.add(key)
        note(error)

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
            self.spoilt(key, StudyError(self.where(key), key="study.missing", name=key))
        return default

    def optional(self, getter: Callable[[str], Value], key: str) -> Value | None:
        """Return what a getter reads, as in ``table.optional(table.text, "sheet")``; None if absent."""
        value = getter(key) if self.has(key) else None
        return value if self.sound(key) else None

    def refuse(self, key: str, expected: str, **fields: Any) -> StudyError:
        """Return the error that says what a key holds and what was expected, a name of the catalogue."""
        found = as_written(self.values[key])
        return StudyError(self.where(key), key=f"expected.{expected}", found=found, **fields)

    def _checked(
        self, key: str, default: Any, sound: Callable[[Any], bool], expected: str, **fields: Any
    ) -> Any:
        """Return a value that passes `sound`, else the default, the mistake noted."""
        value = self.raw(key, default)
        if value is None or sound(value):
            return value
        self.spoilt(key, self.refuse(key, expected, **fields))
        return default

    def text(self, key: str, default: str | None = None) -> str:
        """Return a non-empty text."""
        return self._checked(key, default, _is_text, "text") or ""

    def choice(self, key: str, choices: tuple[Choice, ...], default: Choice | None = None) -> Choice:
        """Return one of the texts in `choices`, such as ``get_args(Method)`` of a Literal type."""
        listed, place = ", ".join(f'"{c}"' for c in choices), self.where(key)
        if default is None and not self.has(key):
            self.spoilt(key, StudyError(place, key="study.missing_choice", name=key, choices=listed))
        value = self._checked(key, default or choices[0], _is_text, "text")
        if value not in choices:
            error, near = self.refuse(key, "choice", choices=listed), closest(value, choices)
            error.remedies = {place.path: near} if near else {}
            self.spoilt(key, error)
        return next((choice for choice in choices if choice == value), choices[0])

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        return bool(self._checked(key, default, lambda value: isinstance(value, bool), "flag"))

    def number(self, key: str, default: float | None = None) -> float:
        """Return a finite number."""
        return float(self._checked(key, default, lambda v: _is_number(v) and v - v == 0, "number") or 0)

    def whole(self, key: str, default: int | None = None, *, least: int = 0, of: str = "") -> int:
        """Return a whole number, `least` or more; `of` says in messages what it counts."""
        value, name = self.number(key, default), "whole_of" if of else "whole"
        if self.sound(key) and (value < least or not value.is_integer()):
            self.spoilt(key, self.refuse(key, name, least=least, counted=of))
        return int(value)

    def pair(self, key: str, default: tuple[float, float] | None = None) -> tuple[float, float]:
        """Return two numbers, the smaller first."""
        low, high = map(float, self._checked(key, default and list(default), _is_pair, "pair") or (0, 1))
        return low, high

    def dates(self, key: str) -> tuple[date, date]:
        """Return two dates, the earlier first."""
        return tuple(self._checked(key, None, _are_dates, "dates") or (date.min, date.min))

    def day(self, key: str) -> date:
        """Return a day."""
        return date.fromisoformat(str(self._checked(key, date.min, lambda day: type(day) is date, "day")))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of different texts; empty where the key is absent."""
        value = self._checked(key, [], _are_texts, "texts")
        if len(set(value)) < len(value):
            self.spoilt(key, self.refuse(key, "once"))
        return tuple(value)

    def choices(self, key: str, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """Return a list of different texts, each one of `choices`; empty where the key is absent."""
        texts = self.texts(key)
        for i, text in enumerate(texts):
            if text not in choices:
                name, place = "study.unknown_value", self.where(key, i)
                self.spoilt(key, unknown(name, place, text, choices, value=text, choices=choices))
        return tuple(choice for text in texts for choice in choices if choice == text)

    def lists(self, key: str, expected: str, *, sizes: tuple[int, float] = (1, math.inf)) -> list[list[str]]:
        """Return lists of texts, with the smallest and largest size allowed; none where the key is absent."""
        value, (least, most) = self._checked(key, [], lambda v: isinstance(v, list), expected), sizes
        if all(_are_texts(v) and least <= len(v) <= most for v in value):
            return list(value)
        self.spoilt(key, self.refuse(key, expected))
        return []

    def label(self, key: str) -> Label:
        """Return a text in several languages; a text without languages stands for all of them."""
        value = self._checked(key, None, lambda v: _is_text(v) or isinstance(v, dict), "label") or ""
        if isinstance(value, dict):
            return label_of(self._inner(value, key), ())
        return Label(tuple((language, value) for language in self.languages))

    def table(self, key: str) -> Table:
        """Return a table inside this one; an empty one where the key is absent."""
        if isinstance(value := self.raw(key, {}), dict):
            return self._inner(value, key)
        example = f'{{ zh = "{value}" }}' if isinstance(value, str) else f"[{named((*self.path, key))}]"
        self.spoilt(key, self.refuse(key, "table", example=example))
        inner = self._inner({}, key)
        inner._spoilt.add("")
        return inner

    def tables(self, key: str) -> list[Table]:
        """Return an array of tables; empty where the key is absent."""
        entries = self._checked(key, [], _are_tables, "tables", name=named((*self.path, key)))
        return [self._inner(values, key, i) for i, values in enumerate(entries)]

    def _inner(self, values: Mapping[str, Any], key: str, *entry: int) -> Table:
        inner = Table(values, self.file, (*self.path, key, *entry), self.languages)
        self._inside.append((key, inner))
        return inner

    def named_tables(self) -> Iterator[tuple[str, Table]]:
        """Iterate over the tables inside this one with their names."""
        for key in self.values:
            yield key, self.table(key)

    def done(self) -> None:
        """Refuse keys that nothing has looked up; raises StudyError with the nearest known key."""
        known = sorted(self._read)
        for key, value in self.values.items():
            if key not in self._read:
                place = self.where(key)
                error = unknown("study.unknown_key", place, key, known, name=key, known=known)
                if near := str(error.fields["nearest"]):
                    error.remedies = {place.path: None, self.where(near).path: value}
                    if near not in self.values:  # that key is not missing, but misspelt
                        self._spoilt.add(near)
                        withdraw(self.where(near).path)
                self.spoilt(key, error)


def unknown(
    key: str,
    place: Place | str,
    value: str,
    choices: Iterable[str],
    /,
    error: type[SurveyError] = StudyError,
    **fields: Any,
) -> SurveyError:
    """Return the error of a name that is not among those known, with the nearest of them as remedy."""
    near = closest(value, choices)
    remedies = {place.path: near} if near and isinstance(place, Place) else {}
    return error(place, key=key, remedies=remedies, nearest=near, **fields)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _list_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(part, kind) for part in value)


_are_texts, _are_tables = _list_of(str), _list_of(dict)


def _are_dates(value: object) -> bool:
    """Say whether a value is two days in order; a time of day is none."""
    return isinstance(value, list) and [*map(type, value)] == [date, date] and value[0] <= value[1]


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] < value[1]


def _is_number(value: object) -> bool:
    """Say whether a value is a number in the range of a float; a whole number may be too large."""
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) <= sys.float_info.max
    return isinstance(value, float)


def label_of(table: Table, other_keys: tuple[str, ...]) -> Label:
    """Return the languages of an inline table; `other_keys` may stand beside them."""
    texts = tuple((language, table.text(language)) for language in table.languages if table.has(language))
    for key in table.values:
        if key not in LANGUAGES and key not in other_keys:
            known = (*LANGUAGES, *other_keys)
            table.spoilt(key, unknown("study.unknown_language", table.where(key), key, known, known=known))
    if not texts and table.sound():
        table.spoilt("", StudyError(table.where(), key="study.no_text"))
    return Label(texts or ((LANGUAGES[0], ""),))
