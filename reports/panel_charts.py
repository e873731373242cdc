"""Small multiples by group, as many pages of them as the groups need."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from reports.chart_labels import widest, wrapped
from reports.charts import MID, WIDTH, axis_end, look, percent_axis, whisker
from reports.number_format import whole
from reports.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ACROSS, TALLEST = 5, 8.0
LABEL, TITLE = 13.0, 11.0  # ems


class Layout:
    """How many panels stand side by side and below each other in one picture."""

    def __init__(self, results: Results) -> None:
        q = results.headline
        self.codes = results.ordered(q, list(results.lead))[::-1]
        self.labels = [wrapped(results.option_label(q, c), LABEL, 2) for c in self.codes]
        self.groups = results.groups()
        self.titles = {g: wrapped(results.option_label(results.by, g), TITLE, 2) for g in self.groups}
        gutter = widest(self.labels) * 8 / 72 + 0.15
        panel = max(widest([*self.titles.values()]) * 8 / 72 + 0.15, 0.95)
        self.across = max(1, min(MOST_ACROSS, len(self.groups), int((WIDTH - gutter) / panel)))
        lines = max(label.count("\n") for label in self.labels)
        head = max((title.count("\n") for title in self.titles.values()), default=0)
        self.height = 0.52 + 0.13 * head + (0.24 + 0.1 * lines) * len(self.codes)
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
    down = math.ceil(len(groups) / layout.across)
    figure = Figure(figsize=(WIDTH, 0.35 + down * layout.height), layout="constrained")
    axes = figure.subplots(down, layout.across, sharex=True, sharey=True, squeeze=False)
    for i, ax in enumerate(axes.flat):
        if i >= len(groups):
            ax.set_visible(False)
            continue
        _panel(ax, results, layout.titles[groups[i]], rows[groups[i]], layout.codes, everybody)
        ax.set_yticks(range(len(layout.codes)), layout.labels, fontsize=8, linespacing=0.95)
        ax.set_ylim(-0.6, len(layout.codes) - 0.4)
        percent_axis(ax, end, 0.5 if end > 0.7 else 0.2 if end > 0.3 else 0.1, 7.5)
        # The panels above an unused place have no axis below them to share.
        ax.tick_params(labelbottom=i + layout.across >= len(groups))
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
        whisker(ax, y, row, colour=colour, marker=marker, size=4.4, width=1.5, face=colour)
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
