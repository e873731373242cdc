"""Districts as tiles in their places on the map, each with its share, interval and how dark it is."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.charts.style import INK, MID, WIDTH
from reports.language.line_breaks import wrapped
from reports.language.numbers import percent
from reports.results.declared import tiles_of
from reports.results.results import Results, Row

# Light enough for dark type at the darkest, apart in greyscale too.
SHADES = ("#ffffff", "#e6eef5", "#c9dcec", "#a9c8e0", "#85b0d3")
WIDEST, LABEL = 1.45, 11.0  # inches of a tile; ems of its name


def tile_map(results: Results) -> Figure:
    """Return the first leading option's share by group, a tile each, where the study file places it."""
    grid = tiles_of(results.study, results.study.questionnaire[results.by])
    across = max(len(row) for row in grid)
    size = min(WIDEST, WIDTH / across)
    height = 0.62
    figure = Figure(figsize=(WIDTH, height * len(grid) + 0.05))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(height * len(grid), -0.05)
    left = (WIDTH - size * across) / 2
    shares = [r for g in results.groups() if not (r := _share(results, g)).suppressed]
    low, high = min((r.estimate for r in shares), default=0.0), max((r.estimate for r in shares), default=1.0)
    for y, row in enumerate(grid):
        for x, code in enumerate(row):
            if code in results.groups():
                share = _share(results, code)
                colour = "white" if share.suppressed else _shade(share.estimate, low, high)
                box = (left + x * size + 0.02, y * height + 0.02)
                ax.add_patch(
                    Rectangle(box, size - 0.04, height - 0.04, facecolor=colour, edgecolor=MID, linewidth=0.6)
                )
                middle = box[0] + (size - 0.04) / 2
                name = wrapped(results.option_label(results.by, code), size / WIDEST * LABEL, 1)
                ax.text(middle, box[1] + 0.13, name, ha="center", va="center", fontsize=8, color=INK)
                ax.text(middle, box[1] + 0.38, _figures(results, share), ha="center", va="center", fontsize=8)
    return figure


def _share(results: Results, group: str) -> Row:
    return results.share(results.headline, results.lead[0], by=results.by, group=group)


def _shade(share: float, low: float, high: float) -> str:
    """Return one of five shades between the smallest and the largest share."""
    place = 0.0 if high <= low else (share - low) / (high - low)
    return SHADES[min(int(place * len(SHADES)), len(SHADES) - 1)]


def _figures(results: Results, share: Row) -> str:
    if share.suppressed:
        return results.words.mark("withheld")
    mark = f"{results.words.mark('caution')} " if share.flag == "caution" else ""
    return f"{mark}{percent(share.estimate)}\n{results.words.range('percent', share.low, share.high)}"
