"""An edit of a study file: places and values in, the same file with these lines changed and no others."""

from __future__ import annotations

import copy
import difflib
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, SingleKey, Table, Whitespace

from survey.errors import Keys, ReportError

Edits = Mapping[Keys, object]


def edited(text: str, edits: Edits) -> str:
    """Return the text of a study file with values put at places; None takes out what is there.

    Raises
    ------
    ReportError
        If the file is written in a way that this cannot change without moving other lines.
    """
    try:
        document = tomlkit.parse(text)
        for place, value in edits.items():
            _put(document, place, value)
        new = tomlkit.dumps(document)
        new = _with_comments(text, new) if None in edits.values() else new
    except (TOMLKitError, KeyError, TypeError, IndexError, ValueError):
        raise _refused(next(iter(edits))) from None
    return _judged(new, with_edits(tomllib.loads(text), edits), next(iter(edits), ()))


def with_edits(values: Mapping[str, Any], edits: Edits) -> dict[str, Any]:
    """Return plain values with the edits made, which is what the edited file must hold."""
    top: Any = copy.deepcopy(dict(values))
    for place, value in edits.items():
        path, last = place[:-1], cast(Any, place[-1])
        at = top
        for i, key in enumerate(path):
            if isinstance(at, dict) and key not in at and value is None:
                break
            if isinstance(at, dict):
                at = at.setdefault(key, [] if isinstance(place[i + 1], int) else {})
            elif key == len(at):
                at.append({})
                at = at[key]
            else:
                at = at[key]
        else:
            if value is not None and isinstance(at, list) and last == len(at):
                at.append(value)
            elif value is not None:
                at[last] = value
            elif isinstance(at, list) or last in at:
                at.pop(last)
    return dict(top)


def inserted(text: str, place: Keys, entry: Mapping[str, object]) -> str:
    """Return the text of a study file with an entry put into an array of tables, before what is at `place`.

    Raises
    ------
    ReportError
        If the array is written in a way that this cannot change without moving other lines.
    """
    name, at = str(place[0]), cast(int, place[1])
    values = tomllib.loads(text)
    entries = values[name]
    document = tomlkit.parse(text)
    if not isinstance(tables := document[name], AoT):
        raise _refused(place)
    _entry(tables, len(entries), entry)
    tables.body.insert(at, tables.body.pop())
    return _judged(
        tomlkit.dumps(document), values | {name: [*entries[:at], dict(entry), *entries[at:]]}, place
    )


def reordered(text: str, place: Keys, names: Sequence[str]) -> str:
    """Return the text of a study file with the keys of a table in the order of `names`, comments with them.

    Raises
    ------
    ReportError
        If the names are not those of the table, or its lines cannot be moved alone.
    """
    try:
        document = tomlkit.parse(text)
        table: Any = document
        for key in place:
            table = table[key]
        body = table.value.body
    except (TOMLKitError, KeyError, TypeError, AttributeError):
        raise _refused(place) from None
    blocks: dict[str, list[Any]] = {}
    waiting: list[Any] = []
    for key, item in body:
        waiting.append((key, item))
        if key is not None:
            blocks[key.key] = waiting
            waiting = []
    if sorted(blocks) != sorted(names) or isinstance(table, InlineTable):
        raise _refused(place)
    body[:] = [part for name in names for part in blocks[name]] + waiting
    plain = tomllib.loads(text)
    inner: Any = plain
    for key in place:
        inner = inner[key]
    moved = {name: inner[name] for name in names}
    inner.clear()
    inner.update(moved)
    new = _judged(tomlkit.dumps(document), plain, place)
    inner = tomllib.loads(new)
    for key in place:
        inner = inner[key]
    if list(inner) != list(names):
        raise _refused(place)
    return new


def _judged(new: str, wanted: Mapping[str, Any], place: Keys) -> str:
    """Return the new text, sure that it holds what it should and nothing else changed."""
    try:
        found = tomllib.loads(new)
    except tomllib.TOMLDecodeError:
        raise _refused(place) from None
    if found != wanted:
        raise _refused(place)
    return new


