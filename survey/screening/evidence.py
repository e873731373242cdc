"""What screening looks at: the answers, the study's plan, and who is compared with whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from survey.exports.export import Paradata
from survey.numeric.array_types import Bools, Ints
from survey.responses.responses import Responses
from survey.study.screening_plan import ScreeningPlan

if TYPE_CHECKING:
    from survey.screening.near_copies import NearCopies

# The clock of a response without a time of submission.
UNKNOWN = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What every rule, warning sign and mark is judged by.

    Attributes
    ----------
    usable : bool array, shape (n,)
        Who is compared: the eligible and complete; everybody while that itself is judged.
    signs : mapping of str to int array, shape (n,)
        How often each response shows each warning sign; empty until they are counted.
    copies : NearCopies or None
        Batches of near copies among the usable; None until they are looked for, and of groups.
    """

    responses: Responses
    plan: ScreeningPlan
    usable: Bools
    signs: Mapping[str, Ints] = field(default_factory=dict)
    copies: NearCopies | None = None

    @property
    def paradata(self) -> Paradata:
        """How and when each response was sent."""
        return self.responses.paradata

    @property
    def clock(self) -> Ints:
        """Time of submission in seconds, or the order of the file where there are no times, shape (n,)."""
        submitted = self.paradata.submitted
        if submitted is None:
            return np.arange(len(self.responses), dtype=np.int64)
        return np.where(np.isnat(submitted), UNKNOWN, submitted.astype("datetime64[s]").astype(np.int64))

    @property
    def timed(self) -> Bools:
        """Who has a time of day, shape (n,): dates alone cannot be compared to the minute."""
        submitted = self.paradata.submitted
        if submitted is None:
            return np.zeros(len(self.responses), dtype=bool)
        days = submitted.astype("datetime64[D]")
        return np.asarray(~np.isnat(submitted) & (submitted != days), dtype=bool)

    @property
    def ordered(self) -> bool:
        """Whether the rows can be put in order of arrival: times are known and no row is a group."""
        return self.paradata.grouped is None and self.has("times")

    def has(self, kind: str) -> bool:
        """Say whether the file has any "times" of day, "addresses" or "users"."""
        grouped = self.paradata.grouped
        if grouped is not None:
            return kind in grouped.judged
        if kind == "times":
            return bool(self.timed.any())
        return bool(((self.responses.device if kind == "addresses" else self.responses.user) >= 0).any())

    def among_arrivals(self, flags: Callable[[Ints], Bools]) -> Bools:
        """Return flags computed for the usable with a time of day, shape (n,), and False for the others.

        Runs and batches are sought only where every row is one person, in order of arrival.
        """
        flagged = np.zeros(len(self.responses), dtype=bool)
        if self.paradata.grouped is None:
            rows = np.flatnonzero(self.usable & self.timed)
            flagged[rows] = flags(rows)
        return flagged
