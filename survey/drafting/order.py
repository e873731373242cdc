"""In which order drafted options stand, and whether that is known to be the questionnaire's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from survey.drafting.amounts import by_amount
from survey.drafting.families import columns_by_reference
from survey.drafting.options import coded, ticked_parts
from survey.drafting.questions import DraftQuestion
from survey.exports.export import Column, Export
from survey.messages.lines import remark
from survey.study.questionnaire import Order
from survey.text import normalised

# Which nobody types; 问卷星 joins ticks by it in the order of the questionnaire.
IN_ORDER = "┋"
# Options without an amount, such as "don't know", among those with one.
MOST_OTHERS = 2


def in_order(questions: Iterable[DraftQuestion], export: Export) -> list[DraftQuestion]:
    """Return drafted questions with their options in the best order that the columns show, and what it is.

    Columns of options and listed values stand in the questionnaire's order, ticks joined by ┋ in each cell;
    answers alone show no order but that of the amounts in them.
    """
    columns = columns_by_reference(export)
    return [
        question
        if question.left_out or question.kind not in ("single", "multiple")
        else _in_order(question, columns.get(question.column, []), export)
        for question in questions
    ]


def _in_order(question: DraftQuestion, columns: Sequence[Column], export: Export) -> DraftQuestion:
    own = [column for column in columns if column.option == question.row]
    labels = [option.label for option in question.options]
    if any(column.listed for column in own) or (question.kind == "single" and export.coding == "position"):
        return question
    if not own:  # a column an option
        return replace(question, order="unknown") if export.families == "by_heading" else question
    packed = question.kind == "multiple" and not question.top
    if packed and (question.separator or export.separator) == IN_ORDER:
        places, known = _by_ticks(labels, own[0].answers())
        order: Order = "questionnaire" if known else "unknown"
    else:
        places, order = _by_label(labels)
    return replace(question, options=coded(question.options[i] for i in places), order=order)


def _by_label(labels: Sequence[str]) -> tuple[list[int], Order]:
    """Return places by the amounts in labels, those without one last, and what order that is."""
    amounts = by_amount(labels)
    if amounts is not None:
        return amounts, "meaning"
    others = [i for i, label in enumerate(labels) if not re.search(r"\d", label)]
    rest = [i for i in range(len(labels)) if i not in others]
    among = by_amount([labels[i] for i in rest]) if 0 < len(others) <= MOST_OTHERS else None
    return ([rest[i] for i in among] + others if among else list(range(len(labels)))), "unknown"


def _by_ticks(labels: Sequence[str], cells: Iterable[str]) -> tuple[list[int], bool]:
    """Return places in which every cell has its ticks in order, and whether there is only one such order.

    Where cells contradict each other the labels stay as they are.
    """
    place = {normalised(label): i for i, label in enumerate(labels)}
    behind: list[set[int]] = [set() for _ in labels]
    for cell in cells:
        ticked = [place[name] for part in ticked_parts(cell, IN_ORDER) if (name := normalised(part)) in place]
        for first, second in pairwise(ticked):
            behind[first].add(second)
    before = [sum(i in later for later in behind) for i in range(len(labels))]
    order: list[int] = []
    while ready := [i for i in range(len(labels)) if before[i] == 0]:
        order.append(ready[0])
        before[ready[0]] = -1
        for i in behind[ready[0]]:
            before[i] -= 1
    if len(order) < len(labels):
        return list(range(len(labels))), False
    return order, all(second in behind[first] for first, second in pairwise(order))


def order_line(question: DraftQuestion, remarks: str) -> str:
    """Return the line of a study file on the order of options; "" where it is the questionnaire's."""
    if not question.options or question.order == "questionnaire":
        return ""
    return f'order = "{question.order}" {remark(remarks, "draft.order")}'
