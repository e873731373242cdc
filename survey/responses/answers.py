"""The answers to one question, as codes and kinds of missing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.numeric.array_types import Bools, Ints
from survey.study.questionnaire import Missing, Question


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The answers to one question.

    Attributes
    ----------
    values : array
        single: int, shape (n,), place among the options, -1 where there is no answer;
        multiple: bool, shape (n, options), False where there is no answer;
        number and month: float, shape (n,), NaN where there is no answer;
        text: empty, since typed text is not kept.
    missing : int array, shape (n,)
        Kinds of `Missing`, 0 where answered.
    contradicted : bool array, shape (n,), or None
        Who ticked "none of these" beside another option; None if nobody did.
    unlisted : bool array, shape (n,), or None
        Who typed words that are not an option and are coded to "other"; None if nobody did.
    out_of_turn : bool array, shape (n,), or None
        Who answered though the study file says they were not asked; None if nobody did.
    note : str
        How cells were read that others may read differently; "" where there are none.
    """

    question: Question
    values: np.ndarray
    missing: Ints
    contradicted: Bools | None = None
    unlisted: Bools | None = None
    out_of_turn: Bools | None = None
    note: str = ""

    def take(self, keep: Bools | Ints) -> Answers:
        """Return the answers of the rows chosen."""
        per_row = ("values", "missing", "contradicted", "unlisted", "out_of_turn")
        known = {name: values for name in per_row if (values := getattr(self, name)) is not None}
        return replace(self, **{name: values[keep] for name, values in known.items()})


def flags_or_none(flags: Bools) -> Bools | None:
    """Return the flags, or None if all are False."""
    return flags if flags.any() else None


def not_asked(question: Question, n: int) -> Answers:
    """Return the answers of n people who were not asked a question."""
    missing = np.full(n, int(Missing.NOT_ASKED), dtype=np.int64)
    if question.kind == "single":
        return Answers(question, np.full(n, -1, dtype=np.int64), missing)
    if question.kind == "multiple":
        return Answers(question, np.zeros((n, len(question.options)), dtype=bool), missing)
    return Answers(question, np.full(n, np.nan), missing)


def among_all_options(answers: Answers, question: Question) -> Answers:
    """Return answers to a question that a wave asked with fewer options, placed among all options."""
    codes = answers.question.codes
    if codes == question.codes:
        return replace(answers, question=question)
    places = np.array([question.codes.index(code) for code in codes], dtype=np.int64)
    if question.kind == "single":
        values = np.where(answers.values >= 0, places[answers.values], -1)
    else:
        values = np.zeros((len(answers.missing), len(question.codes)), dtype=bool)
        values[:, places] = answers.values
    return replace(answers, question=question, values=values)
