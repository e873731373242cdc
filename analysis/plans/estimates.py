"""The [estimates] table of a study file: which shares, by what, at which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from analysis.numeric.covariance import Technique
from analysis.statistics.shares import INTERVALS, Interval
from survey.errors import StudyError, listing
from survey.study.questions import known_code, known_question
from survey.study.study import Study


@dataclass(frozen=True, slots=True)
class EstimatePlan:
    """What to estimate.

    Attributes
    ----------
    shares, by : tuple of str
        Questions, and the questions to group them by.
    compare : tuple of (question, option, option)
        Options to set against each other on the same people.
    sensitivity : tuple of str
        Questions of which is said what their shares hang on; the first of `shares` unless named.
    amounts : tuple of str
        Questions of kind "number" to give mean and quantiles of.
    """

    shares: tuple[str, ...]
    by: tuple[str, ...]
    compare: tuple[tuple[str, str, str], ...]
    confidence: float
    interval: Interval
    variance: Technique | None
    sensitivity: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    small_areas: tuple[str, ...] = ()


def read_plan(study: Study) -> EstimatePlan:
    """Return the [estimates] table checked; raises StudyError naming the key."""
    table, known = study.estimates, study.questionnaire.questions
    closed = tuple(q.id for q in study.questionnaire if q.options and q.derived_from is None)
    chosen = table.texts("shares") or closed
    by = table.texts("by")
    amounts = table.texts("amounts")
    for key, names, kinds in (
        ("shares", chosen, ("single", "multiple")),
        ("by", by, ("single",)),
        ("amounts", amounts, ("number",)),
    ):
        for name in names:
            question = known_question(name, known, table.where(key))
            if question.kind not in kinds:
                raise StudyError(
                    table.where(key),
                    f'"{name}" is of kind "{question.kind}"',
                    f"name questions of kind {' or '.join(kinds)}",
                )
    if not chosen:
        raise StudyError(table.where("shares"), "finds no question with options", "add one to [questions]")
    plan = EstimatePlan(
        shares=chosen,
        by=by,
        compare=tuple(_comparison(c, study, chosen) for c in _lists(study)),
        confidence=table.number("confidence", 0.95),
        interval=cast(Interval, table.choice("interval", INTERVALS, INTERVALS[0])),
        variance=cast(Technique, table.choice("variance", ("leverage", "taylor")))
        if table.has("variance")
        else None,
        # Of people who chose to answer, what the first question hangs on is said unless it is waived.
        sensitivity=table.texts("sensitivity")
        if table.has("sensitivity") or study.sample == "probability"
        else chosen[:1],
        amounts=amounts,
        small_areas=table.texts("small_areas"),
    )
    for key, names in (("sensitivity", plan.sensitivity), ("small_areas", plan.small_areas)):
        for name in names:
            if name not in chosen:
                where = table.where(key)
                raise StudyError(where, f'"{name}" is not among shares ({listing(chosen)})', "add it there")
    if not 0.5 <= plan.confidence < 1:
        raise table.refuse("confidence", "a level such as 0.95")
    table.done()
    return plan


def _lists(study: Study) -> list[list[str]]:
    table = study.estimates
    value = table.raw("compare") if table.has("compare") else []
    sound = isinstance(value, list) and all(
        isinstance(c, list) and len(c) == 3 and all(isinstance(t, str) for t in c) for c in value
    )
    if not sound:
        raise table.refuse("compare", 'a list such as [["concerns", "price", "quality"]]')
    return cast(list[list[str]], value)


def _comparison(triple: list[str], study: Study, chosen: Sequence[str]) -> tuple[str, str, str]:
    where = study.estimates.where("compare")
    question = known_question(triple[0], study.questionnaire.questions, where)
    for code in triple[1:]:
        known_code(question, code, where)
    if question.id not in chosen:
        raise StudyError(where, f'"{question.id}" is not among shares ({listing(chosen)})', "add it there")
    if triple[1] == triple[2]:
        raise StudyError(where, f'sets "{triple[1]}" against itself', "name two different options")
    return triple[0], triple[1], triple[2]
