"""The leading options by group: small multiples, as many pages as the groups need, and tiles on a map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.charts.style import INK, LIGHT, MID, WIDTH, Draw, axis_end, label_width, look, percent_ticks
from reports.language.line_breaks import wrapped
from reports.language.numbers import percent, whole
from reports.results.declared import tiles_of
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NO_BREAK = "\u00a0"  # keeps a line its height
MOST_ACROSS, TALLEST = 5, 8.0
LABEL, TITLE = 13.0, 11.0  # ems
# Inches: below all panels for the ticks' labels, between panels, below and above each, of a tick.
FOOT, GAP, PAD, TICK = 0.2, 0.34, 0.1, 0.03
# Light enough for dark type at the darkest, apart in greyscale too.
SHADES = ("#ffffff", "#e6eef5", "#c9dcec", "#a9c8e0", "#85b0d3")
WIDEST, TILE_LABEL = 1.45, 11.0  # inches of a tile; ems of its name
HEIGHT, TILE_GAP = 0.62, 0.04  # inches of a tile, and between two


class Layout:
    """How many panels stand side by side and below each other in one picture."""

    def __init__(self, results: Results) -> None:
        self.codes = results.ordered(results.headline, list(results.lead))[::-1]
        self.labels = results.wrapped_labels(results.headline, self.codes, LABEL, 2)
        self.groups = results.groups()
        titles = results.wrapped_labels(results.by, self.groups, TITLE, 2)
        self.titles = dict(zip(self.groups, titles, strict=True))
        self.gutter = label_width(self.labels, 8)
        panel = max(label_width(titles, 8), 0.95)
        self.across = max(1, min(MOST_ACROSS, len(self.groups), int((WIDTH - self.gutter) / panel)))
        self.panel = (WIDTH - self.gutter) / self.across
        lines = max(label.count("\n") for label in self.labels)
        self.head = 0.34 + 0.13 * max((title.count("\n") for title in titles), default=0)
        self.height = self.head + PAD + 0.08 + (0.24 + 0.1 * lines) * len(self.codes)
        down = max(1, int(TALLEST / self.height))
        # All pictures about equally full.
        pictures = math.ceil(len(self.groups) / (down * self.across))
        self.size = self.across * math.ceil(len(self.groups) / (pictures * self.across)) if pictures else 1

    def pages(self) -> list[list[str]]:
        """Return the groups of each picture."""
        return [self.groups[i : i + self.size] for i in range(0, len(self.groups), self.size)]


def panels(results: Results) -> list[Draw]:
    """Return the drawing of each page of small multiples: one scale, the whole sample's share dashed."""
    layout = Layout(results)
    rows = {
        group: [results.share(results.headline, code, by=results.by, group=group) for code in layout.codes]
        for group in layout.groups
    }
    overall = [results.share(results.headline, code) for code in layout.codes]
    end = axis_end([*overall, *(row for of_group in rows.values() for row in of_group)])
    return [partial(_picture, results, layout, page, rows, overall, end) for page in layout.pages()]


def _picture(
    results: Results,
    layout: Layout,
    groups: list[str],
    rows: dict[str, list[Row]],
    overall: list[Row],
    end: float,
) -> Figure:
    """Return panels drawn on one sheet of inches: axes of their own would take most of a report's time."""
    height = FOOT + math.ceil(len(groups) / layout.across) * layout.height
    figure = Figure(figsize=(WIDTH, height))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set(xlim=(0, WIDTH), ylim=(0, height))
    for i, group in enumerate(groups):
        across, row = i % layout.across, i // layout.across
        left = layout.gutter + across * layout.panel
        bottom = height - (row + 1) * layout.height
        panel = _Panel(ax, left, bottom + PAD, layout.panel - GAP, layout.height - layout.head - PAD, end)
        # The panels above an unused place have none below them that has the ticks.
        panel.scale(labelled=i + layout.across >= len(groups))
        if across == 0:
            panel.labels(layout.labels)
        models = [
            results.printed("model_share", results.headline, code, by=results.by, group=group)
            for code in layout.codes
        ]
        _fill(panel, results, layout.titles[group], layout.codes, rows[group], overall, models)
    return figure


@dataclass(frozen=True, slots=True)
class _Panel:
    """Where a panel lies on the sheet, in inches, and where its scale ends."""

    ax: Axes
    left: float
    bottom: float
    width: float
    height: float
    end: float

    def x(self, share: float) -> float:
        return self.left + self.width * share / self.end

    def y(self, place: float, count: int) -> float:
        return self.bottom + self.height * (place + 0.6) / (count + 0.2)

    def scale(self, *, labelled: bool) -> None:
        """Draw the axis of per cent and its light lines."""
        step = 0.5 if self.end > 0.7 else 0.2 if self.end > 0.3 else 0.1
        top = self.bottom + self.height
        ticks = percent_ticks(self.end, step)
        places = [self.x(tick) for tick in ticks]
        self.ax.vlines(places, self.bottom, top, color=LIGHT, lw=0.5)
        self.ax.vlines(places, self.bottom - TICK, self.bottom, color=INK, lw=0.6)
        self.ax.hlines([self.bottom], self.left, self.left + self.width, color=INK, lw=0.6)
        if labelled:
            for tick, place in zip(ticks, places, strict=True):
                self.ax.text(
                    place, self.bottom - 2 * TICK, percent(tick), ha="center", va="top", fontsize=7.5
                )

    def beside(self, row: Row, y: float, mark: str) -> None:
        """Write a mark beside an interval, where there is more room."""
        right = self.end - row.high > row.low
        x, align = (self.x(row.high) + TICK, "left") if right else (self.x(row.low) - TICK, "right")
        self.ax.text(x, y, mark, ha=align, va="center", fontsize=7.5, color=MID)

    def labels(self, labels: list[str]) -> None:
        """Write the answers to the left of the panel."""
        for y, label in enumerate(labels):
            place = (self.left - 0.05, self.y(y, len(labels)))
            self.ax.text(*place, label, ha="right", va="center", fontsize=8, linespacing=0.95)


