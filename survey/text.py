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

# A spreadsheet program runs a text that begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

# Shares of the characters beyond ASCII from which a text is taken for Chinese, or for Western.
CHINESE, WESTERN = 0.9, 0.5
_LETTERS = "ŠŒŽšœžŸÀ-ÖØ-öø-ÿ"
_SIGNS = r"\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026\u2022\u20ac\xa0«»\xb0\xba¿"
# In Windows-1252 an accented letter or two stands in a word, as in année and ação, or right behind one.
_ACCENTED = re.compile(
    f"(?<![^\\x00-\\x7f])(?:(?<=[A-Za-z?!.])[{_LETTERS}{_SIGNS}]{{1,3}}|[{_LETTERS}{_SIGNS}]{{1,3}}(?=[A-Za-z])"
    f"|[{_SIGNS}]{{1,3}})(?![^\\x00-\\x7f])"
)
# What ação becomes if it is read as Chinese.
_IN_A_WORD = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])")


def decode(data: bytes) -> tuple[str, str] | None:
    """Return text and encoding (UTF-8, GB18030, Windows-1252, or UTF-16 with its mark); None if unclear.

    Nearly any bytes are text in Windows-1252 and many in GB18030 as well: what is neither everyday Chinese
    nor a language of accented letters is in another encoding, or too short to tell.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = decode_as(data, "utf-16")
        return None if text is None else (text, "utf-16")
    if (text := decode_as(data, "utf-8")) is not None:
        return text, "utf-8"
    chinese, western = decode_as(data, "gb18030"), decode_as(data, "windows-1252")
    if chinese is None:
        return None if western is None else (western, "windows-1252")
    is_western = western is not None and _accented(western) >= WESTERN
    if is_western == (_everyday_chinese(chinese) >= CHINESE):
        return None
    return (western, "windows-1252") if western is not None and is_western else (chinese, "gb18030")


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


def _everyday_chinese(text: str) -> float:
    """Return the share of non-ASCII characters that are everyday Chinese (of GB 2312), or of four bytes.

    Other text in one byte a character turns into rare characters, and hardly ever into four bytes.
    """
    other = [c for c in _IN_A_WORD.sub("\ue000", text) if c > "\x7f"]
    codes = {c: c.encode("gb18030") for c in {*other}}
    rare = {
        c for c, code in codes.items() if len(code) == 2 and not (0xA1 <= code[0] <= 0xF7 and code[1] >= 0xA1)
    }
    return 1 - sum(c in rare for c in other) / max(len(other), 1)


def _accented(text: str) -> float:
    """Return the share of non-ASCII characters that are accented letters in words, or typographic signs."""
    other = sum(c > "\x7f" for c in text)
    return sum(len(found) for found in _ACCENTED.findall(text)) / max(other, 1)


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
