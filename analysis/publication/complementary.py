"""Suppressing further figures where a suppressed one could be worked out from the others (methods 3.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import comb, isfinite

import numpy as np
import pandas as pd

from analysis.estimates import FURTHER, NUMBERS, Estimates
from analysis.publication.sums import Sum, Ties, sums_of
from survey.numeric.array_types import Bools, Floats, Ints

KEPT = {"confidence"}
# Least answers of suppressed groups together, and least of them on either side of a share; least ways in
# which the answers of suppressed options can be divided among them.
TOGETHER, EITHER_SIDE, WAYS = 30, 5, 5
# Whole numbers of answers that fit what is printed of two suppressed groups, at its digits: least of them,
# and most answers of both for which they are counted.
SOLUTIONS, COUNTED, DIGITS = 5, 300, 0.5e-4
FIXED = 1e-7  # of a random step: what moves less is fixed by what is printed


def suppress_complementary(
    estimates: Estimates, *, adding: str | Sequence[str] = (), ties: Ties | None = None
) -> Estimates:
    """Return estimates with as many more rows suppressed as keep every suppressed one unknown (methods 3.5).

    Where the options of a question add up to 1 and just one is suppressed, the smallest of the others
    is suppressed too (flag "suppress", note "complementary"). The same holds for the groups of a table
    and its whole, which is what their people add up to; for crossed groups and the tables by one of their
    questions; for groups and options that hold the same people in two questions; and for shares of the
    same people over two bases. More are suppressed where several sums together give one figure, where
    suppressed groups have fewer than 30 answers together, or fewer than 5 of them on either side of a
    share, and where suppressed options leave fewer than 5 ways to divide their answers.

    Parameters
    ----------
    adding : str or sequence of str
        Single-answer questions: their shares add up to 1. Totals, and shares of mentions, always
        add up.
    ties : Ties, optional
        What else ties the figures together: questions that add up too, categories of two questions that hold
        the same people, and the weight of each group, from which suppressed groups together are judged
        (else from their answers).
    """
    adding = (adding,) if isinstance(adding, str) else tuple(adding or ())
    ties = Ties() if ties is None else ties
    ties = replace(ties, adding=(*adding, *ties.adding))
    frame = estimates.frame
    before = (frame["flag"] == "suppress").to_numpy()
    if not before.any():
        return estimates
    sums = [*sums_of(frame, ties)]
    suppressed = _Closing(frame, sums, ties).closed(before)
    return suppress(estimates, suppressed & ~before, "complementary")


def suppress(estimates: Estimates, added: Bools, note: str) -> Estimates:
    """Return the estimates with some rows suppressed: flag "suppress", the note, no numbers."""
    if not added.any():
        return estimates
    frame = estimates.frame
    numbers = {
        name: frame[name].mask(added) for name in (*NUMBERS, *FURTHER) if name not in KEPT and name in frame
    }
    flags = frame["flag"].where(~added, "suppress")
    notes = frame["note"].where(~added, note)
    return replace(estimates, frame=frame.assign(**numbers, flag=flags, note=notes))


def suppress_together(parts: Sequence[Estimates], ties: Ties) -> list[Estimates]:
    """Return tables of shares that are printed together, each after `suppress_complementary`."""
    together = Estimates(pd.concat([part.frame for part in parts], ignore_index=True))
    done = suppress_complementary(together, ties=ties).frame
    ends = np.cumsum([len(part) for part in parts])
    return [
        replace(part, frame=done.iloc[end - len(part) : end].reset_index(drop=True))
        for part, end in zip(parts, ends, strict=True)
    ]


class _Closing:
    """Rows of a table that are suppressed until none of those suppressed can be worked out."""

    def __init__(self, frame: pd.DataFrame, sums: Sequence[Sum], ties: Ties) -> None:
        self.sums = sums
        self.share, self.n = (frame[name].to_numpy(dtype=np.float64) for name in ("estimate", "n"))
        # The number behind a row, by which the smallest is chosen.
        self.size = np.nan_to_num(self.share) * np.nan_to_num(self.n)
        self.counted = frame["measure"].isin(("share", "share_of_asked", "share_of_all")).to_numpy()
        keys = frame[["wave", "question", "by", "group"]].itertuples(index=False, name=None)
        self.weight = np.array([ties.weights.get(key, np.nan) for key in keys])
        self.weight = np.where(np.isnan(self.weight), self.n, self.weight)
        self.table = list(zip(frame["wave"], frame["by"], strict=True))
        self.group, self.even = frame["group"].to_numpy(), ties.even

    def closed(self, suppressed: Bools) -> Bools:
        """Return which rows are suppressed in the end."""
        suppressed, changed = suppressed.copy(), True
        while changed:
            before = suppressed.sum()
            for one in self.sums:
                self._close(one, suppressed)
            if suppressed.sum() == before:
                for row in np.flatnonzero(_fixed(suppressed, self.sums)):
                    if self._add(suppressed, [one.rows for one in self.sums if row in one.rows]):
                        break
            if suppressed.sum() == before:
                for one in self._few_solutions(suppressed):
                    self._add(suppressed, [one.rows[:-1]])
            changed = bool(suppressed.sum() > before)
        return suppressed

    def _close(self, one: Sum, suppressed: Bools) -> None:
        """Suppress more rows of a sum where it gives one of them, or too few together, away."""
        inside = suppressed[one.rows]
        count = int(inside.sum())
        if count == 0 or count == len(inside):
            return
        if one.kind == "same":
            suppressed[one.rows] = True
        elif count == 1:
            self._add(suppressed, [one.rows])
        elif (one.kind == "options" and self._few_ways(one.rows, inside)) or (
            one.kind == "groups" and not inside[-1] and self._few_together(one.rows, inside)
        ):
            # The whole stays: it is printed on page 1.
            self._add(suppressed, [one.rows[:-1] if one.kind == "groups" else one.rows])

    def _add(self, suppressed: Bools, sets: Sequence[Ints]) -> bool:
        """Suppress the smallest row that the sets still show; return whether there was one."""
        shown = np.concatenate([rows[~suppressed[rows]] for rows in sets])
        if len(shown):
            suppressed[shown[np.argmin(self.size[shown])]] = True
        return bool(len(shown))

    def _few_ways(self, rows: Ints, inside: Bools) -> bool:
        """Say whether the answers of suppressed options can be divided among them in too few ways."""
        shown, held = rows[~inside], int(inside.sum())
        n = np.nanmax(self.n[shown])
        if not (self.counted[shown].all() and isfinite(n)):
            return False
        left = round(float(n * (1 - self.share[shown].sum())))
        return comb(max(left, 0) + held - 1, held - 1) < WAYS

    def _few_together(self, rows: Ints, inside: Bools) -> bool:
        """Say whether suppressed groups are too few together, or have too few on a side of a share."""
        shown, whole = rows[:-1][~inside[:-1]], rows[-1]
        n = self.n[whole] - self.n[shown].sum()
        if not isfinite(n) or n < TOGETHER:
            return isfinite(n)
        weight = self.weight[whole] - self.weight[shown].sum()
        chose = self.weight[whole] * self.share[whole] - self.weight[shown] @ self.share[shown]
        if not (self.counted[whole] and weight > 0 and 0 < self.share[whole] < 1):
            return False
        return not EITHER_SIDE <= n * chose / weight <= n - EITHER_SIDE

    def _few_solutions(self, suppressed: Bools) -> Iterator[Sum]:
        """Yield the sums that leave two suppressed groups too few whole numbers of answers.

        Their number of answers, which is not printed, is the same in all shares of the same people.
        """
        pairs: dict[object, list[tuple[Sum, Floats]]] = {}
        for one in self.sums:
            inside, whole = suppressed[one.rows], one.rows[-1]
            table = self.table[one.rows[0]]
            if one.kind != "groups" or inside.sum() != 2 or inside[-1] or table not in self.even:
                continue
            held, shown = one.rows[inside], one.rows[:-1][~inside[:-1]]
            n = self.n[whole] - self.n[shown].sum()
            if self.counted[whole] and n <= COUNTED:
                total, weight = self.weight[whole], self.weight[shown]
                left = total * self.share[whole] - weight @ self.share[shown]
                exact = DIGITS * (total + weight.sum())
                found = _solutions(int(n), self.weight[held], (left - exact, left + exact))
                pairs.setdefault((table, n, *self.group[held]), []).append((one, found))
        for sums in pairs.values():
            possible = np.all([found > 0 for _, found in sums], axis=0)
            yield from (one for one, found in sums if found[possible].sum() < SOLUTIONS)


def _solutions(n: int, weight: Floats, left: tuple[float, float]) -> Floats:
    """Return in how many ways two groups can have chosen an option, for each number of answers of the first.

    Parameters
    ----------
    n : int
        Answers of both; the first has from 1 to n - 1.
    weight : float array, shape (2,)
        Of the groups, spread evenly over their answers.
    left : pair of float
        Between which the weight of those who chose it lies.
    """
    found = np.zeros(n + 1)
    for first in range(1, n):
        chose = weight[0] * np.arange(first + 1) / first
        low, high = ((end - chose) * (n - first) / weight[1] for end in left)
        most = np.minimum(np.floor(high), n - first) - np.maximum(np.ceil(low), 0) + 1
        found[first] = np.maximum(most, 0).sum()
    return found


def _fixed(suppressed: Bools, sums: Sequence[Sum]) -> Bools:
    """Return the suppressed rows that the sums, taken together, give away.

    A row is given away where it is the same in every solution: a random vector, projected on the solutions
    of the sums with nothing on their right-hand side, is then 0 in it.
    """
    found, random = np.zeros(len(suppressed), dtype=bool), np.random.default_rng(0)
    for linked in _linked(suppressed, sums):
        rows = np.unique(np.concatenate([one.rows[suppressed[one.rows]] for one in linked]))
        matrix = np.zeros((len(linked), len(rows)))
        for i, one in enumerate(linked):
            inside = suppressed[one.rows]
            matrix[i, np.searchsorted(rows, one.rows[inside])] = one.sign[inside]
        step: Floats = random.standard_normal(len(rows))
        step -= matrix.T @ np.linalg.lstsq(matrix @ matrix.T, matrix @ step, rcond=None)[0]
        found[rows[np.abs(step) < FIXED]] = True
    return found


def _linked(suppressed: Bools, sums: Sequence[Sum]) -> list[list[Sum]]:
    """Return the sums with suppressed rows in sets that share such rows; a sum by itself fixes nothing."""
    first: dict[int, int] = {}
    root = list(range(len(sums)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, one in enumerate(sums):
        for row in one.rows[suppressed[one.rows]].tolist():
            root[find(i)] = find(first.setdefault(row, i))
    sets: dict[int, list[Sum]] = {}
    for i, one in enumerate(sums):
        if suppressed[one.rows].any():
            sets.setdefault(find(i), []).append(one)
    return [linked for linked in sets.values() if len(linked) > 1]
