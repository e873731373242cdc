"""How strong a missing weighting variable would have to be, in units of those there are (methods 4.6)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np

from analysis.estimates import Estimates, make_estimates
from analysis.sensitivity.alternative_shares import without_margin
from analysis.sensitivity.tipping import CLAIMS
from survey.errors import CalibrationError, Cell, EstimateError, MarginError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.recipe import CalibrationStep, Recipe
from survey.weighting.run import run_recipe
from survey.weighting.sample import WeightedSample

NO_SPREAD = 1e-12  # variance of equal weights, as computed


@dataclass(frozen=True, slots=True)
class MarginLeftOut:
    """What leaving out one margin does to a share.

    Attributes
    ----------
    share : float
        The share without the margin.
    imbalance : float
        r, the variance of what the weights lack without it over that of the weights.
    correlation : float
        rho of what they lack with the answer.
    bias : float
        Share without the margin less the share.
    """

    margin: str
    share: float
    imbalance: float
    correlation: float
    bias: float

    @property
    def missing(self) -> float:
        """R², the part of the ideal weights' variance that the margin accounts for."""
        return self.imbalance / (1 + self.imbalance)


@dataclass(frozen=True, slots=True)
class MarginRobustness:
    """A share, what the weighting moved, and what leaving out each margin would (Huang 2024).

    Attributes
    ----------
    share, unweighted, threshold : float
        The weighted share, the one without weights, and the claim at the end of which it is asked for.
    weight_variance, answer_variance, correlation : float
        var(w), var(y) and cor(w, y) among those who answered, w over its mean.
    margins : tuple of MarginLeftOut
    """

    share: float
    unweighted: float
    threshold: float
    weight_variance: float
    answer_variance: float
    correlation: float
    margins: tuple[MarginLeftOut, ...]

    @property
    def robustness_value(self) -> float:
        """R² = rho² at which a missing variable takes the share to the threshold."""
        move = self.share - self.threshold
        return robustness_value(move, weights=self.weight_variance, answers=self.answer_variance)

    def times_needed(self, left_out: MarginLeftOut) -> float:
        """Return how many times a margin's bias takes the share to the threshold; negative the other way."""
        return (self.share - self.threshold) / left_out.bias if left_out.bias else inf

    def times_in_weights(self, left_out: MarginLeftOut) -> float:
        """Return how many times a margin's imbalance a missing variable has at the robustness value."""
        rv = self.robustness_value
        return rv / (1 - rv) / left_out.imbalance if left_out.imbalance else inf

    def times_in_answers(self, left_out: MarginLeftOut) -> float:
        """Return how many times a margin's correlation with the answer it has at the robustness value."""
        return sqrt(self.robustness_value) / abs(left_out.correlation) if left_out.correlation else inf


@on_one_thread
def margin_robustness(
    sample: WeightedSample, question: str, option: str, *, threshold: float = 0.5
) -> MarginRobustness:
    """Return what leaving out each margin does to a share, a measure for missing ones (methods 4.6).

    RV near 1 is no strength: it may only say that weights hardly vary.

    Parameters
    ----------
    sample : WeightedSample
        Raked to two margins or more, in one step.
    threshold : float
        The claim, such as 0.5 of "more than half".

    Raises
    ------
    EstimateError
        If the sample is weighted otherwise, its weights are equal, or the question has no such option.
    """
    found = _robustness(sample, question, threshold).get(option)
    if found is None:
        raise EstimateError(Cell(question=question), key="honesty.no_option", option=option)
    if not found.weight_variance > NO_SPREAD:
        raise EstimateError("margin_robustness", key="honesty.equal_weights")
    if not found.margins:
        raise EstimateError("margin_robustness", key="honesty.one_margin")
    return found


