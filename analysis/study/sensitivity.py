"""The sensitivity analysis of a whole study: how far its headline estimates could be off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf

import numpy as np

from analysis.estimates import Estimates, combine
from analysis.plans.estimates import read_estimate_plan
from analysis.plans.sensitivity import SensitivityPlan, other_margins, read_sensitivity
from analysis.sensitivity.alternative_shares import (
    ShareStyle,
    copies_left_out,
    rule_alternatives,
    screening_variants,
    weighting_alternatives,
)
from analysis.sensitivity.alternatives import changes_of, distinct
from analysis.sensitivity.benchmarks import benchmark_errors, bias_allowances
from analysis.sensitivity.imputed_shares import IMPUTED_ABOVE, imputed_shares, item_nonresponse
from analysis.sensitivity.margin_robustness import margin_moves
from analysis.sensitivity.proxies import proxy_pattern_mixture
from analysis.sensitivity.tipping import change_tippings, data_defect_correlation, tipping_points
from analysis.statistics.share_bounds import share_bounds
from survey.errors import StudyError
from survey.messages.lines import Say, line, unsaid
from survey.responses.responses import Responses
from survey.screening.screen import Flags, screening_flags
from survey.study.study import Study
from survey.weighting.sample import WeightedSample

SEED = 20200901  # of the imputation's draws


def without_copies(study: Study, returned: Responses, kept: Responses, flags: Flags) -> list[Estimates]:
    """Return the shares of a wave without responses marked as near copies, where any are counted."""
    plan = read_estimate_plan(study)
    if flags.copies is None or kept.flow is None or kept.flow.copies is None or not kept.flow.copies.counted:
        return []
    marked = np.isin(kept.paradata.rows, returned.paradata.rows[flags.copies.marked])
    style = ShareStyle(plan.confidence, plan.interval, plan.variance)
    asked = [q for q in plan.shares if study.questionnaire[q].form(returned.wave.id).asked]
    parts = [copies_left_out(study, kept, marked, question, style=style) for question in asked]
    return [part for part in parts if len(part)]


def wave_alternatives(
    study: Study,
    sample: WeightedSample,
    returned: Responses,
    *,
    flags: Flags | None = None,
    say: Say = unsaid,
) -> dict[str, Estimates]:
    """Return the shares of a wave under other rules of screening, other weights and bases, by question.

    Of the questions under `sensitivity` that the wave asked. Arguments as of `sensitivity_analysis`.
    """
    plan, margins = read_estimate_plan(study), other_margins(study)
    style = ShareStyle(plan.confidence, plan.interval, plan.variance)
    found = {}
    for question in plan.sensitivity:
        if not study.questionnaire[question].form(returned.wave.id).asked:
            continue
        say(line("run.other_choices", wave=returned.wave.id, question=question))
        flags = screening_flags(returned, study.screening) if flags is None else flags
        parts = [
            screening_variants(study, returned, question, style=style, flags=flags),
            rule_alternatives(study, returned, question, style=style, flags=flags),
            weighting_alternatives(sample, question, other_margins=margins, style=style),
        ]
        found[question] = distinct(combine(part for part in parts if len(part)), question)
    return found


def sensitivity_analysis(
    study: Study,
    sample: WeightedSample,
    *,
    estimates: Estimates,
    alternatives: Sequence[Mapping[str, Estimates]],
    measured: Estimates | None = None,
    say: Say = unsaid,
) -> list[Estimates]:
    """Return the sensitivity analysis of the last wave's headline shares, a table a method (methods 4, 7).

    For the questions under `sensitivity`: other rules of screening, other weights and bases, and the change
    since the wave before under each of them; bounds for item nonresponse and, where it exceeds a tenth,
    imputed shares. Of an opt-in sample also tipping points, the data defect correlation where the population
    is given, proxies and the moves of margins where the sample is weighted, and benchmarks.

    Parameters
    ----------
    sample : WeightedSample
        The last wave.
    estimates : Estimates
        Shares and changes of all waves.
    alternatives : sequence of mappings
        Those of `wave_alternatives` of the wave before and of the last; of the last alone where there is one.
    measured : Estimates, optional
        The bias against a random sample, which is then what is allowed for.
    say : callable
        Called with a line on the question analysed, to show progress.

    Raises
    ------
    StudyError
        If [honesty] population is not larger than the sample, or a table of the study file is wrong.
    """
    plan, known = read_estimate_plan(study), read_sensitivity(study)
    if known.population is not None and not known.population > sample.tally.n:
        raise StudyError(
            study.honesty.where("population"),
            key="study.small_population",
            population=known.population,
            people=sample.tally.n,
        )
    *before, latest = alternatives
    waves = [wave.id for wave in study.waves]
    shares = _rows(estimates, waves[-1], plan.sensitivity)
    changes = _rows(estimates, f"{waves[-1]} - {waves[-2]}", plan.sensitivity) if before else None
    parts: list[Estimates] = []
    for question in plan.sensitivity:
        say(line("run.sensitivity", wave=sample.wave, question=question))
        parts += [latest[question]] if question in latest else []
        if changes is not None and question in latest and question in before[0]:
            parts.append(changes_of(latest[question], before[0][question], changes))
        missing = item_nonresponse(sample, question)
        if missing > 0:
            parts.append(share_bounds(sample, question, confidence=plan.confidence, variance=plan.variance))
        if missing > IMPUTED_ABOVE:
            parts.append(imputed_shares(sample, question, seed=SEED, confidence=plan.confidence))
        parts.append(margin_moves(sample, question, shares))
        if study.sample == "opt-in" and sample.calibration is not None:
            parts.append(proxy_pattern_mixture(sample, question, population=known.population or inf))
    if study.sample == "opt-in" and len(shares):
        if changes is not None and len(changes):
            earlier = _rows(estimates, waves[-2], plan.sensitivity)
            parts.append(change_tippings(changes, shares, earlier))
        parts += _of_volunteers(sample, shares, known, measured)
    return [part for part in parts if len(part)]


def _of_volunteers(
    sample: WeightedSample, shares: Estimates, known: SensitivityPlan, measured: Estimates | None
) -> list[Estimates]:
    """Return what self-selection could do to the shares of an opt-in sample."""
    parts = [tipping_points(shares, reached=known.reached)]
    if known.population is not None:
        parts.append(data_defect_correlation(shares, known.population))
    errors = None
    if known.benchmarks:
        errors = benchmark_errors(sample, {b.question: dict(b.shares) for b in known.benchmarks})
        parts.append(errors)
    return [*parts, bias_allowances(shares, errors, measured)]


def _rows(estimates: Estimates, wave: str, questions: Sequence[str]) -> Estimates:
    """Return the rows of the whole sample in one wave, or between two, of some questions."""
    frame = estimates.rows(wave=wave, by="")
    frame = frame[frame["measure"].isin(["share", "change"]) & frame["question"].isin(questions)]
    return Estimates(frame.reset_index(drop=True), None, estimates.histories)
