"""An outline map of the groups: three classes by the tested difference from the rest, never by rank."""

from __future__ import annotations

from math import cos, radians

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from reports.charts.style import INK, LEAD, MID, SOFT, WIDTH
from reports.language.line_breaks import wrapped
from reports.language.numbers import percent
from reports.results.outlines import Outlines, Ring
from reports.results.results import Results, Row

TALLEST, KEY = 4.2, 0.3  # inches of the map, and of the line that explains it
ABOVE, ALIKE, BELOW, UNKNOWN = LEAD, "#efedea", "#8a9aa8", "white"
LABEL = 8.0  # ems


def outline_map(results: Results, outlines: Outlines) -> Figure:
    """Return the groups above, below and not clearly apart from the rest on the first leading option."""
    rings = [ring for group in outlines.rings.values() for ring in group]
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    squeeze = cos(radians((min(ys) + max(ys)) / 2))  # a degree of longitude against one of latitude
    wide, tall = (max(xs) - min(xs)) * squeeze, max(ys) - min(ys)
    scale = min(WIDTH / wide, TALLEST / tall)
    height = tall * scale + KEY
    figure = Figure(figsize=(WIDTH, height))
    ax = figure.add_axes((0, KEY / height, 1, 1 - KEY / height))
    middle = (min(xs) + max(xs)) / 2
    half = WIDTH / scale / 2
    ax.set(xlim=(-half, half), ylim=(min(ys), max(ys)))
    ax.set_axis_off()

    def placed(ring: Ring) -> Ring:
        return [((x - middle) * squeeze, y) for x, y in ring]

    for code, own in outlines.rings.items():
        row = results.row("share", results.headline, results.lead[0], by=results.by, group=code)
        rest = results.row(
            "difference_from_rest", results.headline, results.lead[0], by=results.by, group=code
        )
        shade, dark = _shade(row, rest)
        hatch = "////" if row is not None and row.doubtful else None
        moved = [placed(ring) for ring in own]
        ax.add_patch(PathPatch(_path(moved), facecolor=shade, edgecolor=MID, linewidth=0.6, hatch=hatch))
        largest = max(moved, key=lambda ring: abs(_area(ring)))
        x, y = _centre(largest)
        name = wrapped(results.option_label(results.by, code), LABEL, 1)
        ax.text(x, y, f"{name}\n{_figure(results, row)}", ha="center", va="center", fontsize=7.5, color=dark)
    _key(figure, results, height)
    return figure


def _shade(row: Row | None, rest: Row | None) -> tuple[str, str]:
    """Return the fill of a group and the colour of its text."""
    if row is None or row.suppressed:
        return UNKNOWN, MID
    if rest is None or rest.suppressed or not rest.clear:
        return ALIKE, INK
    return (ABOVE, "white") if rest.estimate > 0 else (BELOW, INK)


def _figure(results: Results, row: Row | None) -> str:
    if row is None or row.suppressed:
        return results.words.mark("withheld")
    return results.flagged(row, percent(row.estimate))


def _path(rings: list[Ring]) -> Path:
    """Return rings as one shape; those inside others are holes."""
    points = [point for ring in rings for point in ring]
    codes = [
        code for ring in rings for code in (Path.MOVETO, *[Path.LINETO] * (len(ring) - 2), Path.CLOSEPOLY)
    ]
    return Path(points, codes)


def _area(ring: Ring) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2


def _centre(ring: Ring) -> tuple[float, float]:
    """Return the centroid of a ring; its middle where it has no area."""
    area = _area(ring)
    if area == 0:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    x = y = 0.0
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x0 * y1 - x1 * y0
        x, y = x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return x / (6 * area), y / (6 * area)


def _key(figure: Figure, results: Results, height: float) -> None:
    """Explain the fills below the map."""
    ax = figure.add_axes((0, 0, 1, KEY / height))
    ax.set(xlim=(0, WIDTH), ylim=(0, KEY))
    ax.set_axis_off()
    x = 0.1
    for shade, hatch, text in zip(
        (ABOVE, ALIKE, BELOW, UNKNOWN, ALIKE),
        (None, None, None, None, "////"),
        results.words.texts("groups.map_key"),
        strict=True,
    ):
        box = Path([(x, 0.09), (x + 0.16, 0.09), (x + 0.16, 0.21), (x, 0.21), (x, 0.09)])
        ax.add_patch(PathPatch(box, facecolor=shade, edgecolor=SOFT, linewidth=0.6, hatch=hatch))
        label = ax.text(x + 0.22, 0.15, text, fontsize=8, va="center", color=MID)
        x += 0.36 + label.get_window_extent().width / figure.dpi
