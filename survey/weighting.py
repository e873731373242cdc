"""From a tally and population margins to a weighted sample that remembers how it was weighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from survey.array_types import Floats, Ints
from survey.calibration import membership, raking_factors
from survey.conflicts import explain
from survey.design import Sampling, opt_in
from survey.diagnostics import summarise
from survey.errors import CalibrationError, EstimateError, MarginError, StudyError, listing, nearest
from survey.margin_cells import MarginCells, place
from survey.margins import Margin, agreed_total, margin_of, read_margin
from survey.record import UNWEIGHTED, MarginCategory, MarginRecord, WaveRecord, WeightingRecord
from survey.responses import Responses
from survey.study import Study
from survey.tally import Tally, group_rows, tally

TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What the variance needs of a calibration (methods 2.3).

    Attributes
    ----------
    cell : int array, shape (r,)
        Which combination of the margins' categories each record is in.
    x : float array, shape (cells, c)
        Membership of each cell in each category.
    factor : float array, shape (cells,)
        g, in units of the scaled base weight.
    """

    cell: Ints
    x: Floats
    factor: Floats


@dataclass(frozen=True, slots=True, eq=False)
class WeightedSample:
    """A tally with weights, the calibration that made them and the record of every step.

    Attributes
    ----------
    scale : float
        What base weights are multiplied by before the factors, so that they sum to the population.
    sampling : Sampling
        Sampling fractions and what else the variance needs of the design.
    """

    tally: Tally
    scale: float
    sampling: Sampling
    calibration: Calibration | None
    record: WaveRecord

    @property
    def wave(self) -> str:
        """Name of the wave; "" for a sample made from a data frame."""
        return self.record.wave

    @property
    def factor(self) -> Floats:
        """Weight in units of the base weight, shape (r,)."""
        if self.calibration is None:
            return np.full(len(self.tally), self.scale)
        return self.scale * self.calibration.factor[self.calibration.cell]

    @property
    def weight(self) -> Floats:
        """Weight of each person of a record, shape (r,)."""
        return self.factor * self.tally.base / self.tally.count

    @property
    def one_stage(self) -> bool:
        """Whether the file is a plain list of people: no strata, no clusters."""
        return not self.tally.units and len(self.sampling.fractions[0]) == 1


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


def calibrate_to(
    sample: WeightedSample,
    margins: Sequence[Margin],
    *,
    bounds: tuple[float, float],
    partners: Mapping[str, Sequence[Sequence[str]]] | None = None,
    minimum: int = 0,
) -> WeightedSample:
    """Return the sample raked to margins in one bounded solve (methods 1.1, 1.2).

    Raises
    ------
    MarginError, CalibrationError
        As `weigh`.
    EstimateError
        If the sample has been calibrated before.
    """
    if sample.calibration is not None:
        raise EstimateError(
            "rake",
            "the sample has already been calibrated",
            "start from the sample as it was before, with all margins at once",
        )
    if not margins:
        raise MarginError("rake", "was given no margins", "give at least one")
    if not 0 <= bounds[0] < 1 < bounds[1]:
        raise CalibrationError(
            "bounds", f"are {bounds}", "give a lower bound under 1 and an upper bound over 1"
        )
    base = sample.tally.base
    population = agreed_total(list(margins)) or float(base.sum())
    scale = population / float(base.sum())
    placed = [place(sample.tally, m, population, (partners or {}).get(m.name, ()), minimum) for m in margins]
    sizes = np.array([len(p.totals) for p in placed], dtype=np.int64)
    first, cell = group_rows([p.category for p in placed])
    categories = np.column_stack([p.category[first] for p in placed])
    x, totals = membership(categories, sizes), np.concatenate([p.totals for p in placed])
    cell_base: Floats = np.bincount(cell, weights=base).astype(np.float64) * scale
    solved = raking_factors(x, cell_base, totals, bounds=bounds)
    if solved.worst > TOLERANCE:
        raise CalibrationError(*explain(x, cell_base, placed, bounds, tolerance=TOLERANCE))
    made = replace(sample, scale=scale, calibration=Calibration(cell, x, solved.factor))
    weighted = x.T @ (cell_base * solved.factor) / population
    ends = np.cumsum(sizes)
    records = [
        _margin_record(p, population, weighted[end - size : end])
        for p, size, end in zip(placed, sizes, ends, strict=True)
    ]
    thin = tuple(f"{p.margin.name}: {code}" for p in placed for code in p.thin)
    history = replace(
        sample.record,
        weighting=_record("raking", bounds, records, solved.cycles, solved.worst, made, thin),
    )
    return replace(made, record=history)


def unweighted(
    tallied: Tally,
    sampling: Sampling,
    record: WaveRecord,
) -> WeightedSample:
    """Return a sample whose weights are its base weights."""
    made = WeightedSample(tallied, 1.0, sampling, None, record)
    history = replace(record, weighting=_record("none", None, [], 0, 0.0, made, ()))
    return replace(made, record=history)


def _margin_record(placed: MarginCells, population: float, weighted: Floats) -> MarginRecord:
    categories = tuple(
        MarginCategory(codes, int(n), float(share), float(target / population), float(after))
        for codes, n, share, target, after in zip(
            placed.names, placed.counts, placed.unweighted, placed.totals, weighted, strict=True
        )
    )
    margin = placed.margin
    return MarginRecord(margin.name, margin.questions, margin.use, margin.sources, categories)


def _record(
    method: str,
    bounds: tuple[float, float] | None,
    margins: Sequence[MarginRecord],
    cycles: int,
    gap: float,
    sample: WeightedSample,
    thin: tuple[str, ...],
) -> WeightingRecord:
    summary = summarise(sample.weight, sample.tally.count)
    finite = None if bounds is None or bounds[1] == inf else bounds
    return WeightingRecord(
        method,
        finite,
        tuple(margins),
        cycles,
        gap,
        summary.n,
        summary.n_eff,
        summary.design_effect,
        summary.smallest,
        summary.median,
        summary.largest,
        thin,
    )
