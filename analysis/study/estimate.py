"""All the estimates that the [estimates] table of a study file lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import combinations, product

import numpy as np

from analysis.bases import base_of
from analysis.estimates import Estimates
from analysis.plans.demand import read_demand
from analysis.plans.estimates import EstimatePlan, read_estimate_plan
from analysis.publication.comparability import only_offered, unasked
from analysis.publication.complementary import suppress_together
from analysis.publication.sums import Overlap, Ties
from analysis.statistics.comparisons.contrasts import group_difference
from analysis.statistics.comparisons.mean_difference import mean_difference
from analysis.statistics.comparisons.options import difference_from_first, option_difference
from analysis.statistics.comparisons.ranks import ranks
from analysis.statistics.crosstabs.clear_pairs import clear_pairs
from analysis.statistics.means import means, share_named
from analysis.statistics.quantiles import quantiles
from analysis.statistics.shares import shares
from analysis.statistics.small_areas import small_areas
from analysis.study.demand import demand_tables
from analysis.study.differences import Differences, Key, adjusted, between_waves, differences, over_all_waves
from survey.messages.lines import Say, line, unsaid
from survey.numeric.array_types import Bools, Floats
from survey.numeric.one_thread import on_one_thread
from survey.study.study import Study
from survey.weighting.sample import WeightedSample


@on_one_thread
def estimate(
    study: Study,
    samples: Mapping[str, WeightedSample],
    *,
    ties: Ties | None = None,
    say: Say = unsaid,
) -> Estimates:
    """Return every estimate that the study file lists, wave by wave, each with its changes.

    What may be printed is decided over the shares of all waves before anything is compared.

    Parameters
    ----------
    samples : mapping of str to WeightedSample
        A weighted sample for each wave, in the order of the waves.
    ties : Ties, optional
        Those of `ties_of`, where they are known.
    say : callable
        Called with a line on what is being estimated, to show progress.

    Raises
    ------
    StudyError, EstimateError
        If the [estimates] table is wrong, or one of its estimates cannot be computed.
    """
    plan = _plan_of(study, samples)
    ties = ties_of(study, samples) if ties is None else ties
    tables: dict[tuple[str, Key], Estimates] = {}
    for wave, sample in samples.items():
        say(line("run.estimating", wave=wave))
        for q, by in _keys(study, plan, wave):
            tables[wave, (q, by)] = shares(
                sample,
                q,
                by=by or None,
                confidence=plan.confidence,
                interval=plan.interval,
                variance=plan.variance,
            )
    together = zip(tables, suppress_together([*tables.values()], ties), strict=True)
    tables = {at: only_offered(table, study.questionnaire, at[0]) for at, table in together}
    parts: list[Estimates | Differences] = []
    previous: dict[Key, Estimates] = {}
    before = ""
    for wave, sample in samples.items():
        current = {key: tables[wave, key] for key in _keys(study, plan, wave)}
        parts += [*current.values(), *_compared(study, plan, sample, current)]
        for key in dict.fromkeys([*current, *previous]) if previous else ():
            if key in current and key in previous:
                parts.append(between_waves(study, current[key], previous[key], (wave, before)))
            else:
                parts.append(unasked(current.get(key) or previous[key], earlier=before, later=wave))
        if wave == [*samples][-1]:
            parts += [
                clear_pairs(table, confidence=plan.confidence) for (_, by), table in current.items() if by
            ]
        previous, before = current, wave
    parts += over_all_waves(study, plan.base_wave, [*samples], tables)
    # After all that is withheld is: what is not printed is not tested.
    return adjusted(parts, plan.primary)


def _plan_of(study: Study, samples: Mapping[str, WeightedSample]) -> EstimatePlan:
    """Return what to estimate: without the weighting's own variables, unless the study file names them."""
    plan = read_estimate_plan(study)
    if study.estimates.has("shares"):
        return plan
    # The weighting fixes the shares of its own variables, so they are not results.
    fixed = {q for s in samples.values() for m in s.history.weighting.margins for q in m.questions}
    return replace(plan, shares=tuple(q for q in plan.shares if q not in fixed) or plan.shares)


def _keys(study: Study, plan: EstimatePlan, wave: str) -> list[Key]:
    """Return the tables of shares of a wave: the questions it asked, then each by every grouping."""
    questions, groupings = (_asked(study, names, wave) for names in (plan.shares, plan.by))
    return [(q, "") for q in questions] + [(q, by) for by in groupings for q in questions if q != by]


def _asked(study: Study, names: Iterable[str], wave: str) -> list[str]:
    return [q for q in names if study.questionnaire[q].form(wave).asked]


def _compared(
    study: Study, plan: EstimatePlan, sample: WeightedSample, current: Mapping[Key, Estimates]
) -> Iterator[Estimates | Differences]:
    """Yield what else is estimated in a wave: amounts, options and groups compared, areas, ranks."""
    yield from _of_everybody(study, plan, sample)
    yield from _amounts(study, plan, sample)
    wanted = read_demand(study) if study.asks_demand else None
    questions = () if wanted is None else (wanted.intent, *wanted.asked.questions)
    if wanted is not None and len(_asked(study, questions, sample.wave)) == len(questions):
        yield from demand_tables(wanted, plan, sample)
    for question, first, second in plan.compare:
        if (question, "") in current:
            yield differences(
                partial(option_difference, current[question, ""], first, second), plan.confidence
            )
    for (q, by), table in current.items():
        if by:
            yield differences(
                partial(group_difference, sample, q, by, variance=plan.variance), plan.confidence
            )
        elif (lead := difference_from_first(table)) is not None:
            yield lead
    areas, groupings = (_asked(study, names, sample.wave) for names in (plan.small_areas, plan.by))
    for q, by in product(areas, groupings):
        yield small_areas(sample, q, by, confidence=plan.confidence)
    for (_, by), table in current.items():
        if by:
            yield ranks(table, confidence=plan.confidence)


