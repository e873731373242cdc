"""The [estimates] table of a study file: which shares, by what, at which level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.numeric.covariance import Technique
from analysis.statistics.share_rows import Interval
from analysis.statistics.shares import INTERVALS
from survey.errors import StudyError, note, noting
from survey.study.questionnaire import Kind, Question
from survey.study.references import check_kind, known_code, known_question, known_questions
from survey.study.study import Study
from survey.study.toml_table import Table, unknown

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
    amounts_by : tuple of str
        Questions to group these by; those of `by` unless named.
    small_areas : tuple of str
        Questions with model-based shares by group.
    channels : tuple of str
        Questions with one answer that say through which channel an answer came.
    primary : (question, option), optional
        The one change in the whole sample that is tested by itself, named before the fieldwork.
    base_wave : str
        The wave that the last is compared with beside the one before it; the first unless named.
    """

    shares: tuple[str, ...]
    by: tuple[str, ...]
    compare: tuple[tuple[str, str, str], ...]
    confidence: float
    interval: Interval
    variance: Technique | None
    sensitivity: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    amounts_by: tuple[str, ...] = ()
    small_areas: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    primary: tuple[str, str] | None = None
    base_wave: str = ""


def read_estimate_plan(study: Study) -> EstimatePlan:
    """Return the [estimates] table checked; raises StudyError naming the key."""
    table, known = study.estimates, study.questionnaire.questions
    closed = tuple(q.id for q in study.questionnaire if q.offers_choice and q.derived_from is None)
    shares = _questions(table, "shares", known, ("single", "multiple")) or closed
    if not shares and known and table.sound("shares"):
        note(StudyError(table.where("shares"), key="study.nothing_to_share"))
    # An opt-in sample gets a sensitivity analysis of its first question unless it is waived.
    waivable = study.sample == "probability" or table.has("sensitivity")
    by = _questions(table, "by", known, ("single",))
    plan = EstimatePlan(
        shares=shares,
        by=by,
        compare=_compared(table, known),
        confidence=table.number("confidence", 0.95),
        interval=table.choice("interval", INTERVALS, INTERVALS[0]),
        variance=table.choice("variance", TECHNIQUES) if table.has("variance") else None,
        sensitivity=known_questions(table, "sensitivity", known) if waivable else shares[:1],
        amounts=_questions(table, "amounts", known, ("number",)),
        amounts_by=_questions(table, "amounts_by", known, ("single",)) if table.has("amounts_by") else by,
        small_areas=known_questions(table, "small_areas", known),
        channels=_questions(table, "channels", known, ("single",)),
        primary=_primary(table, known),
        base_wave=_base_wave(study),
    )
    if table.sound("shares"):
        for key, names in (
            ("compare", tuple(question for question, _, _ in plan.compare)),
            ("sensitivity", plan.sensitivity),
            ("small_areas", plan.small_areas),
            ("primary", plan.primary[:1] if plan.primary else ()),
        ):
            for name in names:
                if name not in shares:
                    place, listed = table.where(key), list(shares)
                    note(StudyError(place, key="study.not_in_shares", question=name, shares=listed))
    if table.has("amounts_by") and not plan.amounts and table.sound("amounts"):
        note(StudyError(table.where("amounts_by"), key="study.amounts_by_alone"))
    if table.sound("confidence") and not 0.5 <= plan.confidence < 1:
        table.spoilt("confidence", table.refuse("confidence", "confidence"))
    table.done()
    return plan


def _compared(table: Table, known: Mapping[str, Question]) -> tuple[tuple[str, str, str], ...]:
    """Return the question and the two options of each comparison."""
    compared = []
    for i, (name, *options) in enumerate(table.lists("compare", "compare", sizes=(3, 3))):
        place = table.where("compare", i)
        with noting():
            question = known_question(name, known, place.item(0))
            first, second = (known_code(question, text, place.item(j)) for j, text in enumerate(options, 1))
            if first == second:
                raise StudyError(place, key="study.compared_with_itself", option=first)
            compared.append((question.id, first, second))
    return tuple(compared)


def _primary(table: Table, known: Mapping[str, Question]) -> tuple[str, str] | None:
    """Return the question and option of the primary comparison, None where the study names none."""
    texts, place = table.texts("primary"), table.where("primary")
    if texts and len(texts) != 2:
        table.spoilt("primary", table.refuse("primary", "primary"))
    elif texts:
        with noting():
            question = known_question(texts[0], known, place.item(0))
            return question.id, known_code(question, texts[1], place.item(1))
    return None


def _base_wave(study: Study) -> str:
    """Return the wave that the last is compared with, the first unless named."""
    earlier = [wave.id for wave in study.waves][:-1]
    if not study.estimates.has("base_wave"):
        return earlier[0] if earlier else ""
    name = study.estimates.text("base_wave")
    if name not in earlier:
        place = study.estimates.where("base_wave")
        note(unknown("study.no_wave", place, name, earlier, wave=name, waves=earlier))
    return name


def _questions(
    table: Table, key: str, known: Mapping[str, Question], kinds: tuple[Kind, ...]
) -> tuple[str, ...]:
    """Return the questions under a key; notes those that are not of the kinds."""
    names = known_questions(table, key, known)
    for name in names:
        place, kind = table.where(key), known[name].kind
        error = StudyError(place, key="study.wrong_kind", question=name, kind=kind, kinds=kinds)
        try:
            check_kind(known[name], kinds, error)
            if known[name].options and not known[name].offers_choice:
                raise StudyError(place, key="study.one_option", question=name)
        except StudyError as found:
            table.spoilt(key, found)
    return names
