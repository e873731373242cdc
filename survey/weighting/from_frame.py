"""A weighted sample from any data frame, without a study file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Literal

import numpy as np
import pandas as pd

from survey.errors import EstimateError, listing, nearest
from survey.history import UNWEIGHTED, WaveHistory
from survey.numeric.array_types import Floats, Ints
from survey.numeric.one_thread import on_one_thread
from survey.numeric.sampling import Design, Kind, Lonely
from survey.weighting.design import checked_design
from survey.weighting.frame_columns import MOST, levels_of, numbers_of, seen_patterns, ticks_of
from survey.weighting.sample import WeightedSample, unweighted
from survey.weighting.tally import tally_of


@on_one_thread
def from_frame(  # noqa: PLR0913 - one door for every design
    frame: pd.DataFrame,
    weight: str | None = None,
    *,
    strata: str | None = None,
    clusters: str | Sequence[str] | None = None,
    fpc: str | Sequence[str] | None = None,
    probability: str | None = None,
    lonely: Lonely | Literal["fail"] = "adjust",
    multiple: Mapping[str, Sequence[str]] | None = None,
    exclusive: Sequence[str] = (),
    key: str | None = None,
    sample: Kind = "probability",
    wave: str = "",
) -> WeightedSample:
    """Return the rows of a frame as a weighted sample, one row a respondent (methods 2.1).

    Parameters
    ----------
    frame : DataFrame
        Text, categorical and boolean columns become single questions, numeric ones numbers; NA
        is an unanswered question.
    weight, probability : str, optional
        Column of base weights, or of the probabilities they are one over. Without either they follow
        from fpc where it is given, and are 1 else.
    strata : str, optional
    clusters : str or sequence of str, optional
        Columns with the units of each stage, the first first. The same number in another stratum or
        unit is another unit.
    fpc : str or sequence of str, optional
        For each stage, and for people within the last units, the population number of units within
        the person's stratum or unit of the stage before (above 1), or the sampling fraction. Where
        it is left out units count as drawn with replacement.
    lonely : {"adjust", "remove", "average", "fail"}
        What a stratum with a single unit adds to the variance: its distance from the mean of all
        units (the conservative choice), nothing, or as much as the other strata on average; or an
        error that names it.
    multiple : mapping of str to sequence of str, optional
        Select-all questions and their 0/1 columns, such as ``{"concerns": ["price", "quality"]}``;
        a row with NA in any of them did not answer.
    exclusive : sequence of str
        Columns of them that deny the others, such as "none"; ticked beside another they do not
        count.
    key : str, optional
        Column by which first-stage units are known again in another wave: people, or with
        `clusters` the clusters. For `analysis.panel_change`; it is not a question.

    Raises
    ------
    EstimateError
        If a column is missing or holds what it cannot, naming column and row.
    """
    check_frame(frame, "from_frame")
    _check_choice("sample", sample, ("opt-in", "probability"))
    _check_choice("lonely", lonely, ("adjust", "remove", "average", "fail"))
    exclusive = _several(exclusive)
    if multiple is not None and not isinstance(multiple, Mapping):
        problem = f"is {multiple!r}"
        raise EstimateError("multiple", problem, 'give {"concerns": ["price", "quality"]}')
    grouped = _grouped(multiple or {}, exclusive)
    stages, sizes = _several(clusters), _several(fpc)
    design_columns = [c for c in (weight, probability, strata, key, *stages, *sizes) if c is not None]
    asked = [*design_columns, *chain.from_iterable(grouped.values())]
    for name in asked:
        if not isinstance(name, str | int):
            raise EstimateError("from_frame", f"was given {name!r} for a column", "give the column's name")
        if name not in frame.columns:
            raise EstimateError(
                f'column "{name}"',
                f"is not in the frame ({listing(frame.columns)})",
                nearest(name, frame.columns),
            )
    for name in grouped:
        if name in frame.columns and name not in asked:
            raise EstimateError(f'multiple "{name}"', "is also a column of its own", "choose another name")
    design = checked_design(
        _base_weights(frame, weight, probability),
        np.broadcast_to(np.int64(0), len(frame)) if strata is None else _groups(frame, strata),
        [_groups(frame, name) for name in stages],
        [numbers_of(frame, name) for name in sizes],
        lonely="adjust" if lonely == "fail" else lonely,
        kind=sample,
    )
    if lonely == "fail":
        _refuse_lonely(design, frame, strata)
    design, keys = _known_again(design, frame, key)
    layers = strata is not None and frame[strata].nunique() <= MOST
    answers = {
        str(name): levels_of(frame[name])
        for name in frame.columns
        if name not in asked or (name == strata and layers)
    }
    answers |= {name: ticks_of(frame, columns, exclusive) for name, columns in grouped.items()}
    if not answers:
        raise EstimateError("from_frame", "the frame has no answers", "give at least one column of answers")
    history = WaveHistory(wave, "frame", "", None, UNWEIGHTED)
    tallied = seen_patterns(tally_of(answers, design), grouped)
    return replace(unweighted(tallied, design.sampling, history), keys=keys)


def _known_again(
    design: Design, frame: pd.DataFrame, key: str | None
) -> tuple[Design, tuple[str, ...] | None]:
    """Return the design and the names of its first-stage units, people being units if there are no others."""
    if key is None:
        return design, None
    named = _groups(frame, key)
    people = not design.units
    if people:
        everyone = np.arange(len(frame), dtype=np.int64)
        design = replace(design, units=(everyone,), sampling=replace(design.sampling, people=True))
    unit = design.units[0]
    first = np.unique(unit, return_index=True)[1]
    names = tuple(_name(value) for value in frame[key].iloc[first])
    if (named != named[first[unit]]).any() or len(set(names)) < len(names):
        row = int(np.argmax(pd.Series(named).duplicated() if people else named != named[first[unit]]))
        problem = "does not name each person once" if people else "is not one name for each cluster"
        raise EstimateError(f'key "{key}", row {row + 1}', problem, "give every unit a name of its own")
    return design, names


def _check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise EstimateError(
            f'{name}="{value}"', "is not known", "use one of " + ", ".join(f'"{c}"' for c in choices)
        )


def _several(columns: Any) -> list[str]:
    one = isinstance(columns, (str, int)) or not hasattr(columns, "__iter__")
    return [] if columns is None else [columns] if one else list(columns)


def _base_weights(frame: pd.DataFrame, weight: str | None, probability: str | None) -> Floats | None:
    """Return base weights, or None where they are to follow from the fpc."""
    if weight is not None and probability is not None:
        raise EstimateError("from_frame", "was given weight and probability", "give one of them")
    if probability is None:
        return None if weight is None else numbers_of(frame, weight)
    chances = numbers_of(frame, probability)
    bad = np.flatnonzero(~((chances > 0) & (chances <= 1)))
    if bad.size:
        place = f'column "{probability}", row {bad[0] + 1}'
        raise EstimateError(place, f"is {chances[bad[0]]}", "a probability is above 0 and at most 1")
    return 1 / chances


def _refuse_lonely(design: Design, frame: pd.DataFrame, strata: str | None) -> None:
    first = design.units[0] if design.units else np.arange(len(frame))
    pairs = np.unique(np.column_stack([design.stratum, first]), axis=0)
    single = np.bincount(pairs[:, 0]) == 1
    if single.any():
        row = int(np.argmax(single[design.stratum]))
        name = "" if strata is None else f" {frame[strata].iloc[row]}"
        problem = "has a single unit, which shows no spread"
        raise EstimateError(f"stratum{name}", problem, 'merge it, or choose lonely="adjust"')


def check_frame(frame: pd.DataFrame, where: str) -> None:
    """Refuse what is no frame, has fewer than two rows, or a column twice; raises EstimateError."""
    if not isinstance(frame, pd.DataFrame):
        raise EstimateError(where, f"was given a {type(frame).__name__}", "give a pandas DataFrame")
    if len(frame) < 2:
        raise EstimateError(
            where,
            f"the frame has {'one row' if len(frame) else 'no rows'}",
            "give at least two respondents",
        )
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        raise EstimateError(f'column "{twice}"', "is in the frame twice", "rename or drop one of the two")


def _name(value: Any) -> str:
    """Return a key as text; 7.0, as pandas writes 7 beside an empty cell, is 7."""
    whole = isinstance(value, (float, np.floating)) and float(value).is_integer()
    return str(int(value)) if whole else str(value)


def _grouped(multiple: Mapping[str, Sequence[str]], exclusive: Sequence[str]) -> dict[str, list[str]]:
    for name in exclusive:
        if not any(name in columns for columns in multiple.values()):
            raise EstimateError(f'exclusive "{name}"', "is no column of a multiple question", "name one")
    for name, columns in multiple.items():
        if columns is None or isinstance(columns, str):
            raise EstimateError(f'multiple "{name}"', f'is "{columns}"', "give a list of columns")
        if not len(columns):
            raise EstimateError(f'multiple "{name}"', "has no columns", "name the 0/1 column of each option")
        if len(set(columns)) < len(columns):
            raise EstimateError(f'multiple "{name}"', "names a column twice", "name each option once")
    return {name: list(columns) for name, columns in multiple.items()}


def _groups(frame: pd.DataFrame, name: str) -> Ints:
    codes = pd.factorize(frame[name])[0]
    if (codes < 0).any():
        raise EstimateError(
            f'column "{name}", row {int(np.argmax(codes < 0)) + 1}',
            "is empty",
            "every row needs one: fill it in or drop the row",
        )
    return codes.astype(np.int64)
