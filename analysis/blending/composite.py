"""One figure of both samples for a question that both have, weighed by variance and bias (methods 9.5)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from numbers import Real
from typing import Literal, get_args

import numpy as np

import survey.numeric.special_functions as special
from analysis.blending.against_reference import Adjustment, Against, against_reference
from analysis.blending.further import with_columns
from analysis.blending.model import AnyFamily
from analysis.blending.reference_bias import verdicts_of
from analysis.domains import check_confidence
from analysis.estimates import Estimates, make_table, table_keys
from analysis.numeric.blending.composite import Weighed, squared_bias, weighed
from analysis.publication.rules import NCHS, ShareRules
from survey.errors import EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample

BiasFrom = Literal["same", "cautious"]


@on_one_thread
def composite(
    volunteers: WeightedSample,
    reference: WeightedSample,
    question: str,
    *,
    bias_from: BiasFrom | Estimates | float = "same",
    adjustment: Adjustment = "volunteers",
    covariates: Sequence[str] = (),
    outcome_covariates: Sequence[str] | None = None,
    family: AnyFamily = "auto",
    confidence: float = 0.95,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return both samples' estimate of a question weighed together, measure "composite" (methods 9.5).

    `std_error` is the root mean squared error with the bias allowed for, `weight_volunteers` what the
    volunteers count for, `bias_squared` the b² of it. With b² from the same question the limits hold the
    truth in 70 to 85 of 100 samples, not 95, and the composite has no smaller error than the random sample
    alone: such rows are marked (note "bias_of_same_question"), and no interval of them is to be printed.

    Parameters
    ----------
    bias_from : {"same", "cautious"}, Estimates, or float
        Where b² is from: the same question, as bias² less its variance, or cautiously plus its variance, with
        which the limits held the truth in 88 to 100 of 100 samples; other questions, as `reference_bias`
        returned them, of which the mean of bias² less its variance is taken, a question counting once; or
        a number, b.
    adjustment, covariates, outcome_covariates, family
        As `reference_bias`.

    Raises
    ------
    EstimateError
        As `reference_bias`; and if `bias_from` is none of these.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> link = survey.from_frame(pd.DataFrame({"uses": [1, 1, 0] * 40}))
    >>> names = survey.reference(pd.DataFrame({"uses": [1, 0] * 50, "w": [20.0] * 100}), weight="w")
    >>> composite(link, names, "uses", bias_from=0.08).frame["estimate"].round(3).tolist()
    [0.539]
    """
    check_confidence(confidence)
    found = against_reference(
        volunteers,
        reference,
        question,
        adjustment=adjustment,
        covariates=covariates,
        outcome_covariates=outcome_covariates,
        family=family,
    )
    square = _square(bias_from, found)
    both = _weighed(found, square)
    half = special.ndtri(0.5 + confidence / 2) * both.error
    verdicts = verdicts_of(found, rules)
    same = isinstance(bias_from, str) and bias_from == "same"
    columns = table_keys(
        wave=volunteers.wave,
        question=question,
        by="",
        groups=("",),
        options=found.options,
        measure="composite",
    )
    columns |= {
        "estimate": both.estimate,
        "std_error": both.error,
        "conf_low": both.estimate - half,
        "conf_high": both.estimate + half,
        "confidence": confidence,
        "method": "normal",
        "n": found.n_volunteers + found.n_reference,
        "flag": ["caution" if same and v.flag == "" else v.flag for v in verdicts],
        "note": ["bias_of_same_question" if same and v.flag != "suppress" else v.note for v in verdicts],
    }
    table = make_table(columns, None, {volunteers.wave: volunteers.history})
    return with_columns(table, {"weight_volunteers": both.weight, "bias_squared": square})


def _weighed(found: Against, square: Floats) -> Weighed:
    return weighed(
        found.volunteers,
        found.reference,
        v_volunteers=found.v_volunteers,
        v_reference=found.v_reference,
        covariance=found.covariance,
        square=square,
    )


def _square(bias_from: object, found: Against) -> Floats:
    """Return b² of each option."""
    if isinstance(bias_from, str):
        if bias_from not in get_args(BiasFrom):
            raise EstimateError(f'bias_from="{bias_from}"', key="blend.bias")
        cautious = bias_from == "cautious"
        return found.bias**2 + found.variance if cautious else squared_bias(found.bias, found.variance)
    if isinstance(bias_from, Estimates):
        return np.full(len(found.bias), max(float(np.mean(squares_against(bias_from))), 0.0))
    if isinstance(bias_from, bool) or not isinstance(bias_from, Real) or not isfinite(float(bias_from)):
        raise EstimateError(f"bias_from={bias_from!r}", key="blend.bias")
    return np.full(len(found.bias), float(bias_from) ** 2)


def squares_against(bias: Estimates) -> list[float]:
    """Return of each question the mean over its options of bias² less its variance, which may be below 0.

    Raises
    ------
    EstimateError
        If the table has no bias that may be published.
    """
    frame = bias.rows(measure="reference_bias")
    frame = frame[frame["flag"] != "suppress"]
    if frame.empty:
        raise EstimateError("bias_from", key="blend.no_bias")
    square = frame["estimate"].astype(float) ** 2 - frame["std_error"].astype(float) ** 2
    return [float(part.mean()) for _, part in square.groupby(frame["question"], sort=False)]
