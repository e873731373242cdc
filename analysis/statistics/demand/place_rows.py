"""What is said of the places of one group, or of all: rows of a table from children, share and take-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

import survey.numeric.special_functions as special
from analysis.numeric.demand.planning_range import Demanded, demanded
from analysis.numeric.intervals import EDGE, t_quantile
from analysis.publication.measures import GIVEN
from survey.numeric.array_types import Floats

Row = dict[str, object]
CONFIDENCE = 0.95
NORMAL = 1.959963984540054  # of the same confidence


@dataclass(frozen=True, slots=True, eq=False)
class Supplied:
    """Children, their share at a fee, take-up and places; c answers with a take-up of their own.

    Attributes
    ----------
    children, children_error : float
        Places that all of them would take, and the standard error of that.
    share : float array, shape (c,)
    covariance : float array, shape (c, c)
    take_up : float array, shape (c, 2)
    existing : float or None
        None where unknown.
    df : float
        Degrees of freedom of the shares.
    reason : str
        Why there are no places, a note; "" where there are.
    """

    children: float
    children_error: float
    share: Floats
    covariance: Floats
    take_up: Floats
    existing: float | None
    df: float
    reason: str = ""

    @property
    def demanded(self) -> Demanded:
        """Distribution of the number of places asked for."""
        return demanded(self.share, self.covariance, self.take_up, self.children, self.children_error)

    def at(self, take_up: Floats) -> float:
        """Return the places asked for at a take-up of each answer, shape (c,)."""
        return float(self.children * (self.share @ take_up))

    @property
    def error(self) -> float:
        """Standard error of the expected places, by the delta method; take-ups move together and evenly."""
        middle, spread = self.take_up.mean(axis=1), np.diff(self.take_up, axis=1)[:, 0] / sqrt(12)
        return sqrt(
            (self.share @ middle * self.children_error) ** 2
            + self.children**2 * max(float(middle @ self.covariance @ middle), 0.0)
            + (self.children * (self.share @ spread)) ** 2
        )

    def limit(self, take_up: Floats, confidence: float, side: int) -> float:
        """Return the lower (side -1) or upper (1) limit of the places at a take-up."""
        top = float(take_up.max())
        part = take_up / top if top > 0 else take_up
        q = float(np.clip(part @ self.share, EDGE, 1 - EDGE))
        error = sqrt(max(float(part @ self.covariance @ part), 0.0)) / (q * (1 - q))
        t = float(t_quantile(confidence, np.array(max(self.df, 1.0))))
        share = float(special.expit(special.logit(q) + side * t * error))
        return max(self.children + side * NORMAL * self.children_error, 0.0) * top * share


def clear_gap(supplied: Supplied, groups: int) -> str:
    """Return "clear_shortage", "clear_surplus" or "": whether the gap stands at every take-up of the range.

    Parameters
    ----------
    groups : int
        How many gaps are judged together.
    """
    if supplied.existing is None:
        return ""
    level = 1 - (1 - CONFIDENCE) / groups
    if supplied.limit(supplied.take_up[:, 0], level, -1) > supplied.existing:
        return "clear_shortage"
    if supplied.limit(supplied.take_up[:, 1], level, 1) < supplied.existing:
        return "clear_surplus"
    return ""


def place_rows(
    supplied: Supplied,
    *,
    quantiles: Sequence[float],
    costs: tuple[float, float] | None,
    gaps: bool,
    groups: int,
) -> list[Row]:
    """Return the rows of one group without its keys, measures as `analysis.places` names them.

    Parameters
    ----------
    gaps : bool
        Whether existing places were given at all.
    groups : int
        As `clear_gap`.
    """
    measures = _measures(quantiles, gaps=gaps, costs=costs is not None)
    if supplied.reason:
        known = {"existing_places": supplied.existing}
        known |= {} if supplied.reason == "children_unknown" else {"children": supplied.children}
        return [
            _withheld(measure, supplied.reason)
            if known.get(measure) is None
            else {"measure": measure, "estimate": known[measure], "method": "given"}
            for measure in measures
        ]
    found = _figures(supplied, quantiles, costs)
    half = NORMAL * supplied.error
    rows = []
    for measure in measures:
        value = found.get(measure)
        if value is None:
            rows.append(_withheld(measure, "places_unknown" if supplied.existing is None else "no_demand"))
            continue
        given = measure in GIVEN
        row: Row = {"measure": measure, "estimate": value, "method": "given" if given else "planning_range"}
        if measure in ("expected_places", "gap"):
            limits = {"conf_low": value - half, "conf_high": value + half}
            row |= {"std_error": supplied.error, **limits, "confidence": CONFIDENCE, "method": "delta"}
        if measure == "gap":
            row["note"] = clear_gap(supplied, groups)
        rows.append(row)
    return rows


def _figures(
    supplied: Supplied, quantiles: Sequence[float], costs: tuple[float, float] | None
) -> dict[str, float | None]:
    """Return the figure of each measure that is known, None where nothing is asked for."""
    expected, distribution = supplied.at(supplied.take_up.mean(axis=1)), supplied.demanded
    found: dict[str, float | None] = {
        "children": supplied.children,
        "places_at_low_take_up": supplied.at(supplied.take_up[:, 0]),
        "places_at_high_take_up": supplied.at(supplied.take_up[:, 1]),
        "expected_places": expected,
    }
    found |= {_of_range(rate): distribution.quantile(rate) for rate in quantiles}
    existing = supplied.existing
    if costs is not None:
        by_cost = distribution.quantile(costs[0] / (costs[0] + costs[1]))
        found["places_by_cost"] = by_cost
        if existing is not None:
            found["places_to_add"] = max(ceil(by_cost - existing - 1e-9), 0)
    if existing is not None:
        found |= {
            "existing_places": existing,
            "gap": expected - existing,
            "short": max(expected - existing, 0.0),
            "chance_short": 1 - distribution.below(existing),
            "children_without_place": distribution.beyond(existing),
            "demand_met": existing / expected if expected > 0 else None,
            "places_per_1000_children": 1000 * existing / supplied.children
            if supplied.children > 0
            else None,
        }
    return found


def sums_of(parts: Sequence[Supplied]) -> list[Row]:
    """Return the rows of all shortages and all surpluses, each added up over the groups."""
    unknown = [part.reason or "places_unknown" for part in parts if part.reason or part.existing is None]
    if unknown:
        return [_withheld(measure, unknown[0]) for measure in ("sum_of_shortages", "sum_of_surpluses")]
    gaps = [part.at(part.take_up.mean(axis=1)) - float(part.existing or 0) for part in parts]
    return [
        {"measure": "sum_of_shortages", "estimate": sum(max(gap, 0.0) for gap in gaps), "method": "delta"},
        {"measure": "sum_of_surpluses", "estimate": sum(max(-gap, 0.0) for gap in gaps), "method": "delta"},
    ]


def _measures(quantiles: Sequence[float], *, gaps: bool, costs: bool) -> list[str]:
    measures = ["children", "places_at_low_take_up", "places_at_high_take_up", "expected_places"]
    measures += [_of_range(rate) for rate in quantiles]
    if gaps:
        measures += [
            "existing_places",
            "gap",
            "short",
            "chance_short",
            "children_without_place",
            "demand_met",
        ]
        measures += ["places_per_1000_children"]
    if costs:
        measures += ["places_by_cost", *(["places_to_add"] if gaps else [])]
    return measures


def _of_range(rate: float) -> str:
    return f"places_q{100 * rate:g}"


def _withheld(measure: str, note: str) -> Row:
    return {"measure": measure, "flag": "suppress", "note": note}
