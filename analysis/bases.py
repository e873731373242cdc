"""Who answered some questions, group by group, and what they answered (methods 2.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

import numpy as np

from analysis.numeric.covariance import Technique
from analysis.numeric.records import Records
from survey.errors import Cell, EstimateError, check_choice
from survey.numeric.array_types import Bools, Floats, Ints
from survey.study.questionnaire import Missing
from survey.weighting.recipe import TrimmingStep
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import Tally, question_names

By = str | Sequence[str] | None
# The base: those who answered; those who were asked, or all respondents, item nonresponse being "no"; those
# who answered and those who were not asked, which is "no".
People = Literal["answered", "asked", "all", "everybody"]
# Estimates with one joint covariance (0.2 GB), and answers of all records in memory for it (1.6 GB).
MOST_ESTIMATES, MOST_ANSWERS = 5_000, 2e8


def check_sample(sample: object) -> None:
    """Refuse anything but a weighted sample; raises EstimateError."""
    if not isinstance(sample, WeightedSample):
        raise EstimateError("sample", key="call.sample", found=type(sample).__name__)


def technique_of(sample: WeightedSample, variance: Technique | None) -> Technique:
    """Return the technique asked for, or the default: "leverage" for a plain list of people.

    Raises
    ------
    EstimateError
        If there is no such technique, or the leverage correction is asked for with strata or clusters.
    """
    check_sample(sample)
    replicated = sample.sampling.replicates is not None
    if variance is not None:
        check_choice("variance", variance, Technique)
    if variance is not None and replicated != (variance == "replicates"):
        raise EstimateError(
            f'variance="{variance}"', key="estimate.replicated" if replicated else "estimate.not_replicated"
        )
    if replicated:
        return "replicates"
    if variance in ("leverage", "leverage_final") and not sample.one_stage:
        raise EstimateError(f'variance="{variance}"', key="estimate.variance_of_clusters")
    calibration = sample.calibration
    partial = calibration is not None and (
        calibration.gram is not None or sum(calibration.spans) < calibration.x.shape[1]
    )
    if variance == "swept" and partial:
        raise EstimateError('variance="swept"', key="estimate.swept_unknown")
    return variance or ("leverage" if sample.one_stage else "taylor")


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """Who answered all of some questions, domain by domain, and what they answered.

    Attributes
    ----------
    items : tuple of (question, option)
        What each column of y is of; option "" for a number.
    inside : bool array, shape (r, g)
    y : float array, shape (r, k)
    """

    items: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    inside: Bools
    y: Floats
    records: Records


def question_base(sample: WeightedSample, question: str, by: By, *, people: People = "answered") -> Base:
    """Return the base of a question with options (methods 2.8); raises EstimateError."""
    levels, _ = sample.tally.question(question)
    if not levels.options:
        raise EstimateError(Cell(question=question), key="call.no_shares", kind=levels.kind)
    return base_of(sample, [question], by, people=people)


def base_of(sample: WeightedSample, questions: Sequence[str], by: By, *, people: People = "answered") -> Base:
    """Return who answered all the questions, in each group of `by`, and their answers.

    Of those who were only asked, or of everybody, the answers are 0 where there are none.

    Raises
    ------
    EstimateError
        If a question is unknown, `by` is not of single questions, nobody answered, or more is asked at
        once than a machine holds.
    """
    check_sample(sample)
    groupers = list(question_names("by", by))
    for name in groupers:
        if groupers.count(name) > 1:
            raise EstimateError(f'by="{name}"', key="call.by_twice")
    tallied, records = project(sample, [*questions, *groupers])
    _refuse_many(tallied, questions, groupers)
    answered = np.asarray(tallied.base > 0)
    items: list[tuple[str, str]] = []
    columns = []
    for name in questions:
        levels = tallied.levels[name]
        in_base = {
            "answered": levels.answered,
            "asked": levels.missing != Missing.NOT_ASKED,
            "all": np.ones(len(levels.missing), dtype=bool),
            "everybody": levels.answered | (levels.missing == Missing.NOT_ASKED),
        }
        answered &= in_base[people][tallied.codes[name]]
        items += [(name, option) for option in levels.options or ("",)]
        columns.append(levels.values[tallied.codes[name]])
    if not answered.any():
        raise EstimateError(Cell(question=", ".join(questions)), key="estimate.no_answers")
    inside, groups = _domains(sample, tallied.codes, groupers, answered)
    y = columns[0] if len(columns) == 1 else np.hstack(columns)
    return Base(tuple(items), groups, inside, y, records)


def base_with_blanks(sample: WeightedSample, question: str, others: Sequence[str], by: By) -> Base:
    """Return who answered a question, with NaN where they did not answer some others (methods 8.1).

    Raises
    ------
    EstimateError
        As `base_of`.
    """
    check_sample(sample)
    groupers = list(question_names("by", by))
    tallied, records = project(sample, [question, *others, *groupers])
    _refuse_many(tallied, [question, *others], groupers)
    answered = tallied.levels[question].answered[tallied.codes[question]]
    if not answered.any():
        raise EstimateError(Cell(question=question), key="estimate.no_answers")
    inside, groups = _domains(sample, tallied.codes, groupers, answered)
    items: list[tuple[str, str]] = []
    columns = []
    for name in (question, *others):
        levels = tallied.levels[name]
        items += [(name, option) for option in levels.options or ("",)]
        columns.append(np.where(levels.answered[:, None], levels.values, np.nan)[tallied.codes[name]])
    return Base(tuple(items), groups, inside, np.hstack(columns), records)


def _refuse_many(tallied: Tally, questions: Sequence[str], groupers: Sequence[str]) -> None:
    """Refuse what has a joint covariance, or answers of all records, past a machine's memory."""
    options = sum(max(len(tallied.levels[name].options), 1) for name in questions)
    groups = prod(len(tallied.levels[name].options) for name in groupers)
    if options * groups > MOST_ESTIMATES or len(tallied) * max(options, groups) > MOST_ANSWERS:
        raise EstimateError(
            Cell(question=", ".join((*questions, *(f"by {name}" for name in groupers)))),
            key="estimate.too_many",
            asked=options * groups,
            most=MOST_ESTIMATES,
            answers=MOST_ANSWERS,
        )


