"""Population margins as values: figures with their sources, and how precise they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

import numpy as np

from survey.errors import MarginError
from survey.numeric.array_types import Floats

# A number, and one with its thousands grouped by commas.
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
# By question, or by questions crossed: by category, a count or a share.
Figures = Mapping[str | tuple[str, ...], float]
Margins = Mapping[str | tuple[str, ...], Figures]
# The number of answers that the figures of a margin are estimated from, or their covariance.
Accuracy = float | Sequence[Sequence[float]]


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
    def categories(self) -> list[str]:
        """The categories in the order of the figures, the codes of crossed ones joined by " x "."""
        return [" x ".join(codes) for codes in self.figures]

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


def margins_from_values(
    margins: Margins, errors: Mapping[str | tuple[str, ...], Accuracy] | None = None, *, where: str
) -> tuple[Margin, ...]:
    """Return margins given as ``{question: {category: figure}}``, with their errors.

    Raises
    ------
    MarginError
        If there are none, an error has no margin to belong to, or as `margin_from_values`.
    """
    if not isinstance(margins, Mapping):
        problem = f"was given a {type(margins).__name__} of margins"
        raise MarginError(where, problem, "give {question: {category: figure}}")
    if not margins:
        raise MarginError(where, "was given no margins", "give at least one")
    errors = {} if errors is None else errors
    if not isinstance(errors, Mapping):
        raise MarginError(where, f"was given {errors!r} as errors", "give {question: number of answers}")
    for key in errors:
        if key not in margins:
            raise MarginError(
                where, f"was given an error of {key!r}, which is not one of the margins", "name a margin"
            )
    return tuple(margin_from_values(key, figures, errors.get(key)) for key, figures in margins.items())


def margin_from_values(key: str | tuple[str, ...], figures: Figures, error: Accuracy | None = None) -> Margin:
    """Return a margin given as values: a question, or several, and a count or share for each category.

    Figures that sum to 1 are taken as shares.

    Parameters
    ----------
    error : float or matrix, optional
        The (effective) number of answers that the figures are estimated from, or their covariance.

    Raises
    ------
    MarginError
        If a figure is not a number above 0, figures under 1 do not sum to 1, or `error` is neither.
    """
    names = (key,) if isinstance(key, str) else key
    if not isinstance(names, tuple) or not names or not all(isinstance(n, str) for n in names):
        raise MarginError("margins", f"have the key {key!r}", "name a question, or a tuple of questions")
    where = f'margin "{" x ".join(names)}"'
    if not hasattr(figures, "items"):
        raise MarginError(where, f"is {figures!r}", "give {category: count or share}")
    checked: dict[tuple[str, ...], float] = {}
    for category, value in figures.items():
        codes = tuple(map(str, category if isinstance(category, tuple) else (category,)))
        crossed = " x ".join(codes)
        if len(codes) != len(names):
            problem = f'"{crossed}" does not have {len(names)} parts'
            raise MarginError(where, problem, "give a tuple with a category of each question")
        checked[codes] = checked_figure(value, where, f'"{crossed}"')
    if not checked:
        raise MarginError(where, "has no figures", "give a count or share for each category")
    total = sum(checked.values())
    shares = abs(total - 1) < 1e-6 or max(checked.values()) < 1
    covariance = None if error is None else _covariance(error, np.array(list(checked.values())), where)
    margin = Margin(names, checked, "shares" if shares else "counts", (), where, covariance)
    if shares:
        check_shares(margin)
    return margin


def checked_figure(value: Any, where: str, name: str, *, most: float = inf) -> float:
    """Return the figure of a category, a number above 0 and below `most`; raises MarginError.

    Parameters
    ----------
    value : number or text
        A text may group thousands by commas: "5,200", but not "1,5", which has another reading.
    where, name : str
        The file and line or the margin, and what the figure is called there.
    """
    remedy = "expected a number above 0, such as 5200 or 0.26"
    try:
        figure = float(value.replace(",", "") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        figure = float("nan")
    if isinstance(value, str) and not PLAIN.fullmatch(value) and not GROUPED.fullmatch(value):
        figure, decimal = float("nan"), value.replace(",", ".", 1)
        if PLAIN.fullmatch(decimal):
            digits = value.replace(",", "")
            remedy = f"write {decimal} if the comma is a decimal mark, {digits} if it groups thousands"
    if figure == 0:
        problem = f"{name} is 0, and a target must be above 0"
        leave_out = "leave the category out, and in a study file mark the option ineligible = true"
        raise MarginError(where, problem, leave_out)
    if not 0 < figure < most:
        shown = f'"{value}"' if isinstance(value, str) else repr(value)
        raise MarginError(where, f"{name} is {shown}", remedy)
    return figure


def check_shares(margin: Margin) -> None:
    """Refuse shares that do not sum to 1; raises MarginError."""
    if abs(margin.total - 1) > 1e-6:
        per_cent = abs(margin.total - 100) < 0.5
        remedy = "divide them by 100" if per_cent else "correct the shares, or give counts (population)"
        raise MarginError(margin.file, f"its shares sum to {margin.total:.6g}, not 1", remedy)


def _covariance(error: Accuracy, figures: Floats, where: str) -> tuple[tuple[float, ...], ...]:
    """Return the covariance of figures in their own unit (methods 1.10)."""
    try:
        covariance = np.asarray(error, dtype=np.float64)
    except (TypeError, ValueError):
        covariance = np.array(np.nan)
    size = len(figures)
    if covariance.ndim == 0:
        if not 1 < covariance < inf:
            raise MarginError(
                where, f"its error is {error!r}", "give the number of answers it is estimated from"
            )
        shares = figures / figures.sum()
        covariance = figures.sum() ** 2 * (np.diag(shares) - np.outer(shares, shares)) / covariance
    sound = covariance.shape == (size, size) and bool(np.isfinite(covariance).all())
    if sound:
        smallest = np.linalg.eigvalsh(covariance).min()
        sound = np.allclose(covariance, covariance.T) and smallest >= -1e-9 * covariance.max()
    if not sound:
        problem = f"its error is not a valid {size} × {size} covariance matrix"
        raise MarginError(
            where, problem, "give a symmetric matrix, or the number of answers it is estimated from"
        )
    return tuple(tuple(float(v) for v in row) for row in covariance)
