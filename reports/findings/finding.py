"""A clear result as a sentence, with the estimates it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.results.results import Key

# Since the base wave, since the wave before, groups against the rest, changes within groups, two options of
# the same people, a line through all waves, demand at an official fee, amounts of groups, that no group
# differs.
Kind = Literal[
    "since_base", "change", "groups", "change_in_groups", "pair", "trend", "demand", "amounts", "none"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence that page 1 or the list of the appendix prints.

    Attributes
    ----------
    keys : tuple of Key
        The rows of the estimates that it says, all of one question.
    size : float
        The largest difference among them, a share of 0-1.
    sentence : str
        Begins with the finding.
    doubtful : bool
        Whether a row of it is to be used with care; the sentence then bears the mark.
    """

    kind: Kind
    keys: tuple[Key, ...]
    size: float
    sentence: str
    doubtful: bool = False

    @property
    def wave(self) -> str:
        """The wave it is about, the later of two and the last of several."""
        return self.keys[0][0].partition(" - ")[0].rpartition("; ")[2]

    @property
    def question(self) -> str:
        """The question it is about."""
        return self.keys[0][1]
