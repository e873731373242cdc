"""Drawn charts as parts of something larger: a web page, or a picture with its title and source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from reports.charts.style import SIZE
from reports.documents.legible import legible

# Where a name inside a drawing is given or used.
NAMES = re.compile(r'(\bid="|url\(#|href="#)')
FAMILY = re.compile(r"'(Noto Sans[^']*)'")
# What stands in for the font where it is not installed: else every Chinese character would be a box.
FALLBACKS = (
    "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', Arial, 'Liberation Sans', "
    "sans-serif"
)


@dataclass(frozen=True, slots=True)
class Vector:
    """A drawing without its head.

    Attributes
    ----------
    width, height : float
        In points.
    body : str
        What is drawn, its names made its own by a prefix.
    """

    width: float
    height: float
    body: str


def vector(svg: bytes, prefix: str) -> Vector:
    """Return a drawing without its head, its inner names beginning with a prefix."""
    text = legible(svg.decode("utf-8"))
    size = SIZE.search(text)
    assert size is not None
    body = text[text.index(">", size.end()) + 1 : text.rindex("</svg>")]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    return Vector(float(size[1]), float(size[2]), NAMES.sub(rf"\g<1>{prefix}-", body).strip())


def with_fallbacks(text: str) -> str:
    """Return a drawing in which other fonts stand behind that of the charts."""
    return FAMILY.sub(lambda found: f"'{found[1]}', {FALLBACKS}", text)


def described(prefix: str, title: str, text: str) -> tuple[str, str]:
    """Return the attributes and the first elements by which a drawing is read aloud."""
    head = f'role="img" aria-labelledby="{prefix}-title {prefix}-desc"'
    title, text = escape(title), escape(text)
    return head, f'<title id="{prefix}-title">{title}</title><desc id="{prefix}-desc">{text}</desc>'
