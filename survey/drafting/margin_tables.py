"""Tables of population figures to fill in: one for each question that answers can be weighted by."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from survey.drafting.amounts import by_range
from survey.drafting.questions import DraftQuestion
from survey.drafting.roles import OUTSIDE
from survey.study.questionnaire import TO_FILL
from survey.text import FORMULA, normalised

WEIGHTED_ON = {"district": ("地区", "District"), "sex": ("性别", "Sex"), "age": ("年龄", "Age")}
FEWEST_ORDERED = 3


def with_outside(question: DraftQuestion) -> DraftQuestion:
    """Return the question with the options that name what lies outside its places or ages marked so."""
    if question.kind != "single" or question.role not in OUTSIDE:
        return question
    outside = OUTSIDE[question.role]
    options = [
        replace(option, outside=outside.search(normalised(option.label)) is not None)
        for option in question.options
    ]
    return replace(question, options=tuple(options))


def weighted_on(asked: Sequence[DraftQuestion]) -> list[DraftQuestion]:
    """Return the questions that get a table of population figures."""
    return [
        question
        for question in asked
        if question.role in WEIGHTED_ON and question.kind == "single" and len(question.options) > 1
    ]


def margin_tables(asked: Sequence[DraftQuestion], prefix: str) -> dict[str, str]:
    """Return a table for each such question, by the name of its file, with the figures left blank."""
    tables = {}
    for question in weighted_on(asked):
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow([question.id, "population", "source", "date", "address"])
        for option in (option for option in question.options if not option.outside):
            # A spreadsheet would run a formula; a label that is still to be written would not match.
            code = option.label.startswith(FORMULA) or any(word in option.label for word in TO_FILL.values())
            table.writerow([option.code if code else option.label, "", "", "", ""])
        tables[f"{prefix}margins-{question.role}.csv"] = text.getvalue()
    return tables


def in_order_of_numbers(question: DraftQuestion) -> bool:
    """Say whether the options are bands in the order of their numbers, so that neighbours may be merged."""
    places = [*range(len(question.options))]
    if question.order == "unknown" or len(places) < FEWEST_ORDERED:
        return False
    return by_range([option.label for option in question.options]) == places
