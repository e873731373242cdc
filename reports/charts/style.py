"""What all charts share: type, colours, axes, and SVG in which text stays text for the page's own font.

Each chart is a function of estimates looked up in `reports.results` and returns figures, called within
`style`. Row position and marker shape tell options apart; one accent colour marks the first of them.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from reports.language.line_breaks import widest
from reports.language.numbers import percent
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# One accent, told apart in greyscale too; PALE is an interval behind its share.
INK, MID, LIGHT, LEAD = "#1a1a1a", "#5a5a5a", "#d9d9d9", "#9e1b1e"
PALE, TINT, SOFT = "#dddad7", "#e6c4c5", "#b9b4b0"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")
Draw = Callable[[], Figure]  # within `style`
WIDTH, NOTE = 6.53, 0.25  # inches of a chart, and of a line of text below it
# The page's columns, and those of half of it, with the inches of a chart that stands in them.
COLUMNS, HALF, HALF_WIDTH = 12, 6, 3.18
# How a drawn chart says its size.
SIZE = re.compile(r'width="([\d.]+)pt" height="([\d.]+)pt" viewBox="[^"]*"')


@cache
def family_of(font: Path) -> str:
    """Return the family of a font file, which is drawn with from now on.

    Once a process: a file added again is listed again, and every look-up goes through the whole list.
    """
    font_manager.fontManager.addfont(str(font))
    return str(font_manager.FontProperties(fname=str(font)).get_name())


@contextmanager
def style(font: Path) -> Iterator[None]:
    """Set the type and lines of all charts, for the time of drawing."""
    settings: dict[Any, Any] = {
        "font.family": family_of(font),
        "font.size": 9.5,
        "text.parse_math": False,
        "text.color": INK,
        "svg.fonttype": "none",
        "svg.hashsalt": "chart",
        "svg.id": "chart",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.axisbelow": True,
        "axes.unicode_minus": False,
        "xtick.major.width": 0.6,
        "ytick.major.size": 0,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        # What the font cannot draw is swapped and reported where the page is set.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield


def svg(figure: Figure) -> bytes:
    """Return a chart as SVG, its text as text; the chart's layout stays as it is then."""
    buffer = io.BytesIO()
    canvas: Any = FigureCanvasSVG(figure)
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    figure.patch.set_alpha(0.0)
    canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})
    figure.patch.set_alpha(None)
    return buffer.getvalue()


def noted_svg(data: bytes, text: str, family: str) -> bytes:
    """Return a chart as SVG, grown by a line of text of a font's family under it."""
    drawn = data.decode("utf-8")
    found = SIZE.search(drawn)
    assert found is not None
    width, height = found[1], float(found[2])
    grown = f"{height + 72 * NOTE:g}"
    style = f"font-size: 8px; font-family: '{family}'; fill: {INK}"
    line = f'<text style="{style}" x="4.7" y="{height + 0.75 * 72 * NOTE:g}">{escape(text)}</text>'
    head = f'width="{width}pt" height="{grown}pt" viewBox="0 0 {width} {grown}"'
    return (
        (drawn[: found.start()] + head + drawn[found.end() :]).replace("</svg>", f"{line}\n</svg>").encode()
    )


def stamped_svg(data: bytes, text: str, family: str) -> bytes:
    """Return a chart as SVG with a text across it, in front of everything that can still be read under it."""
    drawn = data.decode("utf-8")
    found = SIZE.search(drawn)
    assert found is not None
    x, y = float(found[1]) / 2, float(found[2]) / 2
    style = f"font-size: {min(x, y) / 2:g}px; font-family: '{family}'; fill: {INK}; fill-opacity: 0.14"
    place = f'text-anchor="middle" transform="translate({x:g} {y:g}) rotate(-25)"'
    return drawn.replace("</svg>", f'<text style="{style}" {place}>{escape(text)}</text>\n</svg>').encode()


