"""The chart of page 1: the share of each option, with the wave before it."""

from __future__ import annotations

from matplotlib.figure import Figure

from reports.charts.style import INK, MID, WIDTH, axis_end, look, percent_axis, whisker, write_beside
from reports.language.line_breaks import wrapped
from reports.language.numbers import percent
from reports.results.declared import convention_of
from reports.results.results import Results, Row

TALLEST, LABEL = 3.8, 15.0  # inches that the rows may take; ems of a label
BEFORE = -0.24  # where the wave before stands, in rows from the middle of a row


def shown_first(results: Results) -> list[str]:
    """Return the options of page 1 in falling order, as many as leave the page its room."""
    codes = results.ordered(results.headline, results.options(results.headline))
    labels = results.wrapped_labels(results.headline, codes, LABEL, 3)
    # Where labels are long, so are the sentences below the chart.
    lines = 1 + max(label.count("\n") for label in labels)
    return codes[: max(2, int((TALLEST - 0.6 * (lines - 1)) / _row_height(results, labels)))]


def _row_height(results: Results, labels: list[str]) -> float:
    """Return the inches of a row, fewer where margins are wide."""
    least = 0.37 if convention_of(results.study) == "brief" else 0.29
    return max(least, 0.1 + 0.165 * (1 + max(label.count("\n") for label in labels)))


def overall(results: Results, label: str) -> Figure:
    """Return the dot-and-whisker chart of page 1: all options, this wave solid, the last one hollow.

    Parameters
    ----------
    label : str
        Text under the axis.
    """
    question = results.headline
    codes = shown_first(results)[::-1]
    labels = results.wrapped_labels(question, codes, LABEL, 3)
    now = [results.share(question, code) for code in codes]
    before: list[Row | None] = [None] * len(codes)
    if results.previous:
        before = [results.printed("share", question, code, wave=results.previous) for code in codes]
    height = 0.62 + _row_height(results, labels) * len(codes)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    ax = figure.add_subplot()
    shift = 0.15 if results.previous else 0.0
    for y, (code, row, previous) in enumerate(zip(codes, now, before, strict=True)):
        colour, marker = look(results, code)
        if previous is not None:
            whisker(ax, y + BEFORE, previous, colour=MID, marker=marker, size=4.2, width=0.9, face="white")
        if row.suppressed:
            write_beside(ax, results.words.mark("withheld"), (0, y + shift), 6, size=9.5)
            continue
        whisker(ax, y + shift, row, colour=colour, marker=marker, size=6.2, width=2.0, face=colour)
        write_beside(ax, results.flagged(row, percent(row.estimate)), (row.high, y + shift), 6, size=10)
    end = axis_end([*now, *filter(None, before)])
    first, previous, top = now[-1], before[-1], len(codes) - 1
    if previous is not None and not first.suppressed:
        # The waves are named beside the first row, which stands in for a legend, where there is more room.
        left = min(first.low, previous.low) > 0.25 * end
        for row, place, wave, colour, gap in (
            (first, top + shift, results.latest, INK, 38),  # past the figure that stands there
            (previous, top + BEFORE, results.previous, MID, 6),
        ):
            write_beside(
                ax,
                wrapped(results.wave_label(wave), 12, 1),
                (row.low if left else row.high, place),
                -6 if left else gap,
                size=8.5,
                align="right" if left else "left",
                colour=colour,
            )
    ax.set_yticks(range(len(codes)), labels, fontsize=10, linespacing=1.0)
    ax.set_ylim(-0.6, len(codes) - 0.4)
    percent_axis(ax, end, 0.1, 9)
    ax.set_xlabel(label, fontsize=9)
    return figure
