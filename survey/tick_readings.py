"""How the columns of options of a select-all question were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TickKind = Literal["only_ticks", "none_chosen", "noughts_blank", "gaps_unticked"]


@dataclass(frozen=True, slots=True)
class TickReading:
    """How the columns of a select-all question, one an option, were read where a file can mean two things.

    Attributes
    ----------
    kind : {"only_ticks", "none_chosen", "noughts_blank", "gaps_unticked"}
        The file marks ticks alone, and rows without one are no answer; rows of noughts are an answer;
        they are none, as the platform writes 0 for those not asked as well; an empty cell beside
        noughts is not ticked.
    people : int
        How many have such a row.
    """

    question: str
    kind: TickKind
    people: int
