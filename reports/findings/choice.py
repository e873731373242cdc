"""Which findings page 1 says, and which are left for the list of the appendix (docs/wording.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from reports.findings.amounts import amount_findings
from reports.findings.clear import clear_findings, undivided
from reports.findings.demand import demand_findings
from reports.findings.finding import Finding, Kind
from reports.results.demand import demand_of
from reports.results.results import Key, Results

MOST = 5
MOST_OF_ONE_QUESTION = 2
# What is said of everybody or of a group against the rest comes before what is said of changes in groups.
TIERS: dict[Kind, int] = {
    "demand": 0, "since_base": 1, "change": 1, "groups": 1, "amounts": 2, "change_in_groups": 3,
    "pair": 4, "trend": 4, "none": 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """The findings of page 1, and the rest in the same order."""

    front: tuple[Finding, ...]
    also: tuple[Finding, ...]


def choose(results: Results, said: Collection[Key] = ()) -> Choice:
    """Return the findings that page 1 says, at most five, and those it does not.

    Parameters
    ----------
    said : collection of Key
        Rows that the headline says, which are no findings besides.
    """
    found = [
        *demand_findings(results),
        *amount_findings(results),
        *clear_findings(results),
        *undivided(results),
    ]
    ranked = sorted(
        (finding for finding in found if not {*finding.keys} <= {*said}),
        key=lambda f: (
            f.wave != results.latest,
            TIERS[f.kind],
            f.doubtful,
            -f.size,
        ),
    )
    front: list[Finding] = []
    kept = _of_intent(results, ranked)
    for finding in ranked:
        if len(front) == MOST - (kept is not None and kept not in front):
            break
        if _fits(results, finding, front):
            front.append(finding)
    if kept is not None and kept not in front:
        front.append(kept)
    return Choice(tuple(front), tuple(finding for finding in ranked if finding not in front))


def _of_intent(results: Results, ranked: list[Finding]) -> Finding | None:
    """Return the first finding on the question of intent, which has a place on page 1."""
    demand = demand_of(results)
    return next((f for f in ranked if demand is not None and f.question == demand.plan.intent), None)


def _fits(results: Results, finding: Finding, front: list[Finding]) -> bool:
    """Say whether page 1 takes a finding: of the last wave, and few of one question and kind."""
    kinds = Counter((other.question, other.kind) for other in front)
    questions = Counter(other.question for other in front)
    return (
        finding.wave == results.latest
        and not kinds[finding.question, finding.kind]
        and questions[finding.question] < MOST_OF_ONE_QUESTION
        and (finding.kind != "none" or len(front) < MOST - 1)
    )
