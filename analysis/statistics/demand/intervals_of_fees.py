"""What each respondent would pay, as an interval: from bands, a ladder of fees, or two bids (methods 8.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from analysis.bases import Base
from analysis.statistics.demand.curve import number_column
from survey.errors import Cell, EstimateError, check_choice
from survey.numeric.array_types import Floats

Inconsistent = Literal["first_no", "last_yes"]
MOST_INCONSISTENT = 0.2


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


def yes_column(base: Base, name: str, yes: str) -> Floats:
    """Return 1 for yes and 0 for any other answer to a question, shape (r,), NaN without an answer.

    A number question is yes at 1 and no at 0.

    Raises
    ------
    EstimateError
        If no option is `yes`, or a number is neither.
    """
    options = [option for question, option in base.items if question == name]
    if options == [""]:
        answer = number_column(base, name)
        if not np.isin(answer[~np.isnan(answer)], (0, 1)).all():
            raise EstimateError(Cell(question=name), key="demand.yes_number")
        return answer
    if yes not in options:
        raise EstimateError(Cell(question=name), key="demand.no_yes", option=yes, options=options)
    return base.y[:, base.items.index((name, yes))]


def stacked_answers(
    base: Base, fees: Sequence[Floats], names: Sequence[str], yes: str
) -> tuple[Floats, Floats]:
    """Return fees and answers of several questions, shape (r, q) each."""
    return np.column_stack(list(fees)), np.column_stack([yes_column(base, name, yes) for name in names])
