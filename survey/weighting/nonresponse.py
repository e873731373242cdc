"""Weighting classes: respondents stand for the people invited in their class (methods 1.9)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey.errors import Cell, EstimateError
from survey.history import NonresponseHistory
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.distinct_rows import group_rows
from survey.weighting.design import units_within
from survey.weighting.recipe import NonresponseStep
from survey.weighting.replicates.rerun import step_in_replicates
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
        raise EstimateError("nonresponse", key="weighting.nonresponse_first")
    tally = sample.tally
    responded, names, group = _classes(tally, step)

    def totals(weight: Floats, who: Bools | int) -> Floats:
        weights = weight * tally.count * who
        return np.bincount(group, weights=weights, minlength=len(names)).astype(np.float64)

    def factors(weight: Floats) -> Floats:
        answered = totals(weight, responded)
        return np.divide(totals(weight, 1), answered, out=np.zeros(len(names)), where=answered > 0)

    factor = factors(tally.base / tally.count)
    weighted = np.asarray(tally.base > 0)
    invited, answered = totals(np.ones(1), weighted), totals(np.ones(1), responded & weighted)
    empty = [name for name, a, b in zip(names, invited, answered, strict=True) if a and not b]
    if empty:
        raise EstimateError("nonresponse", key="weighting.no_respondents", classes=empty)
    rows = zip(names, invited, answered, factor, strict=True)
    nonresponse = NonresponseHistory(tuple((name, int(a), int(b), float(f)) for name, a, b, f in rows))

    def reweight(weight: Floats, _copies: Floats) -> Floats | None:
        again = factors(weight)
        return None if ((again == 0) & (totals(weight, 1) > 0)).any() else weight * again[group]

    adjusted = sample
    if sample.sampling.replicates is not None:
        adjusted = step_in_replicates(
            sample, reweight, distinct=[group], kept=responded, failure="replicates.lost_classes"
        )
    adjusted = _keep(adjusted, responded, factor[group])
    weighting = summarised(replace(sample.history.weighting, nonresponse=nonresponse), adjusted)
    return replace(adjusted, history=replace(sample.history, weighting=weighting))


def _classes(tally: Tally, step: NonresponseStep) -> tuple[Bools, list[str], Ints]:
    """Return which records responded, the classes' names and the class of each record."""
    levels, codes = tally.question(step.question)
    where = Cell(question=step.question)
    if levels.kind == "number":
        raise EstimateError("nonresponse", key="margin.numbers", question=step.question)
    if levels.kind != "single" or step.answer not in levels.options:
        raise EstimateError(where, key="weighting.no_answer", answer=step.answer, options=levels.options)
    responded = np.asarray(codes == levels.options.index(step.answer), dtype=bool)
    for name in step.classes:
        levels, codes = tally.question(name)
        if levels.kind != "single":
            raise EstimateError(f'class "{name}"', key="weighting.class_kind", kind=levels.kind)
        unknown = int(tally.count[~levels.answered[codes]].sum())
        if unknown:
            raise EstimateError(f'class "{name}"', key="weighting.class_unknown", people=unknown)
    if not step.classes:
        return responded, ["everybody"], np.zeros(len(tally), dtype=np.int64)
    first, group = group_rows([tally.codes[name] for name in step.classes])
    names = [
        " x ".join(tally.levels[name].options[tally.codes[name][row]] for name in step.classes)
        for row in first
    ]
    return responded, names, group


def _keep(sample: WeightedSample, kept: Bools, factor: Floats) -> WeightedSample:
    """Return the sample with the records that stay, their base weights times the factors."""
    tally, keys, sampling = sample.tally, sample.keys, sample.sampling
    units: list[Ints] = []
    fractions: list[Floats] = []
    parent, staying = tally.stratum, np.arange(len(sampling.fractions[0]))
    for k, fraction in enumerate(sampling.fractions):
        # Nonrespondents, and units without respondents, count as not drawn.
        unit = tally.units[k] if k < len(tally.units) else None
        before, after = (
            np.bincount(parent[rows], weights=tally.count[rows], minlength=len(fraction))
            if unit is None
            else units_within(parent[rows], unit[rows], len(fraction))
            for rows in (slice(None), kept)
        )
        share = np.divide(after, before, out=np.ones(len(fraction)), where=before > 0)
        fractions.append((fraction * share)[staying])
        if unit is not None:
            staying, renumbered = np.unique(unit[kept], return_inverse=True)
            units.append(renumbered.reshape(-1).astype(np.int64))
            if k == 0 and keys is not None and sampling.replicates is None:
                keys = tuple(keys[i] for i in staying)
            parent = unit
    units += [np.unique(u[kept], return_inverse=True)[1].reshape(-1) for u in tally.units[len(units) :]]
    stays = replace(
        tally.take(kept),
        base=(tally.base * factor)[kept],
        base_square=(tally.base_square * factor**2)[kept],
        units=tuple(units),
    )
    if sampling.replicates is None:
        sampling = replace(sampling, fractions=tuple(fractions))
    rows = sample.rows
    if rows is not None:
        rows = rows.moved(np.where(kept, np.cumsum(kept) - 1, -1))
    return replace(sample, tally=stays, sampling=sampling, keys=keys, rows=rows)
