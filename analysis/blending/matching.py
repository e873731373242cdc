"""Two samples matched: the same covariates in the same columns, or a refusal that names what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from analysis.bases import By, check_sample, project
from analysis.numeric.blending.estimators import Question
from analysis.numeric.records import Records
from survey.errors import Cell, EstimateError
from survey.numeric.array_types import Bools, Floats, Ints
from survey.study.questionnaire import Missing
from survey.weighting.recipe import CalibrationStep
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import Tally, question_names


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """What is estimated from two samples.

    Attributes
    ----------
    rows_a : int array, shape (m,)
        Records of the volunteers that count.
    asked : bool
        Whether everybody was asked, as far as the volunteers say.
    target : Question
    in_reference : bool
        Whether the random sample has the domains.
    """

    volunteers: WeightedSample
    reference: WeightedSample
    question: str
    items: tuple[str, ...]
    groups: tuple[str, ...]
    tally_a: Tally
    records_a: Records
    records_b: Records
    tally_b: Tally
    rows_a: Ints
    known_b: Bools
    target: Question
    asked: bool
    in_reference: bool

    @property
    def people_a(self) -> Floats:
        """Volunteers in each domain, shape (g,)."""
        return self.records_a.count[self.rows_a].astype(np.float64) @ self.target.z_a

    @property
    def people_b(self) -> Floats:
        """People of the random sample in each domain, shape (g,)."""
        return self.records_b.count.astype(np.float64) @ self.target.z_b


def unweighted_volunteers(sample: WeightedSample) -> WeightedSample:
    """Return the volunteers before any step of weighting; refuses weights and a design of their own."""
    check_sample(sample)
    start = sample if sample.start is None else sample.start
    weight = start.tally.base / start.tally.count
    if weight.min() != weight.max():
        raise EstimateError("volunteers", key="blend.own_weights")
    if not start.one_stage:
        raise EstimateError("volunteers", key="blend.own_design")
    return start


def last_step(sample: WeightedSample) -> CalibrationStep | None:
    """Return the raking that the volunteers' recipe ends with, None where it has no step.

    Raises
    ------
    EstimateError
        If the recipe has any other step: its error would be left out.
    """
    steps = sample.recipe.steps
    if not steps:
        return None
    if len(steps) > 1 or not isinstance(steps[0], CalibrationStep):
        raise EstimateError("volunteers", key="blend.recipe", steps=[str(step) for step in steps])
    return steps[0]


def matched(
    volunteers: WeightedSample,
    reference: WeightedSample,
    question: str,
    covariates: Sequence[str],
    by: By = None,
    *,
    also: Sequence[str] = (),
) -> Matched:
    """Return the two samples over a question, its covariates and domains; raises EstimateError.

    Parameters
    ----------
    also : sequence of str
        Further questions of the random sample.
    """
    start, step = unweighted_volunteers(volunteers), last_step(volunteers)
    check_sample(reference)
    # Replicates stand in the sample as weighted; how often each has a person does not depend on the weights.
    start = start if volunteers.sampling.replicates is None else volunteers
    groupers = list(question_names("by", by))
    tally_a, records_a = project(start, [question, *covariates, *groupers, *_of_step(step)])
    in_reference = all(name in reference.tally.codes for name in groupers)
    theirs = [*covariates, *(groupers if in_reference else ()), *also]
    tally_b, records_b = project(reference, theirs)
    missing = tally_a.levels[question].missing[tally_a.codes[question]]
    counted = (missing == Missing.ANSWERED) | (missing == Missing.NOT_ASKED)
    rows = np.flatnonzero(counted & known(tally_a, covariates) & (tally_a.base > 0))
    known_b = known(tally_b, covariates) & (tally_b.base > 0)
    if not (missing[rows] == Missing.ANSWERED).any():
        raise EstimateError(Cell(question=question), key="estimate.no_answers")
    if not known_b.any():
        raise EstimateError("reference", key="blend.nobody_known", covariates=list(covariates))
    names = [categories(tally_a, tally_b, name, in_reference=in_reference) for name in groupers]
    z_b = _domains(tally_b, groupers, names) if in_reference else _nobody(tally_b, names)
    z_a = _domains(tally_a, groupers, names)[rows]
    target = _target(tally_a, question, rows, z_a, z_b & known_b[:, None])
    return Matched(
        volunteers=volunteers,
        reference=reference,
        question=question,
        items=tally_a.levels[question].options or ("",),
        groups=tuple(" x ".join(group) for group in product(*names)),
        tally_a=tally_a,
        records_a=records_a,
        records_b=records_b,
        tally_b=tally_b,
        rows_a=rows,
        known_b=known_b,
        target=target,
        asked=bool(target.answered.all()),
        in_reference=in_reference,
    )


def _of_step(step: CalibrationStep | None) -> list[str]:
    """Return the questions of the last step's margins and totals."""
    if step is None:
        return []
    return [*(name for margin in step.margins for name in margin.questions), *dict(step.totals)]


