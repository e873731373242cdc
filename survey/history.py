"""What was done to a wave between its file and its weights, as plain values for run.json."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from survey.shown import Facts, Shown
from survey.tick_readings import TickReading


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One screening rule: how many it was the first to exclude, and how many it would exclude alone.

    Attributes
    ----------
    judged : bool
        False where the file lacks what the rule needs, such as the time taken.
    """

    rule: str
    removed: int
    met: int
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """A rule, warning sign or mark that only flags: how many of the eligible and complete meet it.

    Attributes
    ----------
    judged : bool
        False where the file or the study lacks what it needs.
    """

    name: str
    met: int
    judged: bool = True


@dataclass(frozen=True, slots=True)
class CopyBatch:
    """So many marked responses and from when to when, or from which row to which, they were sent."""

    kind: Literal["twins", "echo"]
    n: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class CopiesSeen:
    """What was seen of near copies in a file, and what could not be (`survey.NearCopies`).

    Attributes
    ----------
    told, counted : int
        Responses that could be judged; those marked that no rule excluded.
    """

    looked_for: str
    ordered_by: str
    reasons: tuple[str, ...]
    sorted_by: tuple[str, ...]
    compared: int
    told: int
    questions: int
    least_alike: int
    bits: float
    seen: float | None
    false_alarm: float | None
    batches: tuple[CopyBatch, ...] = ()
    counted: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Flow(Shown):
    """From received to analysed: each response is counted at the first rule it meets."""

    returned: int
    steps: tuple[FlowStep, ...]
    analysed: int
    flags: tuple[Flag, ...] = ()
    copies: CopiesSeen | None = None

    def _facts(self) -> Facts:
        excluded = {step.rule: step.removed for step in self.steps if step.removed}
        return {"returned": self.returned, **excluded, "analysed": self.analysed}

    def removed(self, *rules: str) -> int:
        """Return how many responses these rules excluded."""
        return sum(step.removed for step in self.steps if step.rule in rules)

    @property
    def completion_rate(self) -> float:
        """Complete over eligible responses, 0-1; NaN where none is eligible (methods 7.2)."""
        eligible = self.returned - self.removed("ineligible")
        return (eligible - self.removed("incomplete")) / eligible if eligible else float("nan")

    @property
    def exclusion_rate(self) -> float:
        """Share of eligible, complete responses that was excluded, 0-1; NaN without any (methods 7.2)."""
        complete = self.returned - self.removed("ineligible", "incomplete")
        return (complete - self.analysed) / complete if complete else float("nan")

    @property
    def frame(self) -> pd.DataFrame:
        """The flow as a table: rule, removed, met, remaining."""
        rows = [("returned", 0, 0, self.returned)]
        remaining = self.returned
        for step in self.steps:
            remaining -= step.removed
            rows.append((step.rule, step.removed, step.met, remaining))
        return pd.DataFrame(rows, columns=["rule", "removed", "met", "remaining"])


@dataclass(frozen=True, slots=True)
class MarginCategory:
    """One category of a margin: its respondents, and its share of the sample and of the population.

    Attributes
    ----------
    codes : tuple of str
        The categories merged in it, each a code or codes joined by " x "; ("",) if unknown.
    n, unweighted : number or None
        None where they are not published.
    target, weighted : float
        Shares of the population (scaled for unknowns), and after weighting.
    """

    codes: tuple[str, ...]
    n: int | None
    unweighted: float | None
    target: float
    weighted: float


@dataclass(frozen=True, slots=True)
class MarginHistory:
    """One margin as used: its questions, its sources, its categories.

    Attributes
    ----------
    shared_out : float
        Share of the base weights with an unknown category, distributed over the known ones.
    """

    name: str
    questions: tuple[str, ...]
    use: str
    sources: tuple[tuple[str, str, str], ...]
    categories: tuple[MarginCategory, ...]
    shared_out: float = 0.0


@dataclass(frozen=True, slots=True)
class TrimmingHistory:
    """What trimming did to the weights (methods 1.7).

    Attributes
    ----------
    cap, floor : float
        In units of the mean weight.
    cut, raised : int
        Respondents now at the cap and at the floor.
    moved : float
        Share of the total weight that moved between respondents.
    rounds : int
        Rounds of trimming and raking; 0 where raking did not follow.
    """

    cap: float
    floor: float
    cut: int
    raised: int
    moved: float
    rounds: int


