"""Nets: options of a question gathered into one, estimated as a question of their own and printed with it.

A net is not the sum of printed shares, which would lose what is withheld and its interval: it is an option
of a derived grouping, with its own share, flag and test.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.results.results import Results
from survey.study.questionnaire import Question


def is_net(results: Results, question: Question) -> bool:
    """Say whether a question only gathers options of another that is printed too."""
    gathers = bool(question.options) and all(option.of for option in question.options)
    return gathers and question.derived_from in {other.id for other in results.questions()}


def printed_questions(results: Results) -> list[Question]:
    """Return the questions that are printed under a heading of their own, without those that are nets."""
    return [question for question in results.questions() if not is_net(results, question)]


def with_nets(results: Results, question: str, codes: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Return the options of a question in the order given, each net after the last option it gathers.

    Returns
    -------
    list of (str, str, bool)
        Question and option under which the share is estimated, and whether it is a net.
    """
    after: dict[str, list[tuple[str, str, bool]]] = {}
    for other in results.questions():
        if other.derived_from == question and is_net(results, other):
            for option in other.options:
                last = max((code for code in option.of if code in codes), key=codes.index, default=None)
                if len(option.of) > 1 and last is not None and option.code in results.options(other.id):
                    after.setdefault(last, []).append((other.id, option.code, True))
    return [row for code in codes for row in ((question, code, False), *after.get(code, ()))]


def row_label(results: Results, question: str, code: str, *, net: bool) -> str:
    """Return the label of a row: that of the option, and for a net that it is one."""
    label = results.option_label(question, code)
    return results.words("nets.row", option=label) if net else label
