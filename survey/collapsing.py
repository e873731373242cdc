"""Merging margin categories that too few people are in, by declared partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey.errors import MarginError, listing, nearest


def collapse(
    counts: Mapping[str, int], partners: Sequence[Sequence[str]], *, minimum: int
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Return groups of categories after merging, and the thin ones that have no partner.

    A group of partners is merged, smallest member with the next smallest, until each part has
    `minimum` answers (methods 1.5). It looks at counts alone, never at the answers.

    Parameters
    ----------
    counts : mapping of str to int
        Answers in each category, in order.
    partners : sequence of sequences of str
        Categories that may be merged with each other.
    """
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


def check_partners(partners: Sequence[Sequence[str]], categories: Sequence[str], where: str) -> None:
    """Refuse partners that are no categories of the margin; raises MarginError."""
    for code in (code for family in partners for code in family):
        if code not in categories:
            raise MarginError(
                where,
                f'"{code}" is not a category of this margin ({listing(categories, 20)})',
                nearest(code, categories),
            )
