"""All the estimates that the [estimates] table of a study file lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import product

from analysis.estimates import Estimates, combine
from analysis.plans.estimates import read_estimate_plan
from analysis.publication.comparability import only_comparable, only_offered, unasked
from analysis.publication.complementary import following, suppress_together
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
    """Return every estimate that the study file lists, wave by wave, each with its changes.

    Parameters
    ----------
    samples : mapping of str to WeightedSample
        A weighted sample for each wave, in the order of the waves.
    say : callable
        Called with a line on what is being estimated, to show progress.

    Raises
    ------
    StudyError, EstimateError
        If the [estimates] table is wrong, or one of its estimates cannot be computed.
    """
    plan = read_estimate_plan(study)
    if not study.estimates.has("shares"):
        # The weighting fixes the shares of its own variables, so they are not results.
        fixed = {q for s in samples.values() for m in s.history.weighting.margins for q in m.questions}
        plan = replace(plan, shares=tuple(q for q in plan.shares if q not in fixed) or plan.shares)
    single = tuple(q for q in plan.shares if study.questionnaire[q].kind == "single")
    parts: list[Estimates] = []
    previous: dict[Key, Estimates] = {}
    before = ""
    for wave, sample in samples.items():
        say(f"estimating {wave}")
        asked = {question.id for question in study.questionnaire if question.form(wave).asked}
        questions, groupings, amounts, areas = (
            [q for q in names if q in asked]
            for names in (plan.shares, plan.by, plan.amounts, plan.small_areas)
        )
        keys = [(q, "") for q in questions] + [(q, by) for by in groupings for q in questions if q != by]
        share_table = partial(
            shares, sample, confidence=plan.confidence, interval=plan.interval, variance=plan.variance
        )
        tables = suppress_together([share_table(q, by=by or None) for q, by in keys], adding=single)
        current = {
            key: only_offered(table, study.questionnaire, wave)
            for key, table in zip(keys, tables, strict=True)
        }
        parts += current.values()
        for question in amounts:
            parts.append(means(sample, question, confidence=plan.confidence, variance=plan.variance))
            parts.append(quantiles(sample, question, confidence=plan.confidence, variance=plan.variance))
        for question, first, second in (c for c in plan.compare if c[0] in asked):
            parts.append(option_difference(current[question, ""], first, second))
        for q, by in (key for key in keys if key[1]):
            difference = group_difference(sample, q, by, confidence=plan.confidence, variance=plan.variance)
            parts.append(following(difference, tables))
        for q, by in product(areas, groupings):
            parts.append(small_areas(sample, q, by, confidence=plan.confidence))
        parts += [ranks(current[key], confidence=plan.confidence) for key in keys if key[1]]
        for key in dict.fromkeys([*current, *previous]) if previous else ():
            if key in current and key in previous:
                table = change(current[key], previous[key])
                parts.append(only_comparable(table, study.questionnaire, earlier=before, later=wave))
            else:
                parts.append(unasked(current.get(key) or previous[key], earlier=before, later=wave))
        previous, before = current, wave
    return combine(parts)
