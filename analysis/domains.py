"""A question's options in every domain at once: shares, linearised values, joint covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from analysis.linearised import DomainMeans, domain_sums, domain_totals
from analysis.records import Records
from analysis.variance import Technique, covariance_and_rest, degrees_of_freedom
from survey.array_types import Bools, Floats, Ints
from survey.errors import EstimateError
from survey.questionnaire import Missing
from survey.recipe import TrimmingStep
from survey.recipe_checks import checked_names
from survey.tally import Levels, Tally
from survey.weighted_sample import WeightedSample

By = str | Sequence[str] | None
# Who counts: those who answered; those who were asked, or everybody, silence being "no".
People = Literal["answered", "asked", "all"]
FIXED = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class DomainShares:
    """Shares of k options in g domains; rows of the covariance run domain by domain.

    Attributes
    ----------
    options, groups : tuple of str
    share : float array, shape (g, k)
        NaN in a domain without answers.
    covariance : float array, shape (g k, g k)
    fixed : bool array, shape (g, k)
        Shares that calibration fixes, so that they have no variance.
    census, stratified, plain : bool
        Whether everybody of the population is in the sample, whether it has strata, and whether it
        is a plain list of people.
    n, n_kish, df : float arrays, shape (g,)
        People in the base, Kish's effective number of them, degrees of freedom.
    """

    options: tuple[str, ...]
    groups: tuple[str, ...]
    share: Floats
    covariance: Floats
    fixed: Bools
    census: bool
    stratified: bool
    plain: bool
    n: Floats
    n_kish: Floats
    df: Floats


def technique_of(sample: WeightedSample, variance: Technique | None) -> Technique:
    """Return the technique asked for, or the default: "leverage" for a plain list of people.

    Raises
    ------
    EstimateError
        If there is no such technique, or the leverage correction is asked for with strata or clusters.
    """
    _check_sample(sample)
    replicated = sample.sampling.replicates is not None
    if variance is not None and variance not in get_args(Technique):
        offered = ", ".join(f'"{name}"' for name in get_args(Technique))
        raise EstimateError(f'variance="{variance}"', "is not known", f"use one of {offered}")
    if variance is not None and replicated != (variance == "replicates"):
        has = "has replicate weights" if replicated else "has no replicate weights"
        raise EstimateError(f'variance="{variance}"', f"does not suit a sample that {has}", "leave it out")
    if replicated:
        return "replicates"
    if variance in ("leverage", "leverage_final") and not sample.one_stage:
        raise EstimateError(
            f'variance="{variance}"', "is for samples without strata and clusters", 'use variance="taylor"'
        )
    calibration = sample.calibration
    partial = calibration is not None and (
        calibration.gram is not None or sum(calibration.spans) < calibration.x.shape[1]
    )
    if variance == "swept" and partial:
        problem = "is for margins of which everybody's category is known"
        raise EstimateError('variance="swept"', problem, 'use variance="taylor"')
    return variance or ("leverage" if sample.one_stage else "taylor")


def _check_sample(sample: object) -> None:
    if not isinstance(sample, WeightedSample):
        problem = f"was given a {type(sample).__name__}"
        raise EstimateError("sample", problem, "give one, as survey.from_frame makes it")


def check_confidence(confidence: float) -> None:
    """Refuse what is not a confidence level; raises EstimateError."""
    if not isinstance(confidence, (int, float)) or not 0.5 <= confidence < 1:
        raise EstimateError(f"confidence={confidence}", "is not a confidence level", "give one such as 0.95")


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


def shares_in(inside: Bools, base: Base, technique: Technique) -> tuple[DomainShares, Floats]:
    """Return the shares in the domains that `inside` marks, shape (r, g), and their linearised values."""
    u, share, _ = linearised_means(inside, base)
    over = denominators(inside, len(base.items)) if technique == "replicates" else None
    return described(inside, base, technique, u, share, over), u


def described(
    inside: Bools,
    base: Base,
    technique: Technique,
    u: Floats | DomainMeans,
    share: Floats,
    over: Floats | None,
) -> DomainShares:
    """Return shares, shape (g, k), with linearised values u over totals of `over`, shape (r, g k).

    `over` is needed for replicates only.
    """
    records = base.records
    joint, rest = covariance_and_rest(u, records, technique, over=over)
    weight, square = records.base * records.factor, records.base_square * records.factor**2
    total, squares, n = domain_totals(inside, weight, square, records.count.astype(np.float64))
    return DomainShares(
        options=tuple(option for _, option in base.items),
        groups=base.groups,
        share=share,
        covariance=joint,
        fixed=(rest < FIXED).reshape(share.shape),
        census=records.census,
        stratified=records.stratified,
        plain=records.plain,
        n=n,
        n_kish=np.divide(total**2, squares, out=np.zeros(len(total)), where=squares > 0),
        df=np.array([degrees_of_freedom(one, records) for one in inside.T]),
    )


def denominators(inside: Bools, k: int) -> Floats:
    """Return membership of each domain, once for each of k items, shape (r, g k)."""
    return np.repeat(inside.astype(np.float64), k, axis=1)


def question_base(sample: WeightedSample, question: str, by: By, *, people: People = "answered") -> Base:
    """Return the base of a question with options (methods 2.8); raises EstimateError."""
    levels, _ = sample.tally.question(question)
    if not levels.options:
        raise EstimateError(
            f'question "{question}"',
            f"is of kind {levels.kind}, which has no shares",
            "ask for a question with options, or for means",
        )
    return base_of(sample, [question], by, people=people)


def base_of(sample: WeightedSample, questions: Sequence[str], by: By, *, people: People = "answered") -> Base:
    """Return who answered all the questions, in each group of `by`, and their answers.

    Of those who were only asked, or of everybody, the answers are 0 where there are none.

    Raises
    ------
    EstimateError
        If a question is unknown, `by` is not of single questions, or nobody answered.
    """
    _check_sample(sample)
    groupers = list(checked_names("by", by))
    tallied, records = project(sample, [*questions, *groupers])
    answered = np.ones(len(tallied), dtype=bool)
    items: list[tuple[str, str]] = []
    columns = []
    for name in questions:
        levels = tallied.levels[name]
        answered &= _counted(levels, people)[tallied.codes[name]]
        items += [(name, option) for option in levels.options or ("",)]
        columns.append(levels.values[tallied.codes[name]])
    if not answered.any():
        raise EstimateError(
            f'question "{", ".join(questions)}"',
            "nobody in the sample answered it",
            "check the question's column and asked_if",
        )
    inside, groups = _domains(sample, tallied.codes, groupers, answered)
    y = columns[0] if len(columns) == 1 else np.hstack(columns)
    return Base(tuple(items), groups, inside, y, records)


def _counted(levels: Levels, people: People) -> Bools:
    """Return which levels of a question are of people in its base, shape (levels,)."""
    if people == "all":
        return np.ones(len(levels.missing), dtype=bool)
    if people == "asked":
        return np.asarray(levels.missing != Missing.NOT_ASKED, dtype=bool)
    return levels.answered


def project(sample: WeightedSample, names: list[str]) -> tuple[Tally, Records]:
    """Return the sample's tally over some questions, and its records as the variance takes them."""
    calibration = sample.calibration
    cell = np.zeros(len(sample.tally), dtype=np.int64) if calibration is None else calibration.cell
    tallied, group = sample.tally.project(list(dict.fromkeys(names)), [cell])
    cells = np.zeros(len(tallied), dtype=np.int64)
    cells[group] = cell
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
        x=None if calibration is None else calibration.x,
        cell=cells,
        gram=None if calibration is None else calibration.gram,
        totals_covariance=None if calibration is None else calibration.totals_covariance,
        spans=() if calibration is None else calibration.spans,
        slope=None if calibration is None else calibration.slope,
        slope_gram=None if calibration is None else calibration.slope_gram,
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
            raise EstimateError(
                f'by="{name}"',
                f"is of kind {levels.kind}",
                "group by a question with one answer, or by a derived band",
            )
        member = codes[name][:, None] == np.arange(len(levels.options))
        inside = (inside[:, :, None] & member[:, None, :]).reshape(len(answered), -1)
        groups = [f"{g} x {option}" if g else option for g in groups for option in levels.options]
    return inside, tuple(groups)


def by_name(by: By) -> str:
    """Return what the column `by` of the estimates holds."""
    return "" if by is None else by if isinstance(by, str) else " x ".join(by)


def domain_means(inside: Bools, base: Base) -> DomainMeans:
    """Return the means of y in the domains that `inside` marks, shape (r, g)."""
    y, weight = base.y, base.records.base * base.records.factor
    total = domain_totals(inside, weight)[0]
    share = np.full((inside.shape[1], y.shape[1]), np.nan)
    held = total > 0
    share[held] = domain_sums(inside, weight, y)[held] / total[held, None]
    return DomainMeans(inside, y, share, total)


def linearised_means(inside: Bools, base: Base) -> tuple[Floats, Floats, Floats]:
    """Return u = 1[in domain](y - p)/W, shape (r, g k), the means p (g, k) and the sums W (g,)."""
    found = domain_means(inside, base)
    return found.whole(), found.share, found.total
