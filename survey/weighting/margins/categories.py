"""Placing a tally's records in the categories of a margin, unknowns and merges included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from survey.errors import MarginError, listing, nearest
from survey.numeric.array_types import Floats, Ints
from survey.numeric.distinct_rows import group_rows
from survey.study.weighting_plan import Partners, Unknown
from survey.weighting.margins.margins import Margin
from survey.weighting.tally import Tally

UNKNOWN_LIMIT = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class MarginCells:
    """A margin as the sample meets it.

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
        Categories under the wished minimum for which no partner was declared.
    unknown : float
        Share of the base weights whose category is not known.
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


def place(
    tally: Tally,
    margin: Margin,
    population: float,
    partners: Partners,
    minimum: int,
    *,
    unknown: Unknown = "own_target",
) -> MarginCells:
    """Return the margin's categories, merged where thin, with what becomes of the unknown (methods 1.6).

    Under "own_target" their target is their base-weighted share of the sample, and the other
    targets are scaled by one minus that; under "fractional" they are shared out over the
    categories in proportion to the targets.

    Raises
    ------
    MarginError
        If an answer has no target, a category has no answers, or over a tenth is unknown.
    """
    # Everything for each combination of levels there is, not for each record.
    (texts, known), at = _keys(tally, margin)
    people = np.bincount(at, weights=tally.count, minlength=len(texts))
    base = np.bincount(at, weights=tally.base, minlength=len(texts))
    codes = [" x ".join(key) for key in margin.figures]
    check_partners(partners, codes, f"[weighting.collapse] {margin.name}")
    index = {code: i for i, code in enumerate(codes)}
    places = np.array([index.get(str(key), -1) for key in texts], dtype=np.int64)
    strange = known & (places < 0) & (people > 0)
    if strange.any():
        stray, n = sorted({str(text) for text in texts[strange]}), int(people[strange].sum())
        raise MarginError(
            margin.file,
            f"has no figure for {listing(stray)}, which {n} people answered",
            "add the category, or mark the option ineligible = true",
        )
    placed = known & (places >= 0)  # but for categories without a figure, which nobody is in
    counts = np.bincount(places[placed], weights=people[placed], minlength=len(codes))
    groups, thin = collapse(
        dict(zip(codes, counts.astype(int).tolist(), strict=True)), partners, minimum=minimum
    )
    _refuse_empty(margin, groups, dict(zip(codes, counts, strict=True)))
    _refuse_alone(margin, groups, dict(zip(codes, counts, strict=True)))
    group_of = np.array(
        [next(g for g, members in enumerate(groups) if code in members) for code in codes], dtype=np.int64
    )
    category = np.where(known, group_of[places], len(groups))
    counts = np.bincount(category, weights=people, minlength=len(groups) + 1).astype(np.int64)
    shares = np.bincount(category, weights=base, minlength=len(groups) + 1) / base.sum()
    # In as few bytes as they take: there is one for every respondent where nobody is alike.
    short: Any = category.astype(np.min_scalar_type(len(groups)))
    return _with_targets(margin, population, short[at], groups, thin, unknown, (counts, shares))


def _keys(tally: Tally, margin: Margin) -> tuple[tuple[np.ndarray, np.ndarray], Ints]:
    """Return categories as text and whether known, and which of them each record has.

    Of a single question all its levels; of several the combinations there are.
    """
    questions = [tally.question(name) for name in margin.questions]
    if len(questions) == 1:
        at = questions[0][1]
        picked = [np.arange(len(questions[0][0].missing))]
    else:
        first, at = group_rows([codes for _, codes in questions])
        picked = [codes[first] for _, codes in questions]
    known = np.ones(len(picked[0]), dtype=bool)
    parts = []
    for name, (levels, _), codes in zip(margin.questions, questions, picked, strict=True):
        if levels.kind == "number":
            problem = f'"{name}" holds numbers'
            raise MarginError(margin.file, problem, "make it text, in pandas by .astype(str), or band it")
        if levels.kind != "single":
            raise MarginError(
                margin.file, f'"{name}" is not a question with one answer', "weight on single questions only"
            )
        known &= levels.answered[codes]
        texts = np.array(
            [*levels.options, *([""] * (len(levels.missing) - len(levels.options)))], dtype=object
        )
        parts.append(texts[codes])
    for name, part in zip(margin.questions, parts, strict=True):
        if len(parts) > 1 and any(" x " in str(text) for text in part):
            raise MarginError(
                margin.file, f'"{name}" has a category with " x " in it', "rename it: x joins crossed ones"
            )
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + " x " + part
    return (joined, known), at


