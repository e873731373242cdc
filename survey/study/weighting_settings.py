"""What weighting may be set to: one check of each setting, for the study file and for scripts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from math import inf, isfinite, isnan
from typing import Any, Literal

import numpy as np

from survey.errors import CalibrationError, MarginError, Place, SurveyError, closest
from survey.numeric.calibration import Distance

# What becomes of people without a known category in a margin (methods 1.6).
Unknown = Literal["own_target", "fractional"]
# What the bounds of weights are in units of.
Unit = Literal["average", "base"]
# Groups of categories that may be merged with each other, or "neighbours" for ordered categories.
Partners = Sequence[Sequence[str]] | Literal["neighbours"]
# From the name of what a setting should have been, the error with the setting and the value it has.
Refusal = Callable[..., SurveyError]


def refusal(name: str, value: object, error: type[SurveyError] = CalibrationError) -> Refusal:
    """Return what makes the error for an argument of a script; a study file has `Table.refuse`."""
    return lambda expected, **fields: error(name, key=f"expected.{expected}", found=repr(value), **fields)


def checked_bounds(
    bounds: Any, refuse: Refusal, *, distance: Distance = "raking", relative_to: Unit = "average"
) -> tuple[float, float]:
    """Return the smallest and the largest factor as numbers.

    Raises
    ------
    SurveyError
        As `refuse` makes it, if they are not two numbers, the lower one below the upper one and not
        negative (unless the distance is linear), around 1 where they are relative to the average
        weight, finite for the logit.
    """
    try:
        low, high = (float(bound) for bound in bounds)
    except (TypeError, ValueError, OverflowError):
        low = high = float("nan")
    if isnan(low) or isnan(high):
        raise refuse("bounds")
    finite = isfinite(low) and isfinite(high)
    if (relative_to == "average" and not low < 1 < high) or (distance == "logit" and not finite):
        raise refuse("finite_bounds" if distance == "logit" else "bounds_around_1")
    if not (-inf if distance == "linear" else 0) <= low < high:
        raise refuse("bounds_from_0")
    return low, high


def checked_partners(partners: Any, refuse: Refusal, *, smallest: int = 1) -> Partners:
    """Return groups of `smallest` or more categories, or "neighbours"; raises what `refuse` makes."""
    if isinstance(partners, str) and partners == "neighbours":
        return "neighbours"
    nested = isinstance(partners, Iterable) and not isinstance(partners, str)
    groups = list(partners) if nested else [""]
    if any(isinstance(g, (str, Mapping)) or not isinstance(g, Iterable) for g in groups):
        raise refuse("groups")
    named = tuple(tuple(str(code) for code in group) for group in groups)
    if any(len(group) < smallest for group in named):
        raise refuse("larger_groups", least=smallest)
    flat = [code for group in named for code in group]
    if len(set(flat)) < len(flat):
        raise refuse("one_group")
    return named


def check_members(
    names: Iterable[str],
    known: Collection[str],
    where: str | Place,
    what: Literal["margin", "category"],
    error: type[SurveyError] = MarginError,
) -> None:
    """Refuse a name that is not among those known, the margins or the categories of one; raises `error`."""
    for name in names:
        if name not in known:
            near = closest(name, known)
            raise error(where, key=f"weighting.unknown_{what}", name=name, known=list(known), nearest=near)


def checked_number(value: Any, refuse: Refusal, *, expected: str = "number_from_0") -> float:
    """Return a finite number from 0 up; raises what `refuse` makes."""
    sound = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not sound or not 0 <= float(value) < inf:
        raise refuse(expected)
    return float(value)


def checked_count(value: Any, refuse: Refusal) -> int:
    """Return a whole number from 0 up; raises what `refuse` makes."""
    number = checked_number(value, refuse, expected="count")
    if not number.is_integer():
        raise refuse("count")
    return int(number)


def domain_of(domain: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return a domain as pairs of question and categories; raises CalibrationError."""
    try:
        pairs = [(name, codes) for name, codes in (domain.items() if isinstance(domain, Mapping) else domain)]
        found = tuple(
            (name, (codes,) if isinstance(codes, str) else tuple(map(str, codes))) for name, codes in pairs
        )
    except (TypeError, ValueError):
        found = (("", ()),)
    if not all(isinstance(name, str) and name and codes for name, codes in found):
        raise CalibrationError("domain", key="weighting.domain", given=repr(domain))
    return found