def project(sample: WeightedSample, names: list[str]) -> tuple[Tally, Records]:
    """Return the sample's tally over some questions, and its records as the variance takes them."""
    calibration = sample.calibration
    cell = np.zeros(len(sample.tally), dtype=np.int64) if calibration is None else calibration.cell
    tallied, group = sample.tally.project(list(dict.fromkeys(names)), [cell])
    if calibration is not None:
        of_records = np.zeros(len(tallied), dtype=np.int64)
        of_records[group] = cell
        calibration = replace(calibration, cell=of_records)
    factor = np.zeros(len(tallied))
    factor[group] = sample.factor / sample.scale
    trimming = None
    raked_again = any(isinstance(s, TrimmingStep) and s.excess == "rake" for s in sample.recipe.steps)
    # Weights raked after they were cut meet the margins: all of their factor is the calibration's.
    if sample.trimming is not None and not raked_again:
        trimming = np.ones(len(tallied))
        trimming[group] = sample.trimming
    return tallied, Records(
        count=tallied.count,
        base=tallied.base * sample.scale,
        base_square=tallied.base_square * sample.scale**2,
        factor=factor,
        stratum=tallied.stratum,
        units=tallied.units,
        sampling=sample.sampling,
        calibration=calibration,
        trimming=trimming,
    )


def _domains(
    sample: WeightedSample, codes: Mapping[str, Ints], groupers: Sequence[str], answered: Bools
) -> tuple[Bools, tuple[str, ...]]:
    """Return membership of each domain's base, shape (r, g), and the groups' codes, crossed ones joined."""
    inside, groups = answered[:, None], [""]
    for name in groupers:
        levels, _ = sample.tally.question(name)
        if levels.kind != "single":
            whole = levels.kind == "number" and bool((levels.values[levels.answered] % 1 == 0).all())
            key = "call.by_codes" if whole else "call.by_kind"
            raise EstimateError(f'by="{name}"', key=key, kind=levels.kind)
        member = codes[name][:, None] == np.arange(len(levels.options))
        inside = (inside[:, :, None] & member[:, None, :]).reshape(len(answered), -1)
        groups = [f"{g} x {option}" if g else option for g in groups for option in levels.options]
    return inside, tuple(groups)


def by_name(by: By) -> str:
    """Return what the column `by` of the estimates holds."""
    return "" if by is None else by if isinstance(by, str) else " x ".join(by)
