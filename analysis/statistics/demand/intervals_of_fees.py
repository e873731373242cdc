"""What each respondent would pay, as an interval: from bands, a ladder of fees, or two bids (methods 8.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from analysis.bases import Base
from analysis.statistics.demand.curve import number_column
from survey.errors import Cell, EstimateError, check_choice
from survey.numeric.array_types import Bools, Floats

Inconsistent = Literal["first_no", "last_yes"]
MOST_INCONSISTENT = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class IntervalAnswers:
    """Who would use a place, and between which fees the highest each would pay lies; r records, c answers.

    Attributes
    ----------
    codes : tuple of str
        The answers that count as willing.
    chosen : float array, shape (r, c)
        1 where the record gave the answer.
    low, high : float arrays, shape (r,)
        0 and infinity where nothing is known.
    """

    base: Base
    codes: tuple[str, ...]
    chosen: Floats
    low: Floats
    high: Floats

    @property
    def told(self) -> Bools:
        """Of whom anything is known, shape (r,)."""
        return np.asarray((self.low > 0) | np.isfinite(self.high), dtype=bool)

    @property
    def edges(self) -> Floats:
        """The fees at which an interval ends, in rising order."""
        edges = np.unique(np.concatenate([self.low, self.high]))
        return np.asarray(edges[np.isfinite(edges) & (edges > 0)], dtype=np.float64)


def of_bands(base: Base, bands: Mapping[str, Mapping[str, tuple[float, float]]]) -> tuple[Floats, Floats]:
    """Return the ends of the band each record chose, shape (r,) each; 0 and infinity where it chose none.

    Parameters
    ----------
    bands : mapping of question to mapping of option to (from, to)
        Of each version of the question. Options without a band, such as "don't know", say nothing.

    Raises
    ------
    EstimateError
        If a question or option is unknown, or the bands of a question are not fees in rising order that
        do not overlap.
    """
    low, high = np.zeros(len(base.y)), np.full(len(base.y), np.inf)
    for question, edges in bands.items():
        place = {option: i for i, (name, option) in enumerate(base.items) if name == question}
        unknown = [option for option in edges if option not in place]
        if unknown:
            raise EstimateError(
                f'band "{unknown[0]}"', key="demand.no_band", question=question, options=[*place]
            )
        ordered = sorted(edges.values())
        if any(not 0 <= start < end for start, end in ordered) or any(
            first[1] > second[0] for first, second in pairwise(ordered)
        ):
            raise EstimateError(Cell(question=question), key="demand.bands")
        for option, (start, end) in edges.items():
            chosen = base.y[:, place[option]] == 1
            low[chosen], high[chosen] = np.maximum(low[chosen], start), np.minimum(high[chosen], end)
    if (low >= high).any():
        raise EstimateError("bands", key="demand.two_versions")
    return low, high


def of_answers(
    fees: Floats, accepted: Floats, willing: Floats, inconsistent: Inconsistent
) -> tuple[Floats, Floats]:
    """Return the interval that yes and no to several fees leave each record, shape (r,) each.

    Parameters
    ----------
    fees, accepted : float arrays, shape (r, q)
        The fees each record was asked, and 1 for yes, 0 for no; NaN where it was not asked or did not
        answer.
    willing : float array, shape (r,)
        Willing people in each record, among whom yes after no is counted.
    inconsistent : {"first_no", "last_yes"}
        Which answer holds where a record said no to a fee and yes to a higher one.

    Raises
    ------
    EstimateError
        If more than 20% of those who answered contradict themselves.
    """
    check_choice("inconsistent", inconsistent, Inconsistent)
    given = ~np.isnan(fees) & ~np.isnan(accepted)
    yes, no = given & (accepted == 1), given & (accepted == 0)
    lowest_no = np.where(no, fees, np.inf).min(axis=1)
    highest_yes = np.where(yes, fees, 0.0).max(axis=1)
    contradicts = highest_yes >= lowest_no
    answered = willing * given.any(axis=1)
    share = float(answered @ contradicts) / max(float(answered.sum()), 1.0)
    if share > MOST_INCONSISTENT:
        raise EstimateError("answers", key="demand.inconsistent", share=share)
    if inconsistent == "first_no":
        below = np.where(yes & (fees < lowest_no[:, None]), fees, 0.0).max(axis=1)
        return below, lowest_no
    above = np.where(no & (fees > highest_yes[:, None]), fees, np.inf).min(axis=1)
    return highest_yes, above


def yes_column(base: Base, name: str, yes: str, no: str) -> Floats:
    """Return 1 for yes and 0 for no to a question, shape (r,), NaN for anything else.

    A number question is yes at 1 and no at 0.

    Raises
    ------
    EstimateError
        If no option is `yes`, or `no`, several could mean no, or a number is neither.
    """
    options = [option for question, option in base.items if question == name]
    if options == [""]:
        answer = number_column(base, name)
        if not np.isin(answer[~np.isnan(answer)], (0, 1)).all():
            raise EstimateError(Cell(question=name), key="demand.yes_number")
        return answer
    others = [no] if no else [option for option in options if option != yes]
    for option in (yes, *others):
        if option not in options:
            raise EstimateError(Cell(question=name), key="demand.no_yes", option=option, options=options)
    if len(others) > 1:
        raise EstimateError(Cell(question=name), key="demand.several_no", options=others)
    of = {option: base.y[:, base.items.index((name, option))] == 1 for option in (yes, *others)}
    said = of[yes] | (of[others[0]] if others else False)
    return np.where(said, of[yes].astype(np.float64), np.nan)


def stacked_answers(
    base: Base, fees: Sequence[Floats], names: Sequence[str], yes: str, no: str
) -> tuple[Floats, Floats]:
    """Return fees and answers of several questions, shape (r, q) each."""
    return np.column_stack(list(fees)), np.column_stack([yes_column(base, name, yes, no) for name in names])
