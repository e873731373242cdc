"""The [estimates] table of a study file, and all the estimates it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from analysis.change import change
from analysis.complementary import following, withheld_together
from analysis.concordance import only_comparable, only_offered, unasked
from analysis.contrasts import group_difference, option_difference
from analysis.estimates import Estimates, combine
from analysis.means import means
from analysis.quantiles import quantiles
from analysis.ranks import ranks
from analysis.shares import INTERVALS, Interval, shares
from analysis.small_areas import small_areas
from analysis.variance import Technique
from survey.errors import StudyError, listing
from survey.one_thread import on_one_thread
from survey.study import Study
from survey.study_questions import known_code, known_question
from survey.weighted_sample import WeightedSample

# A question and what it is grouped by, "" for the whole sample.
Key = tuple[str, str]


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
    for name in ("screening", "choice") if plan.sensitivity else ():
        if name in plan.by:
            problem = f'and a question named "{name}" in by cannot be told apart'
            raise StudyError(table.where("sensitivity"), problem, "rename it")
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


@on_one_thread
def estimate(
    study: Study, samples: Mapping[str, WeightedSample], *, say: Callable[[str], None] = lambda _: None
) -> Estimates:
    """Return every estimate the study file asks for, wave by wave, then the changes.

    Parameters
    ----------
    samples : mapping of str to WeightedSample
        A weighted sample for each wave, in the order of the waves.
    say : callable
        Told what is being estimated, for progress.

    Raises
    ------
    StudyError, EstimateError
    """
    plan = _without_margins(read_plan(study), study, samples)
    single = tuple(q for q in plan.shares if study.questionnaire[q].kind == "single")
    parts: list[Estimates] = []
    previous: dict[Key, Estimates] = {}
    before = ""
    for wave, sample in samples.items():
        say(f"estimating {wave}")
        asked = _asked(plan, study, wave)
        tables = withheld_together(_wave_shares(asked, sample), adding=single)
        current = {
            key: only_offered(table, study.questionnaire, wave)
            for key, table in zip(_keys(asked), tables, strict=True)
        }
        parts += current.values()
        for question in asked.amounts:
            parts.append(means(sample, question, confidence=plan.confidence, variance=plan.variance))
            parts.append(quantiles(sample, question, confidence=plan.confidence, variance=plan.variance))
        for question, first, second in asked.compare:
            parts.append(option_difference(current[question, ""], first, second))
        parts += [
            following(
                group_difference(sample, q, by, confidence=plan.confidence, variance=plan.variance), tables
            )
            for q, by in _keys(asked)
            if by
        ]
        parts += [
            small_areas(sample, q, by, confidence=plan.confidence)
            for q in asked.small_areas
            for by in asked.by
        ]
        parts += [ranks(current[key], confidence=plan.confidence) for key in _keys(asked) if key[1]]
        if previous:
            parts += _changes(current, previous, study, waves=(before, wave))
        previous, before = current, wave
    return combine(parts)


def _asked(plan: EstimatePlan, study: Study, wave: str) -> EstimatePlan:
    """Return the plan without what a wave did not ask."""

    def put(question: str) -> bool:
        return study.questionnaire[question].form(wave).asked

    return replace(
        plan,
        shares=tuple(filter(put, plan.shares)),
        by=tuple(filter(put, plan.by)),
        amounts=tuple(filter(put, plan.amounts)),
        small_areas=tuple(filter(put, plan.small_areas)),
        compare=tuple(three for three in plan.compare if put(three[0])),
    )


def _changes(
    current: Mapping[Key, Estimates],
    previous: Mapping[Key, Estimates],
    study: Study,
    *,
    waves: tuple[str, str],
) -> list[Estimates]:
    """Return the changes of every table that either wave has, those of unlike questions withheld."""
    earlier, later = waves
    found = []
    for key in dict.fromkeys([*current, *previous]):
        if key in current and key in previous:
            moved = change(current[key], previous[key])
            found.append(only_comparable(moved, study.questionnaire, earlier=earlier, later=later))
        else:
            table = current.get(key) or previous[key]
            found.append(unasked(table, earlier=earlier, later=later))
    return found


def _without_margins(plan: EstimatePlan, study: Study, samples: Mapping[str, WeightedSample]) -> EstimatePlan:
    """Return the plan without the questions weighted on, unless the study file lists its questions.

    Weighting sets their shares, so they are no findings.
    """
    if study.estimates.has("shares"):
        return plan
    fixed = {q for s in samples.values() for m in s.record.weighting.margins for q in m.questions}
    return replace(plan, shares=tuple(q for q in plan.shares if q not in fixed) or plan.shares)


def _keys(plan: EstimatePlan) -> list[Key]:
    """Return question and grouping of every table of shares, "" for the whole sample."""
    return [(q, "") for q in plan.shares] + [(q, b) for b in plan.by for q in plan.shares if q != b]


def _wave_shares(plan: EstimatePlan, sample: WeightedSample) -> list[Estimates]:
    return [
        shares(
            sample,
            q,
            by=b or None,
            confidence=plan.confidence,
            interval=plan.interval,
            variance=plan.variance,
        )
        for q, b in _keys(plan)
    ]
