"""The sums that figures of a table add up to: what follows of one of them from the others (methods 3.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from analysis.publication.measures import METHODS
from survey.numeric.array_types import Ints

# Their groups add up to the whole, weighted by the people in them.
ADDITIVE = ("share", "share_of_asked", "share_of_all", "share_of_mentions", "mean", "total", "demand")
# Their options add up, whatever the question is; and where only one can be chosen.
COMPLETE = ("share_of_mentions", "total")
SINGLE = (*ADDITIVE, "alternative_share", "imputed_share", "benchmark_error", "reference_share", *METHODS)
# Of the same people over another base: the one gives the other.
BASES = ("share", "share_of_asked", "share_of_all", "share_of_mentions")
CELL = ["wave", "question", "option", "by", "group", "measure"]
Kind = Literal["options", "groups", "parts", "same"]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Categories of two questions that hold the same people, though no one of them need be in both.

    Such as the districts of a region and the region, or the options that a derived question joins.
    """

    wave: str
    first: tuple[str, tuple[str, ...]]
    second: tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties the figures of a table together, beside the table itself.

    Attributes
    ----------
    adding : tuple of str
        Single-answer questions, the shares of which add up to 1.
    overlaps : tuple of Overlap
    weights : mapping
        By wave, question, by and group, the weight of the people with an answer.
    even : frozenset of (wave, by)
        Groupings in each group of which all weights are equal: its shares are whole numbers over n.
    """

    adding: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    weights: Mapping[tuple[str, str, str, str], float] = field(default_factory=dict)
    even: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """Rows of which any one follows from all the others.

    Attributes
    ----------
    rows, sign : int array
        Counts of people, added with these signs, come to nothing or to a known number.
    kind : {"options", "groups", "parts", "same"}
        Options of a question; groups and, as the last row, their whole; parts of two questions; the same
        people twice, of which the one row is the other.
    """

    rows: Ints
    sign: Ints
    kind: Kind


def sums_of(frame: pd.DataFrame, ties: Ties) -> Iterator[Sum]:
    """Yield the sums of a table: options, groups and their whole, parts of two questions, the same people."""
    rows = frame.assign(row=np.arange(len(frame)))
    # Where nobody answered there is nothing to hide, and nothing that could hide another.
    rows = rows[rows["note"].ne("no_answers")]
    added = rows["measure"].isin(COMPLETE) | (
        rows["measure"].isin(SINGLE) & rows["question"].isin(ties.adding)
    )
    keys = ["wave", "question", "by", "group", "measure"]
    for _, part in rows[added & rows["option"].ne("")].groupby(keys, sort=False):
        yield _added(part["row"].to_numpy(), "options")
    rows = rows[rows["measure"].isin(ADDITIVE)]
    keys = ["wave", "question", "option", "measure"]
    place = rows.set_index([*keys, "by", "group"])["row"].to_dict()
    for (*key, by), part in rows[rows["by"] != ""].groupby([*keys, "by"], sort=False):
        names = str(by).split(" x ")
        groups = [str(group).split(" x ") for group in part["group"]]
        if any(len(group) != len(names) for group in groups):
            continue
        # The total over one of the crossed questions is a row of the table by the others.
        for out in range(len(names)):
            rest = " x ".join(names[:out] + names[out + 1 :])
            others = np.array([" x ".join(g[:out] + g[out + 1 :]) for g in groups], dtype=object)
            row = part["row"].to_numpy()
            for other in dict.fromkeys(others):
                total = place.get((*key, rest, other))
                if total is not None:
                    yield _added(np.append(row[others == other], total), "groups")
    yield from _same(rows, ties.adding)
    yield from _parts(rows, ties.overlaps)


def _added(rows: Ints, kind: Kind) -> Sum:
    sign = np.ones(len(rows), dtype=np.int64)
    if kind == "groups":
        sign[-1] = -1
    return Sum(rows, sign, kind)


def _same(rows: pd.DataFrame, adding: Sequence[str]) -> Iterator[Sum]:
    """Yield rows of the same people: over another base, or an option by group and the group by option."""
    people: dict[object, list[int]] = {}
    shares = rows[rows["measure"].isin(BASES)]
    columns = ["wave", "question", "option", "by", "group", "row"]
    for wave, question, option, by, group, row in shares[columns].itertuples(index=False, name=None):
        groups = [*zip(by.split(" x "), group.split(" x "), strict=False)] if by else []
        # Several options can be chosen of a question that does not add up: it is no grouping elsewhere.
        own = (question, option) if question in adding else (question, option, "")
        people.setdefault((wave, frozenset([own, *groups])), []).append(row)
    for same in people.values():
        for other in same[1:]:
            yield Sum(np.array([same[0], other]), np.array([1, -1]), "same")


def _parts(rows: pd.DataFrame, overlaps: Sequence[Overlap]) -> Iterator[Sum]:
    """Yield the sums of groups, and of options, that hold the same people in two questions."""
    rows = rows if overlaps else rows[:0]
    place = dict(zip(rows[CELL].itertuples(index=False, name=None), rows["row"], strict=True))
    for overlap in overlaps:
        codes = [(question, code) for question, of in (overlap.first, overlap.second) for code in of]
        sign = np.repeat([1, -1], [len(overlap.first[1]), len(overlap.second[1])])
        at = rows[rows["wave"] == overlap.wave]
        grouped, asked = (at[at[name] == overlap.first[0]] for name in ("by", "question"))
        tables = [
            [(overlap.wave, question, option, by, group, measure) for by, group in codes]
            for question, option, measure in _distinct(grouped, ["question", "option", "measure"])
        ]
        tables += [
            [(overlap.wave, question, option, by, group, measure) for question, option in codes]
            for by, group, measure in _distinct(asked, ["by", "group", "measure"])
        ]
        for table in tables:
            if all(key in place for key in table):
                yield Sum(np.array([place[key] for key in table]), sign, "parts")


def _distinct(rows: pd.DataFrame, columns: list[str]) -> Iterator[tuple[str, ...]]:
    return rows[columns].drop_duplicates().itertuples(index=False, name=None)
