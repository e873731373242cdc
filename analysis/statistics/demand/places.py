"""How many places a fee would fill, and how many are short (methods 8.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from math import isfinite, sqrt

import numpy as np
import pandas as pd

from analysis.estimates import Estimates, make_estimates
from analysis.statistics.demand.elasticity import APART
from analysis.statistics.demand.place_rows import Row, Supplied, place_rows, sums_of
from analysis.statistics.demand.take_up import TakeUp, ranges_of
from survey.errors import EstimateError
from survey.numeric.array_types import Floats

Numbers = float | Mapping[str, float | None]


def places(
    demand: Estimates,
    *,
    children: Numbers,
    children_error: Numbers = 0,
    take_up: TakeUp | Mapping[str, TakeUp],
    existing: Numbers | None = None,
    fees: Mapping[str, float] | None = None,
    attendance: float = 1,
    quantiles: Sequence[float] = (0.1, 0.5, 0.9),
    costs: tuple[float, float] | None = None,
) -> Estimates:
    """Return how many places would be asked for at each fee, and the gap to those there are (methods 8.6).

    Places are children × share at the fee × take-up × attendance: one row a measure, fee and group, and
    for the groups together (group ""). Measures:

    - "children" and, with `existing`, "existing_places", as given;
    - "places_at_low_take_up", "places_at_high_take_up": at either end of the take-up;
    - "expected_places": at its middle, with the delta method's error, the spread of the take-up included;
    - "places_q10" …: the planning range. It is no confidence interval: the take-up is a judgement;
    - with `existing` "gap" (expected less existing), "short" (the gap where above 0), "chance_short",
      "children_without_place" (expected number), "demand_met", "places_per_1000_children"; for the groups
      together also "sum_of_shortages" and "sum_of_surpluses", as a surplus elsewhere is no place here;
    - with `costs` "places_by_cost", where a further place costs as much as it saves, and "places_to_add".

    A gap has the note "clear_shortage" or "clear_surplus" where it stands at every take-up of the range
    and within the limits of the share at level 1 - 0.05/groups; nothing else is to be called so. A group
    with a share that is withheld (note "share_withheld"), or children unknown ("children_unknown"),
    has no places, and then nor have all groups together.

    Parameters
    ----------
    demand : Estimates
        As `analysis.demand` gives it, with its covariance; of answers apart where they have take-ups apart.
    children, children_error, existing : number, or mapping of group to number
        Children of the ages served, the standard error of their number, licensed places; a mapping for
        demand by group, None where unknown.
    take_up : TakeUp, or mapping of answer to TakeUp
    fees : mapping of group to float, optional
        The fee of each group, where they differ: option "own fee".
    attendance : float
        Places a child takes, 1 for a whole day.
    quantiles : sequence of float
        Of the planning range.
    costs : pair of float, optional
        Of a child turned away, and of a place that stays empty, in any one unit.

    Raises
    ------
    EstimateError
        If a number is not possible, a group or fee is unknown, an answer has no take-up, or the covariance
        is not there.

    Examples
    --------
    >>> import pandas as pd, survey, analysis
    >>> frame = pd.DataFrame({"intent": ["yes", "no"] * 200, "fee": [1000, None, 2000, None] * 100})
    >>> demand = analysis.demand(
    ...     survey.from_frame(frame), intent="intent", willing="yes", fee="fee", at=[2000]
    ... )
    >>> table = places(demand, children=1000, take_up=TakeUp(0.4, 0.6, "an example"), existing=100)
    >>> table.rows(measure="expected_places")["estimate"].round().tolist()
    [125.0]
    """
    _check_settings(attendance, quantiles, costs)
    ranges = ranges_of(take_up)
    frame = demand.frame[demand.frame["measure"] == "demand"]
    if frame.empty or demand.joint is None:
        raise EstimateError("places", key="demand.no_covariance")
    shown = frame["estimate"][frame["flag"] != "suppress"]
    if not shown.between(0, 1).all():
        raise EstimateError("places", key="demand.no_share")
    wave, by, question = (_one(frame, name) for name in ("wave", "by", "question"))
    groups = list(dict.fromkeys(frame["group"].astype(str)))
    counts = {
        name: _numbers(name, value, groups)
        for name, value in (
            ("children", children),
            ("children_error", children_error),
            ("existing", existing),
        )
    }
    rows: list[Row] = []
    for option, chosen in _rows_of_fees(frame, groups, ranges, fees).items():
        keys: Row = {"wave": wave, "question": question, "option": option, "by": by}
        parts = {
            group: _supplied(demand, at, ranges, {k: v[group] for k, v in counts.items()}, attendance)
            for group, at in chosen.items()
        }
        rows_of = partial(place_rows, quantiles=quantiles, costs=costs, gaps=existing is not None)
        for group, part in parts.items():
            n = frame["n"].loc[chosen[group][0]]
            made = rows_of(part, groups=len(groups))
            rows += [keys | {"group": group, "n": n} | row for row in made]
        if by:
            together = _together(demand, chosen, parts)
            made = rows_of(together, groups=1)
            made += sums_of(list(parts.values())) if existing is not None else []
            rows += [keys | {"group": ""} | row for row in made]
    return make_estimates(rows, None, demand.histories)


def _check_settings(attendance: float, quantiles: Sequence[float], costs: tuple[float, float] | None) -> None:
    if not 0 < attendance <= 1:
        raise EstimateError(f"attendance={attendance:g}", key="places.attendance")
    if not quantiles or not all(0 < rate < 1 for rate in quantiles):
        raise EstimateError("quantiles", key="places.quantiles")
    if costs is not None and not (min(costs) >= 0 and max(costs) > 0 and isfinite(sum(costs))):
        raise EstimateError("costs", key="places.costs")


def _one(frame: pd.DataFrame, name: str) -> str:
    values = list(dict.fromkeys(frame[name].astype(str)))
    if len(values) > 1:
        raise EstimateError("places", key="places.several", name=name, values=values)
    return values[0]


def _numbers(name: str, given: Numbers | None, groups: Sequence[str]) -> dict[str, float | None]:
    """Return the number of each group, None where unknown; raises EstimateError for what cannot be one."""
    if given is None:
        return dict.fromkeys(groups)
    if not isinstance(given, Mapping):
        if groups != [""] and not (name == "children_error" and given == 0):
            raise EstimateError(name, key="places.one_number", groups=list(groups), number=len(groups))
        given = dict.fromkeys(groups, given)
    unknown = [group for group in given if group not in groups]
    if unknown:
        raise EstimateError(f'{name} of "{unknown[0]}"', key="places.no_group", groups=list(groups))
    numbers = dict[str, float | None]()
    for group in groups:
        value = given.get(group)
        empty = value is None or (isinstance(value, float) and np.isnan(value))
        if value is not None and not empty and not (value >= 0 and isfinite(value)):
            raise EstimateError(f'{name} of "{group}"', key="places.number", found=f"{value:g}")
        numbers[group] = None if empty or value is None else float(value)
    return numbers


def _rows_of_fees(
    frame: pd.DataFrame,
    groups: Sequence[str],
    ranges: Mapping[str, TakeUp],
    fees: Mapping[str, float] | None,
) -> dict[str, dict[str, list[int]]]:
    """Return for each fee, "own fee" where groups differ, the rows of each group, one a range of take-up."""
    place: dict[tuple[str, str, float], int] = {}
    for i, option, group in zip(frame.index, frame["option"], frame["group"], strict=True):
        answer, _, text = str(option).rpartition(APART)
        place[answer, str(group), float(text) if text else 0.0] = int(i)
    answers = list(dict.fromkeys(answer for answer, _, _ in place))
    if set(answers) != set(ranges):
        raise EstimateError(
            "take-up",
            key="places.other_answers",
            given=[*filter(None, ranges)],
            answers=[*filter(None, answers)],
        )
    every = list(dict.fromkeys(fee for _, _, fee in place))
    if fees is not None:
        missing = [group for group in groups if group not in fees]
        if missing:
            raise EstimateError(f'the fee of "{missing[0]}"', key="places.fee_not_given")
        wanted = {"own fee": {group: float(fees[group]) for group in groups}}
    else:
        wanted = {f"{fee:g}" if fee else "": dict.fromkeys(groups, fee) for fee in every}
    for of_group in wanted.values():
        for fee in of_group.values():
            if fee not in every:
                known = [f"{value:g}" for value in every]
                raise EstimateError(f"fee {fee:g}", key="demand.no_fee", fees=known)
    return {
        option: {group: [place[answer, group, fee] for answer in ranges] for group, fee in of_group.items()}
        for option, of_group in wanted.items()
    }


def _supplied(
    demand: Estimates,
    rows: Sequence[int],
    ranges: Mapping[str, TakeUp],
    counts: Mapping[str, float | None],
    attendance: float,
) -> Supplied:
    """Return what one group's places are computed from."""
    assert demand.joint is not None
    at = demand.frame.loc[list(rows)]
    children, reason = counts["children"], ""
    if (at["flag"] == "suppress").any():
        reason = "share_withheld"
    elif children is None:
        reason = "children_unknown"
    shown = not reason
    return Supplied(
        children=(children or 0.0) * attendance,
        children_error=(counts["children_error"] or 0.0) * attendance,
        share=np.nan_to_num(at["estimate"].to_numpy(dtype=np.float64)),
        covariance=demand.joint.between(rows, rows) if shown else np.zeros((len(rows), len(rows))),
        take_up=np.array([(given.low, given.high) for given in ranges.values()], dtype=np.float64),
        existing=counts["existing"],
        df=float(at["df"].min()) if shown else 1.0,
        reason=reason,
    )


def _together(
    demand: Estimates, rows: Mapping[str, Sequence[int]], parts: Mapping[str, Supplied]
) -> Supplied:
    """Return all groups as one: shares weighted by children, with the joint covariance of the groups."""
    assert demand.joint is not None
    every = list(parts.values())
    reason = next((part.reason for part in every if part.reason), "")
    children = sum(part.children for part in every)
    parts_of = np.array([part.children / children if children > 0 else 0.0 for part in every])
    answers = len(every[0].share)
    weights: Floats = np.kron(parts_of, np.eye(answers))
    flat = [row for group in parts for row in rows[group]]
    existing = [part.existing for part in every]
    covariance = np.zeros((answers, answers))
    if not reason:
        covariance = weights @ demand.joint.between(flat, flat) @ weights.T
    return Supplied(
        children=children,
        children_error=sqrt(sum(part.children_error**2 for part in every)),
        share=np.asarray(weights @ np.concatenate([part.share for part in every]), dtype=np.float64),
        covariance=covariance,
        take_up=every[0].take_up,
        existing=None if None in existing else sum(value for value in existing if value is not None),
        df=max(part.df for part in every),
        reason=reason,
    )
