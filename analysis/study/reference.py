"""The random sample of a study beside its last wave: bias, joined estimates, balance (methods 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.blending.against_reference import Adjustment
from analysis.blending.balance import balance
from analysis.blending.blend import blend
from analysis.blending.composite import composite
from analysis.blending.joined import JOINING
from analysis.blending.reference_bias import reference_bias
from analysis.blending.worth import worth_in_random_answers
from analysis.estimates import Estimates, combine, make_estimates
from analysis.numeric.blending.joining import Fit
from analysis.plans.estimates import EstimatePlan, read_estimate_plan
from analysis.publication.complementary import suppress
from analysis.statistics.shares import shares
from analysis.statistics.testing.adjust import adjusted_p_values
from survey.errors import EstimateError, StudyError
from survey.messages.lines import Line, Say, line, unsaid
from survey.study.questionnaire import Question
from survey.study.reference_plan import JoiningMethod, ReferencePlan
from survey.study.study import Study
from survey.weighting.reference.from_study import reference_of
from survey.weighting.sample import WeightedSample

# Of methods whose bias can be measured: the error of the nearest is not known.
TESTED: tuple[Adjustment, ...] = ("ipw", "ipw_calibrated", "mass_imputation", "doubly_robust")
# What stops one question alone, and not the run.
UNFITTED = ("blend.separated", "blend.not_asked")
LEVEL = 0.05  # of the test that withholds joined estimates


@dataclass(frozen=True, slots=True)
class Beside:
    """The last wave and a random sample, and what both were asked.

    Attributes
    ----------
    shared : tuple of Question
        Questions of both that are no covariates.
    alone : tuple of Question
        Questions of the volunteers alone.
    """

    volunteers: WeightedSample
    reference: WeightedSample
    plan: ReferencePlan
    settings: EstimatePlan
    shared: tuple[Question, ...]
    alone: tuple[Question, ...]


def beside(study: Study, sample: WeightedSample) -> Beside:
    """Return the last wave beside the random sample of a study, which has one.

    Raises
    ------
    StudyError
        If the random sample has none of the questions that are estimated, and joins nothing either.
    ExportError, EstimateError
        As `survey.reference`.
    """
    plan, settings, reference = study.reference, read_estimate_plan(study), reference_of(study)
    assert plan is not None
    asked = [
        study.questionnaire[q] for q in settings.shares if study.questionnaire[q].form(sample.wave).asked
    ]
    used = {*plan.covariates, *plan.outcome_covariates}
    shared = tuple(q for q in asked if q.id in reference.tally.codes and q.id not in used)
    alone = tuple(q for q in asked if q.id not in reference.tally.codes)
    if not shared and not plan.methods:
        raise StudyError(
            f"{study.path.name}, [reference]",
            key="study.nothing_shared",
            place=("reference", "questions"),
            questions=[q.id for q in asked],
        )
    return Beside(sample, reference, plan, settings, shared, alone)


def reference_tables(study: Study, sample: WeightedSample, *, say: Say = unsaid) -> list[Estimates]:
    """Return what a random sample says of the volunteers of the last wave, ready for publication.

    Measures: of questions both have "reference_share", "bias_unweighted", "bias_weighted", "bias_METHOD" of
    each method, "composite" with a cautious bias, "random_answers"; of questions the
    volunteers alone have, whole and by group, a measure named as the method, suppressed (note "bias_remains")
    where a bias is still clear after joining by it; and the rows of `balance`.

    Raises
    ------
    StudyError, ExportError, EstimateError
        As `beside`, `analysis.blend` and `analysis.reference_bias`.
    """
    say(line("run.random", wave=sample.wave))
    pair = beside(study, sample)
    n = pair.reference.tally.n
    people = {"wave": sample.wave, "measure": "reference_people", "method": "count", "estimate": n, "n": n}
    parts = [make_estimates([people], None, {sample.wave: sample.history}), *_shared(pair)]
    for method in pair.plan.methods:
        remaining = [*_remaining(pair, method)]
        parts += remaining
        biased = _clear(remaining)
        parts += [_judged(table, biased=biased, tested=bool(remaining)) for table in _joined(pair, method)]
    weighting = [method for method in pair.plan.methods if method in JOINING]
    if weighting:
        fit: Fit = "calibrated" if weighting[0] == "ipw_calibrated" else "pseudo_likelihood"
        parts.append(balance(pair.volunteers, pair.reference, pair.plan.covariates, joining=fit))
    return parts


def reference_note(study: Study, sample: WeightedSample) -> Line:
    """Return a line on what the random sample is set against, everything tried; raises as a report would."""
    pair = beside(study, sample)
    reference_tables(study, sample)
    told: dict[str, object] = {"file": pair.plan.path.name, "n": pair.reference.tally.n}
    told["shared"] = [question.id for question in pair.shared] or line("wording.none")
    if not pair.plan.methods:
        return Line("wording.random", told)
    told["joined"] = [question.id for question in pair.alone] or line("wording.nothing")
    return Line("wording.random_joined", told | {"by": list(pair.plan.covariates)})


def measured_bias(tables: Sequence[Estimates]) -> Estimates | None:
    """Return the bias of the volunteers, as weighted where they are; None where none was measured."""
    for measure in ("bias_weighted", "bias_unweighted"):
        known = [table for table in tables if (table.frame["measure"] == measure).any()]
        if known:
            return combine(known)
    return None


def _shared(pair: Beside) -> Iterator[Estimates]:
    """Yield shares of the random sample, the volunteers' bias before and after weighting, and composites."""
    samples = {"unweighted": pair.volunteers.start or pair.volunteers}
    samples |= {} if pair.volunteers.start is None else {"weighted": pair.volunteers}
    level = pair.settings.confidence
    for question in pair.shared:
        yield _of_reference(pair, question)
        for name, sample in samples.items():
            table = reference_bias(sample, pair.reference, question.id, confidence=level)
            yield _named(table, f"bias_{name}")
        given = (pair.volunteers, pair.reference, question.id)
        yield composite(*given, bias_from="cautious", confidence=level)
        yield worth_in_random_answers(*given, confidence=level)


