"""From a tally and population margins to a weighted sample that remembers how it was weighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from survey.array_types import Floats
from survey.calibration import Distance, calibration_factors, membership
from survey.conflicts import explain
from survey.design import opt_in
from survey.errors import CalibrationError, EstimateError, MarginError, StudyError, listing, nearest
from survey.margin_cells import MarginCells, place
from survey.margins import Margin, agreed_total, margin_of, read_margin
from survey.recalibration import recalibrated
from survey.record import UNWEIGHTED, MarginCategory, MarginRecord, WaveRecord
from survey.responses import Responses
from survey.study import Study
from survey.tally import Tally, group_rows, tally
from survey.weighted_sample import Calibration, WeightedSample, unweighted, weighting_record

TOLERANCE = 1e-8


def weigh(responses: Responses, study: Study) -> WeightedSample:
    """Return screened answers weighted as the study file says.

    Raises
    ------
    StudyError
        If a margin is given twice, or categories are to be collapsed in one that is not there.
    MarginError
        If margins are incomplete, disagree, or have a category nobody is in.
    CalibrationError
        If no weights within the bounds meet all margins; names the margins and categories.
    """
    plan = study.weighting
    design = opt_in(len(responses), kind=study.sample)
    sample = unweighted(
        tally(responses, design),
        design.sampling,
        WaveRecord(responses.wave.id, responses.platform, responses.encoding, responses.flow, UNWEIGHTED),
    )
    if plan.method == "none":
        return sample
    margins = [read_margin(source, study.questionnaire) for source in plan.margins]
    names = [margin.name for margin in margins]
    for name in names:
        if names.count(name) > 1:
            raise StudyError(
                f"{study.path.name}, [weighting.margins]", f'"{name}" is given twice', "keep one of the two"
            )
    for name, _ in plan.collapse:
        if name not in names:
            raise StudyError(
                f"{study.path.name}, [weighting.collapse] {name}",
                f"is not one of the margins ({listing(names)})",
                nearest(name, names),
            )
    return calibrate_to(
        sample, margins, bounds=plan.bounds, partners=dict(plan.collapse), minimum=plan.collapse_below
    )


def rake(
    sample: WeightedSample,
    margins: Mapping[str | tuple[str, ...], Mapping[str | tuple[str, ...], float]],
    *,
    bounds: tuple[float, float] = (0.2, 5.0),
) -> WeightedSample:
    """Return a sample raked to margins given as ``{question: {category: count or share}}``.

    Parameters
    ----------
    margins : mapping
        A key is a question, or a tuple of questions for a crossed margin (categories are then
        tuples). Figures that sum to 1 are taken as shares.
    bounds : tuple of float
        Smallest and largest weight in units of the base weight; (0, inf) for plain raking.

    Raises
    ------
    MarginError, CalibrationError
        As `weigh`.
    """
    if not isinstance(margins, Mapping):
        raise MarginError(
            "rake", f"was given a {type(margins).__name__}", "give {question: {category: figure}}"
        )
    made = [margin_of(key, figures) for key, figures in margins.items()]
    return calibrate_to(sample, made, bounds=bounds)


def calibrate(
    sample: WeightedSample,
    margins: Mapping[str | tuple[str, ...], Mapping[str | tuple[str, ...], float]],
    *,
    totals: Mapping[str, float] | None = None,
    distance: Distance = "linear",
    bounds: tuple[float, float] | None = None,
) -> WeightedSample:
    """Return a sample calibrated to margins, and to population totals of numbers beside them.

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
        Smallest and largest weight in units of the base weight: none for linear and raking unless
        given, (0.2, 5) for the logit.

    Raises
    ------
    MarginError, CalibrationError
        As `weigh`; and if somebody's weight would not be above 0.
    """
    if not isinstance(margins, Mapping):
        problem = f"was given a {type(margins).__name__} of margins"
        raise MarginError("calibrate", problem, "give {question: {category: figure}}")
    if not margins:
        raise MarginError("calibrate", "was given no margins", "give at least one")
    if distance not in ("linear", "raking", "logit"):
        raise CalibrationError(f'distance="{distance}"', "is not known", 'use "linear", "raking" or "logit"')
    usual = (0.2, 5.0) if distance == "logit" else (-inf if distance == "linear" else 0.0, inf)
    made = [margin_of(key, figures) for key, figures in margins.items()]
    return calibrate_to(sample, made, totals=totals or {}, distance=distance, bounds=bounds or usual)


def calibrate_to(
    sample: WeightedSample,
    margins: Sequence[Margin],
    *,
    bounds: tuple[float, float],
    partners: Mapping[str, Sequence[Sequence[str]]] | None = None,
    minimum: int = 0,
    totals: Mapping[str, float] | None = None,
    distance: Distance = "raking",
) -> WeightedSample:
    """Return the sample calibrated to margins and totals in one solve (methods 1.1, 1.2).

    Raises
    ------
    MarginError, CalibrationError
        As `weigh`.
    EstimateError
        If the sample has been calibrated before.
    """
    _check_request(sample, margins, bounds, distance)
    base = sample.tally.base
    population = agreed_total(list(margins)) or float(base.sum())
    scale = population / float(base.sum())
    placed = [place(sample.tally, m, population, (partners or {}).get(m.name, ()), minimum) for m in margins]
    numbers = {name: _answered_numbers(sample.tally, name, total) for name, total in (totals or {}).items()}
    sizes = np.array([len(p.totals) for p in placed], dtype=np.int64)
    first, cell = group_rows([*(p.category for p in placed), *(sample.tally.codes[n] for n in numbers)])
    categories = np.column_stack([p.category[first] for p in placed])
    # Numbers in units of their mean in the population, so that all totals are of one size.
    columns = [numbers[n][first, None] * population / total for n, total in (totals or {}).items()]
    x = np.hstack([membership(categories, sizes), *columns])
    targets = np.concatenate([*(p.totals for p in placed), np.full(len(columns), population)])
    cell_base: Floats = np.bincount(cell, weights=base).astype(np.float64) * scale
    solved = calibration_factors(x, cell_base, targets, distance=distance, bounds=bounds)
    if solved.worst > TOLERANCE and numbers:
        problem = f"no weights between the bounds meet the margins and the totals of {listing(numbers)}"
        raise CalibrationError("calibration", problem, "check the totals, or widen the bounds")
    if solved.worst > TOLERANCE:
        raise CalibrationError(*explain(x, cell_base, placed, bounds, tolerance=TOLERANCE))
    _refuse_negative(solved.factor, np.bincount(cell, weights=sample.tally.count).astype(np.float64))
    made = replace(sample, scale=scale, calibration=Calibration(cell, x, solved.factor))
    if sample.sampling.replicates is not None:
        made = recalibrated(made, targets, distance=distance, bounds=bounds)
    weighted = x.T @ (cell_base * solved.factor) / population
    ends = np.cumsum(sizes)
    records = [
        _margin_record(p, population, weighted[end - size : end])
        for p, size, end in zip(placed, sizes, ends, strict=True)
    ]
    before = x[:, int(sizes.sum()) :].T @ cell_base / population
    records += [_number_record(name, float(share)) for name, share in zip(numbers, before, strict=True)]
    thin = tuple(f"{p.margin.name}: {code}" for p in placed for code in p.thin)
    history = replace(
        sample.record,
        weighting=weighting_record(distance, bounds, records, solved.cycles, solved.worst, made, thin),
    )
    return replace(made, record=history)


def _check_request(
    sample: WeightedSample, margins: Sequence[Margin], bounds: tuple[float, float], distance: Distance
) -> None:
    if sample.calibration is not None:
        raise EstimateError(
            "calibration",
            "the sample has already been calibrated",
            "start from the sample as it was before, with all margins at once",
        )
    if not margins:
        raise MarginError("rake", "was given no margins", "give at least one")
    if len(bounds) != 2 or not all(isinstance(b, (int, float, np.number)) for b in bounds):
        raise CalibrationError("bounds", f"are {bounds!r}", "give two numbers, such as (0.2, 5)")
    lowest = -inf if distance == "linear" else 0
    wide = distance == "logit" and not (np.isfinite(bounds[0]) and np.isfinite(bounds[1]))
    if not lowest <= bounds[0] < 1 < bounds[1] or wide:
        raise CalibrationError(
            "bounds", f"are {bounds}", "give a lower bound under 1 and an upper bound over 1"
        )


def _answered_numbers(tally: Tally, name: str, total: float) -> Floats:
    """Return the number each record has; refuses a question without numbers, gaps, or no total."""
    levels, codes = tally.question(name)
    if levels.options:
        raise MarginError(f'total of "{name}"', "is of a question with options", "give it as a margin")
    if not isinstance(total, (int, float, np.number)) or not np.isfinite(total) or total == 0:
        raise MarginError(f'total of "{name}"', f"is {total}", "expected a number other than 0")
    unknown = int(tally.count[~levels.answered[codes]].sum())
    if unknown:
        raise MarginError(
            f'total of "{name}"', f"{unknown} people did not answer it", "drop them, or the total"
        )
    return np.asarray(levels.values[codes, 0], dtype=np.float64)


def _refuse_negative(factor: Floats, count: Floats) -> None:
    low = factor <= 0
    if low.any():
        people = int(count[low].sum())
        problem = (
            f"gives {people} people weights at or below 0, down to {factor.min():.3g} times their base weight"
        )
        raise CalibrationError(
            "linear calibration", problem, 'give bounds such as (0.2, 5), or distance="raking"'
        )


def _number_record(name: str, before: float) -> MarginRecord:
    """Return the record of a total: weighted sums before and after, in units of the total."""
    category = MarginCategory(("total",), 0, float(before), 1.0, 1.0)
    return MarginRecord(name, (name,), "total", (), (category,))


def _margin_record(placed: MarginCells, population: float, weighted: Floats) -> MarginRecord:
    categories = tuple(
        MarginCategory(codes, int(n), float(share), float(target / population), float(after))
        for codes, n, share, target, after in zip(
            placed.names, placed.counts, placed.unweighted, placed.totals, weighted, strict=True
        )
    )
    margin = placed.margin
    return MarginRecord(margin.name, margin.questions, margin.use, margin.sources, categories)
