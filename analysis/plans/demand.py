"""The [demand], [take_up] and [supply] tables of a study file: fees, whose demand, against which places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from analysis.plans.supply import Supply, read_supply
from analysis.statistics.demand.take_up import TakeUp
from survey.errors import EstimateError, StudyError, noting
from survey.study.questionnaire import Question
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
    supply : Supply or None
    """

    intent: str
    fee: str
    willing: tuple[str, ...]
    at: tuple[float, ...]
    by: tuple[str, ...]
    take_up: Mapping[str, TakeUp]
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
    intent = _question(table, "intent", known, "single")
    fee = _question(table, "fee", known, "number")
    willing = table.texts("willing")
    if not willing and table.sound("willing"):
        table.spoilt("willing", StudyError(table.where("willing"), key="study.missing", name="willing"))
    codes: tuple[str, ...] = ()
    if intent is not None:
        codes = known_codes(intent, willing, table.where("willing"))
        if len({*codes}) == len(intent.codes):
            table.spoilt(
                "willing", StudyError(table.where("willing"), key="study.all_willing", question=intent.id)
            )
    at = table.raw("at")
    rising = isinstance(at, list) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0 for value in at
    )
    if table.sound("at") and not (rising and at and all(a < b for a, b in pairwise(at))):
        table.spoilt("at", table.refuse("at", "fees"))
        at = []
    by = known_questions(table, "by", known)
    for name in by:
        error = StudyError(
            table.where("by"), key="study.wrong_kind", question=name, kind=known[name].kind, kinds=("single",)
        )
        with noting():
            check_kind(known[name], ("single",), error)
    table.done()
    take_up = _take_up(study.take_up, intent, codes)
    fees = tuple(float(value) for value in at or ())
    supply = read_supply(study, by, fees) if study.supply.values else None
    if supply is not None and not take_up and study.take_up.sound():
        raise StudyError(study.supply.where(), key="study.no_take_up")
    return DemandPlan(
        intent="" if intent is None else intent.id,
        fee="" if fee is None else fee.id,
        willing=codes,
        at=fees,
        by=by,
        take_up=take_up,
        supply=supply,
    )


def _question(table: Table, key: str, known: Mapping[str, Question], kind: str) -> Question | None:
    """Return the question of a key, None after a mistake that was noted."""
    name = table.text(key)
    if not table.sound(key):
        return None
    try:
        question = known_question(name, known, table.where(key))
        error = StudyError(
            table.where(key), key="study.wrong_kind", question=name, kind=question.kind, kinds=(kind,)
        )
        check_kind(question, (kind,), error)  # type: ignore[arg-type]
    except StudyError as found:
        table.spoilt(key, found)
        return None
    return question


def _take_up(table: Table, intent: Question | None, willing: tuple[str, ...]) -> dict[str, TakeUp]:
    """Return the range of each answer; notes answers without one, and ranges that are none."""
    ranges: dict[str, TakeUp] = {}
    for name, entry in table.named_tables():
        with noting():
            low, high = entry.pair("range", (0.0, 0.0))
            source = entry.text("source")
            entry.done()
            entry.check_sound()
            if intent is None:
                continue
            code = known_code(intent, name, entry.where())
            if code not in willing:
                raise StudyError(entry.where(), key="study.not_willing", option=code, willing=list(willing))
            try:
                ranges[code] = TakeUp(low, high, source)
            except EstimateError:
                raise entry.refuse("range", "take_up") from None
    table.done()
    missing = [code for code in willing if code not in ranges]
    if ranges and missing and table.sound():
        raise StudyError(table.where(), key="study.take_up_of_some", options=missing)
    return {code: ranges[code] for code in willing if code in ranges}
