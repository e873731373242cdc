"""How a study asks what people would pay: an amount, bands, a ladder of fees, bids, or a chance of use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Literal, get_args

from analysis.statistics.demand.intervals_of_fees import Inconsistent
from survey.errors import StudyError, noting
from survey.study.questionnaire import Kind, Question
from survey.study.references import check_kind, known_code, known_question
from survey.study.toml_table import Table


@dataclass(frozen=True, slots=True)
class Amount:
    """A number question: the highest fee accepted."""

    questions: tuple[str]


@dataclass(frozen=True, slots=True)
class Bands:
    """Single questions, versions of one, with the fees from and to of each option that has a band."""

    bands: Mapping[str, Mapping[str, tuple[float, float]]]

    @property
    def questions(self) -> tuple[str, ...]:
        """The versions."""
        return tuple(self.bands)

    @property
    def edges(self) -> tuple[float, ...]:
        """The fees at which a band begins or ends."""
        ends = {end for options in self.bands.values() for band in options.values() for end in band}
        return tuple(sorted(end for end in ends if end > 0 and isfinite(end)))


@dataclass(frozen=True, slots=True)
class Ladder:
    """Fees and the single questions that ask whether each is accepted (Gabor & Granger 1966)."""

    rungs: Mapping[float, str]
    yes: str
    no: str
    inconsistent: Inconsistent

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions of the rungs."""
        return tuple(self.rungs.values())

    @property
    def edges(self) -> tuple[float, ...]:
        """The fees asked."""
        return tuple(self.rungs)


@dataclass(frozen=True, slots=True)
class Bids:
    """One or two number questions that hold the fee each person was asked, and the answers to them."""

    bids: tuple[str, ...]
    answers: tuple[str, ...]
    yes: str
    no: str
    inconsistent: Inconsistent

    @property
    def questions(self) -> tuple[str, ...]:
        """The bids, and the answers to them."""
        return (*self.bids, *self.answers)


@dataclass(frozen=True, slots=True)
class Chance:
    """A number question of a chance from 0 to 10 of using a place, and that of a fee where there is one."""

    chance: str
    fee: str | None

    @property
    def questions(self) -> tuple[str, ...]:
        """The question of the fee, or else of the chance."""
        return (self.fee or self.chance,)


How = Literal["amount", "bands", "ladder", "bids", "chance"]
FeeQuestions = Amount | Bands | Ladder | Bids | Chance
HOW: dict[type[FeeQuestions], How] = {
    Amount: "amount",
    Bands: "bands",
    Ladder: "ladder",
    Bids: "bids",
    Chance: "chance",
}
KEYS = ("fee", "bands", "ladder", "bids", "chance")


def read_fees(table: Table, known: Mapping[str, Question]) -> FeeQuestions | None:
    """Return how [demand] says that the fee was asked; None after a mistake that was noted."""
    found = [key for key in KEYS if table.has(key)]
    fee_beside = table.has("fee") and table.has("chance")
    if len(found) != 1 + fee_beside:
        table.spoilt("fee", StudyError(table.where(), key="study.one_fee", found=found, keys=KEYS))
        return None
    match found[-1]:
        case "bands":
            return _bands(table.table("bands"), known)
        case "ladder":
            return _ladder(table, known)
        case "bids":
            return _bids(table, known)
    named = [named_question(table, key, known, "number") for key in found]
    names = [question.id for question in named if question is not None]
    if len(names) < len(found):
        return None
    return (
        Amount((names[0],)) if found == ["fee"] else Chance(names[-1], names[0] if len(names) > 1 else None)
    )


def named_question(table: Table, key: str, known: Mapping[str, Question], kind: Kind) -> Question | None:
    """Return the question under a key, which has to be of a kind; None after a mistake that was noted."""
    name = table.text(key)
    if not table.sound(key):
        return None
    try:
        question = known_question(name, known, table.where(key))
        check_of_kind(table, key, question, kind)
    except StudyError as found:
        table.spoilt(key, found)
        return None
    return question


