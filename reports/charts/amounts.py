"""The mean of an amount by group, each on its interval, those clearly apart from the rest coloured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reports.charts.style import (
    HALF_WIDTH,
    INK,
    LEAD,
    LIGHT,
    MID,
    SOFT,
    label_width,
    right_column,
    write_beside,
)
from reports.language.line_breaks import wrapped
from reports.language.numbers import amount
from reports.results.amounts import amount_groupings, amount_rows, apart_groups
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Inches of a row, below and above all, and of the figures at the right.
ROW, FOOT, TOP, FIGURES = 0.21, 0.25, 0.17, 0.5
LABEL, MOST = 13.0, 24  # ems of a group's name; rows of a picture


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the picture: a group with its mean, or the name of a grouping."""

    label: str
    row: Row | None
    clear: bool = False


def lines_of(results: Results, question: str) -> list[Line]:
    """Return the rows of an amount, grouping after grouping, as many groupings as a picture holds."""
    lines: list[Line] = []
    groupings = amount_groupings(results, question)
    for by in groupings:
        apart = apart_groups(results, question, by)
        rows = [
            Line(wrapped(results.option_label(by, code), LABEL, 1), row, code in apart)
            for code, row in amount_rows(results, question, by)
        ]
        if lines and len(lines) + len(rows) >= MOST:
            break
        lines += [Line(results.question_label(by), None)] if len(groupings) > 1 else []
        lines += rows[:MOST]
    return lines


def amounts_by_group(results: Results, question: str, lines: Sequence[Line]) -> Figure:
    """Return the means with a dashed line for that of everybody."""
    plot = ROW * len(lines)
    height, gutter = FOOT + plot + TOP, label_width([line.label for line in lines], 8.5)
    width = HALF_WIDTH - gutter - FIGURES
    figure = Figure(figsize=(HALF_WIDTH, height))
    ax = figure.add_axes((gutter / HALF_WIDTH, FOOT / height, width / HALF_WIDTH, plot / height))
    _scale(ax, lines, results.printed("mean", question, ""))
    for y, line in enumerate(lines):
        left = (ax.get_xlim()[0], y)
        colour = MID if line.row is None else INK
        write_beside(ax, line.label, left, -5, size=8.5, align="right", colour=colour)
        if line.row is not None and line.row.suppressed:
            write_beside(ax, results.words("groups.panel_withheld"), left, 2, size=8, colour=MID)
        elif line.row is not None:
            _mean(ax, results, y, line.row, clear=line.clear)
    return figure


def _scale(ax: Axes, lines: Sequence[Line], whole: Row | None) -> None:
    """Draw ticks over all intervals, and the mean of everybody dashed."""
    rows = [line.row for line in lines if line.row is not None and not line.row.suppressed]
    ends = [end for row in (*rows, *([whole] if whole else [])) for end in (row.low, row.high)]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    edge, bottom = 0.06 * (high - low or 1.0), len(lines) - 0.5
    ax.set(xlim=(low - edge, high + edge), ylim=(bottom, -0.5))
    ticks = [float(t) for t in MaxNLocator(3).tick_values(low, high) if low - edge <= t <= high + edge]
    ax.set_xticks(ticks, [amount(tick) for tick in ticks], fontsize=8, color=MID)
    ax.set_yticks([])
    ax.tick_params(axis="x", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.vlines(ticks, -0.5, bottom, color=LIGHT, lw=0.6, zorder=0.5)
    if whole is not None:
        at = whole.estimate
        ax.vlines([at], -0.5, bottom, color=INK, lw=0.8, linestyles=(0, (3, 2)), zorder=1)
        shift = (0, 3)
        ax.annotate(amount(at), (at, -0.5), xytext=shift, textcoords="offset points", ha="center", fontsize=8)


def _mean(ax: Axes, results: Results, y: float, row: Row, *, clear: bool) -> None:
    """Draw a mean on its interval, with the figure at the right."""
    colour, line = (LEAD, LEAD) if clear else (MID, SOFT)
    width = 2.4 if clear else 1.8
    ax.plot([row.low, row.high], [y, y], color=line, lw=width, solid_capstyle="butt", zorder=2)
    face = "white" if row.doubtful else colour
    ax.plot([row.estimate], [y], "o", ms=5, mec=colour, mfc=face, mew=1.1, zorder=3)
    text = results.flagged(row, amount(row.estimate))
    right_column(ax, FIGURES, y, text, colour=LEAD if clear else INK, size=8.5)
