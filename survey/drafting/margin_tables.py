"""Tables of population figures to fill in: one for each question that answers can be weighted by."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import pairwise

from survey.drafting.questions import DraftQuestion
from survey.study.placeholders import TO_FILL
from survey.text import normalised

WEIGHTED_ON = {"district": ("地区", "District"), "sex": ("性别", "Sex"), "age": ("年龄", "Age")}
BELOW = re.compile(r"^\D*(?:under|below|less|up to|younger|[<≤])|以下|不足|未满|以内|及以下")
FEWEST_ORDERED = 3


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
        for option in question.options:
            # A spreadsheet would run a formula; a label that is still to be written would not match.
            code = option.label.startswith(("=", "+", "-", "@")) or any(
                word in option.label for word in TO_FILL.values()
            )
            table.writerow([option.code if code else option.label, "", "", "", ""])
        tables[f"{prefix}margins-{question.role}.csv"] = text.getvalue()
    return tables


def in_order_of_numbers(question: DraftQuestion) -> bool:
    """Say whether the options are bands in the order of their numbers, so that neighbours may be merged."""
    if question.order == "unknown":
        return False
    places = []
    for option in question.options:
        label = normalised(option.label)
        number = re.search(r"\d+", label)
        if number is None:
            return False
        places.append((int(number[0]), 0 if BELOW.search(label) else 1))
    return len(places) >= FEWEST_ORDERED and all(first < second for first, second in pairwise(places))
