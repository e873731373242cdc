"""A question that both samples have: both estimates with their variances and covariance (methods 9.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.bases import base_of, check_sample, technique_of
from analysis.blending.errors_of_two import of_reference, of_volunteers
from analysis.blending.joined import Model, joined, joint_of
from analysis.blending.matching import Matched, check_kinds, matched, of_options
from analysis.blending.model import AnyFamily, model_of, with_family
from analysis.domains import denominators, linearised_means
from analysis.numeric.covariance import covariance
from survey.errors import Cell, EstimateError, check_choice
from survey.numeric.array_types import Floats
from survey.weighting.sample import WeightedSample

# What is set against the random sample: the volunteers as they are weighted, or joined with it by a method.
Adjustment = Literal["volunteers", "ipw", "ipw_calibrated", "mass_imputation", "doubly_robust"]


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """Two estimates of the same shares or means, shape (k,) each.

    Attributes
    ----------
    options : tuple of str
        "" alone for a mean.
    volunteers, reference : float arrays
    v_volunteers, v_reference, covariance : float arrays
        Variances, and the covariance of the two: 0 unless both rest on the random sample.
    n_volunteers, n_reference : int
        People who answered.
    """

    options: tuple[str, ...]
    volunteers: Floats
    reference: Floats
    v_volunteers: Floats
    v_reference: Floats
    covariance: Floats
    n_volunteers: int
    n_reference: int

    @property
    def bias(self) -> Floats:
        """Volunteers less random sample."""
        return self.volunteers - self.reference

    @property
    def variance(self) -> Floats:
        """Variance of the bias."""
        return np.maximum(self.v_volunteers + self.v_reference - 2 * self.covariance, 0.0)


def against_reference(
    volunteers: WeightedSample,
    reference: WeightedSample,
    question: str,
    *,
    adjustment: Adjustment,
    covariates: Sequence[str],
    outcome_covariates: Sequence[str] | None,
    family: AnyFamily,
) -> Against:
    """Return what both samples say of a question.

    Raises
    ------
    EstimateError
        As `blend`; and if the question is of another kind, or has other options, in the random sample.
    """
    check_choice("adjustment", adjustment, Adjustment)
    for sample in (volunteers, reference):
        check_sample(sample)
    options = _options(volunteers, reference, question)
    if adjustment == "volunteers":
        ours, theirs = (_plain(sample, question, options) for sample in (volunteers, reference))
        none = np.zeros(max(len(options), 1))
        return Against(options or ("",), ours[0], theirs[0], ours[1], theirs[1], none, ours[2], theirs[2])
    named, model = model_of(covariates, outcome_covariates, adjustment, "pseudo_likelihood", family)
    if question in named:
        raise EstimateError(Cell(question=question), key="blend.covariate_itself")
    pair = matched(volunteers, reference, question, named, also=[question])
    return _joined(pair, with_family(model, pair, family))


def _options(volunteers: WeightedSample, reference: WeightedSample, question: str) -> tuple[str, ...]:
    """Return the options of a question, which have to be the same in both samples; none of a number."""
    check_kinds(volunteers.tally, reference.tally, question)
    ours, theirs = (sample.tally.levels[question].options for sample in (volunteers, reference))
    apart = [option for option in (*ours, *theirs) if (option in ours) != (option in theirs)]
    if apart:
        raise EstimateError(Cell(question=question), key="blend.options", options=apart)
    return ours


def _plain(sample: WeightedSample, question: str, options: Sequence[str]) -> tuple[Floats, Floats, int]:
    """Return the shares or the mean of one sample, their variances, and how many answered."""
    base = base_of(sample, [question], None)
    u, mean, _ = linearised_means(base.inside, base)
    technique = technique_of(sample, None)
    over = denominators(base.inside, len(base.items)) if technique == "replicates" else None
    variance = np.diag(covariance(u, base.records, technique, over=over))
    order = [[option for _, option in base.items].index(option) for option in options] or [0]
    return mean[0][order], variance[order], int(base.records.count[base.inside[:, 0]].sum())


def _joined(pair: Matched, model: Model) -> Against:
    joint, result = joined(joint_of(pair, model))
    levels = pair.tally_b.levels[pair.question]
    codes = pair.tally_b.codes[pair.question]
    answered = levels.answered[codes] & (pair.tally_b.base > 0)
    y = np.where(answered[:, None], of_options(pair.tally_b, pair.question, pair.items), 0.0)

    def alone(weight: Floats) -> Floats:
        inside = weight * answered
        return np.asarray(inside @ y / inside.sum(), dtype=np.float64)

    weight = pair.records_b.base * pair.records_b.factor
    mean = alone(weight)
    values = answered[:, None] * (y - mean) / (weight @ answered)
    first = of_volunteers(joint, result, result.parts.u)
    second = of_reference(joint, result, alone=alone, full=mean, values=values)
    assert first is not None
    k = len(mean)
    variances = np.diag(second)
    return Against(
        options=pair.items,
        volunteers=result.parts.estimate,
        reference=mean,
        v_volunteers=np.diag(first) + variances[:k],
        v_reference=variances[k:],
        covariance=np.diag(second[:k, k:]),
        n_volunteers=int(pair.people_a[0]),
        n_reference=int(pair.records_b.count[answered].sum()),
    )
