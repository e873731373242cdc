"""A weighted sample from any data frame, without a study file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from survey.errors import Cell, EstimateError, check_choice, closest
from survey.history import UNWEIGHTED, WaveHistory
from survey.numeric.array_types import Ints
from survey.numeric.one_thread import on_one_thread
from survey.numeric.sampling import DegreesOf, Design, Kind, Lonely
from survey.weighting.design import checked_design, units_within
from survey.weighting.frame_columns import (
    MOST,
    Empty,
    levels_of,
    numbers_of,
    seen_patterns,
    select_all_columns,
    ticks_of,
)
from survey.weighting.rows import Rows
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
    empty: Empty | None = None,
    key: str | None = None,
    sample: Kind = "probability",
    df: DegreesOf = "answers",
    wave: str = "",
) -> WeightedSample:
    """Return the rows of a frame as a weighted sample, one row a respondent (methods 2.1).

    Parameters
    ----------
    frame : DataFrame
        Text, categorical and boolean columns become single questions, numeric ones numbers; NA
        is an unanswered question.
    weight, probability : str, optional
        Column of base weights, or of inclusion probabilities, the inverse of which is taken. Without
        either they follow from fpc where it is given, and are 1 otherwise. With strata or clusters a
        weight may be 0: its row stays in the design, its answers do not count.
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
        a row with NA in any of them did not answer, and its ticks count only where the base of a share
        is those asked, or all.
    exclusive : sequence of str
        Columns of them that deny the others, such as "none"; they do not count where another is
        ticked.
    empty : {"unanswered", "unticked"}, optional
        What an empty cell of these columns means: that the person did not answer, or that the option was
        not chosen. To be said where a column holds 1 and empty cells, and no 0.
    key : str, optional
        Column that links first-stage units with another wave: people, or with `clusters` the
        clusters. For `analysis.panel_change`; it is not a question.
    df : {"answers", "design"}
        Degrees of freedom: units less strata among those with answers in a domain, or of the whole
        design whoever answered, as R counts them (methods 2.6).

    Raises
    ------
    EstimateError
        If a column is missing or holds unsuitable values, naming column and row.
    """
    check_frame(frame, "from_frame")
    check_choice("sample", sample, Kind)
    check_choice("df", df, DegreesOf)
    if empty is not None:
        check_choice("empty", empty, Empty)
    check_choice("lonely", lonely, (*get_args(Lonely), "fail"))
    exclusive = _several(exclusive)
    select_all = select_all_columns(multiple, exclusive)
    stages, sizes = _several(clusters), _several(fpc)
    design_columns = [c for c in (weight, probability, strata, key, *stages, *sizes) if c is not None]
    named = [*design_columns, *chain.from_iterable(select_all.values())]
    check_columns(frame, named)
    for name in select_all:
        if name in frame.columns and name not in named:
            raise EstimateError(f'multiple "{name}"', key="frame.multiple_is_column")
    design = _design_of(frame, weight, probability, strata, stages, sizes, lonely=lonely, kind=sample)
    keys = None
    if key is not None:
        design, keys = _linked_units(design, frame, key)
    if strata is not None and frame[strata].nunique() <= MOST:
        named = [name for name in named if name != strata]  # a question too
    answers = {str(name): levels_of(frame[name]) for name in frame.columns if name not in named}
    answers |= {name: ticks_of(frame, columns, exclusive, empty) for name, columns in select_all.items()}
    if not answers:
        raise EstimateError("from_frame", key="frame.no_answers")
    tally, numbers = tally_of(answers, design)
    tally = seen_patterns(tally, select_all)
    history = WaveHistory(wave, "frame", "", None, UNWEIGHTED)
    weighted = unweighted(tally, replace(design.sampling, df=df), history)
    return replace(weighted, keys=keys, rows=Rows(frame.index, numbers))


def check_frame(frame: pd.DataFrame, where: str) -> None:
    """Refuse what is not a frame of two rows or more with distinct columns; raises EstimateError."""
    if not isinstance(frame, pd.DataFrame):
        raise EstimateError(where, key="call.frame", found=type(frame).__name__)
    if len(frame) < 2:
        raise EstimateError(where, key="frame.few_rows", rows=len(frame))
    names = [str(name) for name in frame.columns]
    if len(set(names)) < len(names):
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        raise EstimateError(Cell(column=twice), key="frame.same_column")


def check_columns(frame: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse names that are not columns of a frame; raises EstimateError."""
    for name in names:
        if not isinstance(name, str | int):
            raise EstimateError(f"column {name!r}", key="call.column_name")
        if name not in frame.columns:
            raise EstimateError(
                Cell(column=str(name)),
                key="call.no_column",
                columns=list(frame.columns),
                nearest=closest(name, frame.columns),
            )


