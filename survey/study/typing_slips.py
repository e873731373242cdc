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


def slip(text: str) -> tuple[str, dict[str, Any]]:
    """Return the key and fields of the error for a typing slip outside quotes, such as a Chinese comma."""
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", line).split("#", 1)[0]
        for mark, plain in FULL_WIDTH.items():
            if mark in bare:
                return "study.full_width", {"line": number, "mark": mark, "plain": plain}
        if bad_date := re.search(r"\b\d{4}-(?:\d-\d{1,2}|\d\d-\d)\b", bare):
            return "study.bad_date", {"line": number, "date": bad_date[0]}
        if re.match(r"\s*\[?[^\x00-\x7f]", bare):
            return "study.bare_name", {"line": number}
    return "study.bad_toml", {}
