"""The [demand], [take_up] and [supply] tables of a study file: at which fees, by which groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from analysis.plans.fees import Bands, Chance, FeeQuestions, Ladder, check_of_kind, named_question, read_fees
from analysis.plans.supply import Supply, read_supply
from analysis.statistics.demand.take_up import TakeUp
from survey.errors import EstimateError, FollowUp, StudyError, noting
from survey.study.questionnaire import Label, Question
from survey.study.references import known_code, known_codes, known_questions
from survey.study.study import Study
from survey.study.toml_table import Table

CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class DemandPlan:
    """Which demand to estimate.

    Attributes
    ----------
    intent : str
        The single question of intent, or the question of a chance.
    asked : FeeQuestions
        How the fee was asked.
    willing : tuple of str
        Answers that count as using a place, the most certain first: it alone is the floor, all of them
        the ceiling. "chance" where a chance was asked.
    at : tuple of float
        Fees, in rising order; 0 where a chance was asked and no fee.
    unit : Label or None
        Of the fees, as declared.
    step : float
        By what it is said how much a higher fee loses.
    by : tuple of str
        Questions to group by.
    take_up : mapping of answer to TakeUp
        Empty where none is declared: there are then no places.
    sources : mapping of answer to Label
        Where each range comes from.
    supply : Supply or None
    """

    intent: str
    asked: FeeQuestions
    willing: tuple[str, ...]
    at: tuple[float, ...]
    by: tuple[str, ...]
    unit: Label | None
    step: float
    take_up: Mapping[str, TakeUp]
    sources: Mapping[str, Label]
    supply: Supply | None

    @property
    def fee(self) -> str:
        """The question under which estimates stand: the first that asks of a fee."""
        return self.asked.questions[0]

    @property
    def curves(self) -> tuple[tuple[str, ...], ...]:
        """The answers of the floor, and of the ceiling where it is another."""
        return tuple(dict.fromkeys((self.willing[:1], self.willing)))


def curve_option(answers: tuple[str, ...], fee: float) -> str:
    """Return the option of a curve at a fee, such as "yes+depends@1298"; "chance@" where there is no fee."""
    return f"{'+'.join(answers)}@{fee_text(fee)}"


def fee_text(fee: float) -> str:
    """Return a fee as options have it, "" where there is none."""
    return f"{fee:g}" if fee else ""


def read_demand(study: Study) -> DemandPlan | None:
    """Return the plan of demand checked, None where the study has none; raises StudyError naming the key."""
    table, known = study.demand, study.questionnaire.questions
    if not table.values:
        for other in (study.take_up, study.supply):
            if other.values:
                raise StudyError(other.where(), key="study.no_demand")
        return None
    asked = read_fees(table, known)
    if asked is None:
        raise FollowUp
    chance = asked.chance if isinstance(asked, Chance) else None
    intent = known[chance] if chance else named_question(table, "intent", known, "single")
    willing = _no_intent(table) if chance else _willing(table, intent)
    at, by = _fees(table, asked), known_questions(table, "by", known)
    for name in by:
        try:
            check_of_kind(table, "by", known[name], "single")
        except StudyError as found:
            table.spoilt("by", found)
    step = table.number("step", 100)
    if not step > 0:
        table.spoilt("step", table.refuse("step", "fee_step"))
    unit = table.label("unit") if table.has("unit") else known[asked.questions[0]].unit
    table.done()
    table.check_sound()
    assert intent is not None
    if chance and study.take_up.values:
        raise StudyError(study.take_up.where(), key="study.chance_take_up")
    take_up, sources = _take_up(study.take_up, intent, willing)
    if chance:
        take_up = {CHANCE: TakeUp(1, 1, CHANCE)}
    supply = read_supply(study, by, at, unit) if study.supply.values else None
    if supply is not None and not take_up:
        raise StudyError(study.supply.where(), key="study.no_take_up")
    return DemandPlan(intent.id, asked, willing, at, by, unit, step, take_up, sources, supply)


def _no_intent(table: Table) -> tuple[str, ...]:
    """Return what stands for the answers where a chance was asked; notes an intent beside it."""
    for key in ("intent", "willing"):
        if table.has(key):
            table.spoilt(key, StudyError(table.where(key), key="study.chance_alone"))
    return (CHANCE,)


def _willing(table: Table, intent: Question | None) -> tuple[str, ...]:
    """Return the codes of the answers that count; notes those that are unknown, or all there are."""
    named, place = table.texts("willing"), table.where("willing")
    if not named and table.sound("willing"):
        table.spoilt("willing", StudyError(place, key="study.missing", name="willing"))
    if intent is None:
        return ()
    try:
        codes = known_codes(intent, named, place)
        if len(codes) < len(named):
            raise FollowUp
        if {*codes} == {*intent.codes}:
            raise StudyError(place, key="study.all_willing", question=intent.id)
    except StudyError as found:
        table.spoilt("willing", found)
        return ()
    return codes


def _fees(table: Table, asked: FeeQuestions) -> tuple[float, ...]:
    """Return the fees; notes what are none above 0 in rising order, or where the answers say nothing."""
    if isinstance(asked, Chance) and asked.fee is None:
        if table.has("at"):
            table.spoilt("at", StudyError(table.where("at"), key="study.chance_without_fee"))
        return (0.0,)
    at = table.raw("at")
    if not table.sound("at"):
        return ()
    numbers = isinstance(at, list) and bool(at) and all(type(value) in (int, float) for value in at)
    if not numbers or not at[0] > 0 or not all(a < b for a, b in pairwise(at)):
        table.spoilt("at", table.refuse("at", "fees"))
        return ()
    if isinstance(asked, (Bands, Ladder)):
        between = [f"{fee:g}" for fee in at if fee not in asked.edges]
        if between:
            edges = [f"{edge:g}" for edge in asked.edges]
            error = StudyError(table.where("at"), key="study.between_fees", found=between[0], fees=edges)
            table.spoilt("at", error)
            return ()
    return tuple(float(value) for value in at)


def _take_up(
    table: Table, intent: Question, willing: tuple[str, ...]
) -> tuple[dict[str, TakeUp], dict[str, Label]]:
    """Return the range of each answer and its source; notes answers without one, and ranges that are none."""
    ranges: dict[str, TakeUp] = {}
    sources: dict[str, Label] = {}
    for name, entry in table.named_tables():
        with noting():
            low, high = entry.pair("range", (0.0, 0.0))
            source = entry.label("source")
            entry.done()
            entry.check_sound()
            code = known_code(intent, name, entry.where())
            if code not in willing:
                raise StudyError(entry.where(), key="study.not_willing", option=code, willing=list(willing))
            try:
                ranges[code] = TakeUp(low, high, str(source))
                sources[code] = source
            except EstimateError:
                raise entry.refuse("range", "take_up") from None
    table.done()
    if len(ranges) < len(table.values):
        raise FollowUp
    missing = [code for code in willing if code not in ranges]
    if ranges and missing:
        raise StudyError(table.where(), key="study.take_up_of_some", options=missing)
    return {code: ranges[code] for code in willing if code in ranges}, sources
