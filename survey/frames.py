"""A weighted sample from any data frame, without a study file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Literal

import numpy as np
import pandas as pd

from survey.array_types import Bools, Floats, Ints
from survey.design import checked_design
from survey.errors import EstimateError, listing, nearest
from survey.questionnaire import Missing
from survey.record import UNWEIGHTED, WaveRecord
from survey.tally import Levels, group_rows, tally_of
from survey.weighting import WeightedSample, unweighted


def from_frame(
    frame: pd.DataFrame,
    weight: str | None = None,
    *,
    strata: str | None = None,
    clusters: str | None = None,
    fpc: str | None = None,
    multiple: Mapping[str, Sequence[str]] | None = None,
    sample: Literal["opt-in", "probability"] = "probability",
    wave: str = "",
) -> WeightedSample:
    """Return the rows of a frame as a weighted sample, one row a respondent.

    Parameters
    ----------
    frame : DataFrame
        Text, categorical and boolean columns become single questions, numeric ones numbers; NA
        is an unanswered question.
    weight, strata, clusters, fpc : str, optional
        Columns with base weights, strata, first-stage units, and the population number of these
        in the stratum (or their sampling fraction).
    multiple : mapping of str to sequence of str, optional
        Select-all questions and their 0/1 columns, such as ``{"concerns": ["price", "quality"]}``;
        a row with NA in any of them did not answer.

    Raises
    ------
    EstimateError
        If a column is missing or holds what it cannot, naming column and row.
    """
    _check_frame(frame)
    if sample not in ("opt-in", "probability"):
        raise EstimateError(f'sample="{sample}"', "is not known", 'use "opt-in" or "probability"')
    grouped = _grouped(multiple or {})
    design_columns = [c for c in (weight, strata, clusters, fpc) if c is not None]
    asked = [*design_columns, *chain.from_iterable(grouped.values())]
    for name in asked:
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
        np.ones(len(frame)) if weight is None else _numbers(frame, weight),
        np.zeros(len(frame), dtype=np.int64) if strata is None else _groups(frame, strata),
        None if clusters is None else _groups(frame, clusters),
        None if fpc is None else _numbers(frame, fpc),
        sample=sample,
    )
    answers = {
        str(name): _column(frame[name]) for name in frame.columns if name not in asked or name == strata
    }
    answers |= {name: _ticks(frame, columns) for name, columns in grouped.items()}
    if not answers:
        raise EstimateError("from_frame", "the frame has no answers", "give at least one column of answers")
    record = WaveRecord(wave, "frame", "", None, UNWEIGHTED)
    return unweighted(tally_of(answers, design), design.sampling_fraction, sample, record)


def _check_frame(frame: pd.DataFrame) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise EstimateError("from_frame", f"was given a {type(frame).__name__}", "give a pandas DataFrame")
    if len(frame) < 2:
        raise EstimateError(
            "from_frame",
            f"the frame has {'one row' if len(frame) else 'no rows'}",
            "give at least two respondents",
        )
    names = frame.columns.map(str)
    twice = names[names.duplicated()]
    if len(twice):
        raise EstimateError(f'column "{twice[0]}"', "is in the frame twice", "rename or drop one of the two")


def _grouped(multiple: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    for name, columns in multiple.items():
        if isinstance(columns, str):
            raise EstimateError(f'multiple "{name}"', f'is the text "{columns}"', "give a list of columns")
        if not len(columns):
            raise EstimateError(f'multiple "{name}"', "has no columns", "name the 0/1 column of each option")
        if len(set(columns)) < len(columns):
            raise EstimateError(f'multiple "{name}"', "names a column twice", "name each option once")
    return {name: list(columns) for name, columns in multiple.items()}


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    try:
        if pd.api.types.is_datetime64_any_dtype(frame[name]):
            raise TypeError("times")
        return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise EstimateError(f'column "{name}"', "does not hold numbers", "give a numeric column") from None


def _groups(frame: pd.DataFrame, name: str) -> Ints:
    codes = pd.factorize(frame[name])[0]
    if (codes < 0).any():
        raise EstimateError(
            f'column "{name}", row {int(np.argmax(codes < 0)) + 1}',
            "is empty",
            "every row needs one: fill it in or drop the row",
        )
    return codes.astype(np.int64)


def _column(values: pd.Series) -> tuple[Levels, Ints]:
    """Return levels and codes of one column: numbers as they are, anything else as categories."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        found, codes = np.unique(numbers[~np.isnan(numbers)], return_inverse=True)
        coded = np.full(len(numbers), len(found), dtype=np.int64)
        coded[~np.isnan(numbers)] = codes
        return _with_blank(found[:, None], (), "number"), coded
    try:
        categories = values.astype("category").cat
        coded = categories.codes.to_numpy().astype(np.int64)
    except TypeError:
        problem = "holds values that are no categories"
        raise EstimateError(
            f'column "{values.name}"', problem, "give texts, numbers or true and false"
        ) from None
    options = tuple(str(c) for c in categories.categories)
    if len(set(options)) < len(options) or any("\r" in option for option in options):
        problem = "has two categories that print alike, or one with a line break"
        raise EstimateError(f'column "{values.name}"', problem, "rename one")
    coded[coded < 0] = len(options)
    return _with_blank(np.eye(len(options)), options, "single"), coded


def _ticks(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[Levels, Ints]:
    values = np.column_stack([_numbers(frame, name) for name in columns])
    blank: Bools = np.asarray(np.isnan(values).any(axis=1))
    wrong = ~blank & ~np.isin(values, (0, 1)).all(axis=1)
    if wrong.any():
        raise EstimateError(
            f"columns {listing(columns)}, row {int(np.argmax(wrong)) + 1}",
            "hold something other than 0 and 1",
            "code each option as 0 or 1",
        )
    ticks = np.where(blank[:, None], 0, values).astype(np.int64)
    first, group = group_rows([*ticks.T])
    codes = np.where(blank, len(first), group)
    return _with_blank(ticks[first].astype(np.float64), tuple(columns), "multiple"), codes


def _with_blank(
    values: Floats, options: tuple[str, ...], kind: Literal["single", "multiple", "number"]
) -> Levels:
    missing = np.zeros(len(values) + 1, dtype=np.int64)
    missing[-1] = Missing.BLANK
    return Levels(kind, options, np.vstack([values, np.zeros((1, values.shape[1]))]), missing)