def _amounts(study: Study, plan: EstimatePlan, sample: WeightedSample) -> Iterator[Estimates | Differences]:
    """Yield mean and quantiles of amounts, of everybody and by group, and each group against the rest."""
    groupings = _asked(study, plan.amounts_by, sample.wave)
    for question, by in product(_asked(study, plan.amounts, sample.wave), (None, *groupings)):
        yield means(sample, question, by=by, confidence=plan.confidence, variance=plan.variance)
        yield quantiles(sample, question, by=by, confidence=plan.confidence, variance=plan.variance)
        if by:
            yield differences(
                partial(mean_difference, sample, question, by, variance=plan.variance), plan.confidence
            )


def _of_everybody(study: Study, plan: EstimatePlan, sample: WeightedSample) -> Iterator[Estimates]:
    """Yield the shares of everybody, and who gave an amount, of questions that not everybody was asked."""
    conditional = {question.id for question in study.questionnaire if question.asked_if}
    for question in _asked(study, plan.shares, sample.wave):
        if question in conditional:
            yield shares(
                sample,
                question,
                base="everybody",
                confidence=plan.confidence,
                interval=plan.interval,
                variance=plan.variance,
            )
    for question in _asked(study, plan.amounts, sample.wave):
        if question in conditional:
            yield share_named(sample, question)


def ties_of(study: Study, samples: Mapping[str, WeightedSample]) -> Ties:
    """Return what ties the shares of a study together: sums of options, same people, weights of groups."""
    plan, weights = _plan_of(study, samples), dict[tuple[str, str, str, str], float]()
    overlaps, uneven = list[Overlap](), set[tuple[str, str]]()
    single = [q.id for q in study.questionnaire if q.kind == "single"]
    wanted = read_demand(study) if study.asks_demand else None
    for wave, sample in samples.items():
        # The base of demand is that of the intent.
        bases = [(q, by, q) for q, by in _keys(study, plan, wave)]
        if wanted is not None:
            bases += [(wanted.fee, by, wanted.intent) for by in ("", *wanted.by)]
        for q, by, asked in bases:
            base = base_of(sample, [asked], by or None)
            weight = base.records.base * base.records.factor
            people = base.inside.T @ weight
            if by and not _equal_inside(base.inside, weight / base.records.count):
                uneven.add((wave, by))
            at = ((wave, q, by, group) for group in base.groups)
            weights |= dict(zip(at, people.tolist(), strict=True))
        grouped = (*plan.by, *(plan.amounts_by if plan.amounts else ()), *(wanted.by if wanted else ()))
        groupings = _asked(study, dict.fromkeys(grouped), wave)
        derived = [q for q in _asked(study, plan.shares, wave) if study.questionnaire[q].derived_from]
        pairs = [*combinations(groupings, 2)]
        pairs += [
            (q, other)
            for q in derived
            for other in _asked(study, plan.shares, wave)
            if other != q and _related(study, q, other) and other in single
        ]
        for first, second in dict.fromkeys(pairs):
            overlaps += same_people(sample, first, second)
    even = frozenset((wave, by) for wave, _, by, _ in weights if by) - uneven
    return Ties(tuple(single), tuple(overlaps), weights, even)


def _equal_inside(inside: Bools, weight: Floats) -> bool:
    """Say whether in each group all people have the same weight."""
    ends = [(weight[people].min(), weight[people].max()) for people in inside.T if people.any()]
    return all(high <= low * (1 + 1e-6) for low, high in ends)


def _related(study: Study, question: str, other: str) -> bool:
    """Say whether a derived question is made of the other, or of the same question as the other."""
    source = study.questionnaire[question].derived_from
    return source in (other, study.questionnaire[other].derived_from)


def same_people(sample: WeightedSample, first: str, second: str) -> list[Overlap]:
    """Return the categories of two single-answer questions that hold the same people, the smallest sets.

    None where the questions cross: all categories of the one and all of the other are the whole sample.
    """
    options, codes = [], []
    for name in (first, second):
        levels, level = sample.tally.question(name)
        # Those without an answer are a category too, the last.
        options.append([*levels.options, ""])
        chosen = np.where(levels.answered, levels.values.argmax(axis=1), len(levels.options))
        codes.append(chosen[level])
    link = np.zeros([len(names) for names in options], dtype=bool)
    link[codes[0], codes[1]] = True
    # Each category takes the smallest number of those it shares people with, until none changes.
    most = len(link)
    part, before = np.arange(most), np.full(most, -1)
    while (part != before).any():
        before = part
        other = np.where(link, part[:, None], most).min(axis=0)
        part = np.minimum(part, np.where(link, other, most).min(axis=1))
    found = []
    for number in np.unique(part):
        sides = [
            tuple(code for code, of in zip(names, numbers, strict=True) if of == number)
            for names, numbers in zip(options, (part, other), strict=True)
        ]
        if all(sides) and "" not in sides[0] + sides[1]:
            found.append(Overlap(sample.wave, (first, sides[0]), (second, sides[1])))
    # All of both is the whole sample, which the sums of the groups say already.
    return found if len(found) > 1 or np.unique(part).size > 2 else []
