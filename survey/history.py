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
class Flag:
    """A mark that sets nobody aside alone: how many of the eligible and complete bear it.

    Attributes
    ----------
    judged : bool
        False where the file or the study has nothing to judge it by.
    """

    name: str
    met: int
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """From returned to analysed: each questionnaire counts at the first rule that meets it."""

    returned: int
    steps: tuple[Step, ...]
    analysed: int
    flags: tuple[Flag, ...] = ()

    def removed(self, *rules: str) -> int:
        """Return how many these rules set aside."""
        return sum(step.removed for step in self.steps if step.rule in rules)

    @property
    def completion_rate(self) -> float:
        """Complete questionnaires over eligible ones, 0-1; NaN where nobody is eligible (methods 7.2)."""
        eligible = self.returned - self.removed("ineligible")
        return (eligible - self.removed("incomplete")) / eligible if eligible else float("nan")

    @property
    def exclusion_rate(self) -> float:
        """Share of the eligible and complete set aside, 0-1; NaN where there are none (methods 7.2)."""
        complete = self.returned - self.removed("ineligible", "incomplete")
        return (complete - self.analysed) / complete if complete else float("nan")

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
    """One margin as used: its questions, its sources, its categories.

    Attributes
    ----------
    shared_out : float
        Share of the base weights that is of unknown category and was shared out over the others.
    """

    name: str
    questions: tuple[str, ...]
    use: str
    sources: tuple[tuple[str, str, str], ...]
    categories: tuple[MarginCategory, ...]
    shared_out: float = 0.0


@dataclass(frozen=True, slots=True)
class TrimmingRecord:
    """What trimming moved (methods 1.7).

    Attributes
    ----------
    cap, floor : float
        In units of the mean weight.
    cut, raised : int
        People now at the cap and at the floor.
    moved : float
        Share of all weight that passed from some people to others.
    rounds : int
        Turns of cutting and raking; 0 where raking did not follow.
    """

    cap: float
    floor: float
    cut: int
    raised: int
    moved: float
    rounds: int


@dataclass(frozen=True, slots=True)
class ReplicationRecord:
    """How replicates were made, how many, and how many of them no weights met the margins."""

    method: str
    replicates: int
    failed: int
    seed: int | None


@dataclass(frozen=True, slots=True)
class NonresponseRecord:
    """Who was invited and who responded, class by class: (class, invited, responded, factor)."""

    classes: tuple[tuple[str, int, int, float], ...]


@dataclass(frozen=True, slots=True)
class WeightingRecord:
    """How the weights were made and what they cost (methods 1.1, 1.8).

    Attributes
    ----------
    bounds : pair of float or None
        Of the weights, over the base weights scaled to the population or as given.
    n, n_eff, design_effect : number
        Answers, Kish's effective number, their ratio.
    gap : float
        Largest difference between a weighted and a target total, in units of the population.
    smallest, median, largest : float
        Weights in units of the mean weight.
    thin : tuple of str
        Categories with fewer answers than wished for and no partner to merge with.
    nonresponse, trimming, replication
        What those steps did; None where there was no such step.
    """

    method: str = "none"
    bounds: tuple[float, float] | None = None
    margins: tuple[MarginRecord, ...] = ()
    cycles: int = 0
    gap: float = 0.0
    n: int = 0
    n_eff: float = 0.0
    design_effect: float = 0.0
    smallest: float = 0.0
    median: float = 0.0
    largest: float = 0.0
    thin: tuple[str, ...] = ()
    nonresponse: NonresponseRecord | None = None
    trimming: TrimmingRecord | None = None
    replication: ReplicationRecord | None = None


UNWEIGHTED = WeightingRecord()


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
                float(margin.get("shared_out", 0.0)),
            )
        )
    bounds = weighting.pop("bounds")
    steps: dict[str, Any] = {
        name: made(**weighting[name])
        for name, made in (("trimming", TrimmingRecord), ("replication", ReplicationRecord))
        if weighting.get(name) is not None
    }
    if weighting.get("nonresponse") is not None:
        classes = tuple((c[0], c[1], c[2], c[3]) for c in weighting["nonresponse"]["classes"])
        steps["nonresponse"] = NonresponseRecord(classes)
    return WaveRecord(
        wave=values["wave"],
        platform=values["platform"],
        encoding=values["encoding"],
        flow=None
        if flow is None
        else Flow(
            flow["returned"],
            tuple(Step(**s) for s in flow["steps"]),
            flow["analysed"],
            tuple(Flag(**f) for f in flow.get("flags", ())),
        ),
        weighting=WeightingRecord(
            margins=tuple(margins),
            bounds=None if bounds is None else (bounds[0], bounds[1]),
            **{**weighting, **steps, "thin": tuple(weighting["thin"])},
        ),
    )