def _refused(place: Keys) -> ReportError:
    return ReportError("study.toml", key="desk.cannot_edit", place=place)


def _with_comments(old: str, new: str) -> str:
    """Return the new text with the comments that stood before what follows a table taken out."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    lines: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        lines += after[c:d]
        if kind == "delete":
            at = b
            while at > a and (not before[at - 1].strip() or before[at - 1].lstrip().startswith("#")):
                at -= 1
            lines += before[at:b] if any(line.strip() for line in before[at:b]) else []
    return "".join(lines)


def _put(document: Any, place: Keys, value: object) -> None:
    """Put a value at a place of a document, the tables that lead there made where they are not."""
    *path, last = place
    at, parent = document, document
    for i, key in enumerate(path):
        absent = key not in at if isinstance(key, str) else key == len(at)
        if absent and value is None:
            return
        if absent:
            _make(at, key, following=place[i + 1])
        parent, at = at, at[key]
    if isinstance(at, InlineTable) and (value is None or last not in at):
        inner: dict[str, Any] = {key: kept for key, kept in at.unwrap().items() if key != last}
        inner |= {} if value is None else {str(last): value}
        parent[path[-1]] = _item(inner, at)
    elif value is None:
        if isinstance(at, (AoT, list)) or last in at:
            _take_out(at, last)
    elif isinstance(last, int):
        _entry(at, last, value)
    elif last in at:
        at[last] = _item(value, at[last])
    else:
        _add(at, last, _item(value))


def _take_out(at: Any, last: Any) -> None:
    """Take a key or an entry out."""
    if isinstance(at, AoT):
        del at.body[last]
        return
    del at[last]


def _entry(at: Any, last: int, value: object) -> None:
    """Put an entry into an array, or behind its last."""
    if isinstance(at, AoT) and isinstance(value, Mapping):
        table = tomlkit.table()
        for key, inner in value.items():
            table.add(key, _item(inner))
        table.add(tomlkit.nl())
        if last == len(at):
            at.append(table)
        else:
            at[last] = table
    elif last == len(at):
        at.append(_item(value))
    else:
        at[last] = _item(value)


def _make(at: Any, key: Any, *, following: object) -> None:
    """Make the table, or the array of tables, that a place leads through."""
    spaced = tomlkit.table()
    spaced.add(tomlkit.nl())
    if isinstance(at, AoT):
        at.append(spaced)
    elif isinstance(following, int):
        at.add(key, tomlkit.aot())
    elif isinstance(at, InlineTable):
        at.add(key, tomlkit.inline_table())
    else:
        depth = isinstance(at, Table)
        _add(at, key, tomlkit.inline_table() if depth and not _has_tables(at) else spaced)


def _has_tables(at: Any) -> bool:
    return any(isinstance(item, (Table, AoT)) for _, item in at.value.body)


def _add(at: Any, key: str, item: Any) -> None:
    """Add a key at the end of a table, before the blank lines that end it."""
    body = at.value.body if isinstance(at, Table) else None
    trailing = []
    while body and isinstance(body[-1][1], Whitespace):
        trailing.append(body.pop())
    at.add(key, item)
    if body is not None:
        body.extend(reversed(trailing))


def _item(value: object, old: Any = None) -> Any:
    """Return a value as TOML writes it, tables in one line; the comment behind the old value stays."""
    if isinstance(value, Mapping):
        pairs = [f"{SingleKey(key).as_string()} = {_item(inner).as_string()}" for key, inner in value.items()]
        item: Any = tomlkit.parse(f"x = {{ {', '.join(pairs)} }}" if pairs else "x = {}").item("x")
    elif isinstance(value, (list, tuple)):
        item = tomlkit.array()
        item.extend([_item(inner) for inner in value])
    else:
        item = tomlkit.item(value)
    if old is not None and hasattr(old, "trivia"):
        item.trivia.comment_ws, item.trivia.comment = old.trivia.comment_ws, old.trivia.comment
        item.trivia.trail = old.trivia.trail
        item.trivia.indent = old.trivia.indent
    return item