def _target(tally: Tally, question: str, rows: Ints, z_a: Bools, z_b: Bools) -> Question:
    """Return the answers of some records, and who is in each domain, shapes (m, g) and (k, g)."""
    levels, codes = tally.levels[question], tally.codes[question][rows]
    answered = levels.answered[codes]
    y = np.where(answered[:, None], levels.values[codes], 0.0)
    return Question(y, answered, z_a & answered[:, None], z_b)


def known(tally: Tally, names: Sequence[str]) -> Bools:
    """Return which records have an answer to all of some questions."""
    found = np.ones(len(tally), dtype=bool)
    for name in names:
        found &= tally.levels[name].answered[tally.codes[name]]
    return found


def categories(tally_a: Tally, tally_b: Tally, name: str, *, in_reference: bool = True) -> list[str]:
    """Return the categories of a single question that somebody of either sample is in."""
    if tally_a.question(name)[0].kind != "single":
        kind = tally_a.levels[name].kind
        raise EstimateError(f'by="{name}"', key="call.by_kind", kind=kind)
    people = [of_categories(tally_a, name)]
    if in_reference:
        check_kinds(tally_a, tally_b, name)
        people.append(of_categories(tally_b, name))
    found = list(dict.fromkeys(code for counts in people for code in counts))
    return [code for code in found if any(counts.get(code, 0) for counts in people)]


def of_categories(tally: Tally, name: str) -> dict[str, int]:
    """Return how many people are in each category of a single question."""
    levels, codes = tally.question(name)
    people = np.where(tally.base > 0, tally.count, 0).astype(np.float64) @ levels.values[codes]
    return dict(zip(levels.options, people.astype(int).tolist(), strict=True))


def one_hot(tally: Tally, name: str, names: Sequence[str]) -> Floats:
    """Return membership of some categories, shape (r, categories); 0 where there is no answer."""
    levels, codes = tally.question(name)
    place = {code: j for j, code in enumerate(levels.options)}
    found = np.zeros((len(tally), len(names)))
    for j, code in enumerate(names):
        if code in place:
            found[:, j] = levels.values[codes, place[code]]
    return found


def of_options(tally: Tally, name: str, options: Sequence[str]) -> Floats:
    """Return answers in the order of some options, shape (r, options); a number as it is."""
    levels, codes = tally.question(name)
    values = levels.values[codes]
    return values if not levels.options else values[:, [levels.options.index(option) for option in options]]


def _domains(tally: Tally, groupers: Sequence[str], names: Sequence[Sequence[str]]) -> Bools:
    inside = np.ones((len(tally), 1), dtype=bool)
    for name, codes in zip(groupers, names, strict=True):
        member = one_hot(tally, name, codes) > 0
        inside = (inside[:, :, None] & member[:, None, :]).reshape(len(tally), -1)
    return inside


def _nobody(tally: Tally, names: Sequence[Sequence[str]]) -> Bools:
    return np.zeros((len(tally), int(np.prod([len(codes) for codes in names]))), dtype=bool)


def check_kinds(tally_a: Tally, tally_b: Tally, name: str) -> None:
    """Refuse a question that is of another kind in the random sample."""
    kinds = tally_a.question(name)[0].kind, tally_b.question(name)[0].kind
    if kinds[0] != kinds[1]:
        raise EstimateError(f'"{name}"', key="blend.kinds", volunteers=kinds[0], reference=kinds[1])
