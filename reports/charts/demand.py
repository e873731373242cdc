"""Demand at a fee: a curve for those who say yes, one with those who say it depends, official fees marked."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Literal

from matplotlib.figure import Figure

from reports.charts.style import INK, LEAD, LIGHT, MID, PALE, TINT, WIDTH, percent_ticks
from reports.language.line_breaks import wrapped
from reports.language.numbers import amount, percent
from reports.results.results import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Curve = Sequence[tuple[float, Row]]
Between = Literal["line", "nothing"]
# Inches: of the plot, above it for the names of fees, below for its axis, at the left for the ticks.
PLOT, HEAD, FOOT, SIDE = 1.9, 0.5, 0.42, 0.5
APART = 0.36  # inches between two figures
EMS = 5.8  # of the name of a fee, an inch of the picture


def demand_curves(
    curves: Sequence[Curve],
    names: Sequence[str],
    unit: str,
    *,
    marks: Sequence[tuple[float, str]] = (),
    between: Between = "line",
    width: float = WIDTH,
) -> Figure:
    """Return the share of everybody by fee with the bands.

    Parameters
    ----------
    curves : sequence of pairs of fee and estimate
        The floor first; a second is drawn lighter.
    names : sequence of str
        What each curve counts.
    unit : str
        Below the axis.
    marks : sequence of (float, str)
        Official fees within the curve, with their names.
    between : {"line", "nothing"}
        What joins the shares: nothing where people were asked of these fees alone.
    width : float
        Inches of the picture.
    """
    height = HEAD + PLOT + FOOT
    figure = Figure(figsize=(width, height))
    ax = figure.add_axes((SIDE / width, FOOT / height, 1 - (SIDE + 0.15) / width, PLOT / height))
    fees, marked = [fee for fee, _ in curves[0]], {fee for fee, _ in marks}
    highest = max((row.band[1] for curve in curves for _, row in curve if not row.suppressed), default=1.0)
    end = min(1.0, highest + 0.12)
    told = _apart(fees, marked, APART / (width - SIDE - 0.15))
    for curve, name, filled in zip(curves, names, (True, False), strict=False):
        shown = [(fee, row) for fee, row in curve if not row.suppressed]
        _curve(ax, shown, name, marked, told, between=between, filled=filled)
    if len(curves) > 1:
        # Demand falls, so there is room at the upper right.
        ax.legend(loc="upper right", fontsize=8.5, frameon=False, labelcolor=INK, handlelength=1.4)
    for fee, name in marks:
        ax.axvline(fee, color=INK, lw=0.9, ls=(0, (3, 2)), zorder=1)
        align: Literal["left", "right"] = "left" if fee < (fees[0] + fees[-1]) / 2 else "right"
        ax.text(fee, end, wrapped(name, EMS * width, 3), fontsize=8, ha=align, va="bottom")
    ax.set_ylim(0, end)
    ticks = percent_ticks(end, 0.2)
    ax.set_yticks(ticks, [percent(tick) for tick in ticks], fontsize=8.5, color=MID)
    ax.set_xticks(fees, [amount(fee) if fee in told else "" for fee in fees], fontsize=8.5, color=MID)
    ax.set_xlabel(unit, fontsize=8.5, color=MID)
    ax.grid(axis="y", color=LIGHT, lw=0.5)
    ax.set_xlim(fees[0] - 0.06 * (fees[-1] - fees[0]), fees[-1] + 0.05 * (fees[-1] - fees[0]))
    return figure


def _apart(fees: Sequence[float], marked: Set[float], least: float) -> set[float]:
    """Return the fees that have room for a figure, the official ones first, then the ends.

    Parameters
    ----------
    least : float
        How far two stand from each other at least, in parts of the axis.
    """
    reach = (fees[-1] - fees[0]) * 1.11 * least
    told = list[float]()
    for fee in sorted(fees, key=lambda fee: (fee not in marked, fee not in (fees[0], fees[-1]))):
        if all(abs(fee - other) >= reach for other in told):
            told.append(fee)
    return set(told)


def _curve(
    ax: Axes,
    shown: Sequence[tuple[float, Row]],
    name: str,
    marked: Set[float],
    told: Set[float],
    *,
    between: Between,
    filled: bool,
) -> None:
    """Draw a curve with its band and its name; shares at an official fee stand beside its line, not on it."""
    colour, band = (LEAD, TINT) if filled else (MID, PALE)
    x, y = [fee for fee, _ in shown], [row.estimate for _, row in shown]
    low, high = [row.band[0] for _, row in shown], [row.band[1] for _, row in shown]
    face, style = (colour, "-") if filled else ("white", "--")
    if between == "line":
        ax.fill_between(x, low, high, color=band, lw=0)
    else:
        style = "none"
        ax.vlines(x, low, high, color=band, lw=7, zorder=0.5)
    ax.plot(
        x, y, color=colour, lw=1.4, ls=style, marker="o", ms=5, mfc=face, mec=colour, zorder=3, label=name
    )
    for fee, share in zip(x, y, strict=True):
        if fee not in told:
            continue
        # Demand falls: the room is to the right above a line, and to the left below it.
        end = fee == (x[0] if filled else x[-1]) and fee not in marked
        ax.annotate(
            percent(share),
            (fee, share),
            xytext=(0 if end else -3 if filled else 4, -14 if filled else 5),
            textcoords="offset points",
            ha="center" if end else "right" if filled else "left",
            fontsize=8.5,
            color=colour,
            zorder=4,
        )
