"""The [demand], [take_up] and [supply] tables of a study file: at which fees, by which groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from analysis.plans.supply import Supply, read_supply
from analysis.statistics.demand.take_up import TakeUp
from survey.errors import EstimateError, FollowUp, StudyError, noting
from survey.study.questionnaire import Kind, Label, Question
from survey.study.references import check_kind, known_code, known_codes, known_question, known_questions
from survey.study.study import Study
from survey.study.toml_table import Table


@dataclass(frozen=True, slots=True)
class DemandPlan:
    """Which demand to estimate.

    Attributes
    ----------
    intent, fee : str
        The single question of intent, and the number question of the highest fee accepted.
    willing : tuple of str
        Answers that count as using a place, the most certain first: it alone is the floor, all of them
        the ceiling.
    at : tuple of float
        Fees, in rising order.
    by : tuple of str
        Questions to group by.
    take_up : mapping of answer to TakeUp
        Empty where none is declared: there are then no places.
    sources : mapping of answer to Label
        Where each range comes from.
    supply : Supply or None
    """

    intent: str
    fee: str
    willing: tuple[str, ...]
    at: tuple[float, ...]
    by: tuple[str, ...]
    take_up: Mapping[str, TakeUp]
    sources: Mapping[str, Label]
    supply: Supply | None

    @property
    def curves(self) -> tuple[tuple[str, ...], ...]:
        """The answers of the floor, and of the ceiling where it is another."""
        return tuple(dict.fromkeys((self.willing[:1], self.willing)))


def curve_name(answers: tuple[str, ...]) -> str:
    """Return what stands before "@" in the option of a curve, such as "yes+depends"."""
    return "+".join(answers)


def read_demand(study: Study) -> DemandPlan | None:
    """Return the plan of demand checked, None where the study has none; raises StudyError naming the key."""
    table, known = study.demand, study.questionnaire.questions
    if not table.values:
        for other in (study.take_up, study.supply):
            if other.values:
                raise StudyError(other.where(), key="study.no_demand")
        return None
    intent = _question(table, "intent", table.text("intent"), known, "single")
    fee = _question(table, "fee", table.text("fee"), known, "number")
    willing, at, by = _willing(table, intent), _fees(table), known_questions(table, "by", known)
    for name in by:
        _check_kind(table, "by", known[name], "single")
    table.done()
    table.check_sound()
    assert intent is not None
    assert fee is not None
    take_up, sources = _take_up(study.take_up, intent, willing)
    supply = read_supply(study, by, at) if study.supply.values else None
    if supply is not None and not take_up:
        raise StudyError(study.supply.where(), key="study.no_take_up")
    return DemandPlan(intent.id, fee.id, willing, at, by, take_up, sources, supply)


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


def _fees(table: Table) -> tuple[float, ...]:
    """Return the fees; notes what are none above 0 in rising order."""
    at = table.raw("at")
    if not table.sound("at"):
        return ()
    numbers = isinstance(at, list) and bool(at) and all(type(value) in (int, float) for value in at)
    if not numbers or not at[0] > 0 or not all(a < b for a, b in pairwise(at)):
        table.spoilt("at", table.refuse("at", "fees"))
        return ()
    return tuple(float(value) for value in at)


def _question(
    table: Table, key: str, name: str, known: Mapping[str, Question], kind: Kind
) -> Question | None:
    """Return the question of a key, None after a mistake that was noted."""
    if not table.sound(key):
        return None
    try:
        question = known_question(name, known, table.where(key))
    except StudyError as found:
        table.spoilt(key, found)
        return None
    return question if _check_kind(table, key, question, kind) else None


def _check_kind(table: Table, key: str, question: Question, kind: Kind) -> bool:
    """Say whether a question is of a kind; notes it where it is not."""
    place, found = table.where(key), question.kind
    error = StudyError(place, key="study.wrong_kind", question=question.id, kind=found, kinds=(kind,))
    try:
        check_kind(question, (kind,), error)
    except StudyError as mistake:
        table.spoilt(key, mistake)
        return False
    return True


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
