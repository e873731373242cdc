"""The texts of a study file before anything reads them: their length, and what no page can print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from survey.errors import Place, StudyError, note
from survey.messages.catalogue import Keys
from survey.study.toml_table import Table

# No question or label is as long; one of twenty thousand would keep the typesetter busy for a minute.
LONGEST_TEXT = 5000
# Characters that control a machine, and two that are none: an SVG or XML file must not hold them.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")

# It names a folder: letters, digits and underscores, and no name that Windows keeps for its devices.
STUDY_ID = re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)\Z)\w+", re.IGNORECASE)


def checked_texts(table: Table) -> Table:
    """Return a table; a key or text that cannot be printed as it stands is noted as a mistake."""
    for path, text in _texts(table.values, ()):
        place = Place(table.file, path[:-1], path[-1:])
        if found := UNPRINTABLE.search(text):
            unprintable = StudyError(place, key="study.control_character", character=f"U+{ord(found[0]):04X}")
            if "\0" in text:  # No file can be opened by such a name: what follows would fail for it again.
                raise unprintable
            note(unprintable)
        elif len(text) > LONGEST_TEXT:
            note(StudyError(place, key="study.long_text", length=len(text), most=LONGEST_TEXT))
    return table


def _texts(value: Any, path: Keys) -> Iterator[tuple[Keys, str]]:
    """Yield each text with where it stands; a key stands where its table does."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield path, key
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))
