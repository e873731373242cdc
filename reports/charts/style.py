"""Charts, for the page as SVG whose text stays text, so that the page's own font draws it.

Each function takes estimates looked up in `reports.results` and returns one figure, drawn within `style`.
Row position and marker shape tell options apart; one accent colour marks the first of them.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from reports.language.line_breaks import wrapped
from reports.language.numbers import percent
from reports.results.declared import convention_of
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, MID, LIGHT, LEAD = "#1a1a1a", "#5a5a5a", "#d9d9d9", "#08306b"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")
WIDTH, NOTE = 6.53, 0.25
# How a drawn chart says its size.
SIZE = re.compile(r'width="([\d.]+)pt" height="([\d.]+)pt" viewBox="[^"]*"')
TALLEST, LABEL = 3.8, 15.0  # inches that the rows of page 1 may take; ems of a label


RcParams = dict[Any, Any]


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
    settings: RcParams = {
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
    figure.patch.set_alpha(0.0)  # a draft's watermark shows through
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


def whisker(
    ax: Axes, y: float, row: Row, *, colour: str, marker: str, size: float, width: float, face: str
) -> None:
    """Draw an interval as a line and its share as a marker."""
    ax.plot([row.low, row.high], [y, y], color=colour, lw=width, solid_capstyle="butt")
    ax.plot([row.estimate], [y], marker, ms=size, mec=colour, mfc=face, mew=1.0)


def look(results: Results, code: str) -> tuple[str, str]:
    """Return colour and marker of an option: the same in every chart."""
    place = results.options(results.headline).index(code)
    return (LEAD if code == results.lead[0] else MID), MARKERS[place % len(MARKERS)]


def axis_end(rows: list[Row]) -> float:
    """Return where the axis ends: the next ten per cent above the highest limit, room for its label."""
    top = max((r.high for r in rows if not r.suppressed), default=1.0)
    return min(1.0, math.ceil(top * 10 + 0.4) / 10)


def percent_axis(ax: Axes, end: float, step: float, size: float) -> None:
    """Set an axis of per cent from 0, with a tick and a light line every step."""
    ticks = [round(i * step, 10) for i in range(math.floor(round(end / step, 6)) + 1)]
    ax.set_xlim(0, end)
    ax.set_xticks(ticks, [percent(t) for t in ticks], fontsize=size)
    ax.grid(axis="x", color=LIGHT, lw=0.5)


def shown_first(results: Results) -> list[str]:
    """Return the options of page 1 in falling order, as many as leave the page its room."""
    codes = results.ordered(results.headline, results.options(results.headline))
    labels = [wrapped(results.option_label(results.headline, code), LABEL, 3) for code in codes]
    # Where labels are long, so are the sentences below the chart.
    lines = 1 + max(label.count("\n") for label in labels)
    return codes[: max(2, int((TALLEST - 0.6 * (lines - 1)) / _row_height(labels, _least(results))))]


def _least(results: Results) -> float:
    """Return the inches a row takes at the least; fewer where margins are wide."""
    return 0.37 if convention_of(results.study) == "brief" else 0.29


def _row_height(labels: list[str], least: float) -> float:
    return max(least, 0.1 + 0.165 * (1 + max(label.count("\n") for label in labels)))


def overall(results: Results, label: str) -> Figure:
    """Return the dot-and-whisker chart of page 1: all options, this wave solid, the last one hollow.

    Parameters
    ----------
    label : str
        Text under the axis.
    """
    q = results.headline
    codes = shown_first(results)[::-1]
    labels = [wrapped(results.option_label(q, c), LABEL, 3) for c in codes]
    now = {c: results.share(q, c) for c in codes}
    then = {c: results.row("share", q, c, wave=results.previous) if results.previous else None for c in codes}
    figure = Figure(
        figsize=(WIDTH, 0.62 + _row_height(labels, _least(results)) * len(codes)), layout="constrained"
    )
    ax = figure.add_subplot()
    shift = 0.15 if results.previous else 0.0
    for y, code in enumerate(codes):
        colour, marker = look(results, code)
        before = then[code]
        if before is not None and not before.suppressed:
            whisker(ax, y - 0.24, before, colour=MID, marker=marker, size=4.2, width=0.9, face="white")
        if now[code].suppressed:
            ax.annotate(
                results.words.mark("withheld"),
                (0, y + shift),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=9.5,
            )
            continue
        whisker(ax, y + shift, now[code], colour=colour, marker=marker, size=6.2, width=2.0, face=colour)
        ax.annotate(
            percent(now[code].estimate),
            (now[code].high, y + shift),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=10,
        )
    end = axis_end([*now.values(), *(r for r in then.values() if r)])
    _name_waves(ax, results, end, len(codes) - 1, shift, now[codes[-1]], then[codes[-1]])
    ax.set_yticks(range(len(codes)), labels, fontsize=10, linespacing=1.0)
    ax.set_ylim(-0.6, len(codes) - 0.4)
    percent_axis(ax, end, 0.1, 9)
    ax.set_xlabel(label, fontsize=9)
    return figure


def _name_waves(
    ax: Axes, results: Results, end: float, y: float, shift: float, now: Row, then: Row | None
) -> None:
    """Write the waves beside the first row, which stands in for a legend, where there is more room."""
    if then is None or then.suppressed or now.suppressed:
        return
    left = min(now.low, then.low) > 0.25 * end
    for row, height, wave, colour, gap in (
        (now, y + shift, results.latest, INK, 38),  # past the figure that stands there
        (then, y - 0.24, results.previous, MID, 6),
    ):
        ax.annotate(
            wrapped(results.wave_label(wave), 12, 1),
            (row.low if left else row.high, height),
            xytext=(-6 if left else gap, 0),
            textcoords="offset points",
            va="center",
            ha="right" if left else "left",
            fontsize=8.5,
            color=colour,
        )
