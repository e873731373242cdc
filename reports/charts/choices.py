"""Shares under other choices side by side, the interval as printed shaded behind them."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from reports.charts.style import INK, LIGHT, MID, label_width, panels_in_row
from reports.language.line_breaks import wrapped
from reports.language.numbers import points
from reports.results.alternatives import alternatives_of, label_of, row_of, unmet_mark
from reports.results.results import Results

LABEL, TITLE = 17.0, 13.0  # ems
PANELS, ROW = 3, 0.2  # panels at most; inches an alternative
FOOT, HEAD, GAP = 0.42, 0.3, 0.3
STEP = 0.05


def choice_chart(results: Results) -> Figure:
    """Return a panel for each leading answer: a dot an alternative, on a band for the printed interval."""
    alternatives, codes = alternatives_of(results), shown(results)
    printed = [results.share(results.headline, code) for code in codes]
    panels = [[row_of(results, code, alternative) for alternative in alternatives] for code in codes]
    distances = [
        abs(limit - own.estimate)
        for own, rows in zip(printed, panels, strict=True)
        for row in (own, *(r for r in rows if r is not None and not r.suppressed))
        for limit in (row.low, row.high)
    ]
    reach = max(1, math.ceil(max([0.0, *distances]) / STEP))
    labels = [wrapped(label_of(results, alternative), LABEL, 1) for alternative in alternatives]
    figure, axes = panels_in_row(
        len(codes), gutter=label_width(labels, 8), plot=ROW * len(alternatives), foot=FOOT, head=HEAD, gap=GAP
    )
    for ax, code, own, rows in zip(axes, codes, printed, panels, strict=True):
        ax.axvspan(own.low, own.high, color=LIGHT, lw=0)
        ax.axvline(own.estimate, color=MID, lw=0.8)
        drawn = []
        for y, row in enumerate(rows):
            if row is None or row.suppressed:
                mark = unmet_mark(results, row)
                ax.annotate(mark, (own.estimate, -y), va="center", ha="center", fontsize=8)
            else:
                drawn.append((-y, row))
        # A few strokes for all: hollow dots lie outside the interval as printed.
        ys, lows, highs = [y for y, _ in drawn], [row.low for _, row in drawn], [row.high for _, row in drawn]
        ax.hlines(ys, lows, highs, color=INK, lw=0.8)
        for inside in (True, False):
            dots = [(row.estimate, y) for y, row in drawn if (own.low <= row.estimate <= own.high) == inside]
            face = INK if inside else "white"
            ax.plot([x for x, _ in dots], [y for _, y in dots], "o", ms=4.5, mec=INK, mfc=face)
        ax.set_ylim(-len(alternatives) + 0.4, 0.6)
        ax.set_yticks([-y for y in range(len(alternatives))], labels if ax is axes[0] else [], fontsize=8)
        name = results.flagged(own, wrapped(results.option_label(results.headline, code), TITLE, 1))
        ax.set_title(name, fontsize=9, loc="left", pad=4)
        # Points from the share as printed, the same scale in every panel.
        steps = range(-reach, reach + 1, 1 if reach < 3 else math.ceil(reach / 2))
        ax.set_xlim(own.estimate - STEP * reach, own.estimate + STEP * reach)
        ticks = [own.estimate + STEP * step for step in steps]
        ax.set_xticks(ticks, [points(STEP * step) for step in steps], fontsize=8)
        ax.grid(axis="x", color=LIGHT, lw=0.5)
    figure.text(0.5, 0.0, results.words("choices.axis"), fontsize=8.5, ha="center", va="bottom")
    return figure


def shown(results: Results) -> list[str]:
    """Return the leading answers that have a panel."""
    published = [code for code in results.lead if not results.share(results.headline, code).suppressed]
    return published[:PANELS]
