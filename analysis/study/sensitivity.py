"""The [honesty] table of a study file, and every estimate of how wrong its headline could be."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from analysis.estimates import Estimates
from analysis.plans.estimates import EstimatePlan, read_plan
from analysis.plans.sensitivity import HonestyPlan, other_margins, read_honesty
from analysis.sensitivity.alternative_shares import (
    ShareStyle,
    rule_alternatives,
    screening_variants,
    weighting_alternatives,
)
from analysis.sensitivity.benchmarks import ELSEWHERE, allowance, benchmark_errors
from analysis.sensitivity.data_defect import defect_reading
from analysis.sensitivity.imputed_shares import MUCH, imputed_shares, silence
from analysis.sensitivity.proxies import proxy_reading
from analysis.sensitivity.tipping import tipping_points
from analysis.statistics.share_bounds import share_bounds
from survey.errors import StudyError
from survey.responses.responses import Responses
from survey.screening.screen import Flags, screening_flags
from survey.study.study import Study
from survey.weighting.sample import WeightedSample

SEED = 20200901  # of the draws for those who did not answer


def how_wrong(
    study: Study,
    sample: WeightedSample,
    returned: Responses,
    *,
    estimates: Estimates,
    previous: Estimates | None,
    flags: Flags | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Estimates]:
    """Return what the last wave's headline shares hang on, as far as it can be reckoned (methods 4, 7).

    For the questions under `sensitivity`: other rules of screening, other weights and bases, silence as
    bounds and, past a tenth, imputed. Of people who chose to answer also tipping points, Meng's reading
    where the population is given, proxies where the sample is weighted, and benchmarks.

    Parameters
    ----------
    estimates, previous : Estimates
        Shares of the last wave and of the one before it.
    flags : mapping, optional
        Those of `survey.screening.screen.screening_flags`, where they are known already.
    """
    plan, honest = read_plan(study), read_honesty(study)
    if honest.population is not None and not honest.population > sample.tally.n:
        problem = f"is {honest.population:.0f}, and {sample.tally.n} people answered"
        where = study.honesty.where("population")
        raise StudyError(
            where, problem, "give the number of people the questionnaire was for, or leave it out"
        )
    others = other_margins(study)
    style = ShareStyle(plan.confidence, plan.interval, plan.variance)
    parts: list[Estimates] = []
    if flags is None and plan.sensitivity:
        flags = screening_flags(returned, study.screening)
    for question in plan.sensitivity:
        say(f"asking what {question} hangs on")
        parts.append(screening_variants(study, returned, question, style=style, flags=flags))
        parts.append(rule_alternatives(study, returned, question, style=style, flags=flags))
        parts.append(weighting_alternatives(sample, question, other_margins=others, style=style))
        parts += _silent(sample, question, plan)
        if study.sample == "opt-in" and sample.calibration is not None:
            parts.append(proxy_reading(sample, question, population=honest.population or inf))
    if study.sample == "opt-in":
        parts += _of_volunteers(sample, honest, plan, estimates=estimates, previous=previous)
    return [part for part in parts if len(part)]


def _silent(sample: WeightedSample, question: str, plan: EstimatePlan) -> list[Estimates]:
    missing = silence(sample, question)
    if not missing:
        return []
    found = [share_bounds(sample, question, confidence=plan.confidence, variance=plan.variance)]
    if missing > MUCH:
        found.append(imputed_shares(sample, question, seed=SEED, confidence=plan.confidence))
    return found


def _of_volunteers(
    sample: WeightedSample,
    honest: HonestyPlan,
    plan: EstimatePlan,
    *,
    estimates: Estimates,
    previous: Estimates | None,
) -> list[Estimates]:
    own = _asked_of(estimates, plan.sensitivity)
    if not len(own):
        return []
    found = [tipping_points(own, previous=previous, reached=honest.reached)]
    if honest.population is not None:
        found.append(defect_reading(own, honest.population))
    bias = ELSEWHERE
    if honest.benchmarks:
        errors = benchmark_errors(sample, {b.question: dict(b.shares) for b in honest.benchmarks})
        found.append(errors)
        bias = float(errors.rows(measure="bias")["estimate"].iloc[0])
    return [*found, allowance(own, bias=bias, confidence=plan.confidence)]


def _asked_of(estimates: Estimates, questions: tuple[str, ...]) -> Estimates:
    frame = estimates.frame
    chosen = frame[
        (frame["measure"] == "share") & (frame["by"] == "") & frame["question"].isin(questions)
    ].reset_index(drop=True)
    return Estimates(chosen, None, estimates.histories)
