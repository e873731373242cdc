"""Bytes to text: the encodings that spreadsheet programs and survey platforms write."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

ENCODINGS = {
    "utf-8": "utf-8-sig",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
}


def decode(data: bytes) -> tuple[str, str] | None:
    """Return text and encoding (UTF-8, GB18030, Windows-1252, or UTF-16 with its mark); None if none fits."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = decode_as(data, "utf-16")
        return None if text is None else (text, "utf-16")
    for label in ("utf-8", "gb18030", "windows-1252"):
        text = decode_as(data, label)
        if text is not None and (label != "gb18030" or _is_everyday_chinese(text)):
            return text, label
    return None


def decode_as(data: bytes, encoding: str) -> str | None:
    """Return the text in one of `ENCODINGS`; None if the bytes are not of it."""
    codec = ENCODINGS[encoding]
    # Any even number of bytes decodes as UTF-16; a real table has a NUL in each separator.
    if codec == "utf-16" and b"\x00" not in data:
        return None
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def _is_everyday_chinese(text: str) -> bool:
    """Say whether most non-ASCII characters are everyday Chinese ones (those of GB 2312).

    Nearly any bytes decode as GB18030; Western text then turns into rare characters.
    """
    other = "".join(c for c in text if ord(c) > 127)
    everyday = other.encode("gb2312", "ignore").decode("gb2312")
    return len(everyday) >= 0.9 * len(other)


def number_text(value: float) -> str:
    """Return a number that was stored as one, as text: a whole one without a point, others in plain digits.

    After three decimals stands a zero, so that the point is never taken to group thousands.
    """
    if value.is_integer():
        return str(int(value))
    text = format(Decimal(repr(value)), "f")
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


# Zero-width spaces and joiners, direction marks, soft hyphens, byte order marks. A joiner stays between two
# emoji, which it makes one.
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
INVISIBLE = re.compile(
    f"[\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff]|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])"
)


def visible(text: str) -> str:
    """Return `text` without invisible characters."""
    # No invisible character is printable, and most texts are: the pattern is slow.
    return text if text.isascii() or text.isprintable() else INVISIBLE.sub("", text)


def normalised(text: str) -> str:
    """Return `text` without the differences that exports make: width, blanks, case, invisible marks."""
    return " ".join(unicodedata.normalize("NFKC", visible(text)).split()).casefold()
