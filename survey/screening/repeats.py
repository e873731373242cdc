"""The same answers more than once: duplicates of a person, bursts, shared addresses (methods 7.1)."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from survey.numeric import fabrication
from survey.numeric.array_types import Bools, Ints
from survey.responses.responses import Responses
from survey.screening.evidence import Evidence
from survey.study.questionnaire import Missing
from survey.study.screening_plan import ScreeningPlan

# Whoever has an address in common with more people within minutes is in an office or behind a gateway.
MOST_EARLIER = 200


def duplicates(evidence: Evidence) -> Bools:
    """Return later responses of one account, or near-identical ones of one device within minutes.

    A response is compared with the `MOST_EARLIER` before it from its device.
    """
    responses, plan, clock = evidence.responses, evidence.plan, evidence.clock
    repeated = np.zeros(len(responses), dtype=bool)
    order = np.argsort(clock, kind="stable")
    order = order[evidence.usable[order]]
    known = order[responses.user[order] >= 0]
    repeated[known[pd.Series(responses.user[known]).duplicated().to_numpy()]] = True
    order = order[evidence.timed[order] & (responses.device[order] >= 0)]
    order = order[np.argsort(responses.device[order], kind="stable")]
    device, seconds = responses.device[order], clock[order]
    answers = answer_matrix(responses) if len(order) else np.zeros((len(responses), 0), dtype=np.int64)
    # Each response is compared with the one before it from its device, then with the one before that, …
    for lag in range(1, min(len(order), MOST_EARLIER + 1)):
        near = (device[lag:] == device[:-lag]) & (seconds[lag:] - seconds[:-lag] < 60 * plan.minutes)
        near &= ~repeated[order[lag:]]
        if not near.any():
            break
        later, earlier = order[lag:][near], order[:-lag][near]
        alike = fabrication.agreement(answers[later], answers[earlier]) >= plan.identical
        repeated[later[alike]] = True
    return repeated


def bursts(evidence: Evidence) -> Bools:
    """Return who is in a burst of responses with every answer the same."""
    plan = evidence.plan
    return evidence.among_arrivals(
        lambda rows: fabrication.identical_bursts(
            answer_matrix(evidence.responses)[rows],
            evidence.clock[rows],
            minutes=plan.minutes,
            least=plan.burst,
        )
    )


def shared_addresses(evidence: Evidence) -> Bools:
    """Return who shares an address with somebody else: families and offices do, so it is a mark only."""
    device = evidence.responses.device
    known = evidence.usable & (device >= 0)
    shared = np.zeros(len(known), dtype=bool)
    shared[known] = pd.Series(device[known]).duplicated(keep=False).to_numpy()
    return shared


def address_runs(evidence: Evidence) -> Bools:
    """Return who answered in a run from one address that is too long to be chance."""
    device, clock = evidence.responses.device, evidence.clock
    return evidence.among_arrivals(lambda rows: fabrication.address_runs(device[rows], clock[rows]))


def identical_answers(evidence: Evidence) -> Bools:
    """Return who answered every question as somebody else did."""
    responses, usable = evidence.responses, evidence.usable
    same = np.zeros(len(responses), dtype=bool)
    if usable.any():
        frame = pd.DataFrame(answer_matrix(responses)[usable])
        same[usable] = frame.duplicated(keep=False).to_numpy() | (responses.paradata.count[usable] > 1)
    return same


def attention_questions(plan: ScreeningPlan) -> frozenset[str]:
    """Return the questions that check attention, which are not compared: they are a sign of their own."""
    return frozenset(condition.question for condition in plan.attention)


def compared_questions(responses: Responses, leave_out: Collection[str] = ()) -> list[str]:
    """Return the questions whose answers are compared: those derived from another and texts are not."""
    asked = [answers.question for answers in responses.answers.values()]
    return [q.id for q in asked if q.derived_from is None and q.kind != "text" and q.id not in leave_out]


def answer_matrix(responses: Responses, leave_out: Collection[str] = ()) -> Ints:
    """Return every answer as a number, shape (n, questions); negative for the kinds of missing."""
    columns = []
    for name in compared_questions(responses, leave_out):
        answers = responses.answers[name]
        if answers.question.kind == "multiple":
            # Equal where the same options are ticked; 32 at a time, so that any number of them fits.
            codes = np.zeros(len(responses), dtype=np.int64)
            for first in range(0, answers.values.shape[1], 32):
                part = answers.values[:, first : first + 32]
                mixed = codes * 2**32 + part @ (1 << np.arange(part.shape[1], dtype=np.int64))
                codes = pd.factorize(mixed)[0].astype(np.int64)
        elif answers.values.dtype.kind in "iu":
            codes = answers.values.astype(np.int64)
        else:
            codes = pd.factorize(answers.values)[0].astype(np.int64)
        columns.append(np.where(answers.missing == Missing.ANSWERED, codes, -answers.missing))
    return np.column_stack(columns) if columns else np.zeros((len(responses), 0), dtype=np.int64)
