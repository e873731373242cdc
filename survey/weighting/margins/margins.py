"""Population margins: read with their sources, and checked against the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from survey.errors import MarginError
from survey.numeric.array_types import Floats


@dataclass(frozen=True, slots=True)
class Margin:
    """A population's distribution over one question, or over several crossed.

    Attributes
    ----------
    questions : tuple of str
    figures : mapping of tuples of codes to float
        Counts, or shares that sum to 1.
    use : {"counts", "shares"}
        "shares": only the distribution is used, not the total.
    sources : tuple of (source, date, address)
        Each once, in the order of the file.
    covariance : tuple of tuples of float, or None
        Of the figures, in their order and unit, where they are estimates themselves.
    """

    questions: tuple[str, ...]
    figures: Mapping[tuple[str, ...], float]
    use: Literal["counts", "shares"]
    sources: tuple[tuple[str, str, str], ...]
    file: str
    covariance: tuple[tuple[float, ...], ...] | None = None

    @property
    def name(self) -> str:
        """The questions joined by " x "."""
        return " x ".join(self.questions)

    @property
    def total(self) -> float:
        """Sum of the figures."""
        return float(sum(self.figures.values()))


def agreed_total(margins: list[Margin]) -> float | None:
    """Return the population the margins share, or None where all give shares only.

    Raises
    ------
    MarginError
        If counts differ by more than 0.5 per cent: weights cannot add up to two totals.
    """
    counted = [m for m in margins if m.use == "counts"]
    if not counted:
        return None
    first = counted[0]
    for other in counted[1:]:
        if abs(other.total - first.total) > 0.005 * first.total:
            raise MarginError(
                f"{first.file} and {other.file}",
                f"count different populations: {first.total:,.0f} and {other.total:,.0f}",
                'correct one, or give shares (use = "shares") where only these are meant',
            )
    return first.total


Figures = Mapping[str | tuple[str, ...], float]


Margins = Mapping[str | tuple[str, ...], Figures]


# How many answers the figures of a margin are estimated from, or their covariance.
Accuracy = float | Sequence[Sequence[float]]


def given_margins(
    margins: Margins, errors: Mapping[str | tuple[str, ...], Accuracy] | None = None, *, where: str
) -> tuple[Margin, ...]:
    """Return margins given as ``{question: {category: figure}}``; raises MarginError if there are none."""
    if not isinstance(margins, Mapping):
        problem = f"was given a {type(margins).__name__} of margins"
        raise MarginError(where, problem, "give {question: {category: figure}}")
    if not margins:
        raise MarginError(where, "was given no margins", "give at least one")
    found = {} if errors is None else errors
    if not isinstance(found, Mapping):
        raise MarginError(where, f"was given {errors!r} as errors", "give {question: answers behind it}")
    for key in found:
        if key not in margins:
            raise MarginError(where, f"was given an error of {key!r}, which is no margin", "name a margin")
    return tuple(margin_of(key, figures, found.get(key)) for key, figures in margins.items())


def margin_of(
    key: str | tuple[str, ...], figures: Mapping[str | tuple[str, ...], float], error: Accuracy | None = None
) -> Margin:
    """Return a margin given as values: a question, or several, and a count or share for each category.

    Figures that sum to 1 are taken as shares.

    Parameters
    ----------
    error : float or matrix, optional
        How many answers (effective ones) the figures are estimated from, or their covariance.

    Raises
    ------
    MarginError
        If a figure is not a number above 0, figures under 1 do not sum to 1, or `error` is neither.
    """
    names = (key,) if isinstance(key, str) else key
    if not isinstance(names, tuple) or not names or not all(isinstance(n, str) for n in names):
        raise MarginError("margins", f"have the key {key!r}", "name a question, or a tuple of questions")
    where = f'margin "{" x ".join(names)}"'
    cells = _figures(figures, len(names), where)
    total = sum(cells.values())
    use: Literal["counts", "shares"] = "shares" if abs(total - 1) < 1e-6 else "counts"
    if use == "counts" and max(cells.values()) < 1:
        raise MarginError(
            where, f"its shares sum to {total:.6g}, not 1", "correct the shares, or give counts"
        )
    covariance = None if error is None else _covariance(error, np.array(list(cells.values())), where)
    return Margin(names, cells, use, (), where, covariance)


def _covariance(error: Accuracy, figures: Floats, where: str) -> tuple[tuple[float, ...], ...]:
    """Return the covariance of figures in their own unit (methods 1.10)."""
    try:
        given = np.asarray(error, dtype=np.float64)
    except (TypeError, ValueError):
        given = np.array(np.nan)
    if given.ndim == 0:
        if not 1 < given < inf:
            raise MarginError(where, f"its error is {error!r}", "give the number of answers behind it")
        shares = figures / figures.sum()
        given = figures.sum() ** 2 * (np.diag(shares) - np.outer(shares, shares)) / given
    sound = given.shape == (len(figures), len(figures)) and np.isfinite(given).all()
    if not sound or not np.allclose(given, given.T) or np.linalg.eigvalsh(given).min() < -1e-9 * given.max():
        problem = f"its error is no covariance of {len(figures)} figures"
        raise MarginError(where, problem, "give a symmetric matrix, or the number of answers behind it")
    return tuple(tuple(float(v) for v in row) for row in given)


def _figures(
    figures: Mapping[str | tuple[str, ...], float], parts: int, where: str
) -> dict[tuple[str, ...], float]:
    """Return figures by tuples of categories; raises MarginError if one is not a number above 0."""
    cells = {}
    if not hasattr(figures, "items"):
        raise MarginError(where, f"is {figures!r}", "give {category: count or share}")
    for category, value in figures.items():
        key = tuple(map(str, category if isinstance(category, tuple) else (category,)))
        name = " x ".join(key)
        if len(key) != parts:
            raise MarginError(
                where,
                f'"{name}" does not have {parts} parts',
                "give a tuple with a category of each question",
            )
        try:
            cells[key] = float(value)
        except (TypeError, ValueError):
            cells[key] = float("nan")
        if not 0 < cells[key] < inf:
            raise MarginError(where, f'"{name}" is {value!r}', "expected a number above 0")
    if not cells:
        raise MarginError(where, "has no figures", "give a count or share for each category")
    return cells
