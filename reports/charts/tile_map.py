"""Districts as tiles in their places on the map, each with its share, interval and how dark it is."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.charts.style import INK, MID, WIDTH
from reports.language.line_breaks import wrapped
from reports.language.numbers import percent
from reports.results.declared import tiles_of
from reports.results.results import Results

# Light enough for dark type at the darkest, apart in greyscale too.
SHADES = ("#ffffff", "#e6eef5", "#c9dcec", "#a9c8e0", "#85b0d3")
WIDEST, LABEL = 1.45, 11.0  # inches of a tile; ems of its name
HEIGHT, GAP = 0.62, 0.04  # inches of a tile, and between two


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
            corner = (left + x * size + GAP / 2, y * HEIGHT + GAP / 2)
            ax.add_patch(
                Rectangle(corner, size - GAP, HEIGHT - GAP, facecolor=colour, edgecolor=MID, linewidth=0.6)
            )
            middle = corner[0] + (size - GAP) / 2
            name = wrapped(results.option_label(results.by, code), size / WIDEST * LABEL, 1)
            ax.text(middle, corner[1] + 0.13, name, ha="center", va="center", fontsize=8, color=INK)
            ax.text(middle, corner[1] + 0.38, figures, ha="center", va="center", fontsize=8)
    return figure