def check_of_kind(table: Table, key: str, question: Question, kind: Kind) -> None:
    """Refuse a question of another kind; raises StudyError."""
    place, found = table.where(key), question.kind
    error = StudyError(place, key="study.wrong_kind", question=question.id, kind=found, kinds=(kind,))
    check_kind(question, (kind,), error)


def _bands(table: Table, known: Mapping[str, Question]) -> Bands | None:
    """Return the bands of each version; notes options without one, and bands that overlap."""
    read: dict[str, dict[str, tuple[float, float]]] = {}
    for name, version in table.named_tables():
        with noting():
            question = known_question(name, known, version.where())
            check_of_kind(version, "", question, "single")
            bands: dict[str, tuple[float, float]] = {}
            silent = set()
            for text in version.values:
                code = known_code(question, text, version.where(text))
                if version.raw(text) == []:
                    silent.add(code)
                    continue
                bands[code] = version.pair(text)
                if bands[code][0] < 0:
                    version.spoilt(text, version.refuse(text, "fee_band"))
            version.check_sound()
            missing = [code for code in question.eligible_codes if code not in bands and code not in silent]
            if missing:
                raise StudyError(version.where(), key="study.fee_without_band", options=missing)
            ordered = sorted(bands.values())
            if not ordered or any(a[1] > b[0] for a, b in pairwise(ordered)):
                raise StudyError(version.where(), key="study.fee_bands_overlap")
            read[question.id] = bands
    if not table.values:
        table.spoilt("", StudyError(table.where(), key="study.no_bands"))
    return Bands(read) if read and len(read) == len(table.values) else None


def _ladder(table: Table, known: Mapping[str, Question]) -> Ladder | None:
    """Return the rungs in rising order; notes fees that are none, and questions without yes or no."""
    entry, rungs = table.table("ladder"), dict[float, str]()
    for text in entry.values:
        question = named_question(entry, text, known, "single")
        fee = float(text) if text.replace(".", "", 1).isdecimal() else 0.0
        if fee <= 0 or fee in rungs:
            entry.spoilt(text, StudyError(entry.where(text), key="study.no_rung", found=text))
        elif question is not None:
            rungs[fee] = question.id
    if not entry.values:
        entry.spoilt("", StudyError(entry.where(), key="study.no_rungs"))
    yes, no, inconsistent = _answers(table, [known[name] for name in rungs.values()])
    return Ladder(dict(sorted(rungs.items())), yes, no, inconsistent) if table.sound("ladder") else None


def _bids(table: Table, known: Mapping[str, Question]) -> Bids | None:
    """Return the bids and answers, of one or two steps."""
    bids, answers = list[Question](), list[Question]()
    entries = table.tables("bids")
    for entry in entries:
        bid = named_question(entry, "bid", known, "number")
        answer = named_question(entry, "answer", known, "single")
        entry.done()
        if bid is not None and answer is not None:
            bids.append(bid)
            answers.append(answer)
    if len(entries) not in (1, 2) and table.sound("bids"):
        table.spoilt("bids", table.refuse("bids", "bids"))
    yes, no, inconsistent = _answers(table, answers)
    if not bids or not table.sound("bids"):
        return None
    return Bids(tuple(q.id for q in bids), tuple(q.id for q in answers), yes, no, inconsistent)


def _answers(table: Table, questions: list[Question]) -> tuple[str, str, Inconsistent]:
    """Return the codes of yes and no, which are the same in all the questions, and what holds of both."""
    inconsistent = table.choice("inconsistent", get_args(Inconsistent), "first_no")
    codes = []
    texts = {"yes": table.text("yes"), "no": table.text("no")}
    for key, text in texts.items():
        found = set[str]()
        for question in questions if table.sound(key) else ():
            try:
                found.add(known_code(question, text, table.where(key)))
            except StudyError as error:
                table.spoilt(key, error)
                break
        if len(found) > 1:
            table.spoilt(key, StudyError(table.where(key), key="study.other_codes", codes=sorted(found)))
        codes.append(next(iter(found), ""))
    return codes[0], codes[1], inconsistent
