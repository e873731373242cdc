"""Who answered: responses received, excluded and analysed, and their categories against the population."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from reports.charts.style import INK, LEAD, LIGHT, MID, SOFT, label_width, percent_axis, write_beside
from reports.language.line_breaks import wrapped
from reports.language.numbers import whole
from reports.results.facts import SMALL, category_label
from reports.results.results import Results

MOST_ROWS = 40
LABEL, ROW, END = 13.0, 0.29, 0.62  # ems; inches of a row, and of a number after the longest bar


def margin_chart(results: Results, *, width: float) -> Figure:
    """Return each margin's categories: hollow where the answers were, solid where the population is."""
    weighting = results.estimates.histories[results.latest].weighting
    rows = [
        (category_label(results, margin.questions, c.codes), c)
        for margin in weighting.margins
        for c in margin.categories
        if c.codes != ("",)
    ][:MOST_ROWS]
    figure = Figure(figsize=(width, 0.6 + 0.18 * len(rows)), layout="constrained")
    ax = figure.add_subplot()
    top = 0.0
    for y, (_, c) in enumerate(reversed(rows)):
        before = None if c.n is None or 0 < c.n < SMALL else c.unweighted
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
    ax.set_xlabel(wrapped(results.words("weights.axis"), 72 * width / 8.5 - 7, 3), fontsize=8.5)
    return figure


def flow_chart(steps: Sequence[tuple[str, int]], *, width: float) -> Figure:
    """Return the bars of the steps: received first, analysed last, and how many each rule excluded.

    Parameters
    ----------
    steps : sequence of pairs of str and int
        What each step is called, and its responses.
    width : float
        Inches of the picture.
    """
    labels = [wrapped(name, LABEL, 2) for name, _ in steps]
    height, gutter = ROW * len(steps) + 0.04, label_width(labels, 8.5)
    figure = Figure(figsize=(width, height))
    ax = figure.add_axes((gutter / width, 0, 1 - (gutter + END) / width, 1))
    ax.set_axis_off()
    ax.set(xlim=(0, max(n for _, n in steps)), ylim=(len(steps) - 0.5, -0.5))
    for y, (label, (_, n)) in enumerate(zip(labels, steps, strict=True)):
        end = y in (0, len(steps) - 1)
        colour = LEAD if y == len(steps) - 1 else SOFT if end else MID
        ax.barh([y], [n], height=0.62, color=colour if n else LIGHT)
        write_beside(ax, label, (0, y), -5, size=8.5, align="right")
        write_beside(ax, whole(n), (n, y), 4, size=8.5, colour=INK)
    return figure