def _several(columns: Any) -> list[str]:
    single = isinstance(columns, (str, int)) or not hasattr(columns, "__iter__")
    return [] if columns is None else [columns] if single else list(columns)


def _groups(frame: pd.DataFrame, name: str) -> Ints:
    codes = pd.factorize(frame[name])[0]
    if (codes < 0).any():
        place = Cell(column=str(name), row=int(np.argmax(codes < 0)) + 1)
        raise EstimateError(place, key="frame.empty_cell")
    return codes.astype(np.int64)


def _design_of(
    frame: pd.DataFrame,
    weight: str | None,
    probability: str | None,
    strata: str | None,
    stages: Sequence[str],
    sizes: Sequence[str],
    *,
    lonely: Lonely | Literal["fail"],
    kind: Kind,
) -> Design:
    """Return the design that columns of a frame describe; raises EstimateError."""
    if weight is not None and probability is not None:
        raise EstimateError("from_frame", key="sample.weight_and_probability")
    base = None if weight is None else numbers_of(frame, weight)
    if probability is not None:
        chances = numbers_of(frame, probability)
        wrong = np.flatnonzero(~((chances > 0) & (chances <= 1)))
        if wrong.size:
            place = Cell(column=str(probability), row=int(wrong[0] + 1))
            raise EstimateError(place, key="sample.probability", found=float(chances[wrong[0]]))
        base = 1 / chances
    design = checked_design(
        base,
        np.broadcast_to(np.int64(0), len(frame)) if strata is None else _groups(frame, strata),
        [_groups(frame, name) for name in stages],
        [numbers_of(frame, name) for name in sizes],
        lonely="adjust" if lonely == "fail" else lonely,
        kind=kind,
    )
    if lonely == "fail":
        first = design.units[0] if design.units else np.arange(len(frame))
        single = units_within(design.stratum, first, len(design.sampling.fractions[0])) == 1
        if single.any():
            row = int(np.argmax(single[design.stratum]))
            stratum = "stratum" if strata is None else f"stratum {frame[strata].iloc[row]}"
            raise EstimateError(stratum, key="sample.lonely")
    return design


def _linked_units(design: Design, frame: pd.DataFrame, key: str) -> tuple[Design, tuple[str, ...]]:
    """Return the design and the names of its first-stage units, which are people if there are no others."""
    group = _groups(frame, key)
    people = not design.units
    if people:
        everyone = np.arange(len(frame), dtype=np.int64)
        design = replace(design, units=(everyone,), sampling=replace(design.sampling, people=True))
    unit = design.units[0]
    first = np.unique(unit, return_index=True)[1]
    values = frame[key].iloc[first]
    # pandas writes 7 as 7.0 in a column with an empty cell.
    whole = [isinstance(v, (float, np.floating)) and float(v).is_integer() for v in values]
    names = tuple(str(int(v) if w else v) for v, w in zip(values, whole, strict=True))
    differs = group != group[first[unit]]
    if differs.any() or len(set(names)) < len(names):
        row = int(np.argmax(pd.Series(group).duplicated() if people else differs))
        raise EstimateError(
            f'key "{key}", row {row + 1}', key="sample.key_of_people" if people else "sample.key_of_clusters"
        )
    return design, names
