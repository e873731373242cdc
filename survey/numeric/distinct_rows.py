"""Rows of whole numbers put together where they are alike: the one step that looks at every respondent."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from survey.numeric.array_types import Ints

# Combinations that a table may have beside four a row; what fits into 16 and into 32 bits.
TABLE, TINY, SHORT = 1 << 16, (1 << 15) - 1, 1 << 31
# Rows counted at a time, which stay in the processor's own memory.
SOME = 1 << 16


def group_rows(keys: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Return for rows of whole numbers ≥ 0 the first row of each distinct one, and each row's group.

    Parameters
    ----------
    keys : sequence of int arrays, shape (n,)

    Returns
    -------
    first : int array, shape (groups,)
    group : int array, shape (n,)
    """
    combined, size = _combined(keys, _widths(keys))
    if size <= TABLE + 4 * len(combined):
        return _looked_up(combined, size)
    _, first, group = np.unique(combined, return_index=True, return_inverse=True)
    return first.astype(np.int64), group.reshape(-1).astype(np.int64)


def count_rows(keys: Sequence[Ints]) -> tuple[tuple[Ints, ...], Ints] | None:
    """Return the distinct rows, key by key, and how many rows each is; None where a table would be too long.

    The same as by `group_rows`, where nobody asks which row is in which group: one pass over them.
    """
    widths, rows = _widths(keys), len(keys[0])
    size = prod(widths)
    if size > TABLE + 4 * rows:
        return None
    count = np.zeros(size, dtype=np.int64)
    some = max(SOME, 4 * size)
    for start in range(0, rows, some):
        combined, _ = _combined([key[start : start + some] for key in keys], widths)
        count += np.bincount(combined.astype(np.intp, copy=False), minlength=size)
    held = np.flatnonzero(count)
    return _taken_apart(held, widths), count[held]


def _widths(keys: Sequence[Ints]) -> list[int]:
    return [int(key.max()) + 1 if len(key) else 1 for key in keys]


def _taken_apart(numbers: Ints, widths: Sequence[int]) -> tuple[Ints, ...]:
    """Return the keys of which numbers are made, as `np.unravel_index`, at a third of its time."""
    found, left = [], numbers.astype(_fitting(prod(widths)))
    for width in widths[::-1]:
        above = left // width
        found.append(left - above * width)
        left = above
    return tuple(found[::-1])


def _combined(keys: Sequence[Ints], widths: Sequence[int]) -> tuple[Ints, int]:
    """Return one number for each row that tells distinct rows apart, and what all are below."""
    combined: Any = None
    size = 1
    for key, width in zip(keys, widths, strict=True):
        if combined is None:
            combined, size = key.astype(_fitting(width)), width
            continue
        if width == 1:
            continue
        if size * width > 2**62:
            # Renumber what has been combined so far, so that the mixed radix cannot overflow.
            combined, size = _renumbered(combined)
        if size * width > 2**62:
            key, width = _renumbered(key)
        combined = combined.astype(_fitting(size * width), copy=False)
        combined *= width
        combined += key.astype(combined.dtype, copy=False)
        size *= width
    assert combined is not None
    return combined, size


def _fitting(size: int) -> Any:
    """Return the type of as few bytes as numbers below `size` take: less memory to go through."""
    return np.int16 if size <= TINY else np.int32 if size < SHORT else np.int64


def _looked_up(values: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the same by a table of all values there could be, which needs no sorting."""
    # As numpy indexes, which else converts them each time; rows in the fewest bytes that hold them.
    places, rows = values.astype(np.intp, copy=False), np.int32 if len(values) < SHORT else np.int64
    last: Any = np.full(size, -1, dtype=rows)
    # Of several writes to one place the last stays, so backwards the first row.
    last[places[::-1]] = np.arange(len(values) - 1, -1, -1, dtype=rows)
    held = np.flatnonzero(last >= 0)
    number = np.empty(size, dtype=np.int64)
    number[held] = np.arange(len(held))
    return last[held].astype(np.int64), number[places]


def _renumbered(values: Ints) -> tuple[Ints, int]:
    """Return values numbered from 0 in their order, and how many different ones there are."""
    found, codes = np.unique(values, return_inverse=True)
    return codes.reshape(-1).astype(np.int64), len(found)
