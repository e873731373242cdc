"""What an open questionnaire is worth in answers of people drawn at random (methods 9.5)."""

from __future__ import annotations

import numpy as np

import survey.numeric.special_functions as special
from analysis.blending.against_reference import against_reference
from analysis.blending.reference_bias import verdicts_of
from analysis.domains import check_confidence
from analysis.estimates import Estimates, make_table, table_keys
from analysis.numeric.blending.composite import squared_bias
from analysis.numeric.blending.worth import bias_limits, random_answers
from analysis.publication.rules import NCHS, ShareRules
from survey.errors import Cell, EstimateError
from survey.numeric.one_thread import on_one_thread
from survey.weighting.sample import WeightedSample


@on_one_thread
def worth_in_random_answers(
    volunteers: WeightedSample,
    reference: WeightedSample,
    question: str,
    *,
    confidence: float = 0.95,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return how many random answers have as large an error as the volunteers' bias, p(1-p)/b² (methods 9.5).

    Measure "random_answers"; p is the random sample's share, b² the measured bias² less its variance. The
    limits are those of the bias: where they hold 0 there is no upper limit (no number), and where the bias
    is no larger than its error no estimate either (note "no_bias_seen").

    Raises
    ------
    EstimateError
        As `reference_bias`, or if the question has no options.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> link = survey.from_frame(pd.DataFrame({"uses": ["yes", "yes", "no"] * 400}))
    >>> drawn = pd.DataFrame({"uses": ["yes", "no"] * 200, "w": [20.0] * 400})
    >>> names = survey.reference(drawn, weight="w")
    >>> worth_in_random_answers(link, names, "uses").frame["estimate"].round(1).tolist()
    [9.3, 9.3]
    """
    check_confidence(confidence)
    found = against_reference(
        volunteers,
        reference,
        question,
        adjustment="volunteers",
        covariates=(),
        outcome_covariates=None,
        family="auto",
    )
    if found.options == ("",):
        raise EstimateError(Cell(question=question), key="call.no_shares", kind="number")
    half = special.ndtri(0.5 + confidence / 2) * np.sqrt(found.variance)
    smallest, largest = bias_limits(found.bias - half, found.bias + half)
    numbers = [
        random_answers(found.reference, square)
        for square in (squared_bias(found.bias, found.variance), largest**2, smallest**2)
    ]
    estimate, low, high = (np.where(np.isfinite(one), one, np.nan) for one in numbers)
    verdicts = verdicts_of(found, rules)
    columns = table_keys(
        wave=volunteers.wave,
        question=question,
        by="",
        groups=("",),
        options=found.options,
        measure="random_answers",
    )
    columns |= {
        "estimate": estimate,
        "conf_low": low,
        "conf_high": high,
        "confidence": confidence,
        "method": "normal",
        "n": min(found.n_volunteers, found.n_reference),
        "flag": [verdict.flag for verdict in verdicts],
        "note": [
            "no_bias_seen" if verdict.flag != "suppress" and np.isnan(one) else verdict.note
            for verdict, one in zip(verdicts, estimate.tolist(), strict=True)
        ],
    }
    return make_table(columns, None, {volunteers.wave: volunteers.history})
