"""How precise the leading share is so far, and can be expected to be at the end (methods 10.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
import pandas as pd

from analysis.estimates import Estimates
from analysis.numeric.fieldwork import projection
from analysis.plans.estimates import EstimatePlan
from analysis.plans.fieldwork import FieldworkPlan
from analysis.plans.sensitivity import read_sensitivity
from analysis.sensitivity.benchmarks import allowed_limits, benchmark_errors, shrunk_bias, squares_of
from analysis.statistics.shares import shares
from analysis.study.watch.days import Calendar, first_half
from survey.errors import SurveyError
from survey.numeric.array_types import Ints
from survey.responses.responses import Responses
from survey.study.references import known_codes, known_question
from survey.study.study import Study
from survey.weighting.run import weigh
from survey.weighting.sample import WeightedSample

# Fewer days or answers than this tell nothing of the end.
FEWEST_DAYS, FEWEST_ANSWERS = 5, 100
# The half-width for which a number of answers is said where the study file names none.
USUAL_HALF = 0.03
LEADING = 3
BOUND = 1e-6


@dataclass(frozen=True, slots=True)
class Size:
    """A number of answers, and the design effect and half-width of the leading share expected with them."""

    n: float
    deff: float
    half: float


@dataclass(frozen=True, slots=True)
class Precision:
    """The precision of the leading share.

    Attributes
    ----------
    option : str
        The leading option of the headline question.
    n, effective, deff : float
        Answers to the question; over the design effect of the share, or Kish's where it is withheld.
    half : float or None
        Half the interval that would be printed, 0-1; None where the share would be withheld.
    first : (float, float) or None
        Answers and design effect of the first half of the days.
    ends : (Size, Size) or None
        With the fewest and the most answers expected; None where it is too early, or no end is planned.
    planned : Size or None
    wanted : float
        The half-width `needed` is for.
    needed : int or None
        Answers for that half-width, if the design effect stays.
    bias : float
        Root mean square bias allowed for.
    allowed, allowed_planned : float or None
        Half-width with that allowance, now and with the planned answers.
    at_bounds : bool
        Whether a weight is at its bound, so that the design effect is held down.
    """

    option: str
    n: float
    effective: float
    deff: float
    half: float | None
    first: tuple[float, float] | None
    ends: tuple[Size, Size] | None
    planned: Size | None
    wanted: float
    needed: int | None
    bias: float
    allowed: float | None
    allowed_planned: float | None
    at_bounds: bool


def headline_of(study: Study, plan: EstimatePlan) -> str:
    """Return the question of page 1."""
    name, place = study.briefing.values.get("headline"), study.briefing.where("headline")
    known = study.questionnaire.questions
    return known_question(str(name), known, place).id if name else plan.shares[0]


def lead_of(study: Study, table: Estimates) -> tuple[str, ...]:
    """Return the leading options of a table of shares: as the study file names them, else the largest."""
    headline, texts = str(table.frame["question"].iloc[0]), study.briefing.values.get("lead")
    if texts:
        return known_codes(study.questionnaire[headline], texts, study.briefing.where("lead"))
    largest = table.frame.sort_values("estimate", ascending=False, kind="stable")
    return tuple(str(code) for code in largest["option"][:LEADING])


def shares_so_far(sample: WeightedSample, headline: str, plan: EstimatePlan) -> Estimates:
    """Return the shares of the headline question as `estimate` computes them."""
    settings = {"confidence": plan.confidence, "interval": plan.interval, "variance": plan.variance}
    return shares(sample, headline, **settings)  # type: ignore[arg-type]


def precision_of(
    study: Study,
    plan: EstimatePlan,
    fieldwork: FieldworkPlan,
    sample: WeightedSample,
    table: Estimates,
    days: tuple[Calendar, Ints, Responses] | None,
) -> Precision:
    """Return the precision so far and at the end.

    Parameters
    ----------
    table : Estimates
        Those of `shares_so_far`.
    days : (Calendar, int array, Responses) or None
        The days, the place of each answer's, and the answers; None where the file has no times.
    """
    lead = lead_of(study, table)
    row = _row(table, lead[0])
    n, deff, printed = float(row["n"]), _deff(row, sample), row["flag"] != "suppress"
    p, level = float(row["estimate"]), plan.confidence
    half = (float(row["conf_high"]) - float(row["conf_low"])) / 2 if printed else None
    first = None if days is None else _first(study, plan, days, str(row["question"]), lead[0])
    slope = 0.0 if first is None else projection.drift(n, deff, *first)

    def at(size: float) -> Size:
        effect = projection.effect_at(size, n, deff, slope)
        return Size(size, effect, projection.half_width(p, size / effect, level))

    ends = None if days is None or not printed else _ends(days, n)
    wanted = fieldwork.half or USUAL_HALF
    planned = at(fieldwork.planned) if fieldwork.planned and printed and fieldwork.planned > n else None
    bias = _bias(study, sample)
    weighting = sample.history.weighting
    return Precision(
        option=lead[0],
        n=n,
        effective=n / deff,
        deff=deff,
        half=half,
        first=first,
        ends=None if ends is None else (at(ends[0]), at(ends[1])),
        planned=planned,
        wanted=wanted,
        needed=ceil(projection.effective_for_half(p, wanted, level) * deff) if printed else None,
        bias=bias,
        allowed=None if half is None else _allowed(half, bias),
        allowed_planned=None if planned is None else _allowed(planned.half, bias),
        at_bounds=_at_bounds(weighting.bounds, weighting.smallest, weighting.largest),
    )


def _row(table: Estimates, option: str) -> pd.Series:
    return table.rows(option=option).iloc[0]


def _deff(row: pd.Series, sample: WeightedSample) -> float:
    """Return the design effect of the share, Kish's where that is withheld or not defined."""
    own = float(row["deff"])
    if row["flag"] != "suppress" and isfinite(own) and own > 0:
        return own
    weight, count = sample.weight, sample.tally.count
    return float((weight**2 @ count) * count.sum() / (weight @ count) ** 2)


