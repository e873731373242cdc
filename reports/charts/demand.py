"""Demand at a fee: a curve for those who say yes, and one with those who say it depends."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from reports.charts.style import LEAD, LIGHT, MID, WIDTH, percent_ticks
from reports.language.numbers import amount, percent
from reports.results.results import Row

Curve = Sequence[tuple[float, Row]]


def demand_curves(curves: Sequence[Curve], names: Sequence[str], unit: str) -> Figure:
    """Return the share of everybody by fee, in steps as people name round amounts, with the bands.

    Parameters
    ----------
    curves : sequence of pairs of fee and estimate
        The floor first; a second is drawn lighter.
    names : sequence of str
        What each curve counts, for the key.
    unit : str
        Below the axis.
    """
    figure = Figure(figsize=(WIDTH, 2.7), layout="constrained")
    ax = figure.add_subplot()
    for curve, name, colour, marker, filled in zip(
        curves, names, (LEAD, MID), ("o", "s"), (True, False), strict=False
    ):
        shown = [(fee, row) for fee, row in curve if not row.suppressed]
        fees = [fee for fee, _ in shown]
        low, high = [row.band[0] for _, row in shown], [row.band[1] for _, row in shown]
        ax.fill_between(fees, low, high, color=colour, alpha=0.14, lw=0)
        face = colour if filled else "white"
        ax.plot(
            fees,
            [row.estimate for _, row in shown],
            marker=marker,
            color=colour,
            mfc=face,
            lw=1.0,
            ms=5,
            label=name,
        )
        for fee, row in shown:
            ax.annotate(
                percent(row.estimate),
                (fee, row.estimate),
                xytext=(0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=8.5,
                color=colour,
            )
    highest = max((row.band[1] for curve in curves for _, row in curve if not row.suppressed), default=1.0)
    end = min(1.0, highest + 0.12)
    ax.set_ylim(0, end)
    ticks = percent_ticks(end, 0.2)
    ax.set_yticks(ticks, [percent(tick) for tick in ticks], fontsize=9)
    fees = [fee for fee, _ in curves[0]]
    ax.set_xticks(fees, [amount(fee) for fee in fees], fontsize=9)
    ax.set_xlabel(unit, fontsize=9)
    ax.grid(axis="y", color=LIGHT, lw=0.5)
    if len(curves) > 1:
        ax.legend(loc="upper right", fontsize=9, frameon=False)
    return figure
