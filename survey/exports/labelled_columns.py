"""Variables with value labels and declared missing values, as columns of plain cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from math import isnan

import numpy as np
import pandas as pd

from survey.exports.export import Column
from survey.numeric.array_types import Ints, Texts
from survey.study.questionnaire import Missing
from survey.text import normalised, number_text

NUMBERED = re.compile(r"^\s*(\d{1,6})\s*[.、．]\s*(.*)$", re.DOTALL)
OPTION = re.compile(r"^(.*\S)\s*(?:[:：]|(?<!—)—(?!—))\s*([^:：]+)$", re.DOTALL)
MEMBER = re.compile(r"^(.+?)_?\d+$")


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A variable of a statistics file.

    Attributes
    ----------
    values : Series
        Numbers, texts, dates; None or NaN where system-missing.
    labels : mapping
        From a value to its label.
    missing_values : set
        Values declared missing by the file.
    missing_ranges : tuple of (float, float)
        Lowest and highest number of each range declared missing.
    """

    name: str
    label: str
    values: pd.Series
    labels: Mapping[object, str]
    missing_values: Set[object]
    missing_ranges: tuple[tuple[float, float], ...] = ()

    def is_missing(self, value: object) -> bool:
        """Say whether a value is declared missing."""
        if value in self.missing_values:
            return True
        return isinstance(value, (int, float)) and any(lo <= value <= hi for lo, hi in self.missing_ranges)


def as_columns(variables: Sequence[Variable]) -> list[Column]:
    """Return a column for each variable; labels that share a question make its options or rows."""
    ticked = _ticks_with_labels(variables)
    columns = [ticked.get(variable.name) or as_column(variable) for variable in variables]
    parts = [None if column.option else OPTION.match(column.header) for column in columns]
    families: dict[str, list[str]] = {}
    for column, part in zip(columns, parts, strict=True):
        families.setdefault(part[1] if part else "", []).append(column.name)
    merged = []
    for variable, column, part in zip(variables, columns, parts, strict=True):
        if part is None or len(families[part[1]]) < 2:
            merged.append(column)
            continue
        if {value for value in variable.values.dropna().unique() if not variable.is_missing(value)} <= {0, 1}:
            cells, missing = ticks(variable, 1)
            column = column.holding(cells, missing)
        # What the names of a family begin with, Q5 of Q5_1 and Q5_2.
        stems = {match[1] if (match := MEMBER.match(name)) else "" for name in families[part[1]]}
        name = (stems.pop() if len(stems) == 1 else "") or column.name
        merged.append(replace(column, header=part[1], option=part[2].strip(), name=name))
    return merged


def option_labels(variables: Sequence[Variable], counted: object) -> list[str]:
    """Return the option that each variable of a question stands for: its label, or that of the value counted.

    The label of the value is taken where those of the variables say the question only.
    """
    labels = [variable.label for variable in variables]
    wanted = value_text(counted)
    of_value = [
        next(
            (str(text).strip() for value, text in variable.labels.items() if value_text(value) == wanted), ""
        )
        for variable in variables
    ]
    if len(set(labels)) < len(labels) and len({*of_value} - {""}) == len(labels):
        return of_value
    return [variable.label or variable.name for variable in variables]


def _ticks_with_labels(variables: Sequence[Variable]) -> dict[str, Column]:
    """Return, by name, the columns of ticks among variables under one label whose one value is the option."""
    columns = dict[str, Column]()
    for label, group in groupby(variables, key=lambda variable: (variable.label, _only_value(variable))):
        family, (question, value) = list(group), label
        if value is None or len(family) < 2:
            continue
        options = option_labels(family, value)
        if options == [variable.label or variable.name for variable in family]:
            continue
        stems = {match[1] if (match := MEMBER.match(variable.name)) else "" for variable in family}
        name = (stems.pop() if len(stems) == 1 else "") or family[0].name
        for variable, option in zip(family, options, strict=True):
            cells, missing = ticks(variable, value)
            column = Column.of(question or name, cells, option=option, name=name)
            columns[variable.name] = replace(column, missing=missing)
    return columns


def _only_value(variable: Variable) -> object:
    """Return the one value that a variable has and labels; None where there are several or none."""
    labelled = [value for value in variable.labels if not variable.is_missing(value)]
    held = {value for value in variable.values.dropna().unique() if not variable.is_missing(value)}
    return labelled[0] if len(labelled) == 1 and held <= set(labelled) else None


def as_column(variable: Variable) -> Column:
    """Return the cells of a variable: the labels of its values, else the values as a person writes them."""
    codes, distinct = pd.factorize(variable.values, use_na_sentinel=True)
    texts, kinds = [], []
    for value in distinct:
        label = str(variable.labels.get(value, "")).strip()
        if variable.is_missing(value):
            texts.append("")
            kinds.append(int(kind_of_missing(label, value)))
        else:
            text = label or value_text(value)
            texts.append(text)
            kinds.append(0 if text else int(Missing.BLANK))
    cells = np.array([*texts, ""], dtype=object)[codes]
    missing = np.array([*kinds, int(Missing.BLANK)], dtype=np.int64)[codes]
    match = NUMBERED.match(variable.label)
    number, header = (int(match[1]), match[2]) if match else (None, variable.label)
    # The labels of values that are answers, in the order of the values; none of a tick.
    labels = {v: str(text).strip() for v, text in variable.labels.items() if not variable.is_missing(v)}
    listed = () if set(labels) <= {0, 1} else tuple((text, text) for text in labels.values() if text)
    column = Column.of(header.strip() or variable.name, cells, number=number, name=variable.name)
    return replace(column, missing=missing, listed=listed)


def value_text(value: object) -> str:
    """Return a value as a person would type it: whole numbers without a decimal point."""
    if isinstance(value, (float, np.floating, Decimal)):
        number = float(value)
        if isnan(number):
            return ""
        return number_text(number)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def ticks(variable: Variable, counted: object) -> tuple[Texts, Ints]:
    """Return "1" where a variable has the counted value, "0" where another answer, with kinds of missing."""
    column = as_column(variable)
    text = value_text(counted)
    wanted = variable.values.map(lambda value: value_text(value) == text).to_numpy(dtype=bool)
    answered = column.missing == Missing.ANSWERED
    cells = np.where(answered, np.where(wanted, "1", "0"), "").astype(object)
    return cells, column.missing


# The first that fits; what none fits was left blank, as far as the file tells.
WORDS: tuple[tuple[Missing, re.Pattern[str]], ...] = (
    (Missing.NOT_ASKED, re.compile(r"跳过|不适用|未问|not asked|not applicable|\binap\b|skip|^n/?a$")),
    (Missing.DONT_KNOW, re.compile(r"不知道|不清楚|说不清|don.?t know|^dk$|not sure")),
    (Missing.REFUSED, re.compile(r"拒答|拒绝|不愿回答|refus|prefer not|not say")),
    (Missing.INVALID, re.compile(r"无效|非法|invalid|out of range|error")),
)
SKIPPED_CODE = -3


def kind_of_missing(label: str, value: object = None) -> Missing:
    """Return the kind of missing that a value's label names; blank if it names none.

    Without a label, 问卷星's -3 means that a question was skipped.
    """
    text = normalised(label)
    for kind, words in WORDS:
        if words.search(text):
            return kind
    return Missing.NOT_ASKED if not text and value == SKIPPED_CODE else Missing.BLANK
