"""The [honesty] table of a study file, and every estimate of how wrong its headline could be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from analysis.estimates import Estimates
from analysis.honesty.benchmarks import ELSEWHERE, allowance, benchmark_errors
from analysis.honesty.choices import rule_choices, weighting_choices
from analysis.honesty.defect_reading import defect_reading
from analysis.honesty.imputed_shares import MUCH, imputed_shares, silence
from analysis.honesty.item_nonresponse import share_bounds
from analysis.honesty.proxies import proxy_reading
from analysis.honesty.screening_variants import screening_variants
from analysis.honesty.tipping import REACHED, tipping_points
from analysis.honesty.variants import ShareStyle
from analysis.plan import EstimatePlan, read_plan
from survey.errors import StudyError
from survey.margins import Margin, read_margin
from survey.questionnaire import Label
from survey.responses import Responses
from survey.screening import Flags, screening_flags
from survey.study import Study
from survey.study_file import Table
from survey.study_questions import known_code, known_question
from survey.weighted_sample import WeightedSample

SEED = 20200901  # of the draws for those who did not answer


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A question whose answer is known of the population, and from where; shares are 0-1."""

    question: str
    shares: tuple[tuple[str, float], ...]
    source: Label


@dataclass(frozen=True, slots=True)
class HonestyPlan:
    """What is known beside the answers.

    Attributes
    ----------
    population : float or None
        People the questionnaire was for, and its source.
    reached : tuple of float
        Shares of the population that a survey like this may reach.
    """

    population: float | None
    source: Label | None
    reached: tuple[float, ...]
    benchmarks: tuple[Benchmark, ...]


def read_honesty(study: Study) -> HonestyPlan:
    """Return the [honesty] table checked; raises StudyError naming the key."""
    table = study.honesty
    population = table.number("population") if table.has("population") else None
    if population is not None and not population > 1:
        raise table.refuse("population", "the number of people the questionnaire was for")
    source = table.label("population_source") if table.has("population_source") else None
    if population is not None and source is None:
        raise StudyError(table.where("population_source"), "is missing", "say where the number is from")
    plan = HonestyPlan(
        population, source, _reached(table), tuple(map(_benchmark(study), table.tables("benchmarks")))
    )
    table.done()
    return plan


def _reached(table: Table) -> tuple[float, ...]:
    value = table.raw("reached") if table.has("reached") else list(REACHED)
    sound = isinstance(value, list) and all(isinstance(r, float) and 0 < r < 1 for r in value)
    if not sound:
        raise table.refuse("reached", "shares between 0 and 1, such as [0.25, 0.5]")
    return tuple(value)


def _benchmark(study: Study) -> Callable[[Table], Benchmark]:
    def read(table: Table) -> Benchmark:
        known = study.questionnaire.questions
        question = known_question(table.text("question"), known, table.where("question"))
        shares = table.table("shares")
        found = tuple((code, shares.number(code)) for code in shares.values)
        shares.done()
        for code, share in found:
            known_code(question, code, shares.where(code))
            if not 0 <= share <= 1:
                raise shares.refuse(code, "a share from 0 to 1, such as 0.459")
        absent = [code for code in question.eligible_codes if code not in dict(found)]
        if absent:
            raise StudyError(shares.where(absent[0]), "is missing", "give a share for every option")
        if question.kind == "single" and abs(sum(dict(found).values()) - 1) > 0.005:
            problem = f"add up to {sum(dict(found).values()):.4g}, not 1"
            raise StudyError(shares.where(), problem, "correct them")
        made = Benchmark(question.id, found, table.label("source"))
        table.done()
        return made

    return read


def other_margins(study: Study) -> dict[str, list[Margin]]:
    """Return the alternative sets of margins by name, read; raises MarginError as `read_margin`."""
    return {
        one.id: [read_margin(source, study.questionnaire) for source in one.margins]
        for one in study.weighting.alternatives
    }


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
        Those of `survey.screening.screening_flags`, where they are known already.
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
        parts.append(screening_variants(study, returned, question, flags=flags))
        parts.append(rule_choices(study, returned, question, style=style, flags=flags))
        parts.append(weighting_choices(sample, question, alternatives=others, style=style))
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
    return [*found, allowance(own, bias=bias, style=ShareStyle(plan.confidence))]


def _asked_of(estimates: Estimates, questions: tuple[str, ...]) -> Estimates:
    frame = estimates.frame
    chosen = frame[
        (frame["measure"] == "share") & (frame["by"] == "") & frame["question"].isin(questions)
    ].reset_index(drop=True)
    return Estimates(chosen, None, estimates.records)
