"""How many of those who say they would use a place do (methods 8.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.bases import By
from analysis.estimates import Estimates
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.shares import shares
from survey.errors import EstimateError
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@dataclass(frozen=True, slots=True)
class TakeUp:
    """The part of those who state an intent who take up a place: a range, with its source (methods 8.5).

    Attributes
    ----------
    low, high : float
        From 0 to 1. Equal where one number is meant, which is seldom known.
    source : str
        Where the range comes from, in words that are printed.

    Raises
    ------
    EstimateError
        If the range is not from 0 to 1 in rising order, or has no source.

    Examples
    --------
    >>> TakeUp(0.25, 0.40, "enrolled a year after the survey of 2023").high
    0.4
    """

    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        """Refuse what is no range with a source."""
        numbers = (self.low, self.high)
        if any(isinstance(v, bool) or not isinstance(v, (int, float, np.number)) for v in numbers):
            raise EstimateError("take-up", key="places.ends", low=str(self.low), high=str(self.high))
        if not 0 <= self.low <= self.high <= 1:
            raise EstimateError("take-up", key="places.no_range", low=f"{self.low:g}", high=f"{self.high:g}")
        if not isinstance(self.source, str) or not self.source.strip():
            raise EstimateError("take-up", key="places.no_source")


def ranges_of(take_up: TakeUp | Mapping[str, TakeUp]) -> Mapping[str, TakeUp]:
    """Return the range of each answer, "" where one holds for all; raises EstimateError for anything else."""
    ranges = {"": take_up} if isinstance(take_up, TakeUp) else take_up
    if not isinstance(ranges, Mapping) or not ranges:
        raise EstimateError("take-up", key="places.no_take_up")
    for answer, given in ranges.items():
        if not isinstance(given, TakeUp):
            raise EstimateError(f'take-up of "{answer}"', key="places.another_kind")
    return ranges


@on_one_thread
def take_up(
    sample: WeightedSample,
    *,
    intent: str,
    used: str,
    yes: str = "yes",
    by: By = None,
    confidence: float = 0.95,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the share of those who gave each answer to the intent who now use a place (methods 8.5).

    Of the people of an earlier wave who returned: their answer then is `intent`, whether a place is used
    now is `used`. Measure "take_up", question `intent`, option its answer. People who returned differ
    from those who did not; say so beside it.

    Parameters
    ----------
    intent : str
        Single question, or column, with the answer of the earlier wave.
    used : str
        Single question of the later wave.
    yes : str
        Its answer that means a place is used.

    Raises
    ------
    EstimateError
        As `analysis.shares`, or if no option of `used` is `yes`.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> frame = pd.DataFrame({"intent": ["yes", "no"] * 100, "used": (["yes", "no", "no", "no"] * 50)})
    >>> take_up(survey.from_frame(frame), intent="intent", used="used").frame["estimate"].round(2).tolist()
    [0.0, 0.5]
    """
    if by is not None:
        crossed = [intent, *([by] if isinstance(by, str) else by)]
        raise EstimateError("by", key="places.crossed", questions=crossed)
    table = shares(sample, used, by=intent, confidence=confidence, rules=rules)
    frame = table.frame
    chosen = np.flatnonzero(frame["option"] == yes)
    if not len(chosen):
        known = [*dict.fromkeys(frame["option"].astype(str))]
        raise EstimateError(f'yes="{yes}"', key="places.no_yes", question=used, options=known)
    kept = frame.iloc[chosen].reset_index(drop=True)
    kept = kept.assign(question=intent, option=kept["group"], by="", group="", measure="take_up")
    joint = table.joint
    if joint is not None:
        joint = replace(joint, block=joint.block[chosen], position=joint.position[chosen])
    return Estimates(kept, joint, table.histories)
