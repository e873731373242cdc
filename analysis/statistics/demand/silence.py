"""Why the willing named no fee: kinds of silence counted apart (methods 8.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.bases import Base, By, base_with_blanks, project, technique_of
from analysis.domains import check_confidence, shares_in
from analysis.estimates import Estimates
from analysis.numeric.covariance import Technique
from analysis.publication.rules import NCHS, ShareRules
from analysis.statistics.demand.curve import willing_answers
from analysis.statistics.shares import share_table
from survey.numeric.array_types import Bools, Ints
from survey.numeric.one_thread import on_one_thread
from survey.study.questionnaire import Missing
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import Tally, question_names

KINDS = (Missing.BLANK, Missing.DONT_KNOW, Missing.REFUSED, Missing.INVALID, Missing.NOT_ASKED)


@on_one_thread
def fee_silence(
    sample: WeightedSample,
    *,
    intent: str,
    willing: str | Sequence[str],
    fees: Sequence[str],
    silent: Sequence[tuple[str, str]] = (),
    by: By = None,
    confidence: float = 0.95,
    variance: Technique | None = None,
    rules: ShareRules = NCHS,
) -> Estimates:
    """Return the share of the willing who said nothing of a fee, by why: one row a kind (methods 8.1).

    Measure "share_silent", question the first of `fees`, options "blank", "dont_know", "refused",
    "invalid" and "not_asked". The curves treat them alike; they are counted apart. An answer that says
    nothing of a fee counts as "dont_know".

    Parameters
    ----------
    intent, willing, by
        As `analysis.demand`.
    fees : sequence of str
        The questions that ask of a fee. Who answered any of them is not silent.
    silent : sequence of (question, option)
        Options of theirs that say nothing of a fee.

    Raises
    ------
    EstimateError
        As `analysis.demand`.

    Examples
    --------
    >>> import pandas as pd, survey
    >>> frame = pd.DataFrame({"intent": ["yes", "no"] * 50, "fee": [1000, None, None, None] * 25})
    >>> table = fee_silence(survey.from_frame(frame), intent="intent", willing="yes", fees=["fee"])
    >>> table.rows(option="blank")["estimate"].tolist()
    [0.5]
    """
    check_confidence(confidence)
    technique = technique_of(sample, variance)
    base = base_with_blanks(sample, intent, fees, by)
    chosen: Bools = np.asarray(willing_answers(base, intent, willing)[1].any(axis=1), dtype=bool)
    tallied, _ = project(sample, [intent, *fees, *question_names("by", by)])
    kind = _kinds(tallied, fees, silent)
    y = (kind[:, None] == np.array(KINDS)).astype(np.float64)
    items = tuple((fees[0], one.key) for one in KINDS)
    among: Base = replace(base, items=items, inside=base.inside & chosen[:, None], y=y)
    domains, _ = shares_in(among.inside, among, technique)
    return share_table(sample, fees[0], by, domains, "share_silent", confidence, "wilson_smoothed", rules)


def _kinds(tallied: Tally, fees: Sequence[str], silent: Sequence[tuple[str, str]]) -> Ints:
    """Return why each record said nothing of a fee, shape (r,); 0 where it did in any of the questions."""
    kinds = []
    for name in fees:
        levels = tallied.levels[name]
        kind = levels.missing.copy()
        for question, option in silent:
            if question == name and option in levels.options:
                said = levels.values[:, levels.options.index(option)] == 1
                kind[levels.answered & said] = Missing.DONT_KNOW
        kinds.append(kind[tallied.codes[name]])
    found = np.stack(kinds, axis=1)
    # Of several questions the first that was asked says why.
    first = np.where(found == Missing.NOT_ASKED, found.shape[1], np.arange(found.shape[1])).argmin(axis=1)
    return np.where((found == 0).any(axis=1), 0, found[np.arange(len(found)), first]).astype(np.int64)
