"""The [estimates] table of a study file, and all the estimates it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from analysis.estimates import Estimates, combine
from analysis.plans.estimates import EstimatePlan, read_estimate_plan
from analysis.publication.comparability import only_comparable, only_offered, unasked
from analysis.publication.complementary import following, withheld_together
from analysis.statistics.comparisons.change import change
from analysis.statistics.comparisons.contrasts import group_difference, option_difference
from analysis.statistics.comparisons.ranks import ranks
from analysis.statistics.means import means
from analysis.statistics.quantiles import quantiles
from analysis.statistics.shares import shares
from analysis.statistics.small_areas import small_areas
from survey.numeric.one_thread import on_one_thread
from survey.study.study import Study
from survey.weighting.sample import WeightedSample

# A question and what it is grouped by, "" for the whole sample.
Key = tuple[str, str]


@on_one_thread
def estimate(
    study: Study, samples: Mapping[str, WeightedSample], *, say: Callable[[str], None] = lambda _: None
) -> Estimates:
    """Return every estimate the study file asks for, wave by wave, then the changes.

    Parameters
    ----------
    samples : mapping of str to WeightedSample
        A weighted sample for each wave, in the order of the waves.
    say : callable
        Told what is being estimated, for progress.

    Raises
    ------
    StudyError, EstimateError
    """
    plan = _without_margins(read_estimate_plan(study), study, samples)
    single = tuple(q for q in plan.shares if study.questionnaire[q].kind == "single")
    parts: list[Estimates] = []
    previous: dict[Key, Estimates] = {}
    before = ""
    for wave, sample in samples.items():
        say(f"estimating {wave}")
        asked = _asked(plan, study, wave)
        tables = withheld_together(_wave_shares(asked, sample), adding=single)
        current = {
            key: only_offered(table, study.questionnaire, wave)
            for key, table in zip(_keys(asked), tables, strict=True)
        }
        parts += current.values()
        for question in asked.amounts:
            parts.append(means(sample, question, confidence=plan.confidence, variance=plan.variance))
            parts.append(quantiles(sample, question, confidence=plan.confidence, variance=plan.variance))
        for question, first, second in asked.compare:
            parts.append(option_difference(current[question, ""], first, second))
        parts += [
            following(
                group_difference(sample, q, by, confidence=plan.confidence, variance=plan.variance), tables
            )
            for q, by in _keys(asked)
            if by
        ]
        parts += [
            small_areas(sample, q, by, confidence=plan.confidence)
            for q in asked.small_areas
            for by in asked.by
        ]
        parts += [ranks(current[key], confidence=plan.confidence) for key in _keys(asked) if key[1]]
        if previous:
            parts += _changes(current, previous, study, waves=(before, wave))
        previous, before = current, wave
    return combine(parts)


def _asked(plan: EstimatePlan, study: Study, wave: str) -> EstimatePlan:
    """Return the plan without what a wave did not ask."""

    def put(question: str) -> bool:
        return study.questionnaire[question].form(wave).asked

    return replace(
        plan,
        shares=tuple(filter(put, plan.shares)),
        by=tuple(filter(put, plan.by)),
        amounts=tuple(filter(put, plan.amounts)),
        small_areas=tuple(filter(put, plan.small_areas)),
        compare=tuple(three for three in plan.compare if put(three[0])),
    )


def _changes(
    current: Mapping[Key, Estimates],
    previous: Mapping[Key, Estimates],
    study: Study,
    *,
    waves: tuple[str, str],
) -> list[Estimates]:
    """Return the changes of every table that either wave has, those of unlike questions withheld."""
    earlier, later = waves
    found = []
    for key in dict.fromkeys([*current, *previous]):
        if key in current and key in previous:
            moved = change(current[key], previous[key])
            found.append(only_comparable(moved, study.questionnaire, earlier=earlier, later=later))
        else:
            table = current.get(key) or previous[key]
            found.append(unasked(table, earlier=earlier, later=later))
    return found


def _without_margins(plan: EstimatePlan, study: Study, samples: Mapping[str, WeightedSample]) -> EstimatePlan:
    """Return the plan without the questions weighted on, unless the study file lists its questions.

    Weighting sets their shares, so they are no findings.
    """
    if study.estimates.has("shares"):
        return plan
    fixed = {q for s in samples.values() for m in s.history.weighting.margins for q in m.questions}
    return replace(plan, shares=tuple(q for q in plan.shares if q not in fixed) or plan.shares)


def _keys(plan: EstimatePlan) -> list[Key]:
    """Return question and grouping of every table of shares, "" for the whole sample."""
    return [(q, "") for q in plan.shares] + [(q, b) for b in plan.by for q in plan.shares if q != b]


def _wave_shares(plan: EstimatePlan, sample: WeightedSample) -> list[Estimates]:
    return [
        shares(
            sample,
            q,
            by=b or None,
            confidence=plan.confidence,
            interval=plan.interval,
            variance=plan.variance,
        )
        for q, b in _keys(plan)
    ]
