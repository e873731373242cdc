"""Which ranks the groups may have: a bar from the first to the last of them, for each leading answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from reports.charts.style import LEAD, LIGHT, MID, WIDTH
from reports.language.line_breaks import widest, wrapped
from reports.language.numbers import whole
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL, TITLE = 11.0, 15.0  # ems
MOST, MOST_TICKS = 4, 12  # answers side by side; ranks that all have a tick
# Inches: of a group, between panels, of the axis below, of a title and of a further line of it.
ROW, GAP, FOOT, HEAD, LINE = 0.2, 0.25, 0.45, 0.3, 0.15


def ranked(results: Results) -> dict[str, dict[str, Row]]:
    """Return the ranks of the groups that have any, by leading answer; empty where none were computed."""
    found: dict[str, dict[str, Row]] = {}
    for code in results.lead if results.by else ():
        rows = {
            g: results.row("rank", results.headline, code, by=results.by, group=g) for g in results.groups()
        }
        shown = {g: row for g, row in rows.items() if row is not None and not row.suppressed}
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
    groups = [g for g in results.groups() if any(g in rows for _, rows in panels)][::-1]
    labels = [wrapped(results.option_label(results.by, g), LABEL, 1) for g in groups]
    titles = [wrapped(results.option_label(results.headline, code), TITLE, 2) for code, _ in panels]
    gutter = widest(labels) * 8.5 / 72 + 0.15
    tall = ROW * len(groups)
    head = HEAD + LINE * max(title.count("\n") for title in titles)
    height = FOOT + tall + head
    figure, wide = Figure(figsize=(WIDTH, height)), (WIDTH - gutter) / len(panels)
    for i, (_, rows) in enumerate(panels):
        left = gutter + i * wide
        ax = figure.add_axes((left / WIDTH, FOOT / height, (wide - GAP) / WIDTH, tall / height))
        _ranges(ax, [rows.get(group) for group in groups], len(rows))
        ax.set_yticks(range(len(groups)), labels if i == 0 else [], fontsize=8.5)
        ax.set_title(titles[i], fontsize=9, loc="left", pad=4)
    figure.text(0.5, 0.0, results.words("ranks.axis"), fontsize=8.5, ha="center", va="bottom")
    return figure


def _ranges(ax: Axes, rows: list[Row | None], last: int) -> None:
    """Draw the ranges, thick where narrower than first to last."""
    for y, row in enumerate(rows):
        if row is not None:
            narrow = row.low > 1 or row.high < last
            look: dict[str, Any] = {"color": LEAD, "lw": 5.5} if narrow else {"color": MID, "lw": 2.5}
            ax.plot([row.low - 0.3, row.high + 0.3], [y, y], solid_capstyle="butt", **look)
    ticks = list(range(1, last + 1)) if last <= MOST_TICKS else [1, *range(5, last + 1, 5)]
    ax.set_xlim(0.4, last + 0.6)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xticks(ticks, [whole(t) for t in ticks], fontsize=8)
    ax.grid(axis="x", color=LIGHT, lw=0.5)


def order_text(results: Results) -> str:
    """Return for which leading options the groups have an order, "" where no ranks were computed."""
    words, by = results.words, results.question_label(results.by) if results.by else ""
    noun = results.words.noun(by)
    none: list[str] = []
    some: list[str] = []
    for code in results.lead if results.by else ():
        rows = [
            row
            for g in results.groups()
            if (row := results.row("rank", results.headline, code, by=results.by, group=g)) is not None
            and not row.suppressed
        ]
        if rows:
            unread = all(row.note == "no_order" for row in rows)
            (none if unread else some).append(results.quoted(results.headline, code))
    told = [words("ranks.none", by=noun, options=words.listed(none))] if none else []
    told += [words("ranks.some", by=noun, options=words.listed(some))] if some else []
    return words.sentences(told)
