"""A weighted sample: its tally, the calibration that made its weights, and the record of every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey.array_types import Floats, Ints
from survey.design import Sampling
from survey.diagnostics import summarise
from survey.record import MarginRecord, WaveRecord, WeightingRecord
from survey.tally import Tally


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


def unweighted(
    tallied: Tally,
    sampling: Sampling,
    record: WaveRecord,
) -> WeightedSample:
    """Return a sample whose weights are its base weights."""
    made = WeightedSample(tallied, 1.0, sampling, None, record)
    history = replace(record, weighting=weighting_record("none", None, [], 0, 0.0, made, ()))
    return replace(made, record=history)


def weighting_record(
    method: str,
    bounds: tuple[float, float] | None,
    margins: Sequence[MarginRecord],
    cycles: int,
    gap: float,
    sample: WeightedSample,
    thin: tuple[str, ...],
) -> WeightingRecord:
    """Return the record of how a sample was weighted, with the summary of its weights."""
    summary = summarise(sample.weight, sample.tally.count)
    finite = None if bounds is None or not np.isfinite(bounds).all() else bounds
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
