"""The category of a margin that each record of a tally is in, unknowns and merges included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from survey.errors import MarginError
from survey.numeric.array_types import Floats, Ints
from survey.numeric.distinct_rows import group_rows
from survey.study.weighting_settings import Partners, Unknown, check_members
from survey.weighting.margins.margins import Margin
from survey.weighting.tally import Tally

UNKNOWN_LIMIT = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class MarginCells:
    """A margin as a sample meets it.

    Attributes
    ----------
    category : int array, shape (r,)
        Category of each record; the last one holds the unknown, if there are any. Where they are
        shared out (`Unknown` "fractional") it is one past the categories.
    names : tuple of tuples of str
        Categories merged in each, crossed codes joined by " x "; ("",) for the unknown.
    totals : float array, shape (categories,)
        Targets, summing to the population.
    covariance : float array, shape (categories, categories), or None
        Of the targets, where they are estimates themselves.
    counts, unweighted : arrays, shape (categories,)
        People in each, and their share of the base weights.
    thin : tuple of str
        Categories with fewer people than the minimum for which no partner was declared.
    unknown : float
        Share of the base weights with unknown category.
    """

    margin: Margin
    category: Ints
    names: tuple[tuple[str, ...], ...]
    totals: Floats
    covariance: Floats | None
    counts: Ints
    unweighted: Floats
    thin: tuple[str, ...]
    unknown: float

    @property
    def shared_out(self) -> bool:
        """Whether people of unknown category count in every category by its target share."""
        return bool((self.category == len(self.names)).any())


def margin_categories(
    tally: Tally,
    margin: Margin,
    population: float,
    partners: Partners,
    minimum: int,
    *,
    unknown: Unknown = "own_target",
) -> MarginCells:
    """Return the categories of a margin, merged where thin, with the unknown (methods 1.6).

    Under "own_target" the target of the unknown is their base-weighted share of the sample, and the
    other targets are scaled by one minus that; under "fractional" they are shared out over the
    categories in proportion to the targets.

    Raises
    ------
    MarginError
        If an answer has no target, a category has no answers, or over a tenth is unknown.
    """
    # Everything for each combination of levels there is, not for each record.
    place, combination = _places(tally, margin)
    known, codes = place >= 0, margin.categories
    people = np.bincount(combination, weights=tally.count, minlength=len(place))
    base = np.bincount(combination, weights=tally.base, minlength=len(place))
    if partners != "neighbours":
        named = [code for group in partners for code in group]
        check_members(named, codes, f"[weighting.collapse] {margin.name}", "category")
    answers = np.bincount(place[known], weights=people[known], minlength=len(codes)).astype(int)
    counts = dict(zip(codes, answers.tolist(), strict=True))
    groups, thin = collapse(counts, partners, minimum=minimum)
    groups, thin = _without_zeros(margin, groups, thin, counts)
    _refuse_sparse(margin, groups, counts)
    group_of = np.array([next((g for g, group in enumerate(groups) if code in group), 0) for code in codes])
    category = np.where(known, group_of[place], len(groups))
    category[base == 0] = 0  # weights of 0 are in no category, and any will do
    in_group = np.bincount(category, weights=people, minlength=len(groups) + 1).astype(np.int64)
    shares = np.bincount(category, weights=base, minlength=len(groups) + 1) / base.sum()
    if shares[-1] > UNKNOWN_LIMIT:
        raise MarginError(margin.file, key="margin.unknown", share=float(shares[-1]), margin=margin.name)
    own_target = float(shares[-1]) if unknown == "own_target" else 0.0
    names = (*groups, ("",)) if own_target else groups
    totals, covariance = _targets(margin, groups, population, own_target)
    # In as few bytes as they take: an array as long as the sample where all records differ.
    short: Any = category.astype(np.min_scalar_type(len(groups)))
    return MarginCells(
        margin=margin,
        category=short[combination],
        names=names,
        totals=totals,
        covariance=covariance,
        counts=in_group[: len(names)],
        unweighted=shares[: len(names)],
        thin=thin,
        unknown=float(shares[-1]),
    )


def _places(tally: Tally, margin: Margin) -> tuple[Ints, Ints]:
    """Return for combinations of levels their place among the margin's categories, and which each record has.

    Of a single question all its levels; of several the combinations there are. The place is -1 where
    the category is not known, or has neither a figure nor people.
    """
    questions = [tally.question(name) for name in margin.questions]
    if len(questions) == 1:
        combination = questions[0][1]
        level_of = [np.arange(len(questions[0][0].missing))]
    else:
        first, combination = group_rows([codes for _, codes in questions])
        level_of = [codes[first] for _, codes in questions]
    known, texts = np.ones(len(level_of[0]), dtype=bool), np.array("", dtype=object)
    for name, (levels, _), level in zip(margin.questions, questions, level_of, strict=True):
        if levels.kind == "number":
            raise MarginError(margin.file, key="margin.numbers", question=name)
        if levels.kind != "single":
            raise MarginError(margin.file, key="margin.not_single", question=name)
        blanks = [""] * (len(levels.missing) - len(levels.options))
        part = np.array([*levels.options, *blanks], dtype=object)[level]
        if len(questions) > 1 and any(" x " in str(text) for text in part):
            raise MarginError(margin.file, key="margin.crossed_name", question=name)
        known &= levels.answered[level]
        texts = part if texts.ndim == 0 else texts + " x " + part
    index = {code: i for i, code in enumerate(margin.categories)}
    place = np.array([index.get(text, -1) for text in texts], dtype=np.int64)
    people = np.bincount(combination, weights=tally.count, minlength=len(texts))
    strange = known & (place < 0) & (people > 0)
    if strange.any():
        codes, n = sorted(set(texts[strange])), int(people[strange].sum())
        raise MarginError(margin.file, key="margin.no_figure", categories=codes, people=n)
    return np.where(known, place, -1), combination


def _without_zeros(
    margin: Margin,
    groups: Sequence[tuple[str, ...]],
    thin: tuple[str, ...],
    counts: Mapping[str, int],
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return the groups, and the thin ones, without those of target 0 and nobody; any weights meet these.

    Refuses a target of 0 for people, as no weight above 0 meets it.
    """
    figures = dict(zip(margin.categories, margin.figures.values(), strict=True))
    kept = []
    for group in groups:
        people = sum(counts[code] for code in group)
        if any(figures[code] for code in group):
            kept.append(group)
        elif people:
            name = " + ".join(group)
            raise MarginError(margin.file, key="margin.zero_people", category=name, people=people)
    names = {" + ".join(group) for group in kept} | {code for group in kept for code in group}
    return tuple(kept), tuple(name for name in thin if name in names)


