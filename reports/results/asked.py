"""Who was asked a question, in words made of its conditions."""

from __future__ import annotations

from reports.language.numbers import as_given
from reports.results.results import Results
from survey.study.questionnaire import Condition, Question


def asked_of(results: Results, question: Question) -> str:
    """Return whom a question was put to, such as "those who answered “Yes” to intent"; "" for everybody."""
    if not question.asked_if:
        return ""
    conditions = [_condition(results, condition) for condition in question.asked_if]
    return results.words("asked.who", conditions=results.words.text("asked.and").join(conditions))


def _condition(results: Results, condition: Condition) -> str:
    words, other = results.words, results.study.questionnaire[condition.question]
    label = other.label or other.text
    name = words.quoted(label.in_(results.language))
    if condition.between is not None:
        low, high = map(as_given, condition.between)
        return words("asked.between", question=name, low=low, high=high)
    place, codes = ("of", condition.codes) if condition.codes else ("not_of", condition.not_codes)
    options = words.text("asked.or").join(results.quoted(other.id, code) for code in codes)
    return words(f"asked.{place}", question=name, options=options)
