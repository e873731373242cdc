"""SPSS .sav and .zsav: value labels, declared missing values, multiple-response sets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from survey.exports.dates import UNDECLARED, Dates
from survey.exports.export import Column, Export
from survey.exports.labelled_columns import Variable, as_column, as_columns, option_labels, ticks
from survey.exports.statistics_file import export_of, read_statistics
from survey.study.questionnaire import Missing

PLATFORM, LABEL = "spss", "SPSS"
JOINED = "┋"
NUMBER = (int, float)
# SPSS counts seconds from 14 October 1582, here up to 1970; and the years looked for.
EPOCH, DAY, YEARS = 12_219_379_200, 86_400, ("1990", "2069")


def recognise(start: bytes) -> bool:
    """Say whether a file begins as SPSS files do."""
    return start[:4] in (b"$FL2", b"$FL3")


def read(path: Path, dates: Dates = UNDECLARED) -> Export:
    """Return the answers of an SPSS file; `dates` say the order of day and month in times kept as texts.

    Raises
    ------
    ExportError
        If it is damaged, or in an encoding that cannot be determined.
    """
    about = read_statistics("sav", path)
    variables = []
    for name in map(str, about.frame.columns):
        ranges = [(limits["lo"], limits["hi"]) for limits in about.ranges.get(name, [])]
        missing_values = {*about.user_missing.get(name, []), *(low for low, _ in ranges)}
        numeric = tuple((lo, hi) for lo, hi in ranges if isinstance(lo, NUMBER) and isinstance(hi, NUMBER))
        header, labels = about.headers.get(name) or "", about.labels.get(name, {})
        values = about.frame[name] if labels else _days_of(about.frame[name])
        variables.append(Variable(name, header, values, labels, missing_values, numeric))
    in_sets = {name for group in about.sets.values() for name in group["variable_list"]}
    by_name = {variable.name: variable for variable in variables}
    columns = as_columns([variable for variable in variables if variable.name not in in_sets])
    for name, group in about.sets.items():
        header = str(group["label"] or name)
        variables_of_set = [by_name[member] for member in group["variable_list"] if member in by_name]
        if group["is_dichotomy"]:  # a column an option
            options = option_labels(variables_of_set, group["counted_value"])
            for variable, option in zip(variables_of_set, options, strict=True):
                cells, missing = ticks(variable, group["counted_value"])
                column = Column.of(header, cells, option=option, name=name)
                columns.append(replace(column, missing=missing))
        elif variables_of_set:  # one column, the categories joined
            parts = [as_column(variable) for variable in variables_of_set]
            table = np.column_stack([part.cells for part in parts])
            joined = [JOINED.join(dict.fromkeys(filter(None, row))) for row in table]
            cells = np.array(joined, dtype=object)
            kinds = np.column_stack([part.missing for part in parts])
            skipped = (kinds == Missing.NOT_ASKED).all(axis=1)
            blank = np.where(skipped, int(Missing.NOT_ASKED), int(Missing.BLANK))
            missing = np.where(cells != "", 0, blank).astype(np.int64)
            columns.append(replace(Column.of(header, cells, name=name), missing=missing))
    unticked = frozenset({"", "0", "未选"})
    return export_of(columns, PLATFORM, path, about, dates=dates, separator=JOINED, unticked=unticked)


def _days_of(values: pd.Series) -> pd.Series:
    """Return days for a variable of days without its format, counted in seconds; any other as it is.

    Such numbers have the length of telephone numbers, of which nearly none is a whole number of days.
    """
    known = values.dropna()
    if not len(known) or not pd.api.types.is_numeric_dtype(known):
        return values
    seconds = known.to_numpy(dtype=np.float64) - EPOCH
    first, last = (np.datetime64(year, "s").astype(np.float64) for year in YEARS)
    if (seconds % DAY).any() or seconds.min() < first or seconds.max() >= last:
        return values
    days = pd.to_datetime(values - EPOCH, unit="s").dt.strftime("%Y-%m-%d")
    return days.where(values.notna(), None)
