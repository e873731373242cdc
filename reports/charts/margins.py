"""Who answered against the population: each category of the margins before weighting and its target."""

from __future__ import annotations

from matplotlib.figure import Figure

from reports.charts.style import LEAD, LIGHT, MID, percent_axis
from reports.language.line_breaks import wrapped
from reports.results.facts import SMALL, category_label
from reports.results.results import Results

MOST_ROWS = 40


def margin_chart(results: Results, *, width: float) -> Figure:
    """Return each margin's categories: hollow where the answers were, solid where the population is."""
    weighting = results.estimates.histories[results.latest].weighting
    rows = [
        (category_label(results, margin.questions, c.codes), c)
        for margin in weighting.margins
        for c in margin.categories
        if c.codes != ("",)
    ][:MOST_ROWS]
    figure = Figure(figsize=(width, 0.6 + 0.21 * len(rows)), layout="constrained")
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
