"""Personal data in a text: what it looks like, and the text without it (methods 7.4)."""

from __future__ import annotations

import re
import unicodedata

DATE_OF_BIRTH = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
IDENTITY = rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{DATE_OF_BIRTH}\d{{3}}[\dXx](?![0-9A-Za-z])"
# In the order tried: an identity number holds digits that could be a telephone's. Each takes time in
# proportion to the text, however long and odd: none may start again at every letter of a word.
LOOKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("identity number", re.compile(IDENTITY)),
    (
        "e-mail address",
        re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]+@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+"),
    ),
    ("account name", re.compile(r"(?<![A-Za-z0-9_-])o[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])")),
    ("coordinates", re.compile(r"(?<![\d.])-?\d{1,3}\.\d{4,}\s{0,3}[,;/ ]\s{0,3}-?\d{1,3}\.\d{4,}(?![\d.])")),
    ("network address", re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")),
    ("telephone number", re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")),
    ("telephone number", re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")),
)


def looks_like(text: str) -> str:
    """Return what kind of personal data a whole cell is, such as "telephone number"; "" if none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for kind, look in LOOKS:
        if look.fullmatch(plain):
            return kind
    return ""


def masked(text: str) -> str:
    """Return the text with personal data in it replaced by their kind in brackets.

    Only what has a fixed shape is found: numbers, addresses, accounts. A name has none, so typed
    texts are not printed even masked, but for `parent-intent code`, which a person asked for.
    """
    plain = unicodedata.normalize("NFKC", text)
    if not any(look.search(plain) for _, look in LOOKS):
        return text
    for kind, look in LOOKS:
        plain = look.sub(f"[{kind}]", plain)
    return plain
