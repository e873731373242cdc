"""Distinct records with a count: all that weighting and estimation see of the respondents.

A weight depends on a person only through the margins' categories and the base weight, and an
estimate only through the answers it is about. So people with the same values are one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from survey.errors import Cell, EstimateError, closest
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.distinct_rows import count_rows, group_rows
from survey.numeric.sampling import Design
from survey.responses.answers import Answers
from survey.responses.responses import Responses
from survey.study.questionnaire import Kind, Missing


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The distinct answers to one question, numbered from 0.

    Attributes
    ----------
    options : tuple of str
        Codes of the options, including those without respondents; empty for numbers.
    values : float array, shape (levels, options), or (levels, 1) for numbers
        1 where the option is chosen; the number itself.
    missing : int array, shape (levels,)
        Kinds of `Missing`, 0 where the level is an answer.
    """

    kind: Kind
    options: tuple[str, ...]
    values: Floats
    missing: Ints

    @property
    def answered(self) -> Bools:
        """Which levels are answers, shape (levels,)."""
        return np.asarray(self.missing == Missing.ANSWERED, dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Distinct records, shape (r,) each.

    Attributes
    ----------
    codes : mapping of str to int array
        For each question, the level each record has.
    count : int array
        People in the record.
    base, base_square : float array
        Sums of their base weights d and of d². `tally_people` and `project` put people of different d
        in different records, since the leverage of methods 2.4 depends on d; an engine that
        makes a tally elsewhere may merge them, and the Taylor technique stays exact.
    stratum : int array
    units : tuple of int arrays
        As in `Design`.
    """

    codes: Mapping[str, Ints]
    levels: Mapping[str, Levels]
    count: Ints
    base: Floats
    base_square: Floats
    stratum: Ints
    units: tuple[Ints, ...]

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.count)

    @property
    def n(self) -> int:
        """Number of people."""
        return int(self.count.sum())

    def question(self, name: str) -> tuple[Levels, Ints]:
        """Return levels and codes of a question; raises EstimateError naming those there are."""
        if not isinstance(name, str) or name not in self.codes:
            raise EstimateError(
                Cell(question=str(name)),
                key="sample.no_question",
                questions=list(self.codes),
                nearest=closest(name, self.codes),
            )
        return self.levels[name], self.codes[name]

    def take(self, rows: Bools | Ints) -> Tally:
        """Return the tally of some of its records, by a mask or by their places."""
        return replace(
            self,
            codes={name: codes[rows] for name, codes in self.codes.items()},
            count=self.count[rows],
            base=self.base[rows],
            base_square=self.base_square[rows],
            stratum=self.stratum[rows],
            units=tuple(unit[rows] for unit in self.units),
        )

    def project(self, names: Sequence[str], extra: Sequence[Ints] = ()) -> tuple[Tally, Ints]:
        """Return the tally over some questions only, and which of its records each record is in.

        Parameters
        ----------
        names : sequence of str
            Questions to keep.
        extra : sequence of int arrays, shape (r,)
            Further distinctions to keep, such as the weighting cell.
        """
        keys = [self.question(name)[1] for name in names] + [self.stratum, *extra]
        keys += self.units
        people = int(self.count.max()) == 1
        weight = self.base if people else self.base / self.count
        equal = weight.min() == weight.max()
        if not equal:
            keys.append(np.unique(weight, return_inverse=True)[1].reshape(-1))
        first, group = group_rows(keys)
        if people and equal:
            # A record for each person and equal weights, as in a file of volunteers: counts are enough.
            count, d = np.bincount(group, minlength=len(first)), float(weight[0])
            sums = [count, count * d, count * d**2]
        else:
            sums = [
                np.bincount(group, weights=v, minlength=len(first)).astype(np.float64)
                for v in (self.count, self.base, self.base_square)
            ]
        return replace(
            self,
            codes={name: self.codes[name][first] for name in names},
            levels={name: self.levels[name] for name in names},
            count=sums[0].round().astype(np.int64),
            base=np.asarray(sums[1], dtype=np.float64),
            base_square=np.asarray(sums[2], dtype=np.float64),
            stratum=self.stratum[first],
            units=tuple(unit[first] for unit in self.units),
        ), group


def question_names(argument: str, names: Any) -> tuple[str, ...]:
    """Return one name, several or None as names of questions; raises EstimateError."""
    if isinstance(names, str) or names is None:
        return () if names is None else (names,)
    listed = tuple(names) if isinstance(names, Iterable) else (None,)
    if not all(isinstance(name, str) for name in listed):
        raise EstimateError(argument, key="call.question_names", found=repr(names))
    return tuple(map(str, listed))


def tally_people(responses: Responses, design: Design) -> tuple[Tally, Ints]:
    """Return the tally of all closed and numeric questions of a wave, and the record each respondent is in.

    Raises
    ------
    EstimateError
        If the design and the responses differ in length.
    """
    answers = {name: _levels(a) for name, a in responses.answers.items() if a.question.kind != "text"}
    grouped = responses.paradata.grouped
    return _people(answers, design, None if grouped is None else grouped.count).project(list(answers))


def tally_of(answers: Mapping[str, tuple[Levels, Ints]], design: Design) -> tuple[Tally, Ints]:
    """Return the tally of coded answers, each a pair of levels and codes of shape (n,).

    And a number for each respondent, equal for those of one record and rising with the records.
    """
    # A broadcast array holds one number: looking at it once is enough.
    base = design.base[:1] if design.base.strides == (0,) else design.base
    d, single = float(base.min()), len(design.sampling.fractions[0]) == 1
    equal = not design.units and single and d == float(base.max())
    _check_lengths(answers, len(design.base))
    distinct = count_rows([codes for _, codes in answers.values()]) if equal else None
    if distinct is None:
        return _people(answers, design).project(list(answers))
    keys, count, numbers = distinct
    people = count.astype(np.float64)
    return Tally(
        codes=dict(zip(answers, keys, strict=True)),
        levels={name: levels for name, (levels, _) in answers.items()},
        count=count,
        base=people * d,
        base_square=people * d**2,
        stratum=np.zeros(len(count), dtype=np.int64),
        units=(),
    ), numbers


def _people(answers: Mapping[str, tuple[Levels, Ints]], design: Design, count: Ints | None = None) -> Tally:
    """Return a tally with a record for each respondent, or for each row of `count` people in one group."""
    n = len(design.base)
    base, square = design.base, design.base**2
    if count is not None:
        base, square = base * count, square * count
    _check_lengths(answers, n)
    return Tally(
        codes={name: codes for name, (_, codes) in answers.items()},
        levels={name: levels for name, (levels, _) in answers.items()},
        count=np.ones(n, dtype=np.int64) if count is None else count,
        base=base,
        base_square=square,
        stratum=design.stratum,
        units=design.units,
    )


def _check_lengths(answers: Mapping[str, tuple[Levels, Ints]], n: int) -> None:
    for name, (_, codes) in answers.items():
        if len(codes) != n:
            raise EstimateError(Cell(question=name), key="sample.answers", answers=len(codes), weights=n)


def _levels(answers: Answers) -> tuple[Levels, Ints]:
    """Return the distinct answers to a question and which of them each respondent gave."""
    question, gap = answers.question, answers.missing
    answered = gap == Missing.ANSWERED
    if question.kind == "single":
        outside = np.array([option.ineligible for option in question.options], dtype=bool)
        people = int(outside[answers.values[answered]].sum())
        if people:
            raise EstimateError(Cell(question=question.id), key="sample.outside", people=people)
        place = np.cumsum(~outside) - 1
        values = np.eye(len(question.eligible_codes))
        codes = np.where(answered, place[answers.values], 0)
    elif question.kind == "multiple":
        first, codes = group_rows(list(answers.values.T.astype(np.int64)))
        values = answers.values[first].astype(np.float64)
    else:
        numbers, codes = np.unique(np.where(answered, answers.values, 0.0), return_inverse=True)
        values = numbers[:, None]
    kinds = [kind for kind in Missing if kind != Missing.ANSWERED]
    levels = Levels(
        kind=question.kind,
        options=question.eligible_codes if question.kind == "single" else question.codes,
        values=np.vstack([values, np.zeros((len(kinds), values.shape[1]))]),
        missing=np.array([0] * len(values) + [int(kind) for kind in kinds], dtype=np.int64),
    )
    coded = np.where(answered, np.asarray(codes).reshape(-1), len(values) + gap - 1)
    return levels, coded.astype(np.int64)
