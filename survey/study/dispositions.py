"""Response rates of a probability sample by AAPOR's Standard Definitions (10th edition, 2023)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey.errors import StudyError, check_choice, noting
from survey.study.toml_table import Table

Rate = Literal["RR1", "RR2", "RR3", "RR4", "RR5", "RR6"]
COUNTS = ("complete", "partial", "refused", "not_contacted", "other", "unknown")


@dataclass(frozen=True, slots=True)
class Dispositions:
    """Final dispositions of the sampled addresses or people.

    Attributes
    ----------
    complete, partial : int
        I and P, interviews whole and in part.
    refused, not_contacted, other : int
        R, NC, O: eligible and not interviewed.
    unknown : int
        UH + UO, of unknown eligibility.
    eligible : float or None
        e, the estimated share of the unknown that is eligible, 0-1.
    """

    complete: int
    partial: int = 0
    refused: int = 0
    not_contacted: int = 0
    other: int = 0
    unknown: int = 0
    eligible: float | None = None

    @property
    def usual(self) -> Rate:
        """The rate to print: RR3 if e is given, else RR1, which takes all unknown cases as eligible."""
        return "RR1" if self.eligible is None else "RR3"


def response_rate(dispositions: Dispositions, rate: Rate = "RR1") -> float:
    """Return a response rate, 0-1: interviews over eligible cases.

    RR1 = I/((I+P) + (R+NC+O) + U); RR3 has eU in place of U and RR5 no U; RR2, RR4 and RR6 count partial
    interviews in the numerator as well.

    Raises
    ------
    StudyError
        If the rate is not recognised, needs an e that is not given, or no case is eligible.
    """
    check_choice("rate", rate, Rate, error=StudyError)
    share = {"1": 1.0, "2": 1.0, "5": 0.0, "6": 0.0}.get(rate[2], dispositions.eligible)
    if share is None:
        raise StudyError("dispositions", key="study.no_eligible", rate=rate)
    interviewed = dispositions.complete + dispositions.partial
    not_interviewed = dispositions.refused + dispositions.not_contacted + dispositions.other
    cases = interviewed + not_interviewed + share * dispositions.unknown
    if not cases > 0:
        raise StudyError("dispositions", key="study.no_cases")
    numerator = dispositions.complete if rate in ("RR1", "RR3", "RR5") else interviewed
    return numerator / cases


def read_dispositions(table: Table) -> Dispositions:
    """Return the dispositions of a wave as a study file gives them; raises StudyError naming the key."""
    counts = {}
    for name in COUNTS:
        counts[name] = table.whole(name, None if name == "complete" else 0, of="cases")
    eligible = table.optional(table.number, "eligible")
    if eligible is not None and not 0 <= eligible <= 1:
        table.spoilt("eligible", table.refuse("eligible", "part"))
    table.done()
    dispositions = Dispositions(**counts, eligible=eligible)
    if table.sound():
        with noting():
            response_rate(dispositions)
    return dispositions
