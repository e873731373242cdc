"""The [estimates] table of a study file: which shares, by what, at which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.numeric.covariance import Technique
from analysis.statistics.share_rows import Interval
from analysis.statistics.shares import INTERVALS
from survey.errors import StudyError, listing
from survey.study.questions import known_code, known_question
from survey.study.study import Study

TECHNIQUES: tuple[Technique, ...] = ("leverage", "taylor")


@dataclass(frozen=True, slots=True)
class EstimatePlan:
    """What to estimate.

    Attributes
    ----------
    shares, by : tuple of str
        Questions, and the questions to group them by.
    compare : tuple of (question, option, option)
        Options to compare among the same people.
    confidence : float
        Level of the intervals.
    interval, variance : str
        As `shares` takes them.
    sensitivity : tuple of str
        Questions with a sensitivity analysis; the first of `shares` unless named.
    amounts : tuple of str
        Questions of kind "number" to give mean and quantiles of.
    small_areas : tuple of str
        Questions with model-based shares by group.
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


def read_estimate_plan(study: Study) -> EstimatePlan:
    """Return the [estimates] table checked; raises StudyError naming the key."""
    table = study.estimates
    closed = tuple(q.id for q in study.questionnaire if q.options and q.derived_from is None)
    shares, by, amounts = table.texts("shares") or closed, table.texts("by"), table.texts("amounts")
    _check_kinds(study, "shares", shares, ("single", "multiple"))
    _check_kinds(study, "by", by, ("single",))
    _check_kinds(study, "amounts", amounts, ("number",))
    if not shares:
        raise StudyError(
            table.where("shares"), "no closed-ended question to estimate", "add one to [questions]"
        )
    where, expected = table.where("compare"), 'a list such as [["concerns", "price", "quality"]]'
    compare = tuple(
        (name, first, second) for name, first, second in table.lists("compare", expected, sizes=(3, 3))
    )
    for name, first, second in compare:
        question = known_question(name, study.questionnaire.questions, where)
        for code in (first, second):
            known_code(question, code, where)
        if first == second:
            raise StudyError(where, f'compares "{first}" with itself', "name two different options")
    # An opt-in sample gets a sensitivity analysis of its first question unless it is waived.
    waivable = study.sample == "probability" or table.has("sensitivity")
    sensitivity = table.texts("sensitivity") if waivable else shares[:1]
    small_areas = table.texts("small_areas")
    for key, names in (
        ("compare", tuple(question for question, _, _ in compare)),
        ("sensitivity", sensitivity),
        ("small_areas", small_areas),
    ):
        for name in names:
            if name not in shares:
                problem = f'"{name}" is not among shares ({listing(shares)})'
                raise StudyError(table.where(key), problem, "add it there")
    plan = EstimatePlan(
        shares=shares,
        by=by,
        compare=compare,
        confidence=table.number("confidence", 0.95),
        interval=table.choice("interval", INTERVALS, INTERVALS[0]),
        variance=table.choice("variance", TECHNIQUES) if table.has("variance") else None,
        sensitivity=sensitivity,
        amounts=amounts,
        small_areas=small_areas,
    )
    if not 0.5 <= plan.confidence < 1:
        raise table.refuse("confidence", "a level such as 0.95")
    table.done()
    return plan


def _check_kinds(study: Study, key: str, names: Sequence[str], kinds: tuple[str, ...]) -> None:
    """Refuse names under a key that are not questions of the kinds; raises StudyError."""
    where = study.estimates.where(key)
    for name in names:
        kind = known_question(name, study.questionnaire.questions, where).kind
        if kind not in kinds:
            raise StudyError(
                where, f'"{name}" is of kind "{kind}"', f"name questions of kind {' or '.join(kinds)}"
            )