def _first(
    study: Study, plan: EstimatePlan, days: tuple[Calendar, Ints, Responses], question: str, option: str
) -> tuple[float, float] | None:
    """Return answers and design effect of the first half of the days; None where they cannot be weighted."""
    calendar, day, kept = days
    early = first_half(calendar, day)
    if len(calendar.days) < FEWEST_DAYS or not early.any() or early.all():
        return None
    try:
        sample = weigh(kept.take(early, kept.flow), study)
        row = _row(shares_so_far(sample, question, plan), option)
    except SurveyError:
        return None
    return float(row["n"]), _deff(row, sample)


def _ends(days: tuple[Calendar, Ints, Responses], n: float) -> tuple[float, float] | None:
    """Return the fewest and the most answers expected; today, which still runs, counts in no rate."""
    calendar, day, _ = days
    if len(calendar.days) < FEWEST_DAYS or n < FEWEST_ANSWERS or not calendar.left:
        return None
    by_day = np.bincount(day[day >= 0], minlength=len(calendar.days))[:-1].astype(np.float64)
    return projection.sizes_to_come(by_day, n, calendar.left)


def _bias(study: Study, sample: WeightedSample) -> float:
    """Return the bias allowed for: of the study's benchmarks and of other surveys."""
    known = {b.question: dict(b.shares) for b in read_sensitivity(study).benchmarks}
    return shrunk_bias(squares_of(benchmark_errors(sample, known) if known else None))


def _allowed(half: float, bias: float) -> float:
    """Return a half-width with the allowance for bias."""
    return allowed_limits(0.5, 0.5 - half, 0.5 + half, bias=bias)[1] - 0.5


def _at_bounds(bounds: Sequence[float] | None, smallest: float, largest: float) -> bool:
    return bounds is not None and (smallest <= bounds[0] * (1 + BOUND) or largest >= bounds[1] * (1 - BOUND))
