"""What an analyst calls to weight a sample, a step at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf

from survey.errors import CalibrationError
from survey.numeric.calibration import Distance
from survey.numeric.trimming import Cap, Rounds, Sharing
from survey.study.weighting_settings import Partners, Unit, Unknown, domain_of
from survey.weighting.margins.margins import Accuracy, Margins, margins_from_values
from survey.weighting.recipe import CalibrationStep, NonresponseStep, TrimmingStep, partners_of, totals_of
from survey.weighting.run import run_step
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import question_names

# A part of the sample: for each question a category, or several.
Domain = Mapping[str, str | Sequence[str]]


def rake(
    sample: WeightedSample,
    margins: Margins,
    *,
    bounds: tuple[float, float] = (0.2, 5.0),
    collapse: Mapping[str | tuple[str, ...], Partners] | None = None,
    collapse_below: int = 30,
    unknown: Unknown = "own_target",
    margin_errors: Mapping[str | tuple[str, ...], Accuracy] | None = None,
    domain: Domain | None = None,
) -> WeightedSample:
    """Return a sample raked to margins given as ``{question: {category: count or share}}``.

    Parameters
    ----------
    margins : mapping
        A key is a question, or a tuple of questions for a crossed margin (categories are then
        tuples). Figures that sum to 1 are taken as shares.
    bounds : tuple of float
        Smallest and largest weight over the base weight scaled to the population, which is the average
        weight where base weights are equal; (0, inf) for plain raking.
    collapse : mapping, optional
        For a margin, groups of categories that may be merged, or "neighbours" for ordered ones:
        done where one has fewer than `collapse_below` answers (methods 1.5). Categories of a
        crossed margin are joined by " x ".
    unknown : {"own_target", "fractional"}
        How people without a known category are treated: they keep their share, or count in every
        category by its target share (methods 1.6).
    margin_errors : mapping, optional
        For a margin that is itself an estimate, the number of answers it is estimated from or the covariance
        of its figures; it then adds to the variance (methods 1.10).
    domain : mapping, optional
        Who is weighted to these margins, ``{question: category or categories}``; the others stay in
        the design with weight 0, and no estimate counts them (methods 1.1).

    Raises
    ------
    MarginError, CalibrationError
        As `weigh`.
    """
    population = margins_from_values(margins, margin_errors, where="rake")
    step = CalibrationStep(
        population,
        bounds=bounds,
        unknown=unknown,
        partners=partners_of(collapse or {}, population),
        minimum=collapse_below,
        domain=domain_of(domain or {}),
    )
    return run_step(sample, step)


def calibrate(
    sample: WeightedSample,
    margins: Margins,
    *,
    totals: Mapping[str, float] | None = None,
    distance: Distance = "linear",
    bounds: tuple[float, float] | None = None,
    relative_to: Unit = "average",
    unknown: Unknown = "own_target",
    margin_errors: Mapping[str | tuple[str, ...], Accuracy] | None = None,
    domain: Domain | None = None,
) -> WeightedSample:
    """Return a sample calibrated to margins, and to population totals of numbers (methods 1.2).

    Parameters
    ----------
    margins : mapping
        As in `rake`; at least one, so that the weights add up to the population.
    totals : mapping of str to float, optional
        Questions with numbers and their sums over the population; everybody must have answered.
    distance : {"linear", "raking", "logit"}
        "linear" without bounds is the generalised regression estimator (GREG). One crossed margin
        is post-stratification by any of them.
    bounds : tuple of float, optional
        Smallest and largest weight: none for linear and raking unless given, (0.2, 5) for the
        logit.
    relative_to : {"average", "base"}
        What the bounds are over: the base weight scaled to the population, or as it was given.
    unknown, margin_errors, domain
        As in `rake`.

    Raises
    ------
    MarginError, CalibrationError
        As `weigh`; and if a weight would not be above 0.
    """
    if bounds is None:
        bounds = (0.2, 5.0) if distance == "logit" else (-inf if distance == "linear" else 0.0, inf)
    step = CalibrationStep(
        margins_from_values(margins, margin_errors, where="calibrate"),
        totals_of({} if totals is None else totals),
        distance,
        bounds,
        relative_to,
        unknown,
        domain=domain_of(domain or {}),
    )
    return run_step(sample, step)


def trim(
    sample: WeightedSample,
    *,
    cap: Cap = "median",
    value: float | None = None,
    floor: float = 0.0,
    sharing: Sharing = "proportional",
    rounds: Rounds = "once",
) -> WeightedSample:
    """Return a sample with a cap on its weights, the excess shared out among the others.

    Margins that were met before are then off; the history says by how much. Bounds in `rake` keep
    both, and are the better choice where there are margins (methods 1.7).

    Parameters
    ----------
    cap : {"median", "median_iqr", "fixed"}
        `value` times the median weight (5 unless given), the median + `value` interquartile
        ranges (6 unless given), or `value` itself, in the unit of the weights.
    floor : float
        Smallest weight, in the unit of the weights.
    sharing : {"proportional", "equal"}
        The excess is shared out in proportion to the other weights, or equally.
    rounds : {"once", "strict"}
        Other weights may pass the cap by what is added to them, or trimming repeats until none does.

    Raises
    ------
    CalibrationError
        If no weights within the limits have the same sum.
    """
    return run_step(sample, _trimming(cap, value, floor, sharing=sharing, rounds=rounds))


def trim_and_rake(
    sample: WeightedSample, *, cap: Cap = "fixed", value: float | None = None
) -> WeightedSample:
    """Return a raked sample with a fixed cap on its weights, cutting and raking in turns (methods 1.7).

    It may fail where bounds in `rake` succeed, which need one solve; it is for reproducing weights
    that others made so.

    Parameters
    ----------
    cap, value
        As in `trim`; a cap from the median is taken once, at the start.

    Raises
    ------
    CalibrationError
        If a category's mean weight is above the cap, or 51 turns do not bring all weights under it.
    """
    step = _trimming(cap, value, 0.0, sharing="proportional", rounds="once")
    return run_step(sample, replace(step, excess="rake"))


def adjust_nonresponse(
    sample: WeightedSample, question: str, answer: str, *, classes: Sequence[str] = ()
) -> WeightedSample:
    """Return the respondents of a sample of people invited, each standing for the invited of a class.

    w = d Σ d over the class / Σ d over its respondents (methods 1.9). The linearised variance takes
    these weights as given; `make_replicates` makes replicates that repeat the adjustment. An open link
    has no list of people invited, and nothing to adjust by.

    Parameters
    ----------
    question, answer : str
        Who responded: those with this answer to this single question.
    classes : sequence of str
        Single questions known of everybody invited.

    Raises
    ------
    EstimateError
        If the class of a person is unknown, or a class has no respondents.
    """
    return run_step(sample, NonresponseStep(question, answer, question_names("classes", classes)))


def _trimming(
    cap: Cap, value: float | None, floor: float, *, sharing: Sharing, rounds: Rounds
) -> TrimmingStep:
    usual = {"median": 5.0, "median_iqr": 6.0}
    if value is None and cap == "fixed":
        raise CalibrationError("value", key="call.no_value")
    return TrimmingStep(cap, usual.get(cap, 0.0) if value is None else value, floor, sharing, rounds)
