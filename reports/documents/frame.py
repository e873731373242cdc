"""A chart as a picture that can stand alone: title, measure, source, date and size drawn around it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

from reports.charts.style import INK, MID
from reports.documents.vector import described, vector
from reports.language.line_breaks import wrapped
from reports.sections.section import Chart

# For a screen of 16:9, for a square, and for a page that prints the title itself.
Shape = Literal["wide", "square", "page"]
SIZES: dict[Shape, tuple[float, float]] = {"wide": (800.0, 450.0), "square": (600.0, 600.0)}
LEAST = 8.0  # points of a text
INSET = 4.7  # points, where there is no edge
BESIDE = 7.0  # points beside a chart without an edge
SPARE = 0.93  # of the room for a title: quotation marks are wider in Chinese type


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a frame, at the height of its foot."""

    text: str
    size: float
    colour: str
    y: float


def framed(
    svg: bytes, chart: Chart, shape: Shape, *, prefix: str, family: str, language: str, mark: str
) -> bytes:
    """Return a chart in its frame as SVG.

    Parameters
    ----------
    prefix : str
        Before the names inside the drawing, which are then the picture's own.
    family : str
        The font of the charts.
    mark : str
        What says that data are made up; "" for data that are not.
    """
    drawn = vector(svg, prefix)
    edge = 0.0 if shape == "page" else 28.0
    # Letters are a little wider where they are painted than where the chart was laid out.
    width, height = SIZES.get(shape, (drawn.width + 2 * BESIDE, 0.0))
    room = width - 2 * edge
    head = _head(chart, room, edge) if edge else []
    foot = _lines([chart.foot, mark], 11.0 if edge else LEAST, room - (0 if edge else 2 * INSET), (MID, INK))
    top, bottom = (head[-1].y + 12 if head else 0.0), foot[-1].y + (edge / 2 or 5.0)
    height = height or drawn.height + bottom
    below = height - bottom
    scale = min(room / drawn.width, (below - top) / drawn.height) if edge else 1.0
    x = edge + (room - scale * drawn.width) / 2
    y = top + (below - top - scale * drawn.height) / 2
    moved = [Line(line.text, line.size, line.colour, below + line.y) for line in foot]
    inside = (
        f'<svg x="{x:g}" y="{y:g}" width="{scale * drawn.width:g}" height="{scale * drawn.height:g}" '
        f'overflow="visible" viewBox="0 0 {drawn.width:g} {drawn.height:g}">{drawn.body}</svg>'
    )
    words = chart.words
    attributes, first = described(prefix, words["caption"], words["alt"])
    texts = "\n".join(_text(line, edge or INSET, family) for line in (*head, *moved))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width:g}pt" height="{height:g}pt" viewBox="0 0 {width:g} {height:g}" '
        f'xml:lang="{language}" {attributes}>{first}\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{inside}\n{texts}\n</svg>\n'
    ).encode()


def _head(chart: Chart, room: float, edge: float) -> list[Line]:
    """Return the lines of title and subtitle."""
    caption, lines, y = chart.words["caption"], [], edge
    sizes = (size for size in (24.0, 20.0) if "\n" not in wrapped(caption, SPARE * room / size, 9))
    size = next(sizes, 17.0)
    for text in wrapped(caption, SPARE * room / size, 3).split("\n"):
        y += size * 1.25
        lines.append(Line(text, size, INK, y))
    for text in wrapped(chart.subtitle, room / 13, 2).split("\n"):
        y += 20
        lines.append(Line(text, 13.0, MID, y))
    return lines


def _lines(texts: list[str], size: float, room: float, colours: tuple[str, str]) -> list[Line]:
    """Return texts in lines, from above."""
    lines, y = [], 4.0
    for text, colour in zip(texts, colours, strict=True):
        for part in wrapped(text, room / size, 3).split("\n") if text else ():
            y += size * 1.35
            lines.append(Line(part, size, colour, y))
    return lines


def _text(line: Line, x: float, family: str) -> str:
    style = f"font-size: {line.size:g}px; font-family: '{family}'; fill: {line.colour}"
    return f'<text style="{style}" x="{x:g}" y="{line.y:g}">{escape(line.text)}</text>'
