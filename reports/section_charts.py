"""Charts of the sections after page 1: shares over the waves, and who answered against the population."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from reports.charts import LEAD, LIGHT, MID, WIDTH, axis_end, look, percent_axis
from reports.number_format import percent
from reports.results import Results, Row
from reports.tables import SMALL, category_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 40


def trend(results: Results) -> Figure:
    """Return the leading options' shares over the waves, with intervals, each line named at its end."""
    q, waves = results.headline, results.waves
    codes = results.ordered(q, list(results.lead))
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    ax = figure.add_subplot()
    shown: list[Row] = []
    for i, code in enumerate(codes):
        rows = [results.row("share", q, code, wave=wave) for wave in waves]
        points = [(x, row) for x, row in enumerate(rows) if row is not None and not row.withheld]
        shift = 0.03 * (i - (len(codes) - 1) / 2)
        _line(ax, results, code, [(x + shift, row) for x, row in points])
        shown += [row for _, row in points]
    end = axis_end(shown)
    ax.set_ylim(0, end)
    ticks = [round(0.2 * i, 10) for i in range(int(end / 0.2 + 1e-9) + 1)]
    ax.set_yticks(ticks, [percent(t) for t in ticks], fontsize=9)
    ax.grid(axis="y", color=LIGHT, lw=0.5)
    ax.set_xlim(-0.3, len(waves) - 0.7 + 0.35 * (len(waves) - 1) + 0.5)
    ax.set_xticks(range(len(waves)), [results.wave_label(w) for w in waves], fontsize=9)
    return figure


def _line(ax: Axes, results: Results, code: str, points: list[tuple[float, Row]]) -> None:
    if not points:
        return
    colour, marker = look(results, code)
    for x, row in points:
        ax.plot([x, x], [row.low, row.high], color=colour, lw=1.5, solid_capstyle="butt")
    ax.plot(
        [x for x, _ in points],
        [row.estimate for _, row in points],
        marker=marker,
        color=colour,
        lw=0.8,
        ms=5.5,
    )
    x, row = points[-1]
    text = f"{results.option_label(results.headline, code)} {percent(row.estimate)}"
    ax.annotate(text, (x, row.estimate), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9)


def margins(results: Results) -> Figure:
    """Return each margin's categories: hollow where the answers were, solid where the population is."""
    record = results.estimates.records[results.latest].weighting
    rows = [
        (category_label(results, margin.questions, c.codes), c)
        for margin in record.margins
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
    ax.set_yticks(range(len(rows)), [label for label, _ in reversed(rows)], fontsize=8.5)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    end = min(1.0, (int(top * 20) + 1) / 20)
    percent_axis(ax, end, 0.2 if end > 0.6 else 0.1 if end > 0.2 else 0.05, 8.5)
    ax.set_xlabel(results.words("weights.axis"), fontsize=8.5)
    return figure