def _refuse_empty(margin: Margin, groups: Sequence[Sequence[str]], counts: dict[str, float]) -> None:
    empty = [" + ".join(group) for group in groups if sum(counts[code] for code in group) == 0]
    if empty:
        raise MarginError(
            margin.file,
            f"nobody answered {listing(empty)}, which no weight can mend",
            f"name partners to merge under [weighting.collapse] (collapse= in rake), such as "
            f'"{margin.name}" = [["{empty[0]}", "…"]]',
        )


def _refuse_alone(margin: Margin, groups: Sequence[Sequence[str]], counts: dict[str, float]) -> None:
    """Refuse a category of one person, whose answers would be the category's without any error."""
    alone = [" + ".join(group) for group in groups if sum(counts[code] for code in group) == 1]
    if alone:
        raise MarginError(
            margin.file,
            f"only one person answered {listing(alone)}, and would stand for the whole category",
            "merge it with a neighbour under [weighting.collapse] (collapse= in rake): "
            f'"{margin.name}" = [["{alone[0]}", "…"]]',
        )


def _with_targets(
    margin: Margin,
    population: float,
    category: Ints,
    groups: tuple[tuple[str, ...], ...],
    thin: tuple[str, ...],
    policy: Unknown,
    found: tuple[Ints, Floats],
) -> MarginCells:
    """Return the margin with its targets; `found` is people and share in each group and the unknown."""
    counts, shares = found
    unknown = float(shares[-1])
    if unknown > UNKNOWN_LIMIT:
        raise MarginError(
            margin.file,
            f"{unknown:.1%} of the answers have no known {margin.name}",
            "leave this margin out: over a tenth unknown is too much to weight on",
        )
    codes = [" x ".join(key) for key in margin.figures]
    merged = np.array([[code in group for code in codes] for group in groups], dtype=np.float64)
    figures = np.array(list(margin.figures.values()))
    own = unknown > 0 and policy == "own_target"
    names = (*groups, ("",)) if own else groups
    scale = np.full(len(names), population * (1 - unknown if own else 1.0) / margin.total)
    totals = scale[: len(groups)] * (merged @ figures)
    covariance = None
    if margin.covariance is not None:
        # Only the distribution is used, so an error of the figures' sum drops out.
        share = merged @ figures / margin.total
        kept = (np.eye(len(groups)) - share[:, None]) @ merged
        covariance = np.zeros((len(names), len(names)))
        covariance[: len(groups), : len(groups)] = kept @ np.array(margin.covariance) @ kept.T
        covariance *= np.outer(scale, scale)
    totals = np.append(totals, unknown * population) if own else totals
    return MarginCells(
        margin=margin,
        category=category,
        names=names,
        totals=totals,
        covariance=covariance,
        counts=counts[: len(names)],
        unweighted=shares[: len(names)],
        thin=thin,
        unknown=unknown,
    )


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
        smallest of which is merged with the smaller of those beside it.
    """
    if partners == "neighbours":
        return _neighbours(counts, minimum)
    groups: dict[str, tuple[str, ...]] = {code: (code,) for code in counts}
    size = dict(counts)
    for family in partners:
        members = list(family)
        while len(members) > 1:
            members.sort(key=lambda code: (size[code], list(counts).index(code)))
            smallest, next_up = members[0], members[1]
            if size[smallest] >= minimum:
                break
            groups[next_up] = (*groups[next_up], *groups.pop(smallest))
            size[next_up] += size.pop(smallest)
            members.remove(smallest)
    order = list(counts)
    merged = tuple(
        sorted((tuple(sorted(g, key=order.index)) for g in groups.values()), key=lambda g: order.index(g[0]))
    )
    thin = tuple(code for code in size if size[code] < minimum)
    return merged, thin


def _neighbours(
    counts: Mapping[str, int], minimum: int
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    groups: list[tuple[str, ...]] = [(code,) for code in counts]
    sizes = list(counts.values())
    while len(groups) > 1 and min(sizes) < minimum:
        i = sizes.index(min(sizes))
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(sizes)]
        first = min(i, min(beside, key=lambda j: sizes[j]))
        groups[first : first + 2] = [groups[first] + groups[first + 1]]
        sizes[first : first + 2] = [sizes[first] + sizes[first + 1]]
    thin = tuple(" + ".join(g) for g, size in zip(groups, sizes, strict=True) if size < minimum)
    return tuple(groups), thin


def check_partners(partners: Partners, categories: Sequence[str], where: str) -> None:
    """Refuse partners that are no categories of the margin; raises MarginError."""
    if isinstance(partners, str):
        if partners != "neighbours":
            problem = f'is "{partners}"'
            raise MarginError(where, problem, 'give groups of categories, or "neighbours"')
        return
    for code in (code for family in partners for code in family):
        if code not in categories:
            raise MarginError(
                where,
                f'"{code}" is not a category of this margin ({listing(categories, 20)})',
                nearest(code, categories),
            )
