"""Which columns of a table a study reads, and for what: answers, times, addresses, accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from survey.errors import ExportError
from survey.exports.export import Column, Export, Paradata
from survey.exports.plain import PLATFORM, paradata_columns
from survey.responses.columns import all_columns_of, columns_of
from survey.study.questionnaire import Questionnaire
from survey.study.screening_plan import ScreeningPlan

# Short names of columns that hold no answers, beside c0, c1, … of those that do.
DAY, WHEN, TAKEN, DEVICE, USER, PACE = "day", "sent", "taken", "device", "user", "pace"


@dataclass(frozen=True, slots=True)
class NeededColumns:
    """Columns of a table by the short names that expressions use for them.

    Attributes
    ----------
    answers : mapping of str to str
        Short name, such as "c0", of each column of answers by its header.
    of_question : mapping of str to tuple of str
        Short names of the columns that hold each question.
    typed : frozenset of str
        Short names of those of which only is asked whether something was typed.
    paradata : mapping of str to str
        Headers of "submitted", "seconds", "device" and "user", those that are there.
    headers : tuple of str
        All, in the order of the table.
    """

    answers: Mapping[str, str]
    of_question: Mapping[str, tuple[str, ...]]
    typed: frozenset[str]
    paradata: Mapping[str, str]
    headers: tuple[str, ...]


def needed_columns(
    headers: Sequence[str], questionnaire: Questionnaire, *, wave: str, file: str
) -> NeededColumns:
    """Return the columns that a study reads of a table with these headers; raises ExportError."""
    if not headers:
        raise ExportError(file, key="export.no_columns")
    paradata = {name: headers[place] for name, place in paradata_columns(headers).items()}
    # An export without rows, in which questions are looked up.
    blank = np.zeros(0, dtype=object)
    empty = [Column.of(text.strip(), blank) for text in headers if text not in paradata.values()]
    export = Export(PLATFORM, file, "", "text", tuple(empty), Paradata(np.zeros(0, dtype=np.int64)))
    answers: dict[str, str] = {}
    of_question: dict[str, tuple[str, ...]] = {}
    typed: set[str] = set()
    for question in questionnaire:
        if question.derived_from is not None or not question.form(wave).asked:
            continue
        asked = question.as_asked(wave)
        columns = columns_of(asked, export)
        if question.coded is not None:
            columns = [*columns, *all_columns_of(asked, export)]
        names = dict.fromkeys(answers.setdefault(c.header, f"c{len(answers)}") for c in columns)
        of_question[question.id] = tuple(names)
        if question.kind == "text":
            typed |= set(names)
    closed = {name for q in questionnaire if q.kind != "text" for name in of_question.get(q.id, ())}
    return NeededColumns(answers, of_question, frozenset(typed - closed), paradata, tuple(headers))


def judged_first(questionnaire: Questionnaire, plan: ScreeningPlan, wave: str) -> Questionnaire:
    """Return the questions by which the eligible and complete are known, with those they depend on."""
    names = {condition.question for condition in (*plan.consent, *plan.eligible)} | set(plan.complete)
    names |= {q.id for q in questionnaire if any(option.ineligible for option in q.options)}
    before: set[str] = set()
    while names != before:
        before = set(names)
        for question in map(questionnaire.__getitem__, before):
            names |= {condition.question for condition in question.asked_if}
            names |= set() if question.derived_from is None else {question.derived_from}
    return Questionnaire({q.id: q for q in questionnaire if q.id in names})


def needs_days(questionnaire: Questionnaire) -> bool:
    """Say whether an age is computed from the day of answering."""
    return any(q.derived_from is not None and q.kind == "number" for q in questionnaire)