def _of_reference(pair: Beside, question: Question) -> Estimates:
    """Return the shares of the random sample, as a measure of the wave that they stand beside."""
    table = shares(
        pair.reference, question.id, confidence=pair.settings.confidence, interval=pair.settings.interval
    )
    frame = table.frame.assign(wave=pair.volunteers.wave, measure="reference_share")
    return Estimates(frame, None, {pair.volunteers.wave: pair.volunteers.history})


def _named(table: Estimates, measure: str) -> Estimates:
    return replace(table, frame=table.frame.assign(measure=measure))


def _remaining(pair: Beside, method: JoiningMethod) -> Iterator[Estimates]:
    """Yield the bias of shared questions that a method leaves."""
    adjustment = next((one for one in TESTED if one == method), None)
    for question in pair.shared if adjustment is not None else ():
        assert adjustment is not None
        table = reference_bias(
            pair.volunteers,
            pair.reference,
            question.id,
            adjustment=adjustment,
            covariates=pair.plan.covariates,
            outcome_covariates=pair.plan.outcome_covariates,
            confidence=pair.settings.confidence,
        )
        yield _named(table, f"bias_{method}")


def _clear(tables: list[Estimates]) -> bool:
    """Say whether a bias is clear among all that are tested, by Holm; two options of one question are one."""
    tests = []
    for table in tables:
        p = table.frame["p_value"].to_numpy(dtype=np.float64)
        p = p[np.isfinite(p)]
        tests.append(p[:1] if len(p) == 2 and np.ptp(p) < 1e-6 else p)
    together = np.concatenate(tests) if tests else np.zeros(0)
    return bool(len(together)) and bool((adjusted_p_values(together) < LEVEL).any())


def _joined(pair: Beside, method: JoiningMethod) -> Iterator[Estimates]:
    """Yield joined shares of the questions that the volunteers alone have, whole and by group."""
    first = method == pair.plan.methods[0]
    for question in pair.alone:
        groupings = _groupings(pair, question) if first else []
        tables = [_blended(pair, question, method, by) for by in ("", *groupings)]
        known = [table for table in tables if table is not None]
        if known:
            yield combine(known)


def _blended(pair: Beside, question: Question, method: JoiningMethod, by: str) -> Estimates | None:
    """Return joined shares; None where so few chose an option that its answers cannot be fitted.

    Nor where not everybody was asked and the random sample does not tell who would have been.
    """
    try:
        return blend(
            pair.volunteers,
            pair.reference,
            question.id,
            covariates=pair.plan.covariates,
            outcome_covariates=pair.plan.outcome_covariates,
            method=method,
            by=by or None,
            confidence=pair.settings.confidence,
        )
    except EstimateError as error:
        if error.key not in UNFITTED:
            raise
        return None


def _groupings(pair: Beside, question: Question) -> list[str]:
    """Return the groupings of the estimates that both samples know."""
    return [
        by
        for by in pair.settings.by
        if by in pair.volunteers.tally.codes and by in pair.reference.tally.codes and by != question.id
    ]


def _judged(table: Estimates, *, biased: bool, tested: bool) -> Estimates:
    """Return joined estimates without numbers where a bias remains, and marked where none was tested."""
    if biased:
        shown = (table.frame["flag"] != "suppress").to_numpy()
        return suppress(table, shown, "bias_remains")
    if tested:
        return table
    plain = table.frame["flag"] == ""
    flags, notes = (
        table.frame["flag"].mask(plain, "caution"),
        table.frame["note"].mask(plain, "bias_not_tested"),
    )
    return replace(table, frame=table.frame.assign(flag=flags, note=notes))
