"""The words of an error: a sentence for each key and language, filled with the error's fields."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

ENGLISH = "en"
LISTED = 8


def listing(values: Iterable[object], limit: int = LISTED) -> str:
    """Return the values joined by commas, with a count in place of those beyond `limit`."""
    texts = [str(v) for v in values]
    more = len(texts) - limit
    return ", ".join(texts[:limit]) + (f" and {more} more" if more > 0 else "")


class _Filler(Formatter):
    """Fills a sentence; a list is joined, with the most to name after the colon, as in ``{codes:30}``."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, (list, tuple)):
            return listing(value, int(format_spec or LISTED))
        return str(super().format_field(value, format_spec))

    def filled(self, sentence: str, fields: Mapping[str, object]) -> bool:
        """Say whether every field that a sentence names holds something."""
        names = {name for _, name, _, _ in self.parse(sentence) if name}
        return all(fields.get(name) not in (None, "", (), []) for name in names)


_FILLER = _Filler()


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
    """Return a text that is no error, such as the place of a line, filled."""
    return _FILLER.vformat(entry_of(key, language), (), fields)


def sentence(key: str, fields: Mapping[str, object], language: str = ENGLISH) -> tuple[str, str]:
    """Return what was found, and what to do: the first remedy for which all fields are there, or "".

    An entry is a list: the problem, then remedies, the likeliest first. In place of a list may stand a
    table with the lists `one` and `other`, chosen by the field that `count` names.
    """
    entry = entry_of(key, language) or [key]
    if isinstance(entry, dict):
        number = fields[entry["count"]]
        number = len(number) if isinstance(number, (list, tuple)) else number
        entry = entry["one" if number == 1 else "other"]
    problem, *remedies = entry
    remedy = next((text for text in remedies if _FILLER.filled(text, fields)), "")
    return _FILLER.vformat(problem, (), fields), _FILLER.vformat(remedy, (), fields)
