"""The two parts of an error: that of the volunteers, and that of the random sample by its own design.

Either is worked out from linearised values, or, of a sample with replicates, by doing everything again in
each of them while the other sample stays as it is; the samples are independent, so that the parts add up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analysis.bases import technique_of
from analysis.blending.joined import Joint, Result, run
from analysis.numeric.covariance import covariance
from analysis.numeric.records import Records
from analysis.numeric.refitting import of_function
from survey.numeric.array_types import Floats

# From weights of the random sample's records, shape (k,), further estimates of that sample alone.
Alone = Callable[[Floats], Floats]


def of_volunteers(joint: Joint, result: Result, u: Floats | None) -> Floats | None:
    """Return the covariance of estimates over samples of volunteers, shape (q, q); None where unknown."""
    pair = joint.pair
    columns = joint.joining or joint.answers
    assert columns is not None
    if pair.records_a.sampling.replicates is not None:
        records = _of_copies(pair.records_a)

        def again(weight: Floats) -> Floats:
            return run(joint, weight[pair.rows_a], columns.pair.d).parts.estimate

        return of_function(again, result.parts.estimate, records) + result.parts.of_targets
    if u is None:
        return None
    weight = columns.pair.a
    if result.parts.trials:
        assert result.joining is not None
        weight = weight * (1 - result.joining.p_a)
    return u.T @ (u * weight[:, None]) + result.parts.of_targets


def _of_copies(records: Records) -> Records:
    """Return the records with the replicates of unweighted people, n in each that leaves one out."""
    replicates = records.sampling.replicates
    assert replicates is not None
    copies = replicates.copies
    if copies.max() <= 1:
        people = records.count @ copies[records.units[0]]
        copies = copies * (records.count.sum() / people)
    sampling = replace(records.sampling, replicates=replace(replicates, weights=copies))
    return replace(records, sampling=sampling)


def of_reference(
    joint: Joint,
    result: Result,
    *,
    alone: Alone | None = None,
    full: Floats | None = None,
    values: Floats | None = None,
) -> Floats:
    """Return the covariance of estimates over random samples, shape (q, q), or with further ones after them.

    Parameters
    ----------
    alone : callable, optional
        Further estimates of the random sample alone, with the weights of its records.
    full : float array, shape (f,)
        What `alone` gives with the sample's own weights.
    values : float array, shape (k, f)
        Their linearised values.
    """
    pair = joint.pair
    columns = joint.joining or joint.answers
    assert columns is not None
    if pair.records_b.sampling.replicates is not None:

        def again(weight: Floats) -> Floats:
            found = run(joint, columns.pair.a, weight * pair.known_b).parts.estimate
            return found if alone is None else np.concatenate([found, alone(weight)])

        estimate = result.parts.estimate
        estimate = estimate if full is None else np.concatenate([estimate, full])
        return of_function(again, estimate, pair.records_b)
    v = result.parts.v if values is None else np.hstack([result.parts.v, values])
    return covariance(v, pair.records_b, technique_of(pair.reference, None))
