"""Weighting classes: respondents stand for the people invited in their class (methods 1.9)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey.errors import EstimateError, listing
from survey.history import NonresponseHistory
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.distinct_rows import group_rows
from survey.weighting.recipe import NonresponseStep
from survey.weighting.replicates.rerun import replicated_step
from survey.weighting.sample import WeightedSample, summarised
from survey.weighting.tally import Tally


def respondents(sample: WeightedSample, step: NonresponseStep) -> WeightedSample:
    """Return the respondents with the weight of the invited of their class, in each replicate too.

    Respondents are from then on taken as the people drawn.

    Raises
    ------
    EstimateError
        If the sample is weighted already, a class is not known of everybody or has no respondents.
    """
    if sample.recipe.steps:
        raise EstimateError("nonresponse", "the sample is weighted already", "adjust for it first")
    tally = sample.tally
    responded = _responded(tally, step)
    names, group = _classes(tally, step)

    def factors(weight: Floats) -> Floats:
        total = weight * tally.count
        invited = np.bincount(group, weights=total, minlength=len(names))
        answered = np.bincount(group, weights=total * responded, minlength=len(names))
        return np.divide(invited, answered, out=np.zeros(len(names)), where=answered > 0)

    factor = factors(tally.base / tally.count)
    people = [np.bincount(group, weights=tally.count * who, minlength=len(names)) for who in (1, responded)]
    empty = [name for name, n in zip(names, people[1], strict=True) if n == 0]
    if empty:
        problem = f"nobody responded in {listing(empty)}"
        raise EstimateError("nonresponse", problem, "use fewer or wider classes")
    rows = zip(names, people[0], people[1], factor, strict=True)
    nonresponse = NonresponseHistory(tuple((name, int(a), int(b), float(f)) for name, a, b, f in rows))

    def reweight(weight: Floats, _copies: Floats) -> Floats | None:
        invited = np.bincount(group, weights=weight * tally.count, minlength=len(names))
        found = factors(weight)
        return None if ((found == 0) & (invited > 0)).any() else weight * found[group]

    made = sample
    if sample.sampling.replicates is not None:
        made = replicated_step(
            sample, reweight, told_apart=[group], kept=responded, remedy="use fewer or wider classes"
        )
    made = _only(made, responded, factor[group])
    weighting = replace(sample.history.weighting, nonresponse=nonresponse)
    return replace(made, history=replace(sample.history, weighting=summarised(weighting, made)))


def _responded(tally: Tally, step: NonresponseStep) -> Bools:
    levels, codes = tally.question(step.question)
    if levels.kind == "number":
        problem = "holds numbers"
        raise EstimateError(f'question "{step.question}"', problem, "make it text, in pandas by .astype(str)")
    if levels.kind != "single" or step.answer not in levels.options:
        problem = f'has no answer "{step.answer}" ({listing(levels.options)})'
        raise EstimateError(f'question "{step.question}"', problem, "say which answer respondents have")
    return np.asarray(codes == levels.options.index(step.answer), dtype=bool)


def _classes(tally: Tally, step: NonresponseStep) -> tuple[list[str], Ints]:
    """Return the classes' names and the class of each record."""
    for name in step.classes:
        levels, codes = tally.question(name)
        if levels.kind != "single":
            raise EstimateError(f'class "{name}"', f"is of kind {levels.kind}", "use single questions")
        unknown = int(tally.count[~levels.answered[codes]].sum())
        if unknown:
            problem = f"is not known of {unknown} people invited"
            raise EstimateError(f'class "{name}"', problem, "use what is known of everybody")
    if not step.classes:
        return ["everybody"], np.zeros(len(tally), dtype=np.int64)
    first, group = group_rows([tally.codes[name] for name in step.classes])
    names = [
        " x ".join(tally.levels[name].options[tally.codes[name][row]] for name in step.classes)
        for row in first
    ]
    return names, group


def _only(sample: WeightedSample, kept: Bools, factor: Floats) -> WeightedSample:
    """Return the sample with the records that stay, their base weights times the factors."""
    tally, keys = sample.tally, sample.keys
    units: list[Ints] = []
    fractions: list[Floats] = []
    parent, left = tally.stratum, np.arange(len(sample.sampling.fractions[0]))
    for k, fraction in enumerate(sample.sampling.fractions):
        # Who did not respond, and units without respondents, count as not drawn.
        unit = tally.units[k] if k < len(tally.units) else None
        fractions.append((fraction * _share_left(parent, unit, tally, kept, len(fraction)))[left])
        if unit is not None:
            left, renumbered = np.unique(unit[kept], return_inverse=True)
            units.append(renumbered.reshape(-1).astype(np.int64))
            if k == 0 and keys is not None and sample.sampling.replicates is None:
                keys = tuple(keys[i] for i in left)
            parent = unit
    units += [np.unique(u[kept], return_inverse=True)[1].reshape(-1) for u in tally.units[len(units) :]]
    stays = replace(
        tally,
        codes={name: codes[kept] for name, codes in tally.codes.items()},
        count=tally.count[kept],
        base=(tally.base * factor)[kept],
        base_square=(tally.base_square * factor**2)[kept],
        stratum=tally.stratum[kept],
        units=tuple(units),
    )
    replicated = sample.sampling.replicates is not None
    sampling = sample.sampling if replicated else replace(sample.sampling, fractions=tuple(fractions))
    return replace(sample, tally=stays, sampling=sampling, keys=keys)


def _share_left(parent: Ints, unit: Ints | None, tally: Tally, kept: Bools, size: int) -> Floats:
    """Return what share of the units (people where None) of each parent has respondents, shape (size,)."""

    def units_of(rows: Bools) -> Floats:
        if unit is None:
            return np.bincount(parent[rows], weights=tally.count[rows], minlength=size).astype(np.float64)
        pairs = np.unique(np.column_stack([parent[rows], unit[rows]]), axis=0)
        return np.bincount(pairs[:, 0], minlength=size).astype(np.float64)

    before, after = units_of(np.ones(len(kept), dtype=bool)), units_of(kept)
    return np.divide(after, before, out=np.ones(size), where=before > 0)
