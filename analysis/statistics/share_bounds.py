"""How far item nonresponse could move a share: all blanks taken as no, and as yes (methods 7.3)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.bases import By, question_base, technique_of
from analysis.domains import check_confidence, shares_in
from analysis.estimates import Estimates
from analysis.numeric.covariance import Technique
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.shares import share_table
from survey.numeric.array_types import Bools
from survey.weighting.sample import WeightedSample

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
    """Return the smallest and largest share among those asked, under any item nonresponse (methods 7.3).

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
    blank: Bools = np.asarray(asked.inside.any(axis=1) & ~answered.inside.any(axis=1))
    both = np.hstack([asked.y, np.where(blank[:, None], 1.0, asked.y)])
    items = tuple((bound, option) for bound in BOUNDS for _, option in asked.items)
    domains, _ = shares_in(asked.inside, replace(asked, items=items, y=both), technique_of(sample, variance))
    measures = [bound for bound, _ in items]
    return share_table(sample, question, by, domains, measures, confidence, "wilson_smoothed", rules)
