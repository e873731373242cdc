"""Columns of ticks behind a column of their question, as SoSci counts them and EUSurvey splits them off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from survey.errors import listing
from survey.exports.export import Column
from survey.study.questionnaire import Missing
from survey.text import normalised

COUNTS = "counts the ticks in the columns behind it"
NEGATIVE = (
    "{}: {:,} counts below 0 stand for an option that has no column, such as none of these: read as no tick"
)
SPLIT = "the same ticks stand in a column for each option"
BEHIND = (
    "columns of Yes and No behind an empty question are read as its options ({}): a question of Yes or No "
    "that stands right behind them would be taken for one more"
)
Folded = tuple[list[Column], tuple[str, ...]]


def counted(columns: Sequence[Column]) -> Folded:
    """Return the columns, those behind a count of their ticks as options of one question, and notes.

    XX99 counts in every row the ticks in XX99_01, XX99_02 …, in which 2 is ticked and 1 is not; XX99_02a
    holds what was typed beside the second.
    """
    read, notes = [*columns], list[str]()
    for i, count in enumerate(columns):
        options, typed = dict[int, str](), dict[int, str]()
        for j in range(i + 1, len(columns)):
            part = re.fullmatch(re.escape(count.header) + r"_0*(\d+)([a-z]?)", columns[j].header)
            if part is None:
                break
            (typed if part[2] else options)[j] = part[1]
        if len(options) < 2 or not _counts(count, [columns[j] for j in options]):
            continue
        name = count.header
        read[i] = replace(count, left_out=COUNTS)
        for j, option in options.items():
            cells = columns[j].cells
            words = np.where(cells == "2", "yes", np.where(cells == "1", "no", cells)).astype(object)
            of = columns[j].holding(words, columns[j].missing)
            read[j] = replace(of, header=name, name=name, option=option)
        for j, option in typed.items():
            read[j] = replace(columns[j], header=name, name=name, option=option, typed=True)
        if negative := sum(n for text, n in count.answers().items() if int(text) < 0):
            notes.append(NEGATIVE.format(name, negative))
    return read, tuple(notes)


def _counts(count: Column, options: Sequence[Column]) -> bool:
    """Say whether a column holds how many of these have a 2 in each row in which it holds a number."""
    if not all({*column.answers()} <= {"1", "2"} for column in options):
        return False
    if not all(re.fullmatch(r"-?\d{1,3}", text) for text in count.answers()):
        return False
    ticked = np.array([column.cells == "2" for column in options], dtype=bool).sum(axis=0)
    numbers = np.array([int(text) if re.fullmatch(r"\d+", text) else -1 for text in count.texts])[count.codes]
    told = (count.missing == Missing.ANSWERED) & (numbers >= 0)
    return bool(ticked.any()) and bool((ticked[told] == numbers[told]).all())


def split_off(columns: Sequence[Column]) -> Folded:
    """Return the columns, those of Yes and No behind a question without a cell as its options, and a note.

    The platform writes No for everybody else, whoever was asked, so that no cell of them is blank.
    """
    read, found = [*columns], list[str]()
    headers = [normalised(column.header) for column in columns]
    for i, question in enumerate(columns):
        end = i + 1
        while end < len(columns) and _is_split(columns[end]):
            end += 1
        options = range(i + 1, end)
        distinct = len({headers[j] for j in options}) == len(options) > 1
        if question.answers() or not distinct or headers.count(headers[i]) > 1:
            continue
        read[i] = replace(question, left_out=SPLIT)
        for j in options:
            name = question.header
            read[j] = replace(columns[j], header=name, name=name, option=columns[j].header)
        found.append(f"{question.header}: {len(options)}")
    return read, (BEHIND.format(listing(found)),) if found else ()


def _is_split(column: Column) -> bool:
    whole = bool((column.missing == Missing.ANSWERED).all()) and not column.header.endswith(("?", "？"))
    return whole and {*map(normalised, column.answers())} <= {"yes", "no"}
