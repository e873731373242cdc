"""Small multiples by group, as many pages of them as the groups need."""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from reports.charts.style import INK, LIGHT, MID, WIDTH, axis_end, look
from reports.language.line_breaks import widest, wrapped
from reports.language.numbers import percent, whole
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOTHING = "\u00a0"  # keeps a line its height
MOST_ACROSS, TALLEST = 5, 8.0
LABEL, TITLE = 13.0, 11.0  # ems
# Inches: below all panels for the ticks' labels, between panels, below and above each, of a tick.
FOOT, GAP, PAD, TICK = 0.2, 0.34, 0.1, 0.03


class Layout:
    """How many panels stand side by side and below each other in one picture."""

    def __init__(self, results: Results) -> None:
        q = results.headline
        self.codes = results.ordered(q, list(results.lead))[::-1]
        self.labels = [wrapped(results.option_label(q, c), LABEL, 2) for c in self.codes]
        self.groups = results.groups()
        self.titles = {g: wrapped(results.option_label(results.by, g), TITLE, 2) for g in self.groups}
        self.gutter = widest(self.labels) * 8 / 72 + 0.15
        panel = max(widest([*self.titles.values()]) * 8 / 72 + 0.15, 0.95)
        self.across = max(1, min(MOST_ACROSS, len(self.groups), int((WIDTH - self.gutter) / panel)))
        self.panel = (WIDTH - self.gutter) / self.across
        lines = max(label.count("\n") for label in self.labels)
        head = max((title.count("\n") for title in self.titles.values()), default=0)
        self.head = 0.34 + 0.13 * head
        self.height = self.head + PAD + 0.08 + (0.24 + 0.1 * lines) * len(self.codes)
        down = max(1, int(TALLEST / self.height))
        # All pictures about equally full.
        pictures = math.ceil(len(self.groups) / (down * self.across))
        self.size = self.across * math.ceil(len(self.groups) / (pictures * self.across)) if pictures else 1

    def pages(self) -> list[list[str]]:
        """Return the groups of each picture."""
        return [self.groups[i : i + self.size] for i in range(0, len(self.groups), self.size)]


def panels(results: Results) -> list[Figure]:
    """Return small multiples on one scale, with everybody's share dashed in each, a figure a page."""
    layout = Layout(results)
    rows = {
        g: [results.share(results.headline, c, by=results.by, group=g) for c in layout.codes]
        for g in layout.groups
    }
    everybody = [results.share(results.headline, c) for c in layout.codes]
    end = axis_end([*everybody, *(row for found in rows.values() for row in found)])
    return [_picture(results, layout, page, rows, everybody, end) for page in layout.pages()]


def _picture(
    results: Results,
    layout: Layout,
    groups: list[str],
    rows: dict[str, list[Row]],
    everybody: list[Row],
    end: float,
) -> Figure:
    """Return panels drawn on one sheet of inches: axes of their own would take most of a report's time."""
    down = math.ceil(len(groups) / layout.across)
    height = FOOT + down * layout.height
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
        panel.scale(len(layout.codes), labelled=i + layout.across >= len(groups))
        if across == 0:
            panel.labels(layout.labels)
        modelled = _modelled(results, group, layout.codes)
        _fill(panel, results, layout.titles[group], rows[group], layout.codes, everybody, modelled)
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

    def scale(self, count: int, *, labelled: bool) -> None:
        """Draw the axis of per cent and its light lines."""
        step = 0.5 if self.end > 0.7 else 0.2 if self.end > 0.3 else 0.1
        top = self.bottom + self.height
        ticks = [round(i * step, 10) for i in range(math.floor(round(self.end / step, 6)) + 1)]
        places = [self.x(tick) for tick in ticks]
        self.ax.vlines(places, self.bottom, top, color=LIGHT, lw=0.5)
        self.ax.vlines(places, self.bottom - TICK, self.bottom, color=INK, lw=0.6)
        self.ax.hlines([self.bottom], self.left, self.left + self.width, color=INK, lw=0.6)
        if labelled:
            for tick, place in zip(ticks, places, strict=True):
                self.ax.text(
                    place, self.bottom - 2 * TICK, percent(tick), ha="center", va="top", fontsize=7.5
                )

    def labels(self, labels: list[str]) -> None:
        """Write the answers to the left of the panel."""
        for y, label in enumerate(labels):
            place = (self.left - 0.05, self.y(y, len(labels)))
            self.ax.text(*place, label, ha="right", va="center", fontsize=8, linespacing=0.95)


def modelled(results: Results) -> bool:
    """Say whether the panels have a second, model-based dot."""
    return any(key[5] == "model_share" and key[1] == results.headline for key in results.table)


def _modelled(results: Results, group: str, codes: list[str]) -> list[Row | None]:
    """Return the model-based shares of a group, None where there is none to print."""
    rows = [results.row("model_share", results.headline, code, by=results.by, group=group) for code in codes]
    return [None if row is None or row.suppressed else row for row in rows]


def _fill(
    panel: _Panel,
    results: Results,
    title: str,
    rows: list[Row],
    codes: list[str],
    everybody: list[Row],
    model: list[Row | None],
) -> None:
    ax, count = panel.ax, len(codes)
    known = [row.n for row in rows if not row.suppressed]
    n = results.words("groups.panel_n", n=whole(max(known))) if known else ""
    top = panel.bottom + panel.height + 0.06
    ax.text(
        panel.left, top, f"{title}\n{n or NOTHING}", fontsize=8, ha="left", va="baseline", linespacing=1.15
    )
    for place, (row, city, code) in enumerate(zip(rows, everybody, codes, strict=True)):
        y, half = panel.y(place, count), 0.42 * panel.height / (count + 0.2)
        if not city.suppressed:
            at = panel.x(city.estimate)
            ax.plot([at, at], [y - half, y + half], color=MID, lw=0.8, ls=(0, (2, 1.5)))
        if not row.suppressed:
            colour, marker = look(results, code)
            ax.plot(
                [panel.x(row.low), panel.x(row.high)], [y, y], color=colour, lw=1.5, solid_capstyle="butt"
            )
            ax.plot([panel.x(row.estimate)], [y], marker, ms=4.4, mec=colour, mfc=colour, mew=1.0)
        elif known or any(model):
            mark = results.words.mark("withheld")
            ax.text(panel.left + 0.05, y, mark, ha="left", va="center", fontsize=8)
        second = model[place]
        if second is not None:
            _second_dot(panel, y - 0.75 * half, second)
    if not known and not any(model):
        middle = (panel.left + panel.width / 2, panel.bottom + panel.height / 2)
        told = results.words("groups.panel_withheld")
        back = {"fc": "white", "ec": "none", "pad": 2}
        ax.text(*middle, told, ha="center", va="center", fontsize=8, bbox=back)


def _second_dot(panel: _Panel, y: float, row: Row) -> None:
    """Draw a model-based share, hollow, with its interval where it has one."""
    if isfinite(row.low + row.high):
        panel.ax.plot([panel.x(row.low), panel.x(min(row.high, panel.end))], [y, y], color=MID, lw=0.8)
    panel.ax.plot([panel.x(row.estimate)], [y], "D", ms=3.2, mec=MID, mfc="white", mew=0.8)
