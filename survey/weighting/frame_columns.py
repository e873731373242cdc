"""Columns of a data frame as the levels and codes of a tally."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from survey.errors import Cell, EstimateError
from survey.numeric.array_types import Bools, Floats, Ints
from survey.numeric.distinct_rows import group_rows
from survey.study.questionnaire import Missing
from survey.weighting.tally import Levels, Tally

# What an empty cell of a select-all question means: not answered, or an option not chosen.
Empty = Literal["unanswered", "unticked"]
# Options of which all patterns fit into one byte.
FEW = 8
# Categories of a question: a column with more holds names, remarks or the like.
MOST = 5_000
# What pandas calls columns of objects that are numbers, or some of which are.
NUMBERS = ("integer", "floating", "mixed-integer-float", "mixed-integer", "decimal", "complex")


def numbers_of(frame: pd.DataFrame, name: str) -> Floats:
    """Return a column as numbers, NaN where empty; raises EstimateError."""
    try:
        if pd.api.types.is_datetime64_any_dtype(frame[name]):
            raise TypeError("times")
        return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise EstimateError(Cell(column=name), key="frame.no_numbers") from None


def levels_of(values: pd.Series) -> tuple[Levels, Ints]:
    """Return levels and codes of one column: numbers as they are, anything else as categories.

    Codes are in as few bytes as they need.

    Raises
    ------
    EstimateError
        If there are values that cannot be categories or are infinite, or too many of them.
    """
    coded: Any
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        if (infinite := np.isinf(numbers)).any():
            place = Cell(column=str(values.name), row=int(np.argmax(infinite)) + 1)
            raise EstimateError(place, key="frame.infinite")
        distinct, codes = np.unique(numbers[~np.isnan(numbers)], return_inverse=True)
        coded = np.full(len(numbers), len(distinct), dtype=np.min_scalar_type(len(distinct)))
        coded[~np.isnan(numbers)] = codes
        return _with_blank(distinct[:, None], (), "number"), coded
    if values.dtype == object and pd.api.types.infer_dtype(values, skipna=True) in NUMBERS:
        raise EstimateError(Cell(column=str(values.name)), key="frame.numbers_as_objects")
    try:
        given = isinstance(values.dtype, pd.CategoricalDtype)
        categories: Any = (values if given else values.astype("category")).array
        if len(categories.categories) > MOST:  # a subset of a frame has its parent's categories
            categories = categories.remove_unused_categories()
        coded = categories.codes
    except TypeError:
        raise EstimateError(Cell(column=str(values.name)), key="frame.no_categories") from None
    if len(categories.categories) > MOST:
        raise EstimateError(
            Cell(column=str(values.name)), key="frame.categories", found=len(categories.categories), most=MOST
        )
    options = tuple(str(c) for c in categories.categories)
    if len(set(options)) < len(options) or any("\r" in option for option in options):
        raise EstimateError(Cell(column=str(values.name)), key="frame.alike")
    if not all(option.strip() for option in options):
        raise EstimateError(Cell(column=str(values.name)), key="frame.empty_text")
    if len(coded) and coded.min() < 0:
        coded = np.where(coded < 0, len(options), coded.astype(np.int64))
    return _with_blank(np.eye(len(options)), options, "single"), coded


def select_all_columns(
    multiple: Mapping[str, Sequence[str]] | None, exclusive: Sequence[str]
) -> dict[str, list[str]]:
    """Return the 0/1 columns of each select-all question; raises EstimateError."""
    multiple = {} if multiple is None else multiple
    if not isinstance(multiple, Mapping):
        raise EstimateError("multiple", key="call.multiple", found=repr(multiple))
    for name in exclusive:
        if not any(name in columns for columns in multiple.values()):
            raise EstimateError(f'exclusive "{name}"', key="frame.exclusive")
    for name, columns in multiple.items():
        where = f'multiple "{name}"'
        if columns is None or isinstance(columns, str):
            raise EstimateError(where, key="call.columns", found=columns)
        if not len(columns):
            raise EstimateError(where, key="frame.no_columns")
        if len(set(columns)) < len(columns):
            raise EstimateError(where, key="frame.column_twice")
    return {name: list(columns) for name, columns in multiple.items()}


def ticks_of(
    frame: pd.DataFrame, columns: Sequence[str], exclusive: Sequence[str], empty: Empty | None = None
) -> tuple[Levels, Ints]:
    """Return levels and codes of the 0/1 columns of a select-all question.

    A person with an empty cell did not answer, and keeps the ticks given for bases of those asked.

    Parameters
    ----------
    empty : {"unanswered", "unticked"}, optional
        What an empty cell means.

    Raises
    ------
    EstimateError
        If a column holds something other than 0 and 1, or 1 and empty cells alone and `empty` is None.
    """
    ticks: list[Any] = []
    blank = np.zeros(len(frame), dtype=bool)
    for name in columns:
        column = frame[name]
        plain = isinstance(column.dtype, np.dtype) and column.dtype.kind in "biu"
        values = column.to_numpy() if plain else numbers_of(frame, name)
        ticked = values == 1
        ticks.append(ticked.view(np.int8))
        if plain and values.min() >= 0 and values.max() <= 1:
            continue
        odd = ~(ticked | (values == 0))
        if not odd.any():
            continue
        gaps = np.isnan(values)
        if empty is None and ticked.any() and gaps.any() and not (values == 0).any():
            raise EstimateError(Cell(column=name), key="frame.empty_ticks")
        wrong = odd & ~gaps
        if wrong.any():
            raise EstimateError(Cell(column=name, row=int(np.argmax(wrong)) + 1), key="frame.ticks")
        if empty != "unticked":
            blank |= gaps
    denying = [i for i, name in enumerate(columns) if name in exclusive]
    if denying:
        others = [column for i, column in enumerate(ticks) if i not in denying]
        contradicted = np.any([other > 0 for other in others], axis=0) if others else np.zeros_like(blank)
        for i in denying:
            ticks[i][contradicted] = 0
    return _tick_levels(ticks, blank, tuple(columns))


def _tick_levels(ticks: Sequence[Any], blank: Bools, options: tuple[str, ...]) -> tuple[Levels, Ints]:
    """Return the patterns of ticks as levels with their codes, apart for those who did not answer."""
    codes: Any
    if len(ticks) > FEW:
        first, codes = group_rows([blank.view(np.int8), *ticks] if blank.any() else ticks)
        patterns = np.column_stack([column[first] for column in ticks]).astype(np.float64)
        unanswered = blank[first]
    else:
        # All possible patterns: `seen_patterns` drops those without respondents from the tally, which is
        # shorter than the frame.
        codes = np.zeros(len(blank), dtype=np.uint8)
        for column in ticks:
            codes *= 2
            codes += column.view(np.uint8)
        places = np.arange(2 ** len(ticks))[:, None] >> np.arange(len(ticks))[::-1]
        patterns = (places & 1).astype(np.float64)
        unanswered = np.zeros(len(patterns), dtype=bool)
        if blank.any():  # once more, for those who did not answer
            codes = codes + np.where(blank, np.int64(len(patterns)), 0)
            patterns, unanswered = np.vstack([patterns, patterns]), np.repeat([False, True], len(patterns))
    levels = _with_blank(patterns, options, "multiple")
    levels.missing[:-1][unanswered] = Missing.BLANK
    return levels, codes


def seen_patterns(tallied: Tally, names: Iterable[str]) -> Tally:
    """Return a tally with the levels of select-all questions that have respondents, and the blank."""
    codes, levels = dict(tallied.codes), dict(tallied.levels)
    for name in names:
        old = levels[name]
        kept = np.bincount(codes[name], minlength=len(old.missing)) > 0
        kept[-1] = True
        codes[name] = (np.cumsum(kept) - 1)[codes[name]]
        levels[name] = replace(old, values=old.values[kept], missing=old.missing[kept])
    return replace(tallied, codes=codes, levels=levels)


def _with_blank(
    values: Floats, options: tuple[str, ...], kind: Literal["single", "multiple", "number"]
) -> Levels:
    missing = np.zeros(len(values) + 1, dtype=np.int64)
    missing[-1] = Missing.BLANK
    return Levels(kind, options, np.vstack([values, np.zeros((1, values.shape[1]))]), missing)
