"""Amounts looked up for print: which there are, by what they are grouped, with the unit."""

from __future__ import annotations

from collections.abc import Iterator

from reports.language.numbers import amount
from reports.results.results import Results, Row

APART = "mean_difference_from_rest"


def amount_questions(results: Results) -> list[str]:
    """Return the questions with a mean in the latest wave, in the order estimated."""
    return [*dict.fromkeys(key[1] for key in results.table if key[5] == "mean" and key[0] == results.latest)]


def amount_groupings(results: Results, question: str) -> list[str]:
    """Return the questions by which an amount is grouped in the latest wave, in the order estimated."""
    found = (key[3] for key in results.table if key[:2] == (results.latest, question) and key[5] == "mean")
    return [by for by in dict.fromkeys(found) if by]


def amount_rows(results: Results, question: str, by: str, measure: str = "mean") -> list[tuple[str, Row]]:
    """Return the groups of an amount with their means, or their differences from the rest, as listed."""
    found = ((code, results.row(measure, question, "", by=by, group=code)) for code in _codes(results, by))
    return [(code, row) for code, row in found if row is not None]


def apart_groups(results: Results, question: str, by: str) -> dict[str, Row]:
    """Return the groups of which the mean clearly differs from the rest, the furthest first."""
    rows = amount_rows(results, question, by, APART)
    clear = {code: row for code, row in rows if row.clear and _mean(results, question, by, code) is not None}
    return dict(sorted(clear.items(), key=lambda item: -abs(item[1].estimate)))


def _mean(results: Results, question: str, by: str, code: str) -> Row | None:
    return results.printed("mean", question, "", by=by, group=code)


def _codes(results: Results, by: str) -> Iterator[str]:
    yield from results.study.questionnaire[by].codes


def with_unit(results: Results, question: str, value: float) -> str:
    """Return an amount with its unit where one is declared."""
    unit = results.study.questionnaire[question].unit
    if unit is None:
        return amount(value)
    return results.words("demand.amount", amount=amount(value), unit=unit.in_(results.language))


def amount_heading(results: Results, question: str) -> str:
    """Return what stands before an amount: its question, with the unit where one is declared."""
    heading, unit = results.question_heading(question), results.study.questionnaire[question].unit
    if unit is None:
        return heading
    return results.words("amounts.unit", question=heading, unit=unit.in_(results.language))
