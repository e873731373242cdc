"""Trimming a weighted sample, alone or in turns with raking, and the history of what it moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey.errors import CalibrationError, EstimateError
from survey.history import MarginHistory, TrimmingHistory
from survey.numeric.array_types import Floats, Ints
from survey.numeric.calibration import calibration_factors
from survey.numeric.trimming import Trimmed, cap_at, trimmed
from survey.weighting.recipe import TrimmingStep
from survey.weighting.replicates.rerun import replicated_step
from survey.weighting.sample import Calibration, WeightedSample, summarised

# One, and at most fifty more.
TURNS = 51
CLOSE = 1e-6


def trimmed_sample(sample: WeightedSample, step: TrimmingStep) -> WeightedSample:
    """Return the sample with its weights trimmed, in each of its replicates too.

    Raises
    ------
    CalibrationError
        If the limits cannot hold the weights, or cutting and raking in turns do not come to rest.
    EstimateError
        If raking is to follow and the sample is not raked, or it is trimmed already.
    """
    if sample.trimming is not None:
        problem = "the sample is trimmed already"
        raise EstimateError("trimming", problem, "start from the sample as it was before")
    weight, count = sample.weight, sample.tally.count
    upper = cap_at(weight, count, step.cap, step.value)
    if step.excess == "rake":
        return _in_turns(sample, upper)
    found = _cut(weight, count, step)
    if found is None:
        mean = float(count @ weight / count.sum())
        problem = (
            f"no weights from {step.floor:g} to {upper:.6g} have the same sum (their mean is {mean:.6g})"
        )
        raise CalibrationError("trimming", problem, "give a floor below the mean and a cap above it")
    made = _with_weights(sample, found, upper, step.floor, 0)
    if sample.sampling.replicates is None:
        return made

    def reweight(each: Floats, copies: Floats) -> Floats | None:
        # A cap is for people, however often a replicate has them; those it left out stay out.
        held, again = copies > 0, np.zeros(len(each))
        found = _cut(each[held] / copies[held], count[held] * copies[held], step)
        if found is None:
            return None
        again[held] = found.weight * copies[held]
        return again

    return replicated_step(made, reweight, remedy="raise the cap, or lower the floor")


def _cut(weight: Floats, count: Ints | Floats, step: TrimmingStep) -> Trimmed | None:
    upper = cap_at(weight, count, step.cap, step.value)
    if upper <= step.floor:
        return None
    return trimmed(weight, count, upper=upper, lower=step.floor, sharing=step.sharing, rounds=step.rounds)


def _in_turns(sample: WeightedSample, upper: float) -> WeightedSample:
    calibration = sample.calibration
    if calibration is None or calibration.gram is not None:
        problem = "is for samples raked with every category known"
        raise EstimateError("trim_and_rake", problem, "rake first, or use bounds in rake")
    if sample.sampling.replicates is not None:
        raise EstimateError(
            "trim_and_rake", "is not offered with replicate weights", "use bounds in rake, which are"
        )
    count, x = sample.tally.count, calibration.x
    people = np.bincount(calibration.cell, weights=count, minlength=len(x))
    needed = float(np.max(calibration.totals / (x.T @ people)))
    if needed > upper:
        problem = f"a category's mean weight is {needed:.6g}, above the cap of {upper:.6g}"
        raise CalibrationError("trimming", problem, "raise the cap, or merge thin categories")
    weight = sample.weight
    for turn in range(1, TURNS + 1):
        weight = _raked(np.minimum(weight, upper), count, calibration)
        if weight.max() <= upper * (1 + CLOSE):
            moved = float(count @ np.abs(weight - sample.weight) / (count @ sample.weight) / 2)
            cut = int(count[weight >= upper * (1 - CLOSE)].sum())
            return _with_weights(sample, Trimmed(weight, cut, 0, moved), upper, 0.0, turn)
    problem = f"after {TURNS} turns the largest weight is {weight.max():.9g}, the cap {upper:.9g}"
    raise CalibrationError("trimming", problem, "use bounds in rake, which need one solve")


def _raked(weight: Floats, count: np.ndarray, calibration: Calibration) -> Floats:
    x, cell = calibration.x, calibration.cell
    base = np.bincount(cell, weights=weight * count, minlength=len(x)).astype(np.float64)
    return np.asarray(weight * calibration_factors(x, base, calibration.totals).factor[cell])


def _with_weights(
    sample: WeightedSample, found: Trimmed, upper: float, lower: float, turns: int
) -> WeightedSample:
    """Return the sample with these weights, and in its history what they moved and what margins are now."""
    count = sample.tally.count
    made = replace(sample, trimming=found.weight / sample.weight)
    mean = float(count @ sample.weight / count.sum())
    weighting = replace(
        sample.history.weighting,
        trimming=TrimmingHistory(upper / mean, lower / mean, found.cut, found.raised, found.moved, turns),
        margins=_margins_now(made),
    )
    gaps = [abs(c.weighted - c.target) for margin in weighting.margins for c in margin.categories]
    weighting = summarised(replace(weighting, gap=max(gaps, default=0.0)), made)
    return replace(made, history=replace(sample.history, weighting=weighting))


def _margins_now(sample: WeightedSample) -> tuple[MarginHistory, ...]:
    """Return the margins with each category's share under the sample's present weights."""
    margins, calibration = sample.history.weighting.margins, sample.calibration
    if calibration is None:
        return margins
    total = np.bincount(
        calibration.cell, weights=sample.weight * sample.tally.count, minlength=len(calibration.x)
    )
    shares = calibration.x.T @ total / total.sum()
    found, at = [], 0
    for margin in margins:
        categories = tuple(
            replace(category, weighted=float(shares[at + i])) for i, category in enumerate(margin.categories)
        )
        at += len(categories)
        found.append(replace(margin, categories=categories))
    return tuple(found)
