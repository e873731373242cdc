"""The leading options by group: groups as rows, a panel an option, and one for the change of the first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Literal

from matplotlib.figure import Figure

from reports.charts.style import (
    INK,
    LEAD,
    LIGHT,
    MID,
    SOFT,
    WIDTH,
    Draw,
    label_width,
    percent_ticks,
    right_column,
    write_beside,
)
from reports.language.numbers import percent, percent_number, points, whole
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL, TITLE, PANELS = 13.0, 9.5, 3  # ems of a group's name and of a panel's title; options at most
MOST = 32  # rows of a picture
# Inches: of a row, below and above all, of the column of bases, of that of figures, between two panels.
ROW, FOOT, HEAD, BASES, FIGURES, GAP = 0.205, 0.22, 0.46, 0.5, 0.52, 0.14
NO_FIGURE = "\u00a0"

Measure = Literal["share", "change"]


@dataclass(frozen=True, slots=True)
class Panel:
    """An option as groups have it, or its change since the wave before.

    Attributes
    ----------
    rows : tuple of Row or None
        Group by group.
    clear : tuple of bool
        Which groups clearly differ from the rest, or have clearly changed.
    overall : Row
        Of the whole sample.
    models : tuple of Row or None
        Model-based shares of the same groups.
    """

    title: str
    measure: Measure
    rows: tuple[Row | None, ...]
    clear: tuple[bool, ...]
    overall: Row
    models: tuple[Row | None, ...]

    def part(self, first: int, last: int) -> Panel:
        """Return the panel of some of the groups."""
        at = slice(first, last)
        return Panel(self.title, self.measure, self.rows[at], self.clear[at], self.overall, self.models[at])

    @property
    def scale(self) -> tuple[float, float]:
        """Where the axis begins and ends: at 0 and the next ten per cent, or about a change of 0."""
        shown = [row for row in (self.overall, *self.rows) if row is not None and not row.suppressed]
        low, high = (
            min((row.low for row in shown), default=0.0),
            max((row.high for row in shown), default=1.0),
        )
        if self.measure == "share":
            return 0.0, min(1.0, math.ceil(high * 10) / 10)
        reach = math.ceil(max(abs(low), abs(high)) * 10) / 10
        return -reach, reach


def modelled(results: Results) -> bool:
    """Say whether the panels have a second, model-based dot."""
    return any(key[5] == "model_share" and key[1] == results.headline for key in results.table)


def panels_of(results: Results) -> list[Panel]:
    """Return a panel for each leading option, and the change of the first where it was compared."""
    groups, found = results.groups(), []
    for code, title in zip(
        results.lead[:PANELS],
        results.wrapped_labels(results.headline, results.lead[:PANELS], TITLE, 2),
        strict=True,
    ):
        found.append(_panel(results, groups, code, title, "share"))
    change = results.row("change", results.headline, results.lead[0])
    if results.changed(by=results.by) and change is not None and not change.suppressed:
        (option,) = results.wrapped_labels(results.headline, results.lead[:1], TITLE, 1)
        title = results.words("groups.panel_change", option=option)
        found.append(_panel(results, groups, results.lead[0], title, "change"))
    return found


def _panel(results: Results, groups: Sequence[str], code: str, title: str, measure: Measure) -> Panel:
    def rows(name: str) -> list[Row | None]:
        return [results.row(name, results.headline, code, by=results.by, group=group) for group in groups]

    of_share, overall = measure == "share", results.row(measure, results.headline, code)
    assert overall is not None
    clear = (row is not None and row.clear for row in rows("difference_from_rest" if of_share else "change"))
    models = (
        row if of_share and row is not None and not row.suppressed else None for row in rows("model_share")
    )
    return Panel(title, measure, tuple(rows(measure)), tuple(clear), overall, tuple(models))


def panels(results: Results) -> list[Draw]:
    """Return the drawing of each picture, no taller than a page: one order of groups in all panels."""
    groups, found = results.groups(), panels_of(results)
    pictures = max(1, math.ceil(len(groups) / MOST))
    size = math.ceil(len(groups) / pictures) if groups else 1
    return [
        partial(_picture, results, groups[i : i + size], [panel.part(i, i + size) for panel in found], found)
        for i in range(0, len(groups), size)
    ]


def _picture(results: Results, groups: list[str], parts: list[Panel], whole_panels: list[Panel]) -> Figure:
    """Return the panels of some groups; the scales are those of all."""
    labels = results.wrapped_labels(results.by, groups, LABEL, 1)
    plot = ROW * len(groups)
    height, gutter = FOOT + plot + HEAD, label_width(labels, 8.5) + BASES
    figure = Figure(figsize=(WIDTH, height))
    each = (WIDTH - gutter) / len(parts)
    for place, (panel, of_all) in enumerate(zip(parts, whole_panels, strict=True)):
        left, width = gutter + place * each, each - FIGURES - GAP
        ax = figure.add_axes((left / WIDTH, FOOT / height, width / WIDTH, plot / height))
        ax.set(xlim=of_all.scale, ylim=(len(groups) - 0.5, -0.5))
        _scale(ax, panel, of_all.scale, len(groups))
        ax.set_yticks(range(len(groups)), labels if place == 0 else [""] * len(groups), fontsize=8.5)
        ax.tick_params(axis="y", pad=2 + (72 * BASES if place == 0 else 0))
        for y, row in enumerate(panel.rows):
            _fill(ax, results, panel, y, row)
        if place == 0:
            _bases(ax, results, [part.rows for part in parts])
    return figure


def _scale(ax: Axes, panel: Panel, scale: tuple[float, float], rows: int) -> None:
    """Draw title, ticks, every second row shaded, and the whole sample's share dashed."""
    low, high = scale
    ticks, texts = [low, 0.0, high], [points(tick) for tick in (low, 0.0, high)]
    if panel.measure == "share":
        ticks = percent_ticks(high, 0.5 if high > 0.5 else 0.25 if high > 0.25 else 0.1)
        texts = [percent(tick) for tick in ticks]
    # A line of reference stops above the groups of which nothing is published, the last.
    end = max((y for y, row in enumerate(panel.rows) if row and not row.suppressed), default=-1) + 0.5
    ax.set_xticks(ticks, texts, fontsize=8, color=MID)
    ax.tick_params(axis="x", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for y in range(0, rows, 2):
        ax.axhspan(y - 0.5, y + 0.5, color="#f5f4f2", lw=0, zorder=0)
    ax.vlines(ticks, -0.5, rows - 0.5, color=LIGHT, lw=0.6, zorder=0.5)
    if panel.measure == "change":
        ax.vlines([0], -0.5, end, color=INK, lw=0.7, zorder=1)
    ax.annotate(
        panel.title,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 15),
        textcoords="offset points",
        fontsize=8.5,
        linespacing=1.0,
    )
    if not panel.overall.suppressed:
        share = panel.overall.estimate
        ax.vlines([share], -0.5, end, color=INK, lw=0.8, linestyles=(0, (3, 2)), zorder=1)
        text = percent(share) if panel.measure == "share" else points(share)
        ax.annotate(text, (share, -0.5), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=8)


