"""A weighted sample: its tally, the recipe and calibration that made its weights, and the history of both."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.history import WaveHistory, WeightingHistory
from survey.numeric.array_types import Floats, Ints
from survey.numeric.sampling import Sampling
from survey.numeric.weight_summary import summarise
from survey.weighting.recipe import Recipe
from survey.weighting.tally import Tally

NO_STEPS = Recipe()


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What the variance needs of a calibration (methods 1.10, 2.3).

    Attributes
    ----------
    cell : int array, shape (r,)
        Which combination of the margins' categories each record is in.
    x : float array, shape (cells, c)
        Membership of each cell in each category; shares where unknown categories are shared out.
    factor : float array, shape (cells,)
        g, in units of the scaled base weight.
    totals : float array, shape (c,)
        Targets of x.
    spans : tuple of int
        How many columns of x each margin has; numbers have theirs after them.
    gram : float array, shape (c, c), or None
        X'DX of the cells as they were solved for, where people count in several of them.
    totals_covariance : float array, shape (c, c), or None
        Of the targets, where they are estimates themselves.
    slope : float array, shape (cells, c), or None
        What a weight of each cell changes by with λ, over the base weight; there with the former.
    slope_gram : float array, shape (c, c), or None
        What the totals of x change by with λ.
    """

    cell: Ints
    x: Floats
    factor: Floats
    totals: Floats
    spans: tuple[int, ...] = ()
    gram: Floats | None = None
    totals_covariance: Floats | None = None
    slope: Floats | None = None
    slope_gram: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WeightedSample:
    """A tally with weights, the recipe that made them and the history of every step (methods 1.11).

    Attributes
    ----------
    scale : float
        What base weights are multiplied by before the factors, so that they sum to the population.
    sampling : Sampling
        Sampling fractions and what else the variance needs of the design.
    trimming : float array, shape (r,), or None
        What trimming multiplied the weights by.
    recipe : Recipe
        The steps that made the weights; `survey.run_recipe` runs it on another sample.
    start : WeightedSample or None
        The sample before the first step; None where there was none.
    keys : tuple of str or None
        Names of the first-stage units, by which they are known again in another wave.
    """

    tally: Tally
    scale: float
    sampling: Sampling
    calibration: Calibration | None
    history: WaveHistory
    trimming: Floats | None = None
    recipe: Recipe = NO_STEPS
    start: WeightedSample | None = None
    keys: tuple[str, ...] | None = None

    @property
    def wave(self) -> str:
        """Name of the wave; "" for a sample made from a data frame."""
        return self.history.wave

    @property
    def record(self) -> WaveHistory:
        """Former name of `history`, for one release."""
        return self.history

    @property
    def factor(self) -> Floats:
        """Weight in units of the base weight, shape (r,)."""
        calibrated = self.calibration
        if calibrated is None:
            made = np.full(len(self.tally), self.scale)
        else:
            made = self.scale * calibrated.factor[calibrated.cell]
        return made if self.trimming is None else made * self.trimming

    @property
    def weight(self) -> Floats:
        """Weight of each person of a record, shape (r,)."""
        return self.factor * self.tally.base / self.tally.count

    @property
    def one_stage(self) -> bool:
        """Whether the file is a plain list of people: no strata, no clusters."""
        plain = not self.tally.units or self.sampling.people
        return plain and len(self.sampling.fractions[0]) == 1


def unweighted(tallied: Tally, sampling: Sampling, history: WaveHistory) -> WeightedSample:
    """Return a sample whose weights are its base weights."""
    made = WeightedSample(tallied, 1.0, sampling, None, history)
    return replace(made, history=replace(history, weighting=summarised(history.weighting, made)))


def summarised(weighting: WeightingHistory, sample: WeightedSample) -> WeightingHistory:
    """Return the history of the weighting with the summary of a sample's weights."""
    summary = summarise(sample.weight, sample.tally.count)
    return replace(
        weighting,
        n=summary.n,
        n_eff=summary.n_eff,
        design_effect=summary.design_effect,
        smallest=summary.smallest,
        median=summary.median,
        largest=summary.largest,
    )
