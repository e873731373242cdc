"""How far silence could move a share: everybody who did not answer taken as no, and as yes (methods 7.3)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.domains import By, by_name, check_confidence, question_base, shares_in, technique_of
from analysis.estimates import Estimates, make_estimates
from analysis.precision import NCHS, ShareRules
from analysis.shares import share_columns, verdicts_of
from analysis.variance import Technique
from survey.array_types import Bools
from survey.errors import EstimateError
from survey.weighted_sample import WeightedSample

BOUNDS = ("lowest_share", "highest_share")


def share_bounds(
    sample: WeightedSample,
    question: str,
    *,
    by: By = None,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the smallest and largest share among those asked, whatever the silent think (methods 7.3).

    Measure "lowest_share" takes everybody who was asked and did not answer as not choosing the
    option, "highest_share" as choosing it. The interval of the first below and of the second above
    hold what the share of all those asked can be; they say nothing of people who did not come.

    Parameters
    ----------
    by, confidence, variance, rules
        As `shares`, with its default interval.

    Raises
    ------
    EstimateError
        As `shares`.
    """
    check_confidence(confidence)
    asked = question_base(sample, question, by, people="asked")
    answered = question_base(sample, question, by)
    silent: Bools = np.asarray(asked.inside.any(axis=1) & ~answered.inside.any(axis=1))
    if not answered.inside.any():
        raise EstimateError(f'question "{question}"', "nobody in the sample answered it", "")
    both = np.hstack([asked.y, np.where(silent[:, None], 1.0, asked.y)])
    items = tuple((bound, option) for bound in BOUNDS for _, option in asked.items)
    found, _ = shares_in(asked.inside, replace(asked, items=items, y=both), technique_of(sample, variance))
    columns, methods = share_columns(found, confidence, "wilson_smoothed")
    verdicts = verdicts_of(found, rules)
    rows = [
        {
            **{name: float(column[i]) for name, column in columns.items()},
            "wave": sample.wave,
            "question": question,
            "option": items[k][1],
            "by": by_name(by),
            "group": asked.groups[g],
            "measure": items[k][0],
            "confidence": confidence,
            "method": methods[i],
            "flag": verdicts[i].flag,
            "note": verdicts[i].note,
        }
        for i, (g, k) in enumerate(np.ndindex(found.share.shape))
    ]
    return make_estimates(rows, found.covariance, {sample.wave: sample.record})
