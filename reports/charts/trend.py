"""Shares of the leading options over the waves."""

from __future__ import annotations

from matplotlib.figure import Figure

from reports.charts.style import LIGHT, WIDTH, axis_end, look, percent_ticks, write_beside
from reports.language.line_breaks import widest, wrapped
from reports.language.numbers import percent
from reports.results.results import Results, Row

LABEL, PLOT = 16.0, 5.8  # ems of a name at the end of a line; inches of a chart without its axis


def trend(results: Results) -> Figure:
    """Return the leading options' shares over the waves, with intervals, each line named at its end."""
    waves = results.waves
    codes = results.ordered(results.headline, list(results.lead))
    lines: dict[str, list[tuple[float, Row]]] = {}
    for i, code in enumerate(codes):
        rows = [results.printed("share", results.headline, code, wave=wave) for wave in waves]
        shift = 0.03 * (i - (len(codes) - 1) / 2)  # lines stand a little beside each other
        points = [(x + shift, row) for x, row in enumerate(rows) if row is not None]
        if points:
            lines[code] = points
    end = axis_end([row for points in lines.values() for _, row in points])
    names = [
        f"{label} {results.flagged(points[-1][1], percent(points[-1][1].estimate))}"
        for label, points in zip(
            results.wrapped_labels(results.headline, list(lines), LABEL, 1), lines.values(), strict=True
        )
    ]
    heights = _spaced([points[-1][1].estimate for points in lines.values()], 0.075 * end, end)
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    ax = figure.add_subplot()
    for (code, points), name, height in zip(lines.items(), names, heights, strict=True):
        colour, marker = look(results, code)
        for x, row in points:
            ax.plot([x, x], [row.low, row.high], color=colour, lw=1.5, solid_capstyle="butt")
        shares = [row.estimate for _, row in points]
        ax.plot([x for x, _ in points], shares, marker=marker, color=colour, lw=0.8, ms=5.5)
        write_beside(ax, name, (points[-1][0], height), 8, size=9)
    ax.set_ylim(0, end)
    ticks = percent_ticks(end, 0.2)
    ax.set_yticks(ticks, [percent(t) for t in ticks], fontsize=9)
    ax.grid(axis="y", color=LIGHT, lw=0.5)
    room = (widest(names) + 1.5) * 9 / 72
    ax.set_xlim(-0.3, len(waves) - 0.7 + (len(waves) - 0.4) * room / (PLOT - room))
    ax.set_xticks(range(len(waves)), [wrapped(results.wave_label(w), 8, 2) for w in waves], fontsize=9)
    return figure


def _spaced(heights: list[float], gap: float, top: float) -> list[float]:
    """Return heights in falling order moved apart so that names do not touch, none below the axis."""
    moved: list[float] = []
    for height in heights:
        moved.append(min(height, moved[-1] - gap) if moved else min(height, top - gap / 2))
    lowest = gap / 2
    for i in range(len(moved) - 1, -1, -1):
        moved[i] = max(moved[i], lowest)
        lowest = moved[i] + gap
    return moved
