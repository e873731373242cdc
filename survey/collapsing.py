"""Merging margin categories that too few people are in, by declared partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from survey.errors import MarginError, listing, nearest

# Groups of categories that may be merged with each other, or "neighbours" for ordered categories.
Partners = Sequence[Sequence[str]] | Literal["neighbours"]


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
