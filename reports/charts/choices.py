"""The leading shares under other choices as differences from the share used, a strip an answer."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from reports.charts.style import INK, LEAD, LIGHT, MID, TINT, WIDTH, label_width, right_column
from reports.language.line_breaks import wrapped
from reports.language.numbers import percent, points
from reports.results.alternatives import alternatives_of, label_of, row_of
from reports.results.results import Results, Row

NAME = 15.0  # ems of a choice named below its tick
STRIPS, ROW, FOOT, HEAD, RANGE = 3, 0.5, 0.42, 0.24, 0.85  # strips at most; inches
EMS = 2.5  # of an answer, an inch of the picture
STEP = 0.02
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}  # of a name, which lines would cross
TICK = 0.36  # inches between two figures of the axis
TOUCHING = 1.3  # inches: two names nearer to each other would touch
NAMED = 0.005  # a choice that moves a share less is not named


def choice_chart(results: Results, *, width: float = WIDTH) -> Figure:
    """Return a strip for each leading answer: a tick a choice, the interval of the share used behind them.

    The choice that moves it most to either side is named.
    """
    codes = shown(results)
    own = [results.share(results.headline, code) for code in codes]
    strips = [_moves(results, code, row) for code, row in zip(codes, own, strict=True)]
    ends = [limit - row.estimate for row in own for limit in (row.low, row.high)]
    ends += [move for strip in strips for move, _ in strip]
    low, high = (STEP * math.floor(min(ends) / STEP + 1e-9), STEP * math.ceil(max(ends) / STEP - 1e-9))
    names = results.wrapped_labels(results.headline, codes, EMS * width, 2)
    labels = [
        f"{name} {results.flagged(row, percent(row.estimate))}" for name, row in zip(names, own, strict=True)
    ]
    height, gutter = HEAD + ROW * len(codes) + FOOT, label_width(labels, 8.5)
    figure = Figure(figsize=(width, height))
    box = (gutter / width, FOOT / height, 1 - (gutter + RANGE) / width, ROW * len(codes) / height)
    ax = figure.add_axes(box)
    ax.set(xlim=(low - 0.004, high + 0.004), ylim=(len(codes) - 0.5, -0.5))
    ax.set_yticks(range(len(codes)), labels, fontsize=8.5, linespacing=1.0)
    inches = width - gutter - RANGE
    most = max(2, int(inches / TICK))
    steps = range(round(low / STEP), round(high / STEP) + 1, max(1, math.ceil((high - low) / STEP / most)))
    ax.set_xticks([STEP * i for i in steps], [points(STEP * i) for i in steps], fontsize=8, color=MID)
    ax.tick_params(axis="x", length=0)
    ax.grid(axis="x", color=LIGHT, lw=0.6)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.axvline(0, color=INK, lw=0.8, zorder=1)
    right_column(ax, RANGE, -0.5, results.words("choices.range"), colour=MID, size=8, align="bottom")
    for y, (row, strip) in enumerate(zip(own, strips, strict=True)):
        ends_of = [row.low - row.estimate, row.high - row.estimate]
        ax.plot(ends_of, [y, y], color=TINT, lw=12, solid_capstyle="butt", zorder=0.5)
        moves = [move for move, _ in strip]
        ax.vlines(moves, y - 0.22, y + 0.22, color=MID, lw=1.2, zorder=2)
        ax.plot([0], [y], "o", ms=6, color=LEAD, zorder=3)
        for move, name in _named(strip, apart=TOUCHING / inches * (high - low)):
            ax.text(
                move,
                y + 0.27,
                wrapped(name, NAME, 1),
                fontsize=7.5,
                color=MID,
                ha="center",
                va="top",
                bbox=BEHIND,
            )
        shares = [row.estimate, *(row.estimate + move for move in moves)]
        text = results.words.range("percent", min(shares), max(shares))
        right_column(ax, RANGE, y, text, colour=INK, size=8.5)
    figure.text(0.5, 0.0, results.words("choices.axis"), fontsize=8, ha="center", va="bottom", color=MID)
    return figure


def _moves(results: Results, code: str, own: Row) -> list[tuple[float, str]]:
    """Return how far each other choice moves a share, with its name; those that may be printed."""
    found = []
    for alternative in alternatives_of(results)[1:]:
        row = row_of(results, code, alternative)
        if row is not None and not row.suppressed:
            found.append((row.estimate - own.estimate, label_of(results, alternative)))
    return found


def _named(strip: list[tuple[float, str]], *, apart: float) -> list[tuple[float, str]]:
    """Return the furthest choice on either side that moves the share, the further alone if they touch."""
    ends = sorted({min(strip), max(strip)}, key=lambda one: -abs(one[0])) if strip else []
    moving = [one for one in ends if abs(one[0]) >= NAMED]
    return moving if len(moving) < 2 or abs(moving[0][0] - moving[1][0]) >= apart else moving[:1]


def shown(results: Results) -> list[str]:
    """Return the leading answers that have a strip."""
    published = [code for code in results.lead if not results.share(results.headline, code).suppressed]
    return published[:STRIPS]
