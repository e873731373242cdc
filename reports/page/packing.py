"""Which block stands on which page: pages about equally full, none nearly empty, in newspaper columns.

Blocks keep their order. A block takes the page's width or half of it; neighbours of half a width stand
in two columns of about equal height. Heights are millimetres, as the typesetter measures them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf

# Squared shares of a page that may be white rather than part a section, or begin a page within a part.
PARTED, WITHIN = 0.1, 0.3
LEAST = 0.4  # of a page, below which it is not printed
UNEVEN = 12.0  # millimetres that a column may be longer rather than part a list
# Between two blocks, two texts of a list, and by how much more where a page has room.
GAP, CLOSE, WIDER = 5.0, 2.4, 4.0


@dataclass(frozen=True, slots=True)
class Brick:
    """A block with its height.

    Attributes
    ----------
    section : str
        What it belongs to.
    height : float
        Millimetres.
    wide : bool
        Whether it takes the page's width.
    keeps : bool
        Whether it stands on the page of the block after it.
    close : bool
        Whether it is a text that follows another of its list.
    opens : bool
        Whether a part of the briefing begins with it.
    """

    section: str
    height: float
    wide: bool = True
    keeps: bool = False
    close: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Blocks below each other across the page, or in a left and a right column: their places in order."""

    left: tuple[int, ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, which part of its height they fill, and the millimetres between two of them."""

    rows: tuple[Row, ...]
    filled: float
    gap: float = GAP


def stacked(bricks: Sequence[Brick]) -> float:
    """Return the height of blocks below each other."""
    return sum(brick.height for brick in bricks) + sum(CLOSE if b.close else GAP for b in bricks[1:])


def rows_of(bricks: Sequence[Brick], first: int = 0) -> list[Row]:
    """Return the rows of blocks in order; `first` is the place of the first of them.

    Examples
    --------
    >>> rows_of([Brick("a", 20), Brick("b", 50, wide=False), Brick("b", 60, wide=False)])
    [Row(left=(0,), right=()), Row(left=(1,), right=(2,))]
    """
    rows = list[Row]()
    for wide, group in groupby(enumerate(bricks, first), lambda pair: pair[1].wide):
        places = [place for place, _ in group]
        if wide:
            rows += [Row((place,)) for place in places]
            continue
        heights = [stacked([bricks[p - first] for p in places[:cut]]) for cut in range(len(places) + 1)]
        rest = [stacked([bricks[p - first] for p in places[cut:]]) for cut in range(len(places) + 1)]
        parted = [one.close for one in (bricks[p - first] for p in places)] + [False]
        cut = min(
            range(1, len(places) + 1), key=lambda cut: max(heights[cut], rest[cut]) + UNEVEN * parted[cut]
        )
        rows.append(Row(tuple(places[:cut]), tuple(places[cut:])))
    return rows


def height_of(rows: Sequence[Row], bricks: Sequence[Brick]) -> float:
    """Return the height of rows, the higher of two columns counted."""
    tall = [max(stacked([bricks[p] for p in side]) for side in (row.left, row.right)) for row in rows]
    return sum(tall) + GAP * max(0, len(rows) - 1)


def packed(bricks: Sequence[Brick], room: float) -> list[Page]:
    """Return the pages of blocks: as few as hold them, about equally full.

    A block taller than a page has one of its own, on which the typesetter breaks it.

    Parameters
    ----------
    room : float
        Millimetres of a page.

    Examples
    --------
    >>> [page.filled for page in packed([Brick("a", h) for h in (90, 90, 40)], 200)]
    [0.45, 0.675]
    """
    best: list[tuple[float, float]] = [(0.0, 0.0)] + [(inf, inf)] * len(bricks)
    origin = [0] * (len(bricks) + 1)
    for start in range(len(bricks)):
        together = start + 1  # with all that the first block keeps
        while together < len(bricks) and bricks[together - 1].keeps:
            together += 1
        for end in range(start + 1, len(bricks) + 1):
            height = height_of(rows_of(bricks[start:end], start), bricks)
            if height > room and end > together:
                break
            if bricks[end - 1].keeps and end < len(bricks):
                continue
            count, unrest = best[start]
            # Few pages first; then none much emptier than another.
            parted = start > 0 and bricks[start].section == bricks[start - 1].section
            thin = height < LEAST * room
            white = max(0.0, 1 - height / room) ** 2
            within = start > 0 and not bricks[start].opens
            found = (count + 1, unrest + white + PARTED * parted + WITHIN * within + 9 * thin)
            if found < best[end]:
                best[end], origin[end] = found, start
    pages, end = list[Page](), len(bricks)
    while end:
        rows = rows_of(bricks[origin[end] : end], origin[end])
        height = height_of(rows, bricks)
        gap = GAP + min(WIDER, max(0.0, room - height) / max(1, len(rows)))
        pages.append(Page(tuple(rows), min(1.0, height / room), gap))
        end = origin[end]
    return pages[::-1]


def left_out(
    bricks: Sequence[Brick], room: float, *, most: float = inf, first: Sequence[str] = ()
) -> list[str]:
    """Return the sections to be printed elsewhere so that pages are few and none is nearly empty.

    Parameters
    ----------
    most : float
        Pages at most, if leaving out sections of `first` is enough.
    first : sequence of str
        The sections that go first where there are more, in this order.

    Examples
    --------
    >>> left_out([Brick("a", 190), Brick("b", 30)], 200)
    ['b']
    >>> left_out([Brick("a", 190), Brick("b", 90)], 200, most=1, first=["b"])
    ['b']
    """
    choices = [_sound(bricks, room, first[:n]) for n in range(len(first) + 1)]
    fitting = [pages for pages in choices if pages is not None]
    few = min(fitting, default=inf)
    for n, pages in enumerate(choices):
        if pages is not None and pages <= max(most, few):
            return [*first[:n]]
    out, kept = list[str](), list(bricks)
    while thin := [page for page in packed(kept, room) if page.filled < LEAST]:
        last = thin[-1].rows[-1]
        out.append(kept[(last.right or last.left)[-1]].section)
        kept = [brick for brick in kept if brick.section not in out]
    return out


def _sound(bricks: Sequence[Brick], room: float, out: Sequence[str]) -> int | None:
    """Return how many pages the blocks take without some sections, None where one is nearly empty."""
    pages = packed([brick for brick in bricks if brick.section not in out], room)
    return len(pages) if all(page.filled >= LEAST for page in pages) else None
