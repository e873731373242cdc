"""Suppressing a second figure where a suppressed one could be had by subtraction (methods 3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.estimates import BAND, NUMBERS, Estimates
from survey.numeric.array_types import Bools

KEPT = {"confidence"}
# Their groups add up to the whole, weighted by the people in them.
ADDITIVE = ("share", "share_of_asked", "share_of_all", "share_of_mentions", "mean", "total")
# Their options add up whatever the question is.
COMPLETE = ("share_of_mentions", "total")


def suppress_complementary(estimates: Estimates, *, adding: str | Sequence[str] = ()) -> Estimates:
    """Return estimates with as many more rows suppressed as keep every suppressed one unknown (methods 3.5).

    Where the options of a question add up to 1 and just one is suppressed, the smallest of the others
    is suppressed too (flag "suppress", note "complementary"). The same holds for the groups of a table
    and its whole, which is what their people add up to; and for crossed groups and the tables by one
    of their questions. The sets are gone through until nothing is left to do.

    Parameters
    ----------
    adding : str or sequence of str
        Single-answer questions: their shares add up to 1. Totals, and shares of mentions, always
        add up.
    """
    adding = (adding,) if isinstance(adding, str) else tuple(adding or ())
    frame = estimates.frame
    before = (frame["flag"] == "suppress").to_numpy()
    suppressed, sets = before.copy(), _sets(frame, adding)
    # The number behind a row, by which the smallest is chosen.
    size = (frame["estimate"].fillna(0) * frame["n"].fillna(0)).to_numpy(dtype=np.float64)
    changed = True
    while changed:
        changed = False
        for rows in sets:
            inside = suppressed[rows]
            if inside.sum() == 1 and len(rows) > 1:
                shown = rows[~inside]
                suppressed[shown[np.argmin(size[shown])]] = True
                changed = True
    return suppress(estimates, suppressed & ~before, "complementary")


def suppress(estimates: Estimates, added: Bools, note: str) -> Estimates:
    """Return the estimates with some rows suppressed: flag "suppress", the note, no numbers."""
    if not added.any():
        return estimates
    frame = estimates.frame
    numbers = {
        name: frame[name].mask(added) for name in (*NUMBERS, *BAND) if name not in KEPT and name in frame
    }
    flags = frame["flag"].where(~added, "suppress")
    notes = frame["note"].where(~added, note)
    return replace(estimates, frame=frame.assign(**numbers, flag=flags, note=notes))


def suppress_together(parts: Sequence[Estimates], *, adding: tuple[str, ...] = ()) -> list[Estimates]:
    """Return tables of shares that are printed together, each after `suppress_complementary`."""
    together = Estimates(pd.concat([part.frame for part in parts], ignore_index=True))
    done = suppress_complementary(together, adding=adding).frame
    ends = np.cumsum([len(part) for part in parts])
    return [
        replace(part, frame=done.iloc[end - len(part) : end].reset_index(drop=True))
        for part, end in zip(parts, ends, strict=True)
    ]


def following(differences: Estimates, tables: Sequence[Estimates]) -> Estimates:
    """Return differences of groups, suppressed where the group's own share is in one of the tables.

    With the whole and the difference from the rest, a share could be worked out.
    """
    keys = ["wave", "question", "option", "by", "group"]
    suppressed = {
        key
        for table in tables
        for key in table.frame.loc[table.frame["flag"] == "suppress", keys].itertuples(index=False, name=None)
    }
    frame = differences.frame
    hides = np.array(
        [key in suppressed for key in frame[keys].itertuples(index=False, name=None)], dtype=bool
    )
    return suppress(differences, hides & (frame["flag"] != "suppress").to_numpy(), "share_withheld")


def _sets(frame: pd.DataFrame, adding: tuple[str, ...]) -> list[np.ndarray]:
    """Return the rows of each set of which any one follows from all the others."""
    sets = []
    rows = frame.assign(row=np.arange(len(frame)))
    # Where nobody answered there is nothing to hide, and nothing that could hide another.
    rows = rows[rows["measure"].isin(ADDITIVE) & rows["note"].ne("no_answers")]
    sums = rows["measure"].isin(COMPLETE) | rows["question"].isin(adding)
    for _, part in rows[sums & rows["option"].ne("")].groupby(
        ["wave", "question", "by", "group", "measure"], sort=False
    ):
        sets.append(part["row"].to_numpy())
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
                    sets.append(np.append(row[others == other], total))
    return sets
