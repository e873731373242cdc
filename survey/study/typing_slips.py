"""Typing slips that make a file no valid TOML: what to write in place of them."""

from __future__ import annotations

import re
from typing import Any

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


QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
HEADING = re.compile(r"\s*\[{1,2}[^\[\],=]+\]{1,2}\s*(#.*)?")


def open_array(text: str, reason: str) -> int | None:
    """Return the line in which an array opens that is never closed; None where the mistake is another.

    TOML's reader notices it in the next line or later.
    """
    noticed, lines = re.search(r"line (\d+)", reason), text.splitlines()
    at = int(noticed[1]) - 1 if noticed else len(lines)
    if not (reason.startswith("Unclosed array") or HEADING.fullmatch("".join(lines[at : at + 1]))):
        return None
    depth, opened = 0, 0
    for number, line in enumerate(lines[:at], 1):
        bare = QUOTED.sub("", line).split("#", 1)[0]
        if depth == 0:  # a heading has brackets of its own
            bare, opened = bare.partition("=")[2], number
        depth += bare.count("[") - bare.count("]")
    return opened if depth > 0 else None


def slip(text: str) -> tuple[str, dict[str, Any]]:
    """Return the key and fields of the error for a typing slip outside quotes, such as a Chinese comma."""
    for number, line in enumerate(text.splitlines(), 1):
        bare = QUOTED.sub("", line).split("#", 1)[0]
        for mark, plain in FULL_WIDTH.items():
            if mark in bare:
                return "study.full_width", {"line": number, "mark": mark, "plain": plain}
        if bad_date := re.search(r"\b\d{4}-(?:\d-\d{1,2}|\d\d-\d)\b", bare):
            return "study.bad_date", {"line": number, "date": bad_date[0]}
        if re.match(r"\s*\[?[^\x00-\x7f]", bare):
            return "study.bare_name", {"line": number}
    return "study.bad_toml", {}