def _refuse_sparse(margin: Margin, groups: Sequence[Sequence[str]], counts: Mapping[str, int]) -> None:
    """Refuse groups without respondents, or of one: the answers of one have no sampling error."""
    people = {" + ".join(group): sum(counts[code] for code in group) for group in groups}
    for n, key in ((0, "margin.nobody"), (1, "margin.one_person")):
        sparse = [name for name, size in people.items() if size == n]
        if sparse:
            name, first = margin.name, sparse[0]
            raise MarginError(margin.file, key=key, categories=sparse, margin=name, first=first)


def _targets(
    margin: Margin, groups: Sequence[Sequence[str]], population: float, unknown: float
) -> tuple[Floats, Floats | None]:
    """Return the targets of the groups, with that of the unknown where they have one, and covariance.

    Parameters
    ----------
    unknown : float
        Share of the base weights that is to be the target of the unknown; 0 for no such target.
    """
    size = len(groups) + (unknown > 0)
    merged = np.array([[code in group for code in margin.categories] for group in groups], dtype=np.float64)
    figures = np.array(list(margin.figures.values()))
    scale = population * (1 - unknown) / margin.total
    totals = np.full(size, unknown * population)
    totals[: len(groups)] = scale * (merged @ figures)
    if margin.covariance is None:
        return totals, None
    # Only the distribution is used, so an error of the figures' sum drops out.
    share = merged @ figures / margin.total
    kept = (np.eye(len(groups)) - share[:, None]) @ merged
    covariance = np.zeros((size, size))
    covariance[: len(groups), : len(groups)] = kept @ np.array(margin.covariance) @ kept.T
    return totals, covariance * scale**2


def collapse(
    counts: Mapping[str, int], partners: Partners, *, minimum: int
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return groups of categories after merging, and the thin ones that have no partner.

    A group of partners is merged, smallest member with the next smallest, until each part has
    `minimum` answers (methods 1.5). It looks at counts alone, never at the answers.

    Parameters
    ----------
    counts : mapping of str to int
        Answers in each category, in order.
    partners : sequence of sequences of str, or "neighbours"
        Categories that may be merged with each other; "neighbours" for ordered categories, the
        smallest of which is merged with its smaller neighbour.
    """
    if partners == "neighbours":
        groups: list[tuple[str, ...]] = [(code,) for code in counts]
        sizes = list(counts.values())
        while len(groups) > 1 and min(sizes) < minimum:
            i = sizes.index(min(sizes))
            neighbours = [j for j in (i - 1, i + 1) if 0 <= j < len(sizes)]
            first = min(i, min(neighbours, key=lambda j: sizes[j]))
            groups[first : first + 2] = [groups[first] + groups[first + 1]]
            sizes[first : first + 2] = [sizes[first] + sizes[first + 1]]
        thin = tuple(" + ".join(g) for g, size in zip(groups, sizes, strict=True) if size < minimum)
        return tuple(groups), thin
    merged: dict[str, tuple[str, ...]] = {code: (code,) for code in counts}
    size, order = dict(counts), list(counts)
    for family in partners:
        members = list(family)
        while len(members) > 1:
            members.sort(key=lambda code: (size[code], order.index(code)))
            smallest, next_up = members[0], members[1]
            if size[smallest] >= minimum:
                break
            merged[next_up] = (*merged[next_up], *merged.pop(smallest))
            size[next_up] += size.pop(smallest)
            members.remove(smallest)
    in_order = [tuple(sorted(group, key=order.index)) for group in merged.values()]
    in_order.sort(key=lambda group: order.index(group[0]))
    return tuple(in_order), tuple(code for code in size if size[code] < minimum)
