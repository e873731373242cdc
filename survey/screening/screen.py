"""Screening: which returned questionnaires are set aside, by which rule, and how many are left."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from survey.errors import EstimateError, ExportError, listing
from survey.history import Flag, Flow, FlowStep
from survey.numeric.array_types import Bools
from survey.numeric.fabrication import address_runs, identical_bursts
from survey.responses.derived import holds
from survey.responses.responses import Responses
from survey.screening.repeats import (
    answer_matrix,
    clock,
    duplicates,
    identical_answers,
    shared_addresses,
    timed,
)
from survey.screening.warning_signs import judged_signs, warning_signs
from survey.study.questionnaire import Condition, Missing
from survey.study.screening_plan import MARKS, RULES, SIGNS, Mark, Rule, ScreeningPlan, Sign
from survey.study.study import Study

# Named in the flow whether or not there is anything to judge them by.
ALWAYS_NAMED: frozenset[Rule] = frozenset({"ineligible", "incomplete", "duplicate", "speeder"})


Flags = Mapping[Rule | Sign | Mark, Bools]


def screen(responses: Responses, study: Study, *, flags: Flags | None = None) -> tuple[Responses, Flow]:
    """Return the questionnaires that pass every rule, and the flow from returned to analysed.

    Rules are judged in the order of `survey.study.screening_plan.RULES`; the median time, duplicates and
    batches are taken among eligible, complete questionnaires (methods 7.1, 7.2).

    Parameters
    ----------
    flags : mapping, optional
        Those of `screening_flags` for the study's own thresholds, where they are known already.

    Raises
    ------
    ExportError
        If nobody is left.
    """
    plan = study.screening
    met = screening_flags(responses, plan) if flags is None else flags
    judged = judged_flags(responses, plan)
    people = responses.paradata.people
    left = np.ones(len(responses), dtype=bool)
    named = ALWAYS_NAMED if responses.paradata.grouped is None else ALWAYS_NAMED | {"burst", "suspect"}
    steps = []
    for rule in plan.rules:
        if judged[rule] or rule in named or plan.named:
            steps.append(FlowStep(rule, people(left & met[rule]), people(met[rule]), judged[rule]))
        left &= ~met[rule]
    marked = tuple(
        Flag(name, people(met[name]), judged[name])
        for name in (*RULES, *SIGNS, *MARKS)
        if name not in plan.rules and (judged[name] or name in SIGNS)
    )
    flow = Flow(int(responses.paradata.count.sum()), tuple(steps), people(left), marked)
    if not left.any():
        counts = ", ".join(f"{step.rule} {step.removed}" for step in steps)
        raise ExportError(
            responses.wave.responses.name,
            f"no questionnaire is left after screening ({counts})",
            "check [screening] and the eligible options of the study file",
        )
    return responses.take(left, flow), flow


def screening_flags(responses: Responses, plan: ScreeningPlan) -> dict[Rule | Sign | Mark, Bools]:
    """Return for each rule, sign and mark who meets it, shape (n,), whatever else they meet.

    A flag is no exclusion: `screen` sets aside those who meet a rule in force.
    """
    nobody = np.zeros(len(responses), dtype=bool)
    outside = outside_flags(responses, plan)
    usable = usable_people(outside)
    repeated = duplicates(responses, usable, minutes=plan.minutes, identical=plan.identical)
    # Runs and batches are seen only where everybody stands in the order of arrival.
    lined_up = usable if responses.paradata.grouped is None else nobody
    signs = warning_signs(responses, plan, lined_up)
    flags: dict[Rule | Sign | Mark, Bools] = {
        **outside,
        "duplicate": repeated,
        "burst": _bursts(responses, plan, lined_up),
        "speeder": _speeder(responses, plan, usable),
        "rejected": nobody if responses.paradata.rejected is None else responses.paradata.rejected,
        "suspect": np.asarray(sum(signs.values()) >= plan.signs, dtype=bool),
        "same_address": shared_addresses(responses, usable),
        "address_run": _address_runs(responses, lined_up),
        "identical_answers": identical_answers(responses, usable),
    }
    return flags | {sign: counts > 0 for sign, counts in signs.items()}


def outside_flags(responses: Responses, plan: ScreeningPlan) -> dict[Rule | Sign | Mark, Bools]:
    """Return who meets the rules that a questionnaire is judged by alone, shape (n,) each."""
    nobody = np.zeros(len(responses), dtype=bool)
    return {
        "test": nobody if responses.paradata.preview is None else responses.paradata.preview,
        "no_consent": _unmet(responses, plan.consent, unknown=True),
        "ineligible": _unmet(responses, plan.eligible, unknown=False) | _barred(responses),
        "incomplete": _incomplete(responses, plan),
    }


def usable_people(outside: Flags) -> Bools:
    """Return who meets none of these rules: the eligible and complete, whom other rules compare."""
    return np.asarray(~np.any(list(outside.values()), axis=0), dtype=bool)


def screening_frame(responses: Responses, plan: ScreeningPlan) -> pd.DataFrame:
    """Return who meets which rule, sign and mark: one row a respondent, one boolean column each.

    The column `set_aside` names the first rule in force that is met, "" for those analysed.
    """
    flags = screening_flags(responses, plan)
    first = np.full(len(responses), "", dtype=object)
    for rule in reversed(plan.rules):
        first[flags[rule]] = rule
    frame = pd.DataFrame(flags, index=pd.Index(responses.paradata.rows, name="row"))
    return frame.assign(set_aside=first)


def judged_flags(responses: Responses, plan: ScreeningPlan) -> dict[Rule | Sign | Mark, bool]:
    """Return for each rule, sign and mark whether the file and the study hold what it is judged by."""
    has_times, has_addresses = bool(timed(responses).any()), bool((responses.device >= 0).any())
    has_users, all_there = bool((responses.user >= 0).any()), responses.paradata.grouped is None
    if responses.paradata.grouped is not None:
        known = responses.paradata.grouped.judged
        has_times, has_addresses, has_users = (name in known for name in ("times", "addresses", "users"))
    signs = judged_signs(responses, plan)
    barred = any(o.ineligible for q in responses.questionnaire for o in q.options)
    seconds = responses.paradata.seconds
    judged: dict[Rule | Sign | Mark, bool] = {
        "test": responses.paradata.preview is not None,
        "no_consent": bool(plan.consent),
        "ineligible": bool(plan.eligible) or barred,
        "incomplete": bool(plan.complete) or responses.paradata.unfinished is not None,
        "duplicate": has_users or (has_times and has_addresses),
        "burst": has_times and all_there,
        "speeder": seconds is not None and bool((~np.isnan(seconds)).any()),
        "rejected": responses.paradata.rejected is not None,
        "suspect": any(signs.values()),
        "same_address": has_addresses,
        "address_run": has_addresses and all_there,
        "identical_answers": True,
    }
    return judged | signs


def _unmet(responses: Responses, conditions: tuple[Condition, ...], *, unknown: bool) -> Bools:
    """Return who fails a condition; `unknown` says whether an unknown answer fails it too."""
    failed = np.zeros(len(responses), dtype=bool)
    for condition in conditions:
        met, known = holds(condition, responses[condition.question])
        failed |= ~met & (known | unknown)
    return failed


def _barred(responses: Responses) -> Bools:
    """Return who gave an answer that people of the population cannot give."""
    outside = np.zeros(len(responses), dtype=bool)
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
    """Return whose required answers are blank or invalid, or whom the platform marks as broken off.

    To say that one does not know, or would rather not say, is to have answered.
    """
    gone = np.zeros(len(responses), dtype=bool)
    if responses.paradata.unfinished is not None and plan.unfinished == "exclude":
        gone |= responses.paradata.unfinished
    for name in plan.complete:
        gone |= np.isin(responses[name].missing, [Missing.BLANK, Missing.INVALID])
    return gone


def _speeder(responses: Responses, plan: ScreeningPlan, usable: Bools) -> Bools:
    seconds = responses.paradata.seconds
    if seconds is None or not (usable & ~np.isnan(seconds)).any():
        return np.zeros(len(responses), dtype=bool)
    grouped = responses.paradata.grouped
    if grouped is None:
        return np.asarray(seconds < plan.share_of_median * float(np.nanmedian(seconds[usable])), dtype=bool)
    if plan.share_of_median not in grouped.paces:
        raise EstimateError(
            "share_of_median",
            f"is {plan.share_of_median:g}, and the grouped answers are separated at {listing(grouped.paces)}",
            "read the responses again under that rule",
        )
    return np.asarray(seconds < plan.share_of_median * (grouped.median or 0.0), dtype=bool)


def _bursts(responses: Responses, plan: ScreeningPlan, usable: Bools) -> Bools:
    chosen = np.flatnonzero(usable & timed(responses))
    found = np.zeros(len(responses), dtype=bool)
    answers, seconds = answer_matrix(responses)[chosen], clock(responses)[chosen]
    found[chosen] = identical_bursts(answers, seconds, minutes=plan.minutes, least=plan.burst)
    return found


def _address_runs(responses: Responses, usable: Bools) -> Bools:
    chosen = np.flatnonzero(usable & timed(responses))
    found = np.zeros(len(responses), dtype=bool)
    found[chosen] = address_runs(responses.device[chosen], clock(responses)[chosen])
    return found
