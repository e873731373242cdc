"""Labels of charts broken into lines that leave the chart its room."""

from __future__ import annotations

import re

# A word with the blanks behind it, or one character of a script without blanks.
PIECE = re.compile(r"[⺀-￿]|[^\s⺀-￿]+\s*|\s+")
# These do not begin a line.
MOST_CHARACTERS, MOST_WORDS = 32, 20
CLOSING = frozenset("，。、；：？！）》”’%,.;:?!)]}")


def within(*texts: str) -> str:
    """Return the first of texts that is no longer than a headline, the last where all are.

    Examples
    --------
    >>> within("Seven in ten say so; " + "a word " * 20, "Seven in ten say so")
    'Seven in ten say so'
    """
    return next((text for text in texts if _length(text) <= 1), texts[-1])


def _length(text: str) -> float:
    """Return the length of a headline in the most it may have: 32 characters of Chinese, or 20 words."""
    if any(ord(c) > 0x2E80 for c in text):
        return sum(c.isalnum() for c in text) / MOST_CHARACTERS
    return len(text.split()) / MOST_WORDS


def ems(text: str) -> float:
    """Return the width of a text in ems, near enough to choose a layout."""
    return sum(1.0 if ord(c) > 0x2E80 else 0.55 for c in text)


def widest(texts: list[str]) -> float:
    """Return the width in ems of the longest line among texts of several lines; 0 without any."""
    return max((ems(line) for text in texts for line in text.split("\n")), default=0.0)


def widest_piece(texts: list[str]) -> float:
    """Return the width in ems of the longest part of texts that no line can be broken in; 0 without any."""
    return widest([piece.rstrip() for text in texts for piece in PIECE.findall(text)])


def wrapped(text: str, width: float, lines: int) -> str:
    """Return a label in lines of at most so many ems, cut with an ellipsis past the number of lines."""
    broken = [""]
    for piece in PIECE.findall(text):
        fits = ems(broken[-1] + piece.rstrip()) <= width or piece[0] in CLOSING or piece.isspace()
        if fits or not broken[-1]:
            broken[-1] += piece
        else:
            broken.append(piece.lstrip())
    broken = [line.rstrip() for line in broken if line.strip()]
    if len(broken) > lines:
        broken = [*broken[: lines - 1], broken[lines - 1].rstrip("，。、；,.; ") + "…"]
    return "\n".join(broken)
