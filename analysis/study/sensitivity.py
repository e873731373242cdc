"""The sensitivity analysis of a whole study: how far its headline estimates could be off."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

from analysis.estimates import Estimates
from analysis.plans.estimates import read_estimate_plan
from analysis.plans.sensitivity import other_margins, read_sensitivity
from analysis.sensitivity.alternative_shares import (
    ShareStyle,
    copies_left_out,
    rule_alternatives,
    screening_variants,
    weighting_alternatives,
)
from analysis.sensitivity.benchmarks import ELSEWHERE, benchmark_errors, bias_allowance
from analysis.sensitivity.data_defect import data_defect_correlation
from analysis.sensitivity.imputed_shares import IMPUTED_ABOVE, imputed_shares, item_nonresponse
from analysis.sensitivity.proxies import proxy_pattern_mixture
from analysis.sensitivity.tipping import tipping_points
from analysis.statistics.share_bounds import share_bounds
from survey.errors import StudyError
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


def sensitivity_analysis(
    study: Study,
    sample: WeightedSample,
    returned: Responses,
    *,
    estimates: Estimates,
    previous: Estimates | None,
    flags: Flags | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Estimates]:
    """Return the sensitivity analysis of the last wave's headline shares, a table a method (methods 4, 7).

    For the questions under `sensitivity`: other rules of screening, other weights and bases, bounds for
    item nonresponse and, where it exceeds a tenth, imputed shares. Of an opt-in sample also tipping points,
    the data defect correlation where the population is given, proxies where the sample is weighted, and
    benchmarks.

    Parameters
    ----------
    sample, returned : WeightedSample, Responses
        The last wave, weighted and as returned.
    estimates, previous : Estimates
        Shares of the last wave and of the one before it.
    flags : mapping, optional
        Those of `survey.screening.screen.screening_flags`, where they are known already.
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
            f"is {known.population:.0f}, and {sample.tally.n} people answered",
            "give the size of the target population, or leave it out",
        )
    margins = other_margins(study)
    style = ShareStyle(plan.confidence, plan.interval, plan.variance)
    parts: list[Estimates] = []
    if flags is None and plan.sensitivity:
        flags = screening_flags(returned, study.screening)
    for question in plan.sensitivity:
        say(f"sensitivity analysis: {question}")
        parts.append(screening_variants(study, returned, question, style=style, flags=flags))
        parts.append(rule_alternatives(study, returned, question, style=style, flags=flags))
        parts.append(weighting_alternatives(sample, question, other_margins=margins, style=style))
        missing = item_nonresponse(sample, question)
        if missing > 0:
            parts.append(share_bounds(sample, question, confidence=plan.confidence, variance=plan.variance))
        if missing > IMPUTED_ABOVE:
            parts.append(imputed_shares(sample, question, seed=SEED, confidence=plan.confidence))
        if study.sample == "opt-in" and sample.calibration is not None:
            parts.append(proxy_pattern_mixture(sample, question, population=known.population or inf))
    frame = estimates.rows(measure="share", by="")
    frame = frame[frame["question"].isin(plan.sensitivity)].reset_index(drop=True)
    if study.sample == "opt-in" and not frame.empty:
        shares = Estimates(frame, None, estimates.histories)
        parts.append(tipping_points(shares, previous=previous, reached=known.reached))
        if known.population is not None:
            parts.append(data_defect_correlation(shares, known.population))
        bias = ELSEWHERE
        if known.benchmarks:
            errors = benchmark_errors(sample, {b.question: dict(b.shares) for b in known.benchmarks})
            parts.append(errors)
            bias = float(errors.rows(measure="bias")["estimate"].iloc[0])
        parts.append(bias_allowance(shares, bias=bias, confidence=plan.confidence))
    return [part for part in parts if len(part)]