@dataclass(frozen=True, slots=True)
class ReplicationHistory:
    """How replicates were made, how many, and in how many of them no weights met the margins."""

    method: str
    replicates: int
    failed: int
    seed: int | None


@dataclass(frozen=True, slots=True)
class NonresponseHistory:
    """Who was invited and who responded, class by class: (class, invited, responded, factor)."""

    classes: tuple[tuple[str, int, int, float], ...]


@dataclass(frozen=True, slots=True)
class WeightingHistory:
    """How the weights were made and what they cost (methods 1.1, 1.8).

    Attributes
    ----------
    bounds : pair of float or None
        Of the weights, over the base weights scaled to the population or as given.
    n, n_eff, design_effect : number
        Respondents, Kish's effective sample size, their ratio.
    gap : float
        Largest difference between a weighted and a target total, in units of the population.
    smallest, median, largest : float
        Weights in units of the mean weight.
    thin : tuple of str
        Categories with fewer respondents than the minimum and no partner to merge with.
    nonresponse, trimming, replication
        What those steps did; None where there was no such step.
    """

    method: str = "none"
    bounds: tuple[float, float] | None = None
    margins: tuple[MarginHistory, ...] = ()
    cycles: int = 0
    gap: float = 0.0
    n: int = 0
    n_eff: float = 0.0
    design_effect: float = 0.0
    smallest: float = 0.0
    median: float = 0.0
    largest: float = 0.0
    thin: tuple[str, ...] = ()
    nonresponse: NonresponseHistory | None = None
    trimming: TrimmingHistory | None = None
    replication: ReplicationHistory | None = None


UNWEIGHTED = WeightingHistory()


@dataclass(frozen=True, slots=True)
class WaveHistory:
    """The history of one wave; `ticks` say how columns of options were read."""

    wave: str
    platform: str
    encoding: str
    flow: Flow | None
    weighting: WeightingHistory
    ticks: tuple[TickReading, ...] = ()


def history_to_dict(history: WaveHistory) -> dict[str, Any]:
    """Return the history as dicts, lists, texts and numbers, as run.json keeps it."""
    return asdict(history)


def _copies(values: dict[str, Any]) -> CopiesSeen:
    lists = {name: tuple(values[name]) for name in ("reasons", "sorted_by")}
    return CopiesSeen(**{**values, **lists, "batches": tuple(CopyBatch(**b) for b in values["batches"])})


def history_from_dict(values: dict[str, Any]) -> WaveHistory:
    """Return the history that `history_to_dict` wrote; raises KeyError or TypeError if it is not one."""
    flow, weighting = values["flow"], dict(values["weighting"])
    if flow is not None:
        steps = tuple(FlowStep(**step) for step in flow["steps"])
        flags = tuple(Flag(**flag) for flag in flow.get("flags", ()))
        copies = _copies(flow["copies"]) if flow.get("copies") else None
        flow = Flow(flow["returned"], steps, flow["analysed"], flags, copies)
    weighting["margins"] = tuple(
        MarginHistory(
            name=margin["name"],
            questions=tuple(margin["questions"]),
            use=margin["use"],
            sources=tuple((source[0], source[1], source[2]) for source in margin["sources"]),
            categories=tuple(
                MarginCategory(**{**category, "codes": tuple(category["codes"])})
                for category in margin["categories"]
            ),
            shared_out=float(margin.get("shared_out", 0.0)),
        )
        for margin in weighting["margins"]
    )
    weighting["thin"] = tuple(weighting["thin"])
    if weighting["bounds"] is not None:
        low, high = weighting["bounds"]
        weighting["bounds"] = low, high
    for name, step in (("trimming", TrimmingHistory), ("replication", ReplicationHistory)):
        if weighting.get(name) is not None:
            weighting[name] = step(**weighting[name])
    if weighting.get("nonresponse") is not None:
        classes = tuple((c[0], c[1], c[2], c[3]) for c in weighting["nonresponse"]["classes"])
        weighting["nonresponse"] = NonresponseHistory(classes)
    ticks = tuple(TickReading(**reading) for reading in values.get("ticks", ()))
    return WaveHistory(
        values["wave"], values["platform"], values["encoding"], flow, WeightingHistory(**weighting), ticks
    )
