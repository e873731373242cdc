"""A weighted sample: its tally, the recipe and calibration that made its weights, and the history of both."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.history import WaveHistory, WeightingHistory
from survey.numeric.array_types import Floats
from survey.numeric.sampling import Calibration, Sampling
from survey.numeric.weight_summary import summarise
from survey.shown import Facts, Shown
from survey.weighting.recipe import Recipe
from survey.weighting.rows import Rows
from survey.weighting.tally import Tally

NO_STEPS = Recipe()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WeightedSample(Shown):
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
        Names of the first-stage units, which link them with another wave.
    rows : Rows or None
        Which record each row of the file is in; None where an engine grouped them.
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
    rows: Rows | None = None

    def _facts(self) -> Facts:
        known = self.history.weighting
        wave = {"": self.wave} if self.wave else {}
        steps = [str(step) for step in self.recipe.steps] or ["base weights only"]
        return {**wave, "n": known.n, "n_eff": known.n_eff, "largest weight": known.largest, "steps": steps}

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
        calibration = self.calibration
        if calibration is None:
            factor = np.full(len(self.tally), self.scale)
        else:
            factor = self.scale * calibration.factor[calibration.cell]
        return factor if self.trimming is None else factor * self.trimming

    @property
    def weight(self) -> Floats:
        """Weight of each person of a record, shape (r,)."""
        return self.factor * self.tally.base / self.tally.count

    @property
    def one_stage(self) -> bool:
        """Whether the file is a plain list of people: no strata, no clusters."""
        people = not self.tally.units or self.sampling.people
        return people and len(self.sampling.fractions[0]) == 1


def unweighted(tallied: Tally, sampling: Sampling, history: WaveHistory) -> WeightedSample:
    """Return a sample weighted by its base weights alone."""
    sample = WeightedSample(tallied, 1.0, sampling, None, history)
    return replace(sample, history=replace(history, weighting=summarised(history.weighting, sample)))


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
