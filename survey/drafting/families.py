"""Columns that belong to one question: whether those of its options take one answer or several."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from survey.exports.export import Column
from survey.numeric.array_types import Bools
from survey.responses.option_columns import UNTICKED
from survey.study.questionnaire import Missing
from survey.text import normalised

# Wordings that ask for several answers, whatever people ticked.
SEVERAL = re.compile(r"多选|可选多项|all that apply|tick all|check all|select all|several answers")
# One tick a row is a rule of the form only where many ticked, and nearly everybody did.
LEAST, NEARLY_ALL = 20, 0.8
# Platforms that write a column for each option of a single question as well.
SPLIT_SINGLES = ("surveymonkey", "spss", "stata")


def takes_one_answer(columns: Sequence[Column]) -> bool:
    """Say whether no row has two ticks and nearly every row one, as in a single question."""
    ticked = np.array([_ticked(column) for column in columns]).sum(axis=0)
    chosen = int((ticked > 0).sum())
    if SEVERAL.search(normalised(columns[0].header)) or ticked.max(initial=0) > 1:
        return False
    several_used = sum(bool(_ticked(column).any()) for column in columns) > 1
    return several_used and chosen >= LEAST and chosen >= NEARLY_ALL * len(ticked)


def _ticked(column: Column) -> Bools:
    words = np.array([normalised(str(cell)) in UNTICKED for cell in column.cells], dtype=bool)
    return np.asarray((column.missing == Missing.ANSWERED) & ~words & (column.cells != ""), dtype=bool)
