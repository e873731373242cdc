"""The chart of page 1: the share of each option and how it moved, figures in a column of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from reports.charts.style import (
    INK,
    LEAD,
    MID,
    PALE,
    WIDTH,
    axis_end,
    few_ticks,
    label_width,
    light_axis,
    right_column,
    write_beside,
)
from reports.language.line_breaks import wrapped
from reports.language.numbers import percent, points
from reports.results.declared import margins_of
from reports.results.results import Results, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TALLEST, LABEL = 3.8, 15.0  # inches that the rows may take; ems of a label
HEAD, FOOT = 0.27, 0.26  # inches above and below the rows
COLUMN, CHANGE = 0.62, 1.1  # inches of a column of figures, and of one of changes
TOUCHING = 0.045  # of the axis: two marks nearer to each other have their waves named on either side


def shown_first(results: Results) -> list[str]:
    """Return the options of page 1 in falling order, as many as leave the page its room."""
    return _fitting(results, results.ordered(results.headline, results.options(results.headline)))


def shown_unfilled(results: Results) -> list[str]:
    """Return the options of page 1 as the questionnaire lists them, as many as leave the page its room."""
    return _fitting(results, results.study.questionnaire[results.headline].eligible_codes)


def _fitting(results: Results, codes: Sequence[str]) -> list[str]:
    labels = results.wrapped_labels(results.headline, codes, LABEL, 3)
    # Where labels are long, so are the sentences below the chart.
    lines = 1 + max(label.count("\n") for label in labels)
    return [*codes][: max(2, int((TALLEST - 0.6 * (lines - 1)) / _row_height(results, labels)))]


def _row_height(results: Results, labels: Sequence[str]) -> float:
    """Return the inches of a row, fewer where margins are wide."""
    least = 0.27 if margins_of(results.study) == "brief" else 0.25
    return max(least, 0.08 + 0.155 * (1 + max(label.count("\n") for label in labels)))


def overall(results: Results) -> Figure:
    """Return the dots of page 1: this wave solid on its interval, the last one hollow, an arrow where clear.

    Accent stands for a change that is clear after adjustment, never for decoration alone; the arrow says
    the same without colour.
    """
    question, codes = results.headline, shown_first(results)[::-1]
    labels = results.wrapped_labels(question, codes, LABEL, 3)
    now = [results.share(question, code) for code in codes]
    before: list[Row | None] = [None] * len(codes)
    if results.previous:
        before = [results.printed("share", question, code, wave=results.previous) for code in codes]
    changes = [results.row("change", question, code) for code in codes]
    end, words = axis_end([*now, *filter(None, before)]), results.words
    figure, ax, side = _ruled(results, labels, end)
    for y, (row, previous, change) in enumerate(zip(now, before, changes, strict=True)):
        clear = change is not None and change.clear
        colour = LEAD if clear else MID
        if row.suppressed:
            write_beside(ax, words.mark("withheld"), (0, y), 6, size=9)
            right_column(ax, COLUMN, y, words.mark("withheld"), colour=MID, size=9.5)
            continue
        _dots(ax, y, row, previous, colour=colour, arrow=clear)
        figure_ = results.flagged(row, percent(row.estimate))
        right_column(ax, COLUMN, y, figure_, colour=colour if clear else INK, size=9.5)
        if results.previous:
            text = _change(results, change)
            right_column(ax, side, y, text, colour=colour, size=9.5 if clear else 8.5)
    _name_waves(ax, results, now[-1], before[-1], end)
    return figure


def unfilled(results: Results) -> Figure:
    """Return the chart of page 1 before there is a result: its options in the questionnaire's order."""
    codes = shown_unfilled(results)[::-1]
    labels = results.wrapped_labels(results.headline, codes, LABEL, 3)
    figure, _, _ = _ruled(results, labels, 1.0)
    return figure


def _ruled(results: Results, labels: Sequence[str], end: float) -> tuple[Figure, Axes, float]:
    """Return the figure with its rows, axis and headings, and the inches of the columns beside it."""
    rows = _row_height(results, labels) * len(labels)
    height, gutter = HEAD + rows + FOOT, label_width([*labels], 9.5)
    side = COLUMN + (CHANGE if results.previous else 0.0)
    figure = Figure(figsize=(WIDTH, height))
    ax = figure.add_axes((gutter / WIDTH, FOOT / height, 1 - (gutter + side) / WIDTH, rows / height))
    ax.set(xlim=(0, end), ylim=(-0.5, len(labels) - 0.5))
    light_axis(ax, few_ticks(end))
    ax.set_yticks(range(len(labels)), labels, fontsize=9.5, linespacing=1.0)
    words, top = results.words, len(labels) - 0.45
    right_column(ax, COLUMN, top, words("page1.chart_share"), colour=MID, size=8.5, align="bottom")
    if results.previous:
        right_column(ax, side, top, words("page1.chart_change"), colour=MID, size=8.5, align="bottom")
    return figure, ax, side


def _dots(ax: Axes, y: float, row: Row, previous: Row | None, *, colour: str, arrow: bool) -> None:
    """Draw a share on its interval, that of the wave before, and between them an arrow."""
    ax.plot([row.low, row.high], [y, y], color=PALE, lw=8, solid_capstyle="butt", zorder=1)
    if previous is not None:
        if arrow:
            shape = {"arrowstyle": "-|>", "color": colour, "lw": 1.2, "shrinkA": 3, "shrinkB": 3}
            ax.annotate("", (row.estimate, y), xytext=(previous.estimate, y), arrowprops=shape, zorder=3)
        ax.plot([previous.estimate], [y], "o", ms=5.5, mec=colour, mfc="white", mew=1.1, zorder=2)
    face = "white" if row.doubtful else colour
    ax.plot([row.estimate], [y], "o" if not row.doubtful else "D", ms=6.5, mec=colour, mfc=face, zorder=4)


def _change(results: Results, change: Row | None) -> str:
    """Return a change as the column has it: points where it is clear, else that it is not."""
    if change is None or change.suppressed:
        key = "unlike" if change is not None and change.note == "not_comparable" else "none"
        return results.words(f"page1.chart_{key}")
    if not change.clear:
        return results.words("page1.chart_unclear")
    return results.flagged(change, points(change.estimate))


def _name_waves(ax: Axes, results: Results, row: Row, previous: Row | None, end: float) -> None:
    """Write above the first row which mark is of which wave, away from each other."""
    if previous is None or row.suppressed:
        return
    near = abs(row.estimate - previous.estimate) < 2 * TOUCHING * end
    first, last = sorted((row, previous), key=lambda one: one.estimate)
    for one, align in ((first, "right" if near else "center"), (last, "left" if near else "center")):
        wave = results.latest if one is row else results.previous
        label = wrapped(results.wave_label(wave), 12, 1)
        x = one.estimate + (0 if not near else -0.004 if align == "right" else 0.004)
        y = ax.get_ylim()[1] + 0.02
        ax.text(x, y, label, fontsize=8.5, ha=align, va="bottom", color=INK if one is row else MID)