def _fill(ax: Axes, results: Results, panel: Panel, y: int, row: Row | None) -> None:
    """Draw a group's share on its interval with the figure at the right, or why there is none."""
    if row is None or row.suppressed:
        key = "unlike" if row is not None and row.note == "not_comparable" else "withheld"
        write_beside(ax, results.words(f"groups.panel_{key}"), (ax.get_xlim()[0], y), 2, size=8, colour=MID)
    else:
        clear = panel.clear[y]
        colour = LEAD if clear else MID
        line = LEAD if clear else SOFT
        ax.plot(
            [row.low, row.high], [y, y], color=line, lw=2.4 if clear else 1.8, solid_capstyle="butt", zorder=2
        )
        face = "white" if row.doubtful else colour
        ax.plot([row.estimate], [y], "o", ms=5, mec=colour, mfc=face, mew=1.1, zorder=3)
        text = percent_number(row.estimate) if panel.measure == "share" else points(row.estimate)
        right_column(ax, FIGURES, y, results.flagged(row, text), colour=colour if clear else INK, size=8.5)
    model = panel.models[y]
    if model is not None:
        if isfinite(model.low + model.high):
            ends = [model.low, min(model.high, ax.get_xlim()[1])]
            ax.plot(ends, [y + 0.32, y + 0.32], color=MID, lw=0.8, zorder=2)
        ax.plot([model.estimate], [y + 0.32], "D", ms=3.2, mec=MID, mfc="white", mew=0.8, zorder=3)


def _bases(ax: Axes, results: Results, panels: Sequence[tuple[Row | None, ...]]) -> None:
    """Write how many answered beside each group's name."""
    shift = -72 * 0.08

    def write(y: float, text: str, *, head: bool = False) -> None:
        ax.annotate(
            text,
            (0, y),
            xycoords=ax.get_yaxis_transform(),
            xytext=(shift, 2 if head else 0),
            textcoords="offset points",
            ha="right",
            va="bottom" if head else "center",
            fontsize=8,
            color=MID,
            annotation_clip=False,
        )

    write(-0.5, results.words("groups.panel_n"), head=True)
    for y, rows in enumerate(zip(*panels, strict=True)):
        bases = [row.n for row in rows if row is not None and not row.suppressed]
        write(y, whole(max(bases)) if bases else NO_FIGURE)
