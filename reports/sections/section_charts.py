"""Charts of the sections after page 1: shares over the waves, and who answered against the population."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from reports.charts.style import LEAD, LIGHT, MID, WIDTH, axis_end, look, percent_axis
from reports.language.line_breaks import widest, wrapped
from reports.language.numbers import percent
from reports.results.labels import category_label
from reports.results.results import Results, Row
from reports.sections.table import SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 40
LABEL, PLOT = 16.0, 5.8  # ems of a name at the end of a line; inches of a chart without its axis


def trend(results: Results) -> Figure:
    """Return the leading options' shares over the waves, with intervals, each line named at its end."""
    q, waves = results.headline, results.waves
    codes = results.ordered(q, list(results.lead))
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    ax = figure.add_subplot()
    lines = {code: _points(results, code, i, len(codes)) for i, code in enumerate(codes)}
    end = axis_end([row for points in lines.values() for _, row in points])
    names = {
        code: f"{wrapped(results.option_label(q, code), LABEL, 1)} {percent(points[-1][1].estimate)}"
        for code, points in lines.items()
        if points
    }
    heights = _apart([lines[code][-1][1].estimate for code in names], 0.075 * end, end)
    for (code, name), height in zip(names.items(), heights, strict=True):
        _line(ax, results, code, lines[code], name, height)
    ax.set_ylim(0, end)
    ticks = [round(0.2 * i, 10) for i in range(int(end / 0.2 + 1e-9) + 1)]
    ax.set_yticks(ticks, [percent(t) for t in ticks], fontsize=9)
    ax.grid(axis="y", color=LIGHT, lw=0.5)
    room = (widest([*names.values()]) + 1.5) * 9 / 72
    span = len(waves) - 0.4
    ax.set_xlim(-0.3, len(waves) - 0.7 + span * room / (PLOT - room))
    ax.set_xticks(range(len(waves)), [wrapped(results.wave_label(w), 8, 2) for w in waves], fontsize=9)
    return figure


def _points(results: Results, code: str, place: int, count: int) -> list[tuple[float, Row]]:
    """Return where the waves of an option stand, a little beside each other."""
    rows = [results.row("share", results.headline, code, wave=wave) for wave in results.waves]
    shift = 0.03 * (place - (count - 1) / 2)
    return [(x + shift, row) for x, row in enumerate(rows) if row is not None and not row.suppressed]


def _apart(heights: list[float], gap: float, top: float) -> list[float]:
    """Return heights in falling order moved apart so that names do not touch, none below the axis."""
    moved: list[float] = []
    for height in heights:
        moved.append(min(height, moved[-1] - gap) if moved else min(height, top - gap / 2))
    lowest = gap / 2
    for i in range(len(moved) - 1, -1, -1):
        moved[i] = max(moved[i], lowest)
        lowest = moved[i] + gap
    return moved


def _line(
    ax: Axes, results: Results, code: str, points: list[tuple[float, Row]], name: str, height: float
) -> None:
    colour, marker = look(results, code)
    for x, row in points:
        ax.plot([x, x], [row.low, row.high], color=colour, lw=1.5, solid_capstyle="butt")
    shares = [row.estimate for _, row in points]
    ax.plot([x for x, _ in points], shares, marker=marker, color=colour, lw=0.8, ms=5.5)
    end = (points[-1][0], height)
    ax.annotate(name, end, xytext=(8, 0), textcoords="offset points", va="center", fontsize=9)


def margins(results: Results) -> Figure:
    """Return each margin's categories: hollow where the answers were, solid where the population is."""
    weighting = results.estimates.histories[results.latest].weighting
    rows = [
        (category_label(results, margin.questions, c.codes), c)
        for margin in weighting.margins
        for c in margin.categories
        if c.codes != ("",)
    ][:MOST_ROWS]
    figure = Figure(figsize=(WIDTH, 0.6 + 0.21 * len(rows)), layout="constrained")
    ax = figure.add_subplot()
    top = 0.0
    for y, (_, c) in enumerate(reversed(rows)):
        before = None if 0 < c.n < SMALL else c.unweighted
        if before is not None:
            ax.plot([before, c.target], [y, y], color=LIGHT, lw=1.2)
            ax.plot([before], [y], "o", ms=5, mec=MID, mfc="white", mew=1.0)
        ax.plot([c.target], [y], "o", ms=5, mec=LEAD, mfc=LEAD)
        top = max(top, c.target, before or 0.0)
    labels = [wrapped(label, 22, 1) for label, _ in reversed(rows)]
    ax.set_yticks(range(len(rows)), labels, fontsize=8.5)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    end = min(1.0, (int(top * 20) + 1) / 20)
    percent_axis(ax, end, 0.2 if end > 0.6 else 0.1 if end > 0.2 else 0.05, 8.5)
    ax.set_xlabel(results.words("weights.axis"), fontsize=8.5)
    return figure
