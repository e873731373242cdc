"""Signs of a careless or fabricated response: each flags, two together make it suspect (methods 7.1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey.numeric import fabrication
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.near_copies import LUMP_BITS
from survey.numeric.straight_lines import straight_lines
from survey.responses.answers import Answers
from survey.responses.derived import holds
from survey.screening.evidence import Evidence
from survey.study.questionnaire import Missing
from survey.study.screening_plan import Difference
from survey.text import normalised

# With three worries to tick, somebody may well have all of them.
MANY_OPTIONS = 4


def straight_liners(evidence: Evidence) -> Bools:
    """Return who gave one answer to all items of a grid."""
    responses, plan = evidence.responses, evidence.plan
    straight = np.zeros(len(responses), dtype=bool)
    for names in plan.grids:
        grid = _as_numbers([responses[name] for name in names])
        straight |= straight_lines(grid, minimum=plan.grid_items).straight
    return straight


def _as_numbers(items: Sequence[Answers]) -> Floats:
    """Return the answers to a grid, equal numbers for one answer, shape (n, items); NaN where there is none.

    The place of an answer is compared, or its label where the places of some item are not known.
    """
    values = [np.where(a.missing == Missing.ANSWERED, a.values, np.nan) for a in items]
    questions = [a.question for a in items]
    if {q.kind for q in questions} == {"single"} and {q.order for q in questions} != {"questionnaire"}:
        labels: dict[str, float] = {}
        for i, (answers, question) in enumerate(zip(items, questions, strict=True)):
            names = [normalised(str(option.label)) for option in question.options]
            numbers = [labels.setdefault(name, float(len(labels))) for name in names]
            values[i] = np.array([*numbers, np.nan])[answers.values]
    return np.column_stack(values)


def inattentive(evidence: Evidence) -> Bools:
    """Return who failed an attention check, by another answer or by none."""
    failed = np.zeros(len(evidence.responses), dtype=bool)
    for condition in evidence.plan.attention:
        answers = evidence.responses[condition.question]
        met, _ = holds(condition, answers)
        failed |= ~met & (answers.missing != Missing.NOT_ASKED)
    return failed


def contradictions(evidence: Evidence) -> Ints:
    """Return how many contradictions each response has: every one counts."""
    responses = evidence.responses
    counts = np.zeros(len(responses), dtype=np.int64)
    for contradiction in evidence.plan.contradictions:
        if isinstance(contradiction, Difference):
            first, second = (responses[name] for name in contradiction.questions)
            known = (first.missing == Missing.ANSWERED) & (second.missing == Missing.ANSWERED)
            distance = np.abs(np.where(known, first.values, 0) - np.where(known, second.values, 0))
            counts += known & (distance > contradiction.tolerance)
        else:
            met = [holds(condition, responses[condition.question])[0] for condition in contradiction]
            counts += np.all(met, axis=0)
    return counts


def is_long(answers: Answers) -> bool:
    """Say whether a question is a long list to tick that also offers "none of these"."""
    options = answers.question.options
    has_none = any(option.exclusive for option in options)
    return answers.question.kind == "multiple" and has_none and len(options) >= MANY_OPTIONS


def all_ticked(evidence: Evidence) -> Bools:
    """Return who ticked every option of a long list and "none of these" as well.

    Without that option nothing is wrong with ticking all: 471 of 1,186 had seen all six films.
    """
    ticked = np.zeros(len(evidence.responses), dtype=bool)
    for answers in filter(is_long, evidence.responses.answers.values()):
        if answers.contradicted is not None:
            exclusive = np.array([option.exclusive for option in answers.question.options], dtype=bool)
            ticked |= answers.contradicted & answers.values[:, ~exclusive].all(axis=1)
    return ticked


def regular_arrivals(evidence: Evidence) -> Bools:
    """Return who arrived in a run of equal gaps that is too long to be chance."""
    return evidence.among_arrivals(lambda rows: fabrication.regular_arrivals(evidence.clock[rows]))


def compares(evidence: Evidence) -> bool:
    """Say whether any response could be told to be a near copy of another."""
    return evidence.copies is not None and evidence.copies.looked_for != "nothing"


def gathers(evidence: Evidence) -> bool:
    """Say whether answers carry enough information for many that nearly agree to be remarkable."""
    copies = evidence.copies
    return copies is not None and copies.looked_for == "near_copies" and copies.bits >= LUMP_BITS


def near_copies(evidence: Evidence) -> Bools:
    """Return who is in a batch of near copies, or of copies of responses sent at other times."""
    copies = evidence.copies
    return np.zeros(len(evidence.responses), dtype=bool) if copies is None else copies.marked


def lumps(evidence: Evidence) -> Bools:
    """Return with whom a tenth of all others nearly agree: looked at, and a mark only."""
    copies = evidence.copies
    return np.zeros(len(evidence.responses), dtype=bool) if copies is None else copies.flags("lump")
