"""Placing a tally's records in the categories of a margin, unknowns and merges included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.array_types import Floats, Ints
from survey.collapsing import check_partners, collapse
from survey.errors import MarginError, listing
from survey.margins import Margin
from survey.tally import Tally

UNKNOWN_LIMIT = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class MarginCells:
    """A margin as the sample meets it.

    Attributes
    ----------
    category : int array, shape (r,)
        Category of each record; the last one holds the unknown, if there are any.
    names : tuple of tuples of str
        Categories merged in each, crossed codes joined by " x "; ("",) for the unknown.
    totals : float array, shape (categories,)
        Targets, summing to the population.
    counts, unweighted : arrays, shape (categories,)
        People in each, and their share of the base weights.
    thin : tuple of str
        Categories under the wished minimum for which no partner was declared.
    """

    margin: Margin
    category: Ints
    names: tuple[tuple[str, ...], ...]
    totals: Floats
    counts: Ints
    unweighted: Floats
    thin: tuple[str, ...]


def place(
    tally: Tally, margin: Margin, population: float, partners: Sequence[Sequence[str]], minimum: int
) -> MarginCells:
    """Return the margin's categories, merged where thin, with the unknown kept at their share.

    Unknown categories follow ``own_target`` (methods 1.6): their target is their base-weighted
    share of the sample, and the other targets are scaled by one minus that.

    Raises
    ------
    MarginError
        If an answer has no target, a category has no answers, or over a tenth is unknown.
    """
    keys, known = _keys(tally, margin)
    codes = [" x ".join(key) for key in margin.figures]
    check_partners(partners, codes, f"[weighting.collapse] {margin.name}")
    index = {code: i for i, code in enumerate(codes)}
    stray = [key for key in np.unique(keys[known]) if key not in index]
    if stray:
        n = int(tally.count[np.isin(keys, stray)].sum())
        raise MarginError(
            margin.file,
            f"has no figure for {listing(stray)}, which {n} people answered",
            "add the category, or mark the option ineligible = true",
        )
    original = np.array([index.get(key, -1) for key in keys], dtype=np.int64)
    counts = np.bincount(original[known], weights=tally.count[known], minlength=len(codes))
    groups, thin = collapse(
        dict(zip(codes, counts.astype(int).tolist(), strict=True)), partners, minimum=minimum
    )
    _refuse_empty(margin, groups, dict(zip(codes, counts, strict=True)))
    _refuse_alone(margin, groups, dict(zip(codes, counts, strict=True)))
    group_of = np.array(
        [next(g for g, members in enumerate(groups) if code in members) for code in codes], dtype=np.int64
    )
    category = np.where(known, group_of[original], len(groups))
    return _with_targets(tally, margin, population, category, groups, thin)


def _keys(tally: Tally, margin: Margin) -> tuple[np.ndarray, np.ndarray]:
    """Return each record's category as text, and whether it is known."""
    known = np.ones(len(tally), dtype=bool)
    parts = []
    for name in margin.questions:
        levels, codes = tally.question(name)
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
    return joined, known


def _refuse_empty(margin: Margin, groups: Sequence[Sequence[str]], counts: dict[str, float]) -> None:
    empty = [" + ".join(group) for group in groups if sum(counts[code] for code in group) == 0]
    if empty:
        raise MarginError(
            margin.file,
            f"nobody answered {listing(empty)}, which no weight can mend",
            f"name partners to merge under [weighting.collapse], such as "
            f'"{margin.name}" = [["{empty[0]}", "…"]]',
        )


def _refuse_alone(margin: Margin, groups: Sequence[Sequence[str]], counts: dict[str, float]) -> None:
    """Refuse a category of one person, whose answers would be the category's without any error."""
    alone = [" + ".join(group) for group in groups if sum(counts[code] for code in group) == 1]
    if alone:
        raise MarginError(
            margin.file,
            f"only one person answered {listing(alone)}, and would stand for the whole category",
            f'merge it with a neighbour: under [weighting.collapse], "{margin.name}" = [["{alone[0]}", "…"]]',
        )


def _with_targets(
    tally: Tally,
    margin: Margin,
    population: float,
    category: Ints,
    groups: tuple[tuple[str, ...], ...],
    thin: tuple[str, ...],
) -> MarginCells:
    names = groups if not (category == len(groups)).any() else (*groups, ("",))
    counts = np.bincount(category, weights=tally.count, minlength=len(names)).astype(np.int64)
    shares = np.bincount(category, weights=tally.base, minlength=len(names)) / tally.base.sum()
    unknown = float(shares[len(groups)]) if len(names) > len(groups) else 0.0
    if unknown > UNKNOWN_LIMIT:
        raise MarginError(
            margin.file,
            f"{unknown:.1%} of the answers have no known {margin.name}",
            "leave this margin out: over a tenth unknown is too much to weight on",
        )
    figures = {" x ".join(key): value / margin.total for key, value in margin.figures.items()}
    targets = [sum(figures[code] for code in group) * (1 - unknown) for group in groups]
    if unknown:
        targets.append(unknown)
    return MarginCells(margin, category, names, np.array(targets) * population, counts, shares, thin)
