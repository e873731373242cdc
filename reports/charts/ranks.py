"""Which ranks the groups may have: a bar from the first to the last of them, for each leading answer."""

from __future__ import annotations

from matplotlib.figure import Figure

from reports.charts.style import LEAD, LIGHT, MID, label_width, panels_in_row
from reports.language.numbers import whole
from reports.results.results import Results, Row

LABEL, TITLE = 11.0, 15.0  # ems
MOST, MOST_TICKS = 4, 12  # answers side by side; ranks that all have a tick
# Inches: of a group, between panels, of the axis below, of a title and of a further line of it.
ROW, GAP, FOOT, HEAD, LINE = 0.2, 0.25, 0.45, 0.3, 0.15


def ranked(results: Results) -> dict[str, dict[str, Row]]:
    """Return the ranks of the groups that have any, by leading answer; empty where none were computed."""
    ranks: dict[str, dict[str, Row]] = {}
    for code in results.lead if results.by else ():
        rows = {
            g: results.printed("rank", results.headline, code, by=results.by, group=g)
            for g in results.groups()
        }
        ranks[code] = {g: row for g, row in rows.items() if row is not None}
    return {code: rows for code, rows in ranks.items() if rows}


def has_order(rows: dict[str, Row]) -> bool:
    """Say whether an answer's ranks put any groups in order."""
    return any(row.note != "no_order" for row in rows.values())


def readable(results: Results) -> dict[str, dict[str, Row]]:
    """Return the ranks of the leading answers by which the groups have an order at all."""
    return {code: rows for code, rows in ranked(results).items() if has_order(rows)}


def rank_chart(results: Results) -> Figure:
    """Return a panel of ranks for each leading answer that orders the groups, the groups as on the page.

    Ranges are thick where narrower than first to last.
    """
    panels = dict([*readable(results).items()][:MOST])
    groups = [g for g in results.groups() if any(g in rows for rows in panels.values())][::-1]
    doubtful = {
        g: next((rows[g] for rows in panels.values() if g in rows and rows[g].doubtful), None) for g in groups
    }
    labels = [
        label if row is None else results.flagged(row, label)
        for label, row in zip(
            results.wrapped_labels(results.by, groups, LABEL, 1), doubtful.values(), strict=True
        )
    ]
    titles = results.wrapped_labels(results.headline, list(panels), TITLE, 2)
    head = HEAD + LINE * max(title.count("\n") for title in titles)
    gutter, plot = label_width(labels, 8.5), ROW * len(groups)
    figure, axes = panels_in_row(len(panels), gutter=gutter, plot=plot, foot=FOOT, head=head, gap=GAP)
    for ax, title, rows in zip(axes, titles, panels.values(), strict=True):
        last = len(rows)
        for y, group in enumerate(groups):
            if group in rows:
                low, high = rows[group].low, rows[group].high
                colour, width = (LEAD, 5.5) if low > 1 or high < last else (MID, 2.5)
                ends = [low - 0.3, high + 0.3]
                ax.plot(ends, [y, y], solid_capstyle="butt", color=colour, lw=width)
        ticks = list(range(1, last + 1)) if last <= MOST_TICKS else [1, *range(5, last + 1, 5)]
        ax.set_xlim(0.4, last + 0.6)
        ax.set_xticks(ticks, [whole(t) for t in ticks], fontsize=8)
        ax.set_ylim(-0.6, len(groups) - 0.4)
        ax.set_yticks(range(len(groups)), labels if ax is axes[0] else [], fontsize=8.5)
        ax.grid(axis="x", color=LIGHT, lw=0.5)
        ax.set_title(title, fontsize=9, loc="left", pad=4)
    figure.text(0.5, 0.0, results.words("ranks.axis"), fontsize=8.5, ha="center", va="bottom")
    return figure
