"""Screening: which responses are excluded, by which rule, and how many remain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from survey.errors import ExportError
from survey.history import Flag, Flow, FlowStep
from survey.numeric.array_types import Bools
from survey.responses.responses import Responses
from survey.screening.evidence import Evidence
from survey.screening.near_copies import NearCopies, near_copies
from survey.screening.repeats import attention_questions
from survey.screening.rules import ELIGIBILITY, MARKS, RULES, SIGNS
from survey.study.screening_plan import ScreeningPlan
from survey.study.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Flags(Mapping[str, Bools]):
    """Who meets each rule, warning sign and mark, by its name, shape (n,); and the near copies seen.

    Attributes
    ----------
    copies : NearCopies or None
        None where a row stands for several people.
    """

    masks: Mapping[str, Bools]
    copies: NearCopies | None

    def __getitem__(self, name: str) -> Bools:
        """Return who meets a rule, sign or mark."""
        return self.masks[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self.masks)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.masks)


def screen(responses: Responses, study: Study, *, flags: Flags | None = None) -> tuple[Responses, Flow]:
    """Return the responses that pass every rule, and the flow from received to analysed.

    Rules are applied in the order of `survey.screening.rules.RULES`; the median time, duplicates and
    batches are taken among eligible, complete responses (methods 7.1, 7.2).

    Parameters
    ----------
    flags : mapping, optional
        Those of `screening_flags` for the study's own thresholds, where they are known already.

    Raises
    ------
    ExportError
        If no response remains.
    """
    plan, people = study.screening, responses.paradata.people
    met = screening_flags(responses, plan) if flags is None else flags
    judged = judged_flags(responses, plan, met.copies)
    listed = {"always"} if responses.paradata.grouped is None else {"always", "grouped"}
    remaining = np.ones(len(responses), dtype=bool)
    steps = []
    for rule in RULES:
        if rule.name not in plan.rules:
            continue
        meeting = met[rule.name]
        if judged[rule.name] or rule.listed in listed or plan.named:
            steps.append(FlowStep(rule.name, people(remaining & meeting), people(meeting), judged[rule.name]))
        remaining &= ~meeting
    flagged = tuple(
        Flag(rule.name, people(met[rule.name]), judged[rule.name])
        for rule in (*RULES, *SIGNS, *MARKS)
        if rule.name not in plan.rules and (judged[rule.name] or rule in SIGNS)
    )
    copies = None
    if met.copies is not None:
        copies = replace(met.copies.summary, counted=int((remaining & met.copies.marked).sum()))
    flow = Flow(int(responses.paradata.count.sum()), tuple(steps), people(remaining), flagged, copies)
    if not remaining.any():
        raise ExportError(
            responses.wave.responses.name,
            key="export.all_excluded",
            counts=[f"{step.rule} {step.removed}" for step in steps],
        )
    return responses.take(remaining, flow), flow


def screening_flags(responses: Responses, plan: ScreeningPlan, *, known: Flags | None = None) -> Flags:
    """Return a mask of shape (n,) per rule, warning sign and mark: who meets it, ignoring the others.

    A flag does not exclude: `screen` excludes those who meet a rule in force.

    Parameters
    ----------
    known : Flags, optional
        Those of another plan with the same eligibility and attention checks: its near copies are these.
    """
    everyone = _everyone(responses, plan)
    flags = {rule.name: rule.flag(everyone) for rule in ELIGIBILITY}
    usable = _none_of(flags)
    copies = None if known is None else known.copies
    if copies is None and responses.paradata.grouped is None:
        copies = near_copies(responses, among=usable, leave_out=attention_questions(plan))
    evidence = replace(everyone, usable=usable, copies=copies)
    signs = {sign.name: sign.flag(evidence).astype(np.int64) for sign in SIGNS}
    evidence = replace(evidence, signs=signs)
    flags |= {rule.name: rule.flag(evidence) for rule in (*RULES, *MARKS) if rule.name not in flags}
    return Flags(flags | {name: counts > 0 for name, counts in signs.items()}, copies)


def usable_people(responses: Responses, plan: ScreeningPlan) -> Bools:
    """Return the eligible and complete, shape (n,), among whom the other rules compare."""
    everyone = _everyone(responses, plan)
    return _none_of({rule.name: rule.flag(everyone) for rule in ELIGIBILITY})


def _everyone(responses: Responses, plan: ScreeningPlan) -> Evidence:
    """Return the evidence with everybody compared, by which eligibility itself is judged."""
    return Evidence(responses, plan, np.ones(len(responses), dtype=bool))


def _none_of(flags: Mapping[str, Bools]) -> Bools:
    return np.asarray(~np.any(list(flags.values()), axis=0), dtype=bool)


def screening_frame(responses: Responses, plan: ScreeningPlan) -> pd.DataFrame:
    """Return a boolean column for each rule, sign and mark, one row a respondent (methods 7.1).

    The column `set_aside` names the first rule in force that is met, "" for those analysed.
    """
    flags = screening_flags(responses, plan)
    first = np.full(len(responses), "", dtype=object)
    for name in reversed(plan.rules):
        first[flags[name]] = name
    frame = pd.DataFrame(dict(flags), index=pd.Index(responses.paradata.rows, name="row"))
    return frame.assign(set_aside=first)


def judged_flags(responses: Responses, plan: ScreeningPlan, copies: NearCopies | None) -> dict[str, bool]:
    """Return for each rule, warning sign and mark whether the file and the study hold what it needs."""
    everyone = replace(_everyone(responses, plan), copies=copies)
    return {rule.name: rule.needs(everyone) for rule in (*RULES, *SIGNS, *MARKS)}
