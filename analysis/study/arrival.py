"""Answers by the time and the channel of their arrival (methods 4.9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from analysis.estimates import Estimates
from analysis.plans.estimates import EstimatePlan
from analysis.publication.complementary import suppress
from analysis.statistics.comparisons.contrasts import group_difference
from analysis.statistics.shares import shares
from survey.errors import EstimateError
from survey.numeric.array_types import Ints
from survey.numeric.distinct_rows import group_rows
from survey.responses.responses import Responses
from survey.weighting.sample import WeightedSample
from survey.weighting.tally import Levels

ARRIVAL = "arrival"
EARLY, LATE = "early", "late"
# The channels that the platform itself names, where the study file says nothing of channels.
PLATFORM_CHANNEL = "platform_channel"
# Of fewer people than this nothing is said.
FEW = 30
# Answers without a time, as a share of all, past which nothing is said of their times.
UNTIMED = 0.1


def by_arrival(
    sample: WeightedSample, kept: Responses, questions: Sequence[str], plan: EstimatePlan
) -> Iterator[Estimates]:
    """Yield the shares of the first and the second half of the answers, and how far they differ."""
    times = arrival_times(kept)
    if times is None or sample.rows is None or ARRIVAL in sample.tally.codes:
        return
    early = times <= np.sort(times)[(len(times) - 1) // 2]
    if early.all():
        return
    split = with_question(sample, ARRIVAL, (EARLY, LATE), np.where(early, 0, 1))
    for question in questions:
        yield from _compared(split, question, ARRIVAL, plan)


def by_channel(sample: WeightedSample, questions: Sequence[str], plan: EstimatePlan) -> Iterator[Estimates]:
    """Yield the shares by the channel through which answers came, and each channel against the rest."""
    for question, channel in product(questions, plan.channels):
        if channel != question and channel in sample.tally.codes:
            yield from _compared(sample, question, channel, plan)


def by_platform_channel(
    sample: WeightedSample, kept: Responses, questions: Sequence[str], plan: EstimatePlan
) -> Iterator[Estimates]:
    """Yield the shares by the channel that the platform names, and each channel against the rest."""
    if kept.channel is None or sample.rows is None or PLATFORM_CHANNEL in sample.tally.codes:
        return
    names, codes = np.unique(kept.channel.astype(str), return_inverse=True)
    if len(names) > 1:
        split = with_question(sample, PLATFORM_CHANNEL, tuple(names.tolist()), codes.astype(np.int64))
        for question in questions:
            yield from _compared(split, question, PLATFORM_CHANNEL, plan)


def _compared(sample: WeightedSample, question: str, by: str, plan: EstimatePlan) -> Iterator[Estimates]:
    """Yield shares by group and differences from the rest, without what the whole would give away."""
    confidence, variance = plan.confidence, plan.variance
    try:
        table = shares(sample, question, by=by, confidence=confidence, variance=variance)
        differences = group_difference(sample, question, by, confidence=confidence, variance=variance)
    except EstimateError:  # nobody of them answered
        return
    groups = list(dict.fromkeys(differences.frame["group"]))
    if len(groups) == 2:  # which differ from each other
        first = (differences.frame["group"] == groups[0]).to_numpy()
        differences = replace(differences, frame=differences.frame[first].reset_index(drop=True))
    table = _without_sums(table)
    gone = table.frame["flag"].eq("suppress")
    cells = set(table.frame.loc[gone, ["option", "group"]].itertuples(index=False, name=None))
    held = [
        cell in cells for cell in differences.frame[["option", "group"]].itertuples(index=False, name=None)
    ]
    hidden = np.array(held, dtype=bool) & differences.frame["flag"].ne("suppress").to_numpy()
    differences = suppress(differences, hidden, "share_withheld")
    kind = "arrival" if by == ARRIVAL else "channel"
    for part, measure in ((table, f"{kind}_share"), (differences, f"{kind}_difference")):
        yield replace(part, frame=part.frame.assign(measure=measure), joint=None)


def _without_sums(table: Estimates) -> Estimates:
    """Return shares by group, a second of an option withheld where one is: the whole would give it away."""
    frame = table.frame
    gone, n = frame["flag"].eq("suppress").to_numpy(), frame["n"].to_numpy(dtype=np.float64)
    option, hidden = frame["option"].to_numpy(), np.zeros(len(frame), dtype=bool)
    for name in np.unique(option.astype(str)):
        rows = np.flatnonzero(option == name)
        if gone[rows].sum() == 1 and len(rows) > 1:
            shown = rows[~gone[rows]]
            hidden[shown[np.argmin(n[shown])]] = True
    return suppress(table, hidden, "complementary")


def arrival_times(kept: Responses) -> np.ndarray | None:
    """Return the time of each answer, None where they are not known; the few without one come last."""
    times = kept.paradata.submitted
    if times is None or kept.paradata.grouped is not None or len(kept) < FEW:
        return None
    unknown = np.isnat(times)
    if unknown.mean() > UNTIMED:
        return None
    return np.where(unknown, times[~unknown].max(), times) if unknown.any() else times


def with_question(sample: WeightedSample, name: str, options: tuple[str, ...], codes: Ints) -> WeightedSample:
    """Return a sample with one more single question, its weights as they were.

    Parameters
    ----------
    codes : int array, shape (rows,)
        Place of each row's answer among the options, in the order of the file.
    """
    assert sample.rows is not None
    record = np.unique(sample.rows.number, return_inverse=True)[1].reshape(-1).astype(np.int64)
    first, group = group_rows([record, codes])
    of_record, tally = record[first], sample.tally
    count = np.bincount(group).astype(np.int64)
    part = count / tally.count[of_record]
    taken = tally.take(of_record)
    levels = Levels("single", options, np.eye(len(options)), np.zeros(len(options), dtype=np.int64))
    split = replace(
        taken,
        codes={**taken.codes, name: codes[first]},
        levels={**taken.levels, name: levels},
        count=count,
        base=taken.base * part,
        base_square=taken.base_square * part,
    )
    calibration = sample.calibration
    if calibration is not None:
        calibration = replace(calibration, cell=calibration.cell[of_record])
    trimming = None if sample.trimming is None else sample.trimming[of_record]
    return replace(sample, tally=split, calibration=calibration, trimming=trimming, rows=None)
