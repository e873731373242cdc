"""Which ranks the groups may have: a bar from the first to the last of them, for each leading answer."""

from __future__ import annotations

from matplotlib.figure import Figure

from reports.chart_labels import wrapped
from reports.charts import LEAD, LIGHT, MID, WIDTH
from reports.number_format import whole
from reports.results import Results, Row

LABEL, TITLE = 11.0, 15.0  # ems
MOST = 4  # answers side by side


def ranked(results: Results) -> dict[str, dict[str, Row]]:
    """Return the ranks of the groups that have any, by leading answer; empty where none were computed."""
    found: dict[str, dict[str, Row]] = {}
    for code in results.lead if results.by else ():
        rows = {
            g: results.row("rank", results.headline, code, by=results.by, group=g) for g in results.groups()
        }
        shown = {g: row for g, row in rows.items() if row is not None and not row.withheld}
        if shown:
            found[code] = shown
    return found


def readable(results: Results) -> dict[str, dict[str, Row]]:
    """Return the ranks of the leading answers by which the groups have an order at all."""
    return {
        code: rows
        for code, rows in ranked(results).items()
        if any(row.note != "no_order" for row in rows.values())
    }


def rank_chart(results: Results) -> Figure:
    """Return a panel of ranks for each leading answer that orders the groups, the groups as on the page."""
    panels = list(readable(results).items())[:MOST]
    groups = [g for g in results.groups() if any(g in rows for _, rows in panels)]
    figure = Figure(figsize=(WIDTH, 0.75 + 0.2 * len(groups)), layout="constrained")
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for ax, (code, rows) in zip(axes, panels, strict=True):
        last = len(rows)
        for y, group in enumerate(reversed(groups)):
            if group in rows:
                row = rows[group]
                narrowed = row.low > 1 or row.high < last
                ax.plot(
                    [row.low - 0.3, row.high + 0.3],
                    [y, y],
                    color=LEAD if narrowed else MID,
                    lw=5.5 if narrowed else 2.5,
                    solid_capstyle="butt",
                )
        ax.set_title(wrapped(results.option_label(results.headline, code), TITLE, 2), fontsize=9, loc="left")
        ax.set_xlim(0.4, last + 0.6)
        step = 1 if last <= 12 else 5
        ticks = [1, *range(step, last + 1, step)] if step > 1 else list(range(1, last + 1))
        ax.set_xticks(ticks, [whole(t) for t in ticks], fontsize=8)
        ax.grid(axis="x", color=LIGHT, lw=0.5)
    labels = [wrapped(results.option_label(results.by, g), LABEL, 1) for g in reversed(groups)]
    axes[0].set_yticks(range(len(groups)), labels, fontsize=8.5)
    axes[0].set_ylim(-0.6, len(groups) - 0.4)
    figure.supxlabel(results.words("ranks.axis"), fontsize=8.5)
    return figure
