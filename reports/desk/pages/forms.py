"""Fields of a page: what they show, what was changed in them, and the edit of the study file that this is."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.datastructures import FormData
from starlette.requests import Request

from reports.desk.edits import Edits, with_edits
from reports.desk.fields import place_of
from reports.desk.root import Kept
from reports.desk.save import Conflict, save
from survey.errors import Keys, ReportError
from survey.study.placeholders import UNFILLED
from survey.study.toml_table import LANGUAGES

Kind = Literal["text", "area", "number", "choice", "radio", "ticks", "flag"]
Value = str | tuple[str, ...]
NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")  # a comma parts thousands or nothing
SEVERAL: tuple[Kind, ...] = ("ticks", "flag")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    Attributes
    ----------
    name : str
        The place of its value, keys joined by points; of other fields any name the page knows.
    value : str or tuple of str
        As the study file has it; a tuple for ticks, ("yes",) for a flag that is set.
    choices : tuple of (value, text)
        What may be chosen.
    """

    name: str
    label: str
    kind: Kind = "text"
    value: Value = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form by their names, and what they hold as the page is made."""

    fields: Mapping[str, Field] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Field:
        """Return a field by its name."""
        return self.fields[name]

    def __contains__(self, name: str) -> bool:
        """Say whether there is a field of this name."""
        return name in self.fields

    def starting(self, start: str) -> list[Field]:
        """Return the fields with names that begin so."""
        return [f for name, f in self.fields.items() if name.startswith(start)]

    @property
    def was(self) -> str:
        """What the fields hold, as the form sends it along, so that only what a person changed is written."""
        return json.dumps({name: f.value for name, f in self.fields.items()}, ensure_ascii=False)


def form_of(fields: Sequence[Field]) -> Form:
    """Return the form of some fields."""
    return Form({f.name: f for f in fields})


def at(values: Any, *place: str | int, default: Any = None) -> Any:
    """Return what stands at a place of a study file, whatever it is; the default where nothing does."""
    for key in place:
        try:
            values = values[key]
        except (KeyError, IndexError, TypeError):
            return default
    return values


def text_at(values: Any, *place: str | int) -> str:
    """Return a value as a field shows it; a text still to be filled in is empty."""
    value = at(values, *place)
    if value is None or isinstance(value, (dict, list)):
        return ""
    return "" if UNFILLED.search(str(value)) else str(value)


def label_text(value: Any, language: str) -> str:
    """Return a text in a language; without languages it stands for all of them."""
    if isinstance(value, dict):
        value = value.get(language, "")
    return "" if value is None or UNFILLED.search(str(value)) else str(value)


def any_text(value: Any, language: str) -> str:
    """Return a text in a language if it has it, else in another."""
    return label_text(value, language) or next(
        (t for name in LANGUAGES if (t := label_text(value, name))), ""
    )


def label_fields(
    values: Any, place: Keys, label: str, languages: Sequence[str], *, kind: Kind = "text", hint: str = ""
) -> list[Field]:
    """Return a field for each language of a text."""
    there = at(values, *place)
    name = ".".join(map(str, place))
    return [Field(f"{name}.{key}", label, kind, label_text(there, key), (), hint, key) for key in languages]


def languages_of(values: Any) -> tuple[str, ...]:
    """Return the languages that a study is printed in, as far as its file says so."""
    listed = at(values, "study", "languages", default=[])
    chosen = tuple(name for name in LANGUAGES if isinstance(listed, list) and name in listed)
    title = at(values, "study", "title", default={})
    return (
        chosen or tuple(name for name in LANGUAGES if isinstance(title, dict) and name in title) or LANGUAGES
    )


def changes(posted: FormData, form: Form) -> dict[str, Value]:
    """Return what a person changed: fields that hold something else than when the page was made."""
    try:
        was = json.loads(str(posted.get("was", "{}")))
    except ValueError:
        was = {}
    changed: dict[str, Value] = {}
    for name, known in form.fields.items():
        if not isinstance(was, dict) or name not in was:
            continue
        now: Value
        if known.kind in SEVERAL:
            now, before = tuple(map(str, posted.getlist(name))), tuple(was[name])
        else:
            now, before = str(posted.get(name, "")).replace("\r\n", "\n").strip(), was[name]
        if now != before:
            changed[name] = _sound(now)
    return changed


def _sound(value: Value) -> Value:
    """Refuse what no study file should hold."""
    for text in (value,) if isinstance(value, str) else value:
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
            raise ReportError("study.toml", key="desk.control")
    return value


def edits_of(values: Any, form: Form, changed: Mapping[str, Value]) -> dict[Keys, object]:
    """Return the edits of fields that are named by their places."""
    edits: dict[Keys, object] = {}
    for name, now in changed.items():
        place, kind = place_of(name), form[name].kind
        if kind == "flag":
            edits[place] = True if now else None
        elif kind == "ticks":
            edits[place] = [*now] or None
        elif kind == "number":
            edits[place] = as_number(str(now))
        elif place[-1] in LANGUAGES:
            edits |= _label_edit(values, place, str(now))
        else:
            edits[place] = now or None
    return edits


def as_number(text: str) -> object:
    """Return a number as a person types it; as it stands where it is none, for the engine to judge."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not NUMBER.fullmatch(plain):
        return text or None
    plain = plain.replace(",", "")
    return float(plain) if "." in plain else int(plain)


def _label_edit(values: Any, place: Keys, now: str) -> dict[Keys, object]:
    """Return the edit of a text in one language."""
    whole, language = place[:-1], place[-1]
    there = at(values, *whole)
    if not isinstance(there, dict):
        others = [name for name in languages_of(values) if name != language] if there else []
        both: dict[str, object] = {**({str(language): now} if now else {}), **dict.fromkeys(others, there)}
        return {whole: both or None}
    if not now and set(there) <= {language}:
        return {whole: None}
    return {place: now or None}


# From the name of a field, what it holds and the study file as edited so far, the edits.
Special = Callable[[str, Value, Mapping[str, Any]], Edits]


def save_form(
    request: Request,
    kept: Kept,
    form: Form,
    posted: FormData,
    *,
    line: str,
    special: Special | None = None,
    files: Mapping[str, bytes] | None = None,
    more: Edits | None = None,
    change: Callable[[str], str] | None = None,
) -> bool:
    """Write what a person changed; fields named `:…` are turned into edits by `special`.

    Raises
    ------
    Conflict
        With what was typed and what the file has, where the file was changed elsewhere.
    """
    values, changed = kept.values(), changes(posted, form)
    own = {name: now for name, now in changed.items() if name.startswith(":")}
    edits = edits_of(values, form, {name: now for name, now in changed.items() if name not in own})
    for name, now in own.items():
        edits |= special(name, now, with_edits(values, edits)) if special is not None else {}
    what = "、".join(dict.fromkeys(form[name].label for name in changed)) or line
    try:
        told = line.format(what=what) if "{what}" in line else line
        return save(
            kept,
            {**edits, **(more or {})},
            line=told,
            seen=str(posted.get("seen", "")),
            files=files,
            change=change,
        )
    except Conflict:
        shown = [
            (form[name].label, _shown(form[name], now), _shown(form[name], form[name].value))
            for name, now in changed.items()
        ]
        raise Conflict(shown or [(line, "", "")]) from None


def _shown(known: Field, value: Value) -> str:
    """Return a value as a person reads it."""
    texts = dict(known.choices)
    parts = (value,) if isinstance(value, str) else value
    return "、".join(texts.get(part, part) for part in parts) or "—"
