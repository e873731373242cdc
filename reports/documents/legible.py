"""Texts as every program can read them: without control and direction characters, which XML refuses."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from typing import Any

from reports.sections.document import Document

UNREADABLE = ("Cc", "Cf", "Cs", "Co", "Cn")


def legible(value: Any) -> Any:
    """Return a text, or texts in any nesting, without characters that are no letters or signs."""
    if isinstance(value, str):
        if value.isascii() and value.isprintable():
            return value
        kept = (c for c in value if c == "\n" or unicodedata.category(c) not in UNREADABLE)
        return "".join(kept)
    if isinstance(value, dict):
        return {key: legible(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(legible(inner) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: legible(getattr(value, field.name)) for field in fields(value)})
    return value


def legible_document(document: Document) -> Document:
    """Return a document whose texts every program can read."""
    parts = {name: legible(getattr(document, name)) for name in ("names", "front", "sections")}
    return replace(document, **parts)
