"""What respondents typed beside the options of a question, for a person to code (methods 7.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from survey.array_types import Texts
from survey.exports.plain_answers import Column, Export
from survey.masking import masked
from survey.questionnaire import Missing, Question, plain_text
from survey.tick_coding import NO_TICK, TICKED, TYPED, UNTICKED, ticks_in


def typed_texts(question: Question, columns: Sequence[Column], export: Export) -> Texts:
    """Return what each respondent typed beside the options, shape (n,), "" where nothing.

    Telephone numbers and the like are masked; names cannot be told from other words.

    Parameters
    ----------
    columns : sequence of Column
        Every column of the question, those of typed text among them.
    """
    found = np.full(len(export.rows), "", dtype=object)
    for column in columns:
        codes, texts = pd.factorize(column.cells)
        words = np.array([_typed(str(text), question, column, export) for text in texts], dtype=object)
        here = np.where(column.missing == Missing.ANSWERED, words[codes], "")
        found = np.where(found == "", here, found)
    return found


def _typed(cell: str, question: Question, column: Column, export: Export) -> str:
    """Return the typed part of one cell, masked."""
    if column.typed:
        return masked(cell)
    if export.typed:
        opening, closing = map(re.escape, export.typed)
        inside = re.findall(f"{opening}(.*?)(?:{closing}|$)", cell, flags=re.DOTALL)
        if any(inside):
            return masked("; ".join(text.strip() for text in inside if text.strip()))
    word = plain_text(cell)
    if column.option:
        own = plain_text(column.option)
        known = TICKED | UNTICKED | NO_TICK | {own, ""} | {plain_text(text) for text in export.unticked}
        if not TYPED.search(own) or word in known:
            return ""
        # 腾讯问卷 writes the option before what was typed.
        return masked(re.sub(f"^{re.escape(column.option)}\\s*[:：]\\s*", "", cell))
    if any(option.typed for option in question.options):
        separator = question.separator or export.separator if question.kind == "multiple" else ""
        unknown = ticks_in(cell, question, separator)[1]
        return masked(separator.join(unknown))
    return ""
