"""Screening: which returned questionnaires are set aside, by which rule, and how many are left."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey.answers import Answers
from survey.array_types import Bools, Floats, Ints
from survey.derived import holds
from survey.errors import ExportError
from survey.plans import Rule, ScreeningPlan
from survey.questionnaire import Missing
from survey.record import Flow, Step
from survey.responses import Responses
from survey.study import Study


def screen(responses: Responses, study: Study) -> tuple[Responses, Flow]:
    """Return the questionnaires that pass every rule, and the flow from returned to analysed.

    Rules are judged in the order of `survey.plans.RULES`; the median time and duplicates are
    taken among eligible, complete questionnaires (methods 7.1, 7.2).

    Raises
    ------
    ExportError
        If nobody is left.
    """
    plan = study.screening
    flags = screening_flags(responses, plan)
    left = np.ones(len(responses), dtype=bool)
    steps = []
    for rule in plan.rules:
        hit = flags[rule]
        steps.append(Step(rule, int((left & hit).sum()), int(hit.sum()), _judged(responses, plan, rule)))
        left &= ~hit
    flow = Flow(len(responses), tuple(steps), int(left.sum()))
    if not left.any():
        counts = ", ".join(f"{step.rule} {step.removed}" for step in steps)
        raise ExportError(
            responses.wave.responses.name,
            f"no questionnaire is left after screening ({counts})",
            "check [screening] and the eligible options of the study file",
        )
    return responses.take(left, flow), flow


def _judged(responses: Responses, plan: ScreeningPlan, rule: Rule) -> bool:
    """Say whether the file holds what the rule is judged by."""
    if rule == "speeder":
        return responses.seconds is not None and bool((~np.isnan(responses.seconds)).any())
    if rule == "duplicate":
        timed = responses.submitted is not None and not np.isnat(responses.submitted).all()
        return bool((responses.user >= 0).any()) or (timed and bool((responses.device >= 0).any()))
    if rule == "incomplete":
        return bool(plan.complete)
    return bool(plan.eligible) or any(o.ineligible for q in responses.questionnaire for o in q.options)


def screening_flags(responses: Responses, plan: ScreeningPlan) -> dict[Rule, Bools]:
    """Return for each rule who meets it, shape (n,), whether or not another rule meets them too."""
    ineligible = _ineligible(responses, plan)
    incomplete = _incomplete(responses, plan)
    usable = ~ineligible & ~incomplete
    return {
        "ineligible": ineligible,
        "incomplete": incomplete,
        "duplicate": _duplicate(responses, plan, usable),
        "speeder": _speeder(responses, plan, usable),
    }


def _ineligible(responses: Responses, plan: ScreeningPlan) -> Bools:
    outside = np.zeros(len(responses), dtype=bool)
    for condition in plan.eligible:
        met, known = holds(condition, responses[condition.question])
        outside |= known & ~met
    for answers in responses.answers.values():
        barred = np.array([option.ineligible for option in answers.question.options], dtype=bool)
        if not barred.any():
            continue
        if answers.question.kind == "multiple":
            outside |= (answers.values & barred).any(axis=1)
        else:
            outside |= (answers.missing == Missing.ANSWERED) & barred[answers.values]
    return outside


def _incomplete(responses: Responses, plan: ScreeningPlan) -> Bools:
    unfinished = np.zeros(len(responses), dtype=bool)
    for name in plan.complete:
        unfinished |= responses[name].missing == Missing.BLANK
    return unfinished


def _speeder(responses: Responses, plan: ScreeningPlan, usable: Bools) -> Bools:
    seconds = responses.seconds
    if seconds is None or not (usable & ~np.isnan(seconds)).any():
        return np.zeros(len(responses), dtype=bool)
    limit = plan.share_of_median * float(np.nanmedian(seconds[usable]))
    return np.asarray(seconds < limit, dtype=bool)


def _duplicate(responses: Responses, plan: ScreeningPlan, usable: Bools) -> Bools:
    """Later questionnaires of one account, or near-identical ones of one device within minutes."""
    repeated = np.zeros(len(responses), dtype=bool)
    order = np.argsort(_clock(responses), kind="stable")
    order = order[usable[order]]
    known = order[responses.user[order] >= 0]
    repeated[known[pd.Series(responses.user[known]).duplicated().to_numpy()]] = True
    if responses.submitted is not None:
        # A day without a time of day says nothing of minutes.
        timed = ~np.isnat(responses.submitted) & (
            responses.submitted != responses.submitted.astype("datetime64[D]")
        )
        repeated |= _same_device(responses, plan, order[timed[order]])
    return repeated


def _clock(responses: Responses) -> Ints:
    """Return submission in seconds, or the order of the file where there are no times."""
    if responses.submitted is None:
        return np.arange(len(responses), dtype=np.int64)
    clock = responses.submitted.astype("datetime64[s]").astype(np.int64)
    return np.where(np.isnat(responses.submitted), np.iinfo(np.int64).max, clock)


def _same_device(responses: Responses, plan: ScreeningPlan, order: Ints) -> Bools:
    """Compare each questionnaire with the earlier ones of its device, neighbour by neighbour."""
    repeated = np.zeros(len(responses), dtype=bool)
    order = order[responses.device[order] >= 0]
    order = order[np.argsort(responses.device[order], kind="stable")]
    device, clock = responses.device[order], _clock(responses)[order]
    answers = _answer_matrix(responses)
    for lag in range(1, len(order)):
        near = (device[lag:] == device[:-lag]) & (clock[lag:] - clock[:-lag] < 60 * plan.minutes)
        if not near.any():
            break
        later, earlier = order[lag:][near], order[:-lag][near]
        repeated[later[_identical(answers[later], answers[earlier]) >= plan.identical]] = True
    return repeated


def _answer_matrix(responses: Responses) -> Ints:
    """Return every answer as a number, shape (n, questions); negative for the kinds of missing."""
    columns = [
        _as_numbers(a)
        for a in responses.answers.values()
        if a.question.derived_from is None and a.question.kind != "text"
    ]
    return np.column_stack(columns)


def _as_numbers(answers: Answers) -> Ints:
    if answers.question.kind == "multiple":
        _, codes = np.unique(answers.values, axis=0, return_inverse=True)
    else:
        _, codes = np.unique(answers.values, return_inverse=True)
    return np.where(answers.missing == Missing.ANSWERED, codes.reshape(-1), -answers.missing)


def _identical(left: Ints, right: Ints) -> Floats:
    """Return the proportion of equal answers among questions that either answered, per row."""
    either = (left >= 0) | (right >= 0)
    same = ((left == right) & either).sum(axis=1)
    return np.asarray(same / np.maximum(either.sum(axis=1), 1), dtype=np.float64)
