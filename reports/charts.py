"""Charts, for the page as SVG whose text stays text, so that the page's own font draws it.

Each function takes estimates looked up in `reports.results` and returns one figure, drawn within `style`.
Row position and marker shape tell options apart; one accent colour marks the first of them.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from reports.number_format import percent, whole
from reports.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, MID, LIGHT, LEAD = "#1a1a1a", "#5a5a5a", "#d9d9d9", "#08306b"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p")
WIDTH, NOTE = 6.53, 0.25


RcParams = dict[Any, Any]


@contextmanager
def style(font: Path) -> Iterator[None]:
    """Set the type and lines of all charts, for the time of drawing."""
    font_manager.fontManager.addfont(str(font))
    family = font_manager.FontProperties(fname=str(font)).get_name()
    settings: RcParams = {
        "font.family": family,
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
    """Return a chart as SVG, its text as text."""
    buffer = io.BytesIO()
    FigureCanvasSVG(figure)
    figure.savefig(
        buffer,
        format="svg",
        metadata={"Date": None, "Creator": None},
        bbox_inches=_box(figure),
        transparent=True,  # a draft's watermark shows through
    )
    figure.set_layout_engine("none")  # as it lies now, also where it is drawn again
    return buffer.getvalue()


def png(figure: Figure) -> bytes:
    """Return a chart as a picture of 300 dots an inch, to paste elsewhere."""
    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", dpi=300, metadata={"Software": None}, bbox_inches=_box(figure))
    return buffer.getvalue()


def note_below(figure: Figure, text: str) -> None:
    """Write a line under a chart that was drawn; the picture grows by it."""
    figure.text(0.01, -0.8 * NOTE / figure.get_figheight(), text, fontsize=8, va="bottom")


def _box(figure: Figure) -> Bbox:
    """Return the picture's edges in inches: the figure's, with room for the line below if there is one."""
    width, height = figure.get_size_inches()
    return Bbox([[0, -NOTE if figure.texts else 0], [width, height]])


def _whisker(
    ax: Axes, y: float, row: Row, *, colour: str, marker: str, size: float, width: float, face: str
) -> None:
    ax.plot([row.low, row.high], [y, y], color=colour, lw=width, solid_capstyle="butt")
    ax.plot([row.estimate], [y], marker, ms=size, mec=colour, mfc=face, mew=1.0)


def look(results: Results, code: str) -> tuple[str, str]:
    """Return colour and marker of an option: the same in every chart."""
    place = results.options(results.headline).index(code)
    return (LEAD if code == results.lead[0] else MID), MARKERS[place % len(MARKERS)]


def axis_end(rows: list[Row]) -> float:
    """Return where the axis ends: the next ten per cent above the highest limit, room for its label."""
    top = max((r.high for r in rows if not r.withheld), default=1.0)
    return min(1.0, math.ceil(top * 10 + 0.4) / 10)


def percent_axis(ax: Axes, end: float, step: float, size: float) -> None:
    """Set an axis of per cent from 0, with a tick and a light line every step."""
    ticks = [round(i * step, 10) for i in range(math.floor(round(end / step, 6)) + 1)]
    ax.set_xlim(0, end)
    ax.set_xticks(ticks, [percent(t) for t in ticks], fontsize=size)
    ax.grid(axis="x", color=LIGHT, lw=0.5)


def overall(results: Results, label: str) -> Figure:
    """Return the dot-and-whisker chart of page 1: all options, this wave solid, the last one hollow.

    Parameters
    ----------
    label : str
        Text under the axis.
    """
    q = results.headline
    codes = results.ordered(q, results.options(q))[::-1]
    now = {c: results.share(q, c) for c in codes}
    then = {c: results.row("share", q, c, wave=results.previous) if results.previous else None for c in codes}
    figure = Figure(figsize=(WIDTH, 0.62 + 0.37 * len(codes)), layout="constrained")
    ax = figure.add_subplot()
    shift = 0.15 if results.previous else 0.0
    for y, code in enumerate(codes):
        colour, marker = look(results, code)
        before = then[code]
        if before is not None and not before.withheld:
            _whisker(ax, y - 0.24, before, colour=MID, marker=marker, size=4.2, width=0.9, face="white")
        if now[code].withheld:
            ax.annotate(
                str(results.words.raw("withheld_mark")),
                (0, y + shift),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=9.5,
            )
            continue
        _whisker(ax, y + shift, now[code], colour=colour, marker=marker, size=6.2, width=2.0, face=colour)
        ax.annotate(
            percent(now[code].estimate),
            (now[code].high, y + shift),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=10,
        )
    _name_waves(ax, results, codes[-1], len(codes) - 1, shift, now[codes[-1]], then[codes[-1]])
    ax.set_yticks(range(len(codes)), [results.option_label(q, c) for c in codes], fontsize=10)
    ax.set_ylim(-0.6, len(codes) - 0.4)
    percent_axis(ax, axis_end([*now.values(), *(r for r in then.values() if r)]), 0.1, 9)
    ax.set_xlabel(label, fontsize=9)
    return figure


def _name_waves(
    ax: Axes, results: Results, code: str, y: float, shift: float, now: Row, then: Row | None
) -> None:
    """Write the waves beside the first row, which stands in for a legend."""
    if then is None or then.withheld or now.withheld:
        return
    for row, height, wave, colour in (
        (now, y + shift, results.latest, INK),
        (then, y - 0.24, results.previous, MID),
    ):
        ax.annotate(
            results.wave_label(wave),
            (row.low, height),
            xytext=(-6, 0),
            textcoords="offset points",
            va="center",
            ha="right",
            fontsize=8.5,
            color=colour,
        )


def _text_width(text: str) -> float:
    """Return the width of a text in ems, near enough to choose a layout."""
    return sum(1.0 if ord(c) > 0x2E80 else 0.55 for c in text)


def panels(results: Results) -> Figure:
    """Return small multiples by group on one scale, with everybody's share dashed in each."""
    q, groups = results.headline, results.groups()
    codes = results.ordered(q, list(results.lead))[::-1]
    labels = [results.option_label(q, c) for c in codes]
    titles = [results.option_label(results.by, g) for g in groups]
    gutter = max(_text_width(t) for t in labels) * 8 / 72 + 0.15
    widest = max(max(_text_width(t) for t in titles) * 8 / 72 + 0.15, 0.95)
    across = max(1, min(5, len(groups), int((WIDTH - gutter) / widest)))
    down = math.ceil(len(groups) / across)
    figure = Figure(figsize=(WIDTH, 0.35 + down * (0.52 + 0.24 * len(codes))), layout="constrained")
    axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    shown = {g: [results.share(q, c, by=results.by, group=g) for c in codes] for g in groups}
    everybody = [results.share(q, c) for c in codes]
    end = axis_end([*everybody, *(r for rows in shown.values() for r in rows)])
    for i, ax in enumerate(axes.flat):
        if i >= len(groups):
            ax.set_visible(False)
            continue
        _panel(ax, results, titles[i], shown[groups[i]], codes, everybody)
        ax.set_yticks(range(len(codes)), labels, fontsize=8)
        ax.set_ylim(-0.6, len(codes) - 0.4)
        percent_axis(ax, end, 0.5 if end > 0.7 else 0.2 if end > 0.3 else 0.1, 7.5)
        # The panels above an unused place have no axis below them to share.
        ax.tick_params(labelbottom=i + across >= len(groups))
    return figure


def _panel(
    ax: Axes, results: Results, title: str, rows: list[Row], codes: list[str], everybody: list[Row]
) -> None:
    known = [row.n for row in rows if not row.withheld]
    n = results.words("groups.panel_n", n=whole(max(known))) if known else ""
    ax.set_title(f"{title}\n{n}", fontsize=8, loc="left", linespacing=1.15, pad=3)
    for y, (row, city, code) in enumerate(zip(rows, everybody, codes, strict=True)):
        if not city.withheld:
            ax.plot([city.estimate] * 2, [y - 0.42, y + 0.42], color=MID, lw=0.8, ls=(0, (2, 1.5)))
        if row.withheld:
            if known:
                ax.annotate(
                    str(results.words.raw("withheld_mark")),
                    (0, y),
                    xytext=(4, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=8,
                )
            continue
        colour, marker = look(results, code)
        _whisker(ax, y, row, colour=colour, marker=marker, size=4.4, width=1.5, face=colour)
    if not known:
        ax.text(
            0.5,
            0.5,
            results.words("groups.panel_withheld"),
            ha="center",
            va="center",
            fontsize=8,
            transform=ax.transAxes,
            bbox={"fc": "white", "ec": "none", "pad": 2},
        )