def whisker(
    ax: Axes, y: float, row: Row, *, colour: str, marker: str, size: float, width: float, face: str
) -> None:
    """Draw an interval as a line and its share as a marker."""
    ax.plot([row.low, row.high], [y, y], color=colour, lw=width, solid_capstyle="butt")
    ax.plot([row.estimate], [y], marker, ms=size, mec=colour, mfc=face, mew=1.0)


def write_beside(
    ax: Axes,
    text: str,
    point: tuple[float, float],
    shift: float,
    *,
    size: float,
    align: Literal["left", "right"] = "left",
    colour: str = INK,
) -> None:
    """Write a text beside a point of the data, `shift` points to the right of it."""
    ax.annotate(
        text,
        point,
        xytext=(shift, 0),
        textcoords="offset points",
        va="center",
        ha=align,
        fontsize=size,
        color=colour,
    )


def panels_in_row(
    count: int, *, gutter: float, plot: float, foot: float, head: float, gap: float
) -> tuple[Figure, list[Axes]]:
    """Return a figure with the axes of panels side by side.

    Parameters
    ----------
    count : int
        Number of panels.
    gutter, plot, foot, head, gap : float
        Inches to the left of all panels, of a panel's height, below and above it, and to its right.
    """
    height, width = foot + plot + head, (WIDTH - gutter) / count
    figure = Figure(figsize=(WIDTH, height))
    boxes = [
        ((gutter + i * width) / WIDTH, foot / height, (width - gap) / WIDTH, plot / height)
        for i in range(count)
    ]
    return figure, [figure.add_axes(box) for box in boxes]


def label_width(labels: list[str], size: float) -> float:
    """Return the inches that labels set in so many points take to the left of a chart."""
    return widest(labels) * size / 72 + 0.15


def look(results: Results, code: str) -> tuple[str, str]:
    """Return colour and marker of an option: the same in every chart."""
    place = results.options(results.headline).index(code)
    return (LEAD if code == results.lead[0] else MID), MARKERS[place % len(MARKERS)]


def axis_end(rows: list[Row]) -> float:
    """Return where the axis ends: the next ten per cent above the highest limit, room for its label."""
    top = max((r.high for r in rows if not r.suppressed), default=1.0)
    return min(1.0, math.ceil(top * 10 + 0.4) / 10)


def percent_ticks(end: float, step: float) -> list[float]:
    """Return the ticks of an axis of shares from 0."""
    return [round(i * step, 10) for i in range(math.floor(round(end / step, 6)) + 1)]


def few_ticks(end: float) -> list[float]:
    """Return the three or four ticks of an axis of shares from 0: figures stand in a column of their own."""
    step = 0.5 if end > 0.7 else 0.25 if end > 0.35 else 0.1
    return percent_ticks(end, step)


def light_axis(ax: Axes, ticks: list[float], size: float = 8.5) -> None:
    """Set the ticks of an axis of shares in light lines without a frame."""
    ax.set_xticks(ticks, [percent(tick) for tick in ticks], fontsize=size, color=MID)
    ax.tick_params(axis="x", length=0)
    ax.grid(axis="x", color=LIGHT, lw=0.6)
    for spine in ax.spines.values():
        spine.set_visible(False)


def right_column(
    ax: Axes,
    inches: float,
    y: float,
    text: str,
    *,
    colour: str,
    size: float,
    align: Literal["center", "bottom"] = "center",
) -> None:
    """Write a text so many inches to the right of a chart's axes, ending there, at a height of the data."""
    ax.annotate(
        text,
        (1, y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(72 * inches, 0),
        textcoords="offset points",
        ha="right",
        va=align,
        fontsize=size,
        color=colour,
        annotation_clip=False,
    )


def percent_axis(ax: Axes, end: float, step: float, size: float) -> None:
    """Set an axis of per cent from 0, with a tick and a light line every step."""
    ticks = percent_ticks(end, step)
    ax.set_xlim(0, end)
    ax.set_xticks(ticks, [percent(t) for t in ticks], fontsize=size)
    ax.grid(axis="x", color=LIGHT, lw=0.5)
