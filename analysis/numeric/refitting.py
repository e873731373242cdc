"""Covariance of what has to be fitted again in every replicate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.numeric.records import Records
from analysis.numeric.replication import replicate_covariance, replicate_weights
from analysis.numeric.stages import without_noise
from survey.errors import EstimateError
from survey.numeric.array_types import Floats
from survey.numeric.sampling import REPLICATES_FAILED


def of_function(function: Callable[[Floats], Floats], full: Floats, records: Records) -> Floats:
    """Return the covariance of what a function of the weights, shape (r,), gives in the replicates.

    A replicate in which the function raises EstimateError is left out, the others standing in for it;
    so is one for an estimate that is NaN in it.

    Raises
    ------
    EstimateError
        If that happens in more than one of twenty.
    """
    replicates, weight = replicate_weights(records)
    estimate, solved = np.zeros((weight.shape[1], len(full))), np.ones(weight.shape[1], dtype=bool)
    reason = ""
    # Replicates that recalibration has left out count for nothing.
    used = np.flatnonzero(replicates.coefficients > 0)
    for r in used:
        try:
            estimate[r] = function(weight[:, r])
        except EstimateError as error:
            solved[r], reason = False, str(error)
    if (~solved[used]).mean() > REPLICATES_FAILED:
        raise EstimateError(
            "replicates",
            key="estimate.replicates_failed",
            failed=int((~solved).sum()),
            replicates=len(used),
            reason=reason,
        )
    defined = solved[:, None] & np.isfinite(estimate)
    covariance = replicate_covariance(np.where(defined, estimate, 0.0), full, replicates, defined)
    # Where replicates differ by rounding only there is no error.
    constant = np.abs(np.where(defined, estimate - full, 0.0)).max(axis=0) <= 1e-13 * np.abs(full)
    return without_noise(covariance, constant)