@on_one_thread
def margin_moves(sample: WeightedSample, question: str, shares: Estimates) -> Estimates:
    """Return how far the weighting moved each share, and how far it moves without each margin (methods 4.6).

    Measure "weighting_move": share less unweighted share. "margin_move", `by` "margin_left_out", `group` the
    margin: share without it less the share; note "within_noise" where that is at most half a standard error.
    "times_needed", `by` "margin_left_out x claim": how many times as strong a missing variable must be to
    take the share to the claim, either way, of margins that move it. No rows of shares that are suppressed,
    or that the weighting fixes.

    Parameters
    ----------
    shares : Estimates
        Shares of the whole sample, by which it is judged what may be printed.
    """
    rows: list[dict[str, object]] = []
    found = _robustness(sample, question, 0.5) if sample.calibration is not None else {}
    for row in shares.rows(question=question, measure="share", by="").to_dict("records"):
        if row["flag"] == "suppress" or row["note"] == "fixed_by_margins" or row["option"] not in found:
            continue
        of = found[row["option"]]
        keys = {name: row[name] for name in ("wave", "question", "option", "n")} | {"method": "left_out"}
        rows.append(keys | {"measure": "weighting_move", "estimate": of.share - of.unweighted})
        for margin in of.margins:
            small = abs(margin.bias) <= float(row["std_error"]) / 2
            at = keys | {"by": "margin_left_out", "group": margin.margin, "measure": "margin_move"}
            rows.append(at | {"estimate": margin.bias, "note": "within_noise" if small else ""})
            for claim, threshold in CLAIMS.items() if not small else ():
                at = keys | {"by": "margin_left_out x claim", "group": f"{margin.margin} x {claim}"}
                times = abs((of.share - threshold) / margin.bias)
                rows.append(at | {"measure": "times_needed", "estimate": times})
    return make_estimates(rows, None, {})


def _robustness(sample: WeightedSample, question: str, threshold: float) -> dict[str, MarginRobustness]:
    """Return the robustness of each option's share; margins that nothing meets without are left out."""
    levels, codes = sample.tally.question(question)
    start = sample if sample.start is None else sample.start
    without = _without_margins(sample, start)
    inside = levels.answered[codes]
    count = sample.tally.count[inside].astype(np.float64)

    def centred(values: Floats) -> Floats:
        return np.asarray(values - count @ values / count.sum(), dtype=np.float64)

    def product(one: Floats, other: Floats) -> float:
        return float(count @ (centred(one) * centred(other)) / count.sum())

    def correlation(one: Floats, other: Floats) -> float:
        scale = sqrt(product(one, one) * product(other, other))
        return product(one, other) / scale if scale > 0 else 0.0

    weights = []
    for other in (sample, start, *without.values()):
        weight = other.weight[inside]
        weights.append(weight * count.sum() / (count @ weight))
    own, _, *others = weights
    found = {}
    for k, option in enumerate(levels.options):
        y = levels.values[codes[inside], k]
        share, unweighted, *shares = (float(count @ (w * y) / count.sum()) for w in weights)
        spread = product(own, own)
        margins = [
            MarginLeftOut(name, p, product(w - own, w - own) / spread, correlation(w - own, y), p - share)
            for name, w, p in zip(without, others, shares, strict=True)
            if spread > NO_SPREAD
        ]
        found[option] = MarginRobustness(
            share, unweighted, threshold, spread, product(y, y), correlation(own, y), tuple(margins)
        )
    return found


def _without_margins(sample: WeightedSample, start: WeightedSample) -> dict[str, WeightedSample]:
    """Return the sample without each of several margins; none where it was not raked to them in one step."""
    if len(sample.recipe.steps) != 1 or not isinstance(step := sample.recipe.steps[0], CalibrationStep):
        return {}
    plain = replace(start, sampling=replace(start.sampling, replicates=None))
    found = {}
    for margin in step.margins if len(step.margins) > 1 else ():
        with suppress(MarginError, CalibrationError):
            found[margin.name] = run_recipe(Recipe((without_margin(step, margin.name),)), plain)
    return found


def missing_variable_bias(correlation: float, missing: float, *, weights: float, answers: float) -> float:
    """Return the bias of a share where its weights lack a variable (Hartman & Huang 2024; methods 4.6).

    rho √(var(w) R²/(1-R²) var(y)).

    Parameters
    ----------
    correlation : float
        rho of what is missing of the weights with the answer.
    missing : float
        R², the part of the ideal weights' variance that is missing, from 0 to under 1.
    weights, answers : float
        var(w) and var(y).

    Raises
    ------
    EstimateError
        If R² or rho is out of range, or a variance is below 0.
    """
    if not (0 <= missing < 1 and -1 <= correlation <= 1 and weights >= 0 and answers >= 0):
        raise EstimateError("missing_variable_bias", key="honesty.missing_variable")
    return correlation * sqrt(weights * missing / (1 - missing) * answers)


def robustness_value(move: float, *, weights: float, answers: float) -> float:
    """Return the R² = rho² of a missing variable that moves a share so far (methods 4.6).

    (√(a² + 4a) - a)/2 with a = move²/(var(w) var(y)).

    Raises
    ------
    EstimateError
        If the weights or the answers are all equal, which leaves no scale.
    """
    if not (weights > 0 and answers > 0):
        raise EstimateError("robustness_value", key="honesty.no_scale", weights=weights, answers=answers)
    a = move**2 / (weights * answers)
    return (sqrt(a**2 + 4 * a) - a) / 2