def modelled(results: Results) -> bool:
    """Say whether the panels have a second, model-based dot."""
    return any(key[5] == "model_share" and key[1] == results.headline for key in results.table)


def _fill(
    panel: _Panel,
    results: Results,
    title: str,
    codes: list[str],
    rows: list[Row],
    overall: list[Row],
    models: list[Row | None],
) -> None:
    """Draw the shares of a group beside those of the whole sample and of the model, or why there are none."""
    ax = panel.ax
    bases = [row.n for row in rows if not row.suppressed]
    n = results.words("groups.panel_n", n=whole(max(bases))) if bases else NO_BREAK
    top = panel.bottom + panel.height + 0.06
    ax.text(panel.left, top, f"{title}\n{n}", fontsize=8, ha="left", va="baseline", linespacing=1.15)
    empty = not bases and not any(models)
    half = 0.42 * panel.height / (len(codes) + 0.2)
    for place, (code, row, whole_sample, model) in enumerate(zip(codes, rows, overall, models, strict=True)):
        y = panel.y(place, len(codes))
        if not whole_sample.suppressed:
            x = panel.x(whole_sample.estimate)
            ax.plot([x, x], [y - half, y + half], color=MID, lw=0.8, ls=(0, (2, 1.5)))
        if not row.suppressed:
            colour, marker = look(results, code)
            ax.plot(
                [panel.x(row.low), panel.x(row.high)], [y, y], color=colour, lw=1.5, solid_capstyle="butt"
            )
            ax.plot([panel.x(row.estimate)], [y], marker, ms=4.4, mec=colour, mfc=colour, mew=1.0)
            if row.doubtful:
                panel.beside(row, y, results.words.mark("caution"))
        elif not empty:
            mark = results.words.mark("withheld")
            ax.text(panel.left + 0.05, y, mark, ha="left", va="center", fontsize=8)
        if model is not None:
            below = y - 0.75 * half
            if isfinite(model.low + model.high):
                ends = [panel.x(model.low), panel.x(min(model.high, panel.end))]
                ax.plot(ends, [below, below], color=MID, lw=0.8)
            ax.plot([panel.x(model.estimate)], [below], "D", ms=3.2, mec=MID, mfc="white", mew=0.8)
    if empty:
        middle = (panel.left + panel.width / 2, panel.bottom + panel.height / 2)
        reason = results.words("groups.panel_withheld")
        box = {"fc": "white", "ec": "none", "pad": 2}
        ax.text(*middle, reason, ha="center", va="center", fontsize=8, bbox=box)


def tile_map(results: Results) -> Figure:
    """Return the first leading option's share by group, a tile each, where the study file places it."""
    grid = tiles_of(results.study, results.study.questionnaire[results.by])
    across = max(len(row) for row in grid)
    size = min(WIDEST, WIDTH / across)
    figure = Figure(figsize=(WIDTH, HEIGHT * len(grid) + 0.05))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(HEIGHT * len(grid), -0.05)
    left = (WIDTH - size * across) / 2
    rows = {
        group: results.share(results.headline, results.lead[0], by=results.by, group=group)
        for group in results.groups()
    }
    printed = [row.estimate for row in rows.values() if not row.suppressed]
    low, high = min(printed, default=0.0), max(printed, default=1.0)
    for y, codes in enumerate(grid):
        for x, code in enumerate(codes):
            if code not in rows:
                continue
            row, words = rows[code], results.words
            colour, figures = "white", words.mark("withheld")
            if not row.suppressed:
                place = 0.0 if high <= low else (row.estimate - low) / (high - low)
                colour = SHADES[min(int(place * len(SHADES)), len(SHADES) - 1)]
                interval = words.range("percent", row.low, row.high)
                figures = f"{results.flagged(row, percent(row.estimate))}\n{interval}"
            corner = (left + x * size + TILE_GAP / 2, y * HEIGHT + TILE_GAP / 2)
            ax.add_patch(
                Rectangle(
                    corner, size - TILE_GAP, HEIGHT - TILE_GAP, facecolor=colour, edgecolor=MID, linewidth=0.6
                )
            )
            middle = corner[0] + (size - TILE_GAP) / 2
            name = wrapped(results.option_label(results.by, code), size / WIDEST * TILE_LABEL, 1)
            ax.text(middle, corner[1] + 0.13, name, ha="center", va="center", fontsize=8, color=INK)
            ax.text(middle, corner[1] + 0.38, figures, ha="center", va="center", fontsize=8)
    return figure
