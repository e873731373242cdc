"""Early against late answers, by the code of `check`, and the late ones at the early ones' channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.estimates import combine
from analysis.numeric.fieldwork.projection import standardised
from analysis.plans.estimates import EstimatePlan
from analysis.publication.published import published
from analysis.statistics.shares import shares
from analysis.statistics.testing.adjust import adjust_families
from analysis.study.arrival import EARLY, FEW, LATE, arrival_times, by_arrival, with_question
from analysis.study.estimate import ties_of
from survey.numeric.array_types import Ints
from survey.responses.responses import Responses
from survey.study.questionnaire import Missing
from survey.study.study import Study
from survey.weighting.sample import WeightedSample

# Fewer effective answers in a half than this give counts only.
FEWEST = 100.0
REST = "rest"


@dataclass(frozen=True, slots=True)
class OptionHalves:
    """The share of an option in both halves, 0-1, Holm's p and whether they differ clearly."""

    option: str
    early: float
    late: float
    p_adjusted: float
    clear: bool
    standardised: float | None


@dataclass(frozen=True, slots=True)
class Halves:
    """The answers to the headline question in both halves by time.

    Attributes
    ----------
    n : (int, int)
        Answers of either half.
    options : tuple of OptionHalves
        Empty where a half has too few effective answers, or shares would be withheld.
    """

    n: tuple[int, int]
    options: tuple[OptionHalves, ...]


def halves_of(
    study: Study,
    plan: EstimatePlan,
    sample: WeightedSample,
    kept: Responses,
    lead: tuple[str, ...],
    headline: str,
    channels: Ints | None,
) -> Halves | None:
    """Return the leading shares of both halves; None where the answers cannot be put in order of time.

    Parameters
    ----------
    channels : int array, shape (n,), or None
        The channel of each answer kept, -1 where it is not known.
    """
    parts = list(by_arrival(sample, kept, [headline], plan))
    if not parts:
        return None
    table = published(adjust_families(combine(parts)), ties_of(study, {sample.wave: sample}))
    sides = {
        (str(row["group"]), str(row["option"])): row
        for row in table.rows(measure="arrival_share").to_dict("records")
    }
    tests = {str(row["option"]): row for row in table.rows(measure="arrival_difference").to_dict("records")}
    numbers = [max(float(row["n"]) for (g, _), row in sides.items() if g == group) for group in (EARLY, LATE)]
    n = int(numbers[0]), int(numbers[1])
    at_channels = {} if channels is None else _at_channels(plan, sample, kept, channels, headline)
    options = [
        OptionHalves(
            option=code,
            early=float(sides[EARLY, code]["estimate"]),
            late=float(sides[LATE, code]["estimate"]),
            p_adjusted=float(tests[code]["p_adjusted"]),
            clear=bool(float(tests[code]["p_adjusted"]) < 1 - plan.confidence),
            standardised=at_channels.get(code),
        )
        for code in lead
        if _told(sides, tests, code)
    ]
    return Halves(n, tuple(options))


def _told(
    sides: Mapping[tuple[str, str], Mapping[object, object]],
    tests: Mapping[str, Mapping[object, object]],
    code: str,
) -> bool:
    """Say whether both shares and their test may be shown, with enough effective answers behind each."""
    rows = [sides.get((EARLY, code)), sides.get((LATE, code))]
    return (
        code in tests
        and tests[code]["flag"] != "suppress"
        and all(r is not None and r["flag"] != "suppress" for r in rows)
        and all(float(str(r["n_eff"])) >= FEWEST for r in rows if r is not None)
    )


def _at_channels(
    plan: EstimatePlan, sample: WeightedSample, kept: Responses, channels: Ints, headline: str
) -> dict[str, float]:
    """Return late shares at the early answers' channels, small channels together; none withheld enters."""
    times = arrival_times(kept)
    if times is None or sample.rows is None:
        return {}
    early = times <= np.sort(times)[(len(times) - 1) // 2]
    answered = kept[headline].missing == Missing.ANSWERED
    codes = channels.copy()
    for channel in np.unique(channels):
        of_one = answered & (channels == channel)
        if min(int((of_one & early).sum()), int((of_one & ~early).sum())) < FEW:
            codes[channels == channel] = -1
    names = [str(code) if code >= 0 else REST for code in np.unique(codes)]
    if len(names) < 2:
        return {}
    place = np.searchsorted(np.unique(codes), codes)
    options = tuple(f"{half} {name}" for half in (EARLY, LATE) for name in names)
    split = with_question(sample, "half_and_channel", options, np.where(early, place, place + len(names)))
    table = shares(split, headline, by="half_and_channel", confidence=plan.confidence, variance=plan.variance)
    weights = np.array([float((answered & early & (place == i)).sum()) for i in range(len(names))])
    found = {}
    for code, rows in table.frame.groupby("option", sort=False):
        by_group = rows.set_index("group").reindex([f"{LATE} {name}" for name in names])
        if len(by_group) == len(names) and (by_group["flag"] != "suppress").all():
            found[str(code)] = standardised(weights, by_group["estimate"].to_numpy(dtype=np.float64))
    return found
