"""Distinct rows of whole numbers, and their counts: the one step that looks at every respondent."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from survey.numeric.array_types import Ints

# Combinations that a table may have on top of four a row; what fits into 16 and into 32 bits.
TABLE, TINY, SHORT = 1 << 16, (1 << 15) - 1, 1 << 31
# Rows counted at a time, which stay in the processor's cache.
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
    if size > TABLE + 4 * len(combined):
        _, first, group = np.unique(combined, return_index=True, return_inverse=True)
        return first.astype(np.int64), group.reshape(-1).astype(np.int64)
    # The same by a table of all possible values, which needs no sorting. Values are converted once to the
    # type numpy indexes by; rows are in the fewest bytes that hold them.
    places, rows = combined.astype(np.intp, copy=False), np.int32 if len(combined) < SHORT else np.int64
    first_row: Any = np.full(size, -1, dtype=rows)
    # Of several writes to one place the last stays, so backwards the first row.
    first_row[places[::-1]] = np.arange(len(combined) - 1, -1, -1, dtype=rows)
    present = np.flatnonzero(first_row >= 0)
    number = np.empty(size, dtype=np.int64)
    number[present] = np.arange(len(present))
    return first_row[present].astype(np.int64), number[places]


def count_rows(keys: Sequence[Ints]) -> tuple[tuple[Ints, ...], Ints, Ints] | None:
    """Return the distinct rows, key by key, their counts, and a number for each row.

    None where a table would be too long. As `group_rows` in one pass over the rows: their numbers are
    equal for rows alike and rise with the distinct rows, but have gaps.
    """
    widths, rows = _widths(keys), len(keys[0])
    size = prod(widths)
    if size > TABLE + 4 * rows:
        return None
    count, numbers = np.zeros(size, dtype=np.int64), np.empty(rows, dtype=_fitting(size))
    some = max(SOME, 4 * size)
    for start in range(0, rows, some):
        combined, _ = _combined([key[start : start + some] for key in keys], widths)
        numbers[start : start + some] = combined
        count += np.bincount(combined.astype(np.intp, copy=False), minlength=size)
    present = np.flatnonzero(count)
    # The keys that make up each number, as by `np.unravel_index` in a third of its time.
    values, rest = [], present.astype(_fitting(size))
    for width in widths[::-1]:
        above = rest // width
        values.append(rest - above * width)
        rest = above
    return tuple(values[::-1]), count[present], numbers


def _widths(keys: Sequence[Ints]) -> list[int]:
    return [int(key.max()) + 1 if len(key) else 1 for key in keys]


def _combined(keys: Sequence[Ints], widths: Sequence[int]) -> tuple[Ints, int]:
    """Return a number for each row, equal only for equal rows, and a limit that all are below."""
    combined: Any = None
    size = 1
    for key, width in zip(keys, widths, strict=True):
        if combined is None:
            combined, size = key.astype(_fitting(width)), width
            continue
        if width == 1:
            continue
        if size * width > 2**62:
            # Renumber the keys combined so far, so that the mixed radix cannot overflow.
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
    """Return the shortest type for numbers below `size`, since memory traffic is the cost here."""
    return np.int16 if size <= TINY else np.int32 if size < SHORT else np.int64


def _renumbered(values: Ints) -> tuple[Ints, int]:
    """Return values numbered from 0 in their order, and the number of distinct ones."""
    distinct, codes = np.unique(values, return_inverse=True)
    return codes.reshape(-1).astype(np.int64), len(distinct)
