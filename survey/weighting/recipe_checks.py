"""What a weighting step may ask for: one line that names the setting, its value and what would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf, isfinite, isnan
from typing import Any

import numpy as np

from survey.errors import CalibrationError, EstimateError, MarginError, listing, nearest


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Refuse a value that is not among the choices; raises CalibrationError."""
    if not isinstance(value, str) or value not in choices:
        listed = ", ".join(f'"{choice}"' for choice in choices)
        shown = f'"{value}"' if isinstance(value, str) else repr(value)
        raise CalibrationError(f"{name}={shown}", "is not known", f"use one of {listed}")


def checked_bounds(bounds: Any) -> tuple[float, float]:
    """Return two bounds as numbers; raises CalibrationError."""
    try:
        low, high = (float(b) for b in bounds)
    except (TypeError, ValueError):
        low = high = float("nan")
    if isnan(low) or isnan(high):
        raise CalibrationError("bounds", f"are {bounds!r}", "give two numbers, such as (0.2, 5)")
    return low, high


def checked_number(name: str, value: Any, remedy: str = "give a number from 0 up") -> float:
    """Return a finite number from 0 up; raises CalibrationError."""
    sound = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not sound or not 0 <= float(value) < inf:
        raise CalibrationError(name, f"is {value!r}", remedy)
    return float(value)


def checked_count(name: str, value: Any) -> int:
    """Return a whole number from 0 up; raises CalibrationError."""
    number = checked_number(name, value, "give a whole number, such as 30")
    if not number.is_integer():
        raise CalibrationError(name, f"is {value!r}", "give a whole number, such as 30")
    return int(number)


def checked_totals(totals: Any) -> tuple[tuple[str, float], ...]:
    """Return totals as pairs of question and number; raises MarginError."""
    pairs = totals.items() if hasattr(totals, "items") else totals
    try:
        found = tuple((str(name), value) for name, value in pairs)
    except (TypeError, ValueError):
        raise MarginError("totals", f"are {totals!r}", "give {question: sum over the population}") from None
    for name, value in found:
        number = isinstance(value, (int, float, np.number)) and isfinite(value)
        if not number or value == 0:
            raise MarginError(f'total of "{name}"', f"is {value!r}", "expected a number other than 0")
    return tuple((name, float(value)) for name, value in found)


def checked_partners(collapse: object, margins: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    """Return for margins groups of categories to merge, or "neighbours"; raises MarginError."""
    pairs = collapse.items() if isinstance(collapse, Mapping) else collapse
    if isinstance(pairs, str) or not isinstance(pairs, Iterable):
        raise MarginError("collapse", f"is {collapse!r}", 'give {margin: groups, or "neighbours"}')
    found = []
    for pair in pairs:
        if isinstance(pair, str) or len(pair) != 2:
            raise MarginError("collapse", f"holds {pair!r}", 'give {margin: groups, or "neighbours"}')
        key, partners = pair
        name = key if isinstance(key, str) else " x ".join(map(str, key))
        if name not in margins:
            problem = f"is not one of the margins ({listing(margins)})"
            raise MarginError(f'collapse "{name}"', problem, nearest(name, margins))
        found.append((name, _groups(partners, f'collapse "{name}"')))
    return tuple(found)


def _groups(partners: Any, where: str) -> Any:
    if isinstance(partners, str) and partners == "neighbours":
        return partners
    remedy = 'give groups, such as [["a", "b"], ["c", "d"]], or "neighbours"'
    nested = isinstance(partners, Iterable) and not isinstance(partners, str)
    groups = list(partners) if nested else [""]
    if any(isinstance(g, str) or not isinstance(g, Iterable) for g in groups):
        raise MarginError(where, f"is {partners!r}", remedy)
    fixed = tuple(tuple(str(code) for code in group) for group in groups)
    flat = [code for group in fixed for code in group]
    if len(set(flat)) < len(flat):
        twice = next(code for code in flat if flat.count(code) > 1)
        raise MarginError(where, f'names "{twice}" twice', "name each category in one group")
    return fixed


def checked_names(name: str, values: Any) -> tuple[str, ...]:
    """Return one name, or several, as names of questions; raises EstimateError."""
    listed = [values] if isinstance(values, str) else values
    if listed is None:
        return ()
    found = list(listed) if isinstance(listed, Iterable) else [None]
    if not all(isinstance(value, str) for value in found):
        raise EstimateError(name, f"are {values!r}", "give names of questions")
    return tuple(str(value) for value in found)
