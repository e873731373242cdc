"""Population margins as values: figures with their sources, and how precise they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

import numpy as np

from survey.errors import MarginError, Place
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
            where, totals = f"{first.file} and {other.file}", (first.total, other.total)
            raise MarginError(where, key="margin.totals", first=totals[0], second=totals[1])
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
        raise MarginError(where, key="call.margins", given=type(margins).__name__)
    if not margins:
        raise MarginError(where, key="call.no_margins")
    errors = {} if errors is None else errors
    if not isinstance(errors, Mapping):
        raise MarginError(where, key="call.margin_errors", given=repr(errors))
    for key in errors:
        if key not in margins:
            raise MarginError(where, key="call.error_of_no_margin", margin=repr(key))
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
        If a figure is not a number from 0 up, figures under 1 do not sum to 1, or `error` is neither.
    """
    names = (key,) if isinstance(key, str) else key
    if not isinstance(names, tuple) or not names or not all(isinstance(n, str) for n in names):
        raise MarginError("margins", key="call.margin_key", margin=repr(key))
    where = f'margin "{" x ".join(names)}"'
    if not hasattr(figures, "items"):
        raise MarginError(where, key="call.figures", given=repr(figures))
    checked: dict[tuple[str, ...], float] = {}
    for category, value in figures.items():
        codes = tuple(map(str, category if isinstance(category, tuple) else (category,)))
        crossed = " x ".join(codes)
        if len(codes) != len(names):
            raise MarginError(where, key="call.crossed_category", category=crossed, parts=len(names))
        checked[codes] = checked_figure(value, where, f'"{crossed}"')
    if not checked:
        raise MarginError(where, key="call.no_figures")
    total = sum(checked.values())
    shares = abs(total - 1) < 1e-6 or max(checked.values()) < 1
    covariance = None if error is None else _covariance(error, np.array(list(checked.values())), where)
    margin = Margin(names, checked, "shares" if shares else "counts", (), where, covariance)
    if shares:
        check_shares(margin, where)
    return margin


def checked_figure(value: Any, where: str | Place, name: str, *, most: float = inf) -> float:
    """Return the figure of a category, a number from 0 up and below `most`; raises MarginError.

    Parameters
    ----------
    value : number or text
        A text may group thousands by commas: "5,200", but not "1,5", which has another reading.
    where, name : str
        The file and line or the margin, and what the figure is called there.
    """
    try:
        figure = float(value.replace(",", "") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        figure = float("nan")
    found = f'"{value}"' if isinstance(value, str) else repr(value)
    if isinstance(value, str) and not PLAIN.fullmatch(value) and not GROUPED.fullmatch(value):
        figure, decimal = float("nan"), value.replace(",", ".", 1)
        if PLAIN.fullmatch(decimal):
            digits = value.replace(",", "")
            key = "margin.comma"
            raise MarginError(where, key=key, column=name, found=found, decimal=decimal, digits=digits)
    if not 0 <= figure < most:
        raise MarginError(where, key="margin.not_number", column=name, found=found)
    return figure


def check_shares(margin: Margin, where: str | Place) -> None:
    """Refuse shares that do not sum to 1; raises MarginError."""
    if abs(margin.total - 1) > 1e-6:
        key = "margin.sum_100" if abs(margin.total - 100) < 0.5 else "margin.sum"
        raise MarginError(where, key=key, total=margin.total)


def _covariance(error: Accuracy, figures: Floats, where: str) -> tuple[tuple[float, ...], ...]:
    """Return the covariance of figures in their own unit (methods 1.10)."""
    try:
        covariance = np.asarray(error, dtype=np.float64)
    except (TypeError, ValueError):
        covariance = np.array(np.nan)
    size = len(figures)
    if covariance.ndim == 0:
        if not 1 < covariance < inf:
            raise MarginError(where, key="call.margin_error", given=repr(error))
        shares = figures / figures.sum()
        covariance = figures.sum() ** 2 * (np.diag(shares) - np.outer(shares, shares)) / covariance
    sound = covariance.shape == (size, size) and bool(np.isfinite(covariance).all())
    if sound:
        smallest = np.linalg.eigvalsh(covariance).min()
        sound = np.allclose(covariance, covariance.T) and smallest >= -1e-9 * covariance.max()
    if not sound:
        raise MarginError(where, key="call.covariance", size=size)
    return tuple(tuple(float(v) for v in row) for row in covariance)
