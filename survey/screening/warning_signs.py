"""Signs of a careless or made-up questionnaire: each marks, two together make suspect (methods 7.1)."""

from __future__ import annotations

import numpy as np

from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.fabrication import alike_blocks, regular_arrivals
from survey.numeric.straight_lines import straight_lines
from survey.responses.answers import Answers
from survey.responses.derived import holds
from survey.responses.responses import Responses
from survey.screening.repeats import answer_matrix, clock, timed
from survey.study.questionnaire import Missing
from survey.study.screening_plan import SIGNS, Contradiction, Difference, ScreeningPlan, Sign

# Somebody may well have every one of three worries.
MANY_OPTIONS = 4


def warning_signs(responses: Responses, plan: ScreeningPlan, usable: Bools) -> dict[Sign, Ints]:
    """Return for each sign how often each questionnaire bears it, shape (n,).

    All count once but contradictions, of which one questionnaire can have several.

    Parameters
    ----------
    usable : bool array, shape (n,)
        The eligible and complete, among whom batches are looked for.
    """
    return {
        "straight_line": _straight(responses, plan).astype(np.int64),
        "attention": _inattentive(responses, plan).astype(np.int64),
        "contradiction": _contradictions(responses, plan),
        "all_ticked": _all_ticked(responses).astype(np.int64),
        "regular_arrivals": _regular(responses, usable).astype(np.int64),
        "alike_block": _alike(responses, plan, usable).astype(np.int64),
    }


def judged_signs(responses: Responses, plan: ScreeningPlan) -> dict[Sign, bool]:
    """Return for each sign whether the file and the study hold what it is judged by."""
    has_times = responses.paradata.grouped is None and bool(timed(responses).any())
    judged = {
        "straight_line": any(len(grid) >= plan.grid_items for grid in plan.grids),
        "attention": bool(plan.attention),
        "contradiction": bool(plan.contradictions),
        "all_ticked": any(_long(answers) for answers in responses.answers.values()),
        "regular_arrivals": has_times,
        "alike_block": has_times,
    }
    return {sign: judged[sign] for sign in SIGNS}


def _straight(responses: Responses, plan: ScreeningPlan) -> Bools:
    found = np.zeros(len(responses), dtype=bool)
    for names in plan.grids:
        grid = np.column_stack([_as_scale(responses[name]) for name in names])
        found |= straight_lines(grid, minimum=plan.grid_items).straight
    return found


def _as_scale(answers: Answers) -> Floats:
    return np.where(answers.missing == Missing.ANSWERED, answers.values, np.nan)


def _inattentive(responses: Responses, plan: ScreeningPlan) -> Bools:
    failed = np.zeros(len(responses), dtype=bool)
    for condition in plan.attention:
        answers = responses[condition.question]
        met, _ = holds(condition, answers)
        failed |= ~met & (answers.missing != Missing.NOT_ASKED)
    return failed


def _contradictions(responses: Responses, plan: ScreeningPlan) -> Ints:
    counts = np.zeros(len(responses), dtype=np.int64)
    for contradiction in plan.contradictions:
        counts += _contradicted(responses, contradiction)
    return counts


def _contradicted(responses: Responses, contradiction: Contradiction) -> Bools:
    if isinstance(contradiction, Difference):
        one, two = (responses[name] for name in contradiction.questions)
        known = (one.missing == Missing.ANSWERED) & (two.missing == Missing.ANSWERED)
        apart = np.abs(np.where(known, one.values, 0) - np.where(known, two.values, 0))
        return np.asarray(known & (apart > contradiction.tolerance), dtype=bool)
    all_so = np.ones(len(responses), dtype=bool)
    for condition in contradiction:
        all_so &= holds(condition, responses[condition.question])[0]
    return all_so


def _long(answers: Answers) -> bool:
    options = answers.question.options
    has_none = any(option.exclusive for option in options)
    return answers.question.kind == "multiple" and has_none and len(options) >= MANY_OPTIONS


def _all_ticked(responses: Responses) -> Bools:
    """Return who ticked every option of a long list and "none of these" as well.

    Without that option nothing is wrong with ticking all: 471 of 1,186 had seen all six films.
    """
    found = np.zeros(len(responses), dtype=bool)
    for answers in filter(_long, responses.answers.values()):
        if answers.contradicted is not None:
            exclusive = np.array([option.exclusive for option in answers.question.options], dtype=bool)
            found |= answers.contradicted & answers.values[:, ~exclusive].all(axis=1)
    return found


def _regular(responses: Responses, usable: Bools) -> Bools:
    chosen = np.flatnonzero(usable & timed(responses))
    found = np.zeros(len(responses), dtype=bool)
    found[chosen] = regular_arrivals(clock(responses)[chosen])
    return found


def _alike(responses: Responses, plan: ScreeningPlan, usable: Bools) -> Bools:
    chosen = np.flatnonzero(usable & timed(responses))
    found = np.zeros(len(responses), dtype=bool)
    seconds = clock(responses)[chosen]
    found[chosen] = alike_blocks(answer_matrix(responses)[chosen], seconds, identical=plan.identical)
    return found
