"""Differences over the waves of a study, and limits that hold together for those that stand (methods 3.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from analysis.estimates import BAND, Estimates, combine
from analysis.publication.comparability import only_comparable
from analysis.statistics.comparisons.contrasts import change
from analysis.statistics.comparisons.trend import LEAST, trend
from analysis.statistics.testing.adjust import adjust_families, stand
from survey.numeric.array_types import Floats, Ints
from survey.study.study import Study

# A question and what it is grouped by, "" for the whole sample.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """A table of differences, and the same rows with intervals of another level."""

    table: Estimates
    again: Callable[..., Estimates]


def differences(again: Callable[..., Estimates], confidence: float) -> Differences:
    """Return a table of differences; `again` makes it at the level given as `confidence`."""
    return Differences(again(confidence=confidence), again)


def between_waves(study: Study, later: Estimates, earlier: Estimates, waves: tuple[str, str]) -> Differences:
    """Return the changes between two waves, the later named first, of what both asked alike."""
    table = only_comparable(change(later, earlier), study.questionnaire, later=waves[0], earlier=waves[1])
    return Differences(table, partial(change, later, earlier))


def over_all_waves(
    study: Study, base: str, waves: Sequence[str], tables: Mapping[tuple[str, Key], Estimates]
) -> Iterator[Differences]:
    """Yield the changes since the base wave and the trends over all waves, of three or more.

    Parameters
    ----------
    base : str
        The wave that the last is compared with beside the one before it.
    tables : mapping
        Shares by wave, question and grouping.
    """
    if len(waves) < LEAST:
        return
    last, times = waves[-1], _times(study, waves)
    for key in [key for wave, key in tables if wave == last]:
        if base in waves[:-2] and (base, key) in tables:
            yield between_waves(study, tables[last, key], tables[base, key], (last, base))
        if all((wave, key) in tables for wave in waves):
            again = partial(trend, [tables[wave, key] for wave in waves], times=times)
            table = again()
            for wave in waves[:-1]:
                table = only_comparable(table, study.questionnaire, later=last, earlier=wave)
            yield Differences(table, again)


def _times(study: Study, waves: Sequence[str]) -> list[float] | None:
    """Return the middle day of each wave's fieldwork, in days; None where one is not known or not later."""
    days = [study.wave(wave).fieldwork for wave in waves]
    middle = [(first.toordinal() + last.toordinal()) / 2 for first, last in filter(None, days)]
    return middle if len(middle) == len(waves) and bool((np.diff(middle) > 0).all()) else None


def adjusted(parts: Sequence[Estimates | Differences], primary: tuple[str, str] | None) -> Estimates:
    """Return all parts as one table, with p-values adjusted and `BAND` for the differences that stand.

    Limits at level 1 - alpha/m, m the tests of the family. Holm's steps may let a row stand whose limits at
    that level hold 0: it then has those of its own step, 1 - alpha/(m - k + 1) for the k-th smallest p-value.
    """
    tables = [part.table if isinstance(part, Differences) else part for part in parts]
    told = adjust_families(combine(tables), primary)
    frame = told.frame
    level = frame["confidence"].to_numpy(dtype=np.float64)
    stands = stand(level, frame["p_adjusted"].to_numpy(dtype=np.float64))
    told_apart = frame["p_value"].groupby([frame["wave"], frame["family"]])
    tests = told_apart.transform("count").to_numpy(dtype=np.float64)
    steps = tests - told_apart.rank(method="min").to_numpy(dtype=np.float64) + 1
    limits, start = np.full((len(frame), 2), np.nan), 0
    for part, table in zip(parts, tables, strict=True):
        if isinstance(part, Differences):
            rows = start + np.flatnonzero((stands & (tests > 1))[start : start + len(table)])
            limits[rows] = _limits(part, rows - start, 1 - (1 - level[rows]) / tests[rows])
            rows = rows[(limits[rows, 0] <= 0) & (limits[rows, 1] >= 0)]
            limits[rows] = _limits(part, rows - start, 1 - (1 - level[rows]) / steps[rows])
        start += len(table)
    if np.isnan(limits).all():
        return told
    columns = {
        name: np.where(np.isnan(found), frame[name].to_numpy() if name in frame else np.nan, found)
        for name, found in zip(BAND, limits.T, strict=True)
    }
    return replace(told, frame=frame.assign(**columns))


def _limits(part: Differences, rows: Ints, level: Floats) -> Floats:
    """Return the limits of some rows of a table at the level of each, shape (rows, 2)."""
    found = np.full((len(rows), 2), np.nan)
    for one in np.unique(level):
        here = level == one
        frame = part.again(confidence=float(one)).frame
        found[here] = frame[["conf_low", "conf_high"]].to_numpy(dtype=np.float64)[rows[here]]
    return found
