"""What a check names, by the labels of the study: suppressed cells, merged categories, readings of ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from survey.history import MarginHistory
from survey.messages.lines import Line, crossed, line, plain, word
from survey.responses.responses import Responses
from survey.study.questionnaire import Label, Questionnaire
from survey.tick_readings import TickReading


def suppressed_cell(row: Mapping[Any, Any], questionnaire: Questionnaire) -> Line:
    """Return a suppressed cell: the group and the option by their labels, and the reason."""
    told: dict[str, object] = {"reason": word("reason", row["note"])}
    told["option"] = _label(questionnaire, row["question"], row["option"])
    if not row["by"]:
        return Line("check.cell", told)
    return Line("check.cell_by", {"group": _label(questionnaire, row["by"], row["group"]), **told})


def _label(questionnaire: Questionnaire, question: str, code: str) -> Label | Line:
    """Return the label of an option, or the code where there is none of that name."""
    options = questionnaire[question].options if question in questionnaire.questions else ()
    return next((option.label for option in options if option.code == code), plain(code))


def merged_categories(margins: Sequence[MarginHistory], responses: Responses) -> list[Line]:
    """Return a line for each category that others were merged in."""
    return [
        line("check.merged", margin=m.name, categories=_named(m.questions, c.codes, responses))
        for m in margins
        for c in m.categories
        if len(c.codes) > 1
    ]


def _named(questions: Sequence[str], codes: Sequence[str], responses: Responses) -> list[object]:
    """Return categories of a margin, each a code or codes joined by " x ", by the labels of their options."""
    return [
        crossed(
            [
                _label(responses.questionnaire, name, part)
                for name, part in zip(questions, code.split(" x "), strict=False)
            ]
        )
        for code in codes
    ]


def thin_category(text: str, margins: Sequence[MarginHistory], responses: Responses) -> Line:
    """Return a category that stays small, as the weighting names it, "margin: code"."""
    name, _, code = text.partition(": ")
    questions = next(m.questions for m in margins if m.name == name)
    return line("check.category", margin=name, category=_named(questions, [code], responses)[0])


def on_ticks(reading: TickReading) -> Line:
    """Return in a sentence how empty cells and noughts of a select-all question were read."""
    return Line(f"ticks.{reading.kind}", {"question": reading.question, "n": reading.people})
