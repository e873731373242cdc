"""Trimming a weighted sample, alone or in turns with raking, and the history of what it moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey.errors import CalibrationError, EstimateError
from survey.history import TrimmingHistory
from survey.numeric.array_types import Floats, Ints
from survey.numeric.calibration import calibration_factors
from survey.numeric.trimming import Trimmed, cap_at, trimmed
from survey.weighting.recipe import TrimmingStep
from survey.weighting.replicates.rerun import step_in_replicates
from survey.weighting.sample import WeightedSample, summarised

# One, and at most fifty more.
TURNS = 51
CLOSE = 1e-6


def trimmed_sample(sample: WeightedSample, step: TrimmingStep) -> WeightedSample:
    """Return the sample with its weights trimmed, in each of its replicates too.

    Raises
    ------
    CalibrationError
        If the limits cannot hold the weights.
    EstimateError
        If the sample is trimmed already.
    """
    upper, weight, count = _cap(sample, step), sample.weight, sample.tally.count
    result = _trimmed(weight, count, step)
    if result is None:
        mean = float(count @ weight / _counted(sample).sum())
        raise CalibrationError(
            "trimming", key="weighting.cannot_trim", floor=step.floor, upper=upper, mean=mean
        )
    whole = _with_weights(sample, result, upper, step.floor, 0)
    if sample.sampling.replicates is None:
        return whole

    def reweight(weight: Floats, copies: Floats) -> Floats | None:
        # A cap is for people, however often a replicate has them; those it left out stay out.
        each = np.divide(weight, copies, out=np.zeros(len(weight)), where=copies > 0)
        result = _trimmed(each, count * copies, step)
        return None if result is None else result.weight * copies

    return step_in_replicates(whole, reweight, failure="replicates.cannot_trim")


def trimmed_and_raked(sample: WeightedSample, step: TrimmingStep) -> WeightedSample:
    """Return a raked sample with its weights cut and raked in turns until all are under the cap.

    Raises
    ------
    CalibrationError
        If a category's mean weight is above the cap, or the turns do not bring all weights under it.
    EstimateError
        If the sample is not raked, has replicates, or is trimmed already.
    """
    upper, calibration = _cap(sample, step), sample.calibration
    if calibration is None or calibration.gram is not None:
        raise EstimateError("trim_and_rake", key="weighting.not_raked")
    if sample.sampling.replicates is not None:
        raise EstimateError("trim_and_rake", key="weighting.trim_replicates")
    count, x, cell = _counted(sample), calibration.x, calibration.cell
    people = np.bincount(cell, weights=count, minlength=len(x))
    needed = float(np.max(calibration.totals / (x.T @ people)))
    if needed > upper:
        raise CalibrationError("trimming", key="weighting.cap_below_mean", needed=needed, upper=upper)
    weight = sample.weight
    for turn in range(1, TURNS + 1):
        cut = np.minimum(weight, upper)
        base = np.bincount(cell, weights=cut * count, minlength=len(x)).astype(np.float64)
        weight = np.asarray(cut * calibration_factors(x, base, calibration.totals).factor[cell])
        if weight.max() <= upper * (1 + CLOSE):
            moved = float(count @ np.abs(weight - sample.weight) / (count @ sample.weight) / 2)
            at_cap = int(count[weight >= upper * (1 - CLOSE)].sum())
            return _with_weights(sample, Trimmed(weight, at_cap, 0, moved), upper, 0.0, turn)
    raise CalibrationError(
        "trimming", key="weighting.turns", turns=TURNS, largest=float(weight.max()), upper=upper
    )


def _cap(sample: WeightedSample, step: TrimmingStep) -> float:
    """Return the largest weight of a sample under a step; raises EstimateError if it is trimmed already."""
    if sample.trimming is not None:
        raise EstimateError("trimming", key="weighting.trimmed_already")
    return cap_at(sample.weight, _counted(sample), step.cap, step.value)


def _counted(sample: WeightedSample) -> Ints:
    """Return the people of each record who have a weight."""
    return np.where(sample.tally.base > 0, sample.tally.count, 0)


def _trimmed(weight: Floats, count: Ints | Floats, step: TrimmingStep) -> Trimmed | None:
    """Return trimmed weights, those of 0 left as they are; None where the limits cannot hold them."""
    present = weight > 0
    upper = cap_at(weight[present], count[present], step.cap, step.value)
    if upper <= step.floor:
        return None
    result = trimmed(
        weight[present],
        count[present],
        upper=upper,
        lower=step.floor,
        sharing=step.sharing,
        rounds=step.rounds,
    )
    if result is None:
        return None
    again = np.zeros(len(weight))
    again[present] = result.weight
    return replace(result, weight=again)


def _with_weights(
    sample: WeightedSample, result: Trimmed, upper: float, lower: float, turns: int
) -> WeightedSample:
    """Return the sample with these weights; its history says what they moved and where margins are now."""
    count, calibration, history = sample.tally.count, sample.calibration, sample.history
    before = sample.weight
    factor = np.divide(result.weight, before, out=np.ones(len(before)), where=before > 0)
    changed = replace(sample, trimming=factor)
    margins = history.weighting.margins
    if calibration is not None:
        total = np.bincount(calibration.cell, weights=changed.weight * count, minlength=len(calibration.x))
        shares = iter((calibration.x.T @ total / total.sum()).tolist())
        margins = tuple(
            replace(margin, categories=tuple(replace(c, weighted=next(shares)) for c in margin.categories))
            for margin in margins
        )
    gaps = [abs(c.weighted - c.target) for margin in margins for c in margin.categories]
    mean = float(count @ before / _counted(sample).sum())
    trimming = TrimmingHistory(upper / mean, lower / mean, result.cut, result.raised, result.moved, turns)
    weighting = replace(history.weighting, trimming=trimming, margins=margins, gap=max(gaps, default=0.0))
    return replace(changed, history=replace(history, weighting=summarised(weighting, changed)))
