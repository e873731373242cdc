"""What was done to a wave between its file and its weights, as plain values for run.json."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, slots=True)
class Step:
    """One screening rule: how many it set aside first, and how many it would have alone.

    Attributes
    ----------
    judged : bool
        False where the file has nothing to judge the rule by, such as no times taken.
    """

    rule: str
    removed: int
    met: int
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """From returned to analysed: each questionnaire counts at the first rule that meets it."""

    returned: int
    steps: tuple[Step, ...]
    analysed: int

    @property
    def frame(self) -> pd.DataFrame:
        """The flow as a table: rule, removed, met, remaining."""
        rows = [("returned", 0, 0, self.returned)]
        left = self.returned
        for step in self.steps:
            left -= step.removed
            rows.append((step.rule, step.removed, step.met, left))
        return pd.DataFrame(rows, columns=["rule", "removed", "met", "remaining"])


@dataclass(frozen=True, slots=True)
class MarginCategory:
    """One category of a margin: its answers, and its share in the file and the population.

    Attributes
    ----------
    codes : tuple of str
        The categories merged in it, each a code or codes joined by " x "; ("",) if unknown.
    unweighted, target, weighted : float
        Shares of the file, of the population (scaled for unknowns), and after weighting.
    """

    codes: tuple[str, ...]
    n: int
    unweighted: float
    target: float
    weighted: float


@dataclass(frozen=True, slots=True)
class MarginRecord:
    """One margin as used: its questions, its sources, its categories."""

    name: str
    questions: tuple[str, ...]
    use: str
    sources: tuple[tuple[str, str, str], ...]
    categories: tuple[MarginCategory, ...]


@dataclass(frozen=True, slots=True)
class WeightingRecord:
    """How the weights were made and what they cost (methods 1.1, 1.8).

    Attributes
    ----------
    n, n_eff, design_effect : number
        Answers, Kish's effective number, their ratio.
    gap : float
        Largest difference between a weighted and a target total, in units of the population.
    smallest, median, largest : float
        Weights in units of the mean weight.
    thin : tuple of str
        Categories with fewer answers than wished for and no partner to merge with.
    """

    method: str
    bounds: tuple[float, float] | None
    margins: tuple[MarginRecord, ...]
    cycles: int
    gap: float
    n: int
    n_eff: float
    design_effect: float
    smallest: float
    median: float
    largest: float
    thin: tuple[str, ...]


UNWEIGHTED = WeightingRecord("none", None, (), 0, 0.0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, ())


@dataclass(frozen=True, slots=True)
class WaveRecord:
    """The history of one wave."""

    wave: str
    platform: str
    encoding: str
    flow: Flow | None
    weighting: WeightingRecord


def to_plain(record: WaveRecord) -> dict[str, Any]:
    """Return the record as dicts, lists, texts and numbers."""
    return asdict(record)


def from_plain(values: dict[str, Any]) -> WaveRecord:
    """Return the record that `to_plain` made; raises KeyError or TypeError if it is not one."""
    flow, weighting = values["flow"], dict(values["weighting"])
    margins = []
    for margin in weighting.pop("margins"):
        categories = tuple(MarginCategory(**{**c, "codes": tuple(c["codes"])}) for c in margin["categories"])
        margins.append(
            MarginRecord(
                margin["name"],
                tuple(margin["questions"]),
                margin["use"],
                tuple((s[0], s[1], s[2]) for s in margin["sources"]),
                categories,
            )
        )
    bounds = weighting.pop("bounds")
    return WaveRecord(
        wave=values["wave"],
        platform=values["platform"],
        encoding=values["encoding"],
        flow=None
        if flow is None
        else Flow(flow["returned"], tuple(Step(**s) for s in flow["steps"]), flow["analysed"]),
        weighting=WeightingRecord(
            margins=tuple(margins),
            bounds=None if bounds is None else (bounds[0], bounds[1]),
            **{**weighting, "thin": tuple(weighting["thin"])},
        ),
    )
