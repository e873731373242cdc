"""The numbers at the head of page 1: intent, the first answer of its question, a fee, an official figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.plans.estimates import read_estimate_plan
from reports.language.numbers import amount, as_given, percent
from reports.language.words import capitalised
from reports.results.declared import facts_of
from reports.results.demand import demand_of
from reports.results.naming import has_phrase, says
from reports.results.results import Results
from reports.sections.front_page.headline import a_year_apart

FEWEST = 3


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number at the head of page 1, with the line under it and where it comes from."""

    label: str
    share: str
    note: str
    origin: Literal["survey", "official"] = "survey"


def key_figures(results: Results) -> tuple[KeyFigure, ...]:
    """Return the key figures, four at most: docs/wording.md says which.

    Where the study has no fee, no intent and no official figure, further leading answers stand for them.
    """
    first = results.lead[0]
    official = [*_official(results)]
    figures = [*_intent(results), _lead(results, first), *_fee(results)]
    others = (code for code in results.lead if code != first)
    while len(figures) + len(official) < FEWEST and (code := next(others, "")):
        figures.append(_lead(results, code))
    return (*figures, *official)


def _intent(results: Results) -> Iterator[KeyFigure]:
    """Yield the share of the most certain answer of intent, and the other answers under it."""
    demand = demand_of(results)
    if demand is None or demand.plan.intent == results.headline:
        return
    question, code = demand.plan.intent, demand.plan.willing[0]
    if code not in results.options(question):
        return
    others = [
        results.words(
            "page1.figure_other", share=percent(row.estimate), option=results.quoted(question, other)
        )
        for other in results.options(question)
        if other != code and not (row := results.share(question, other)).suppressed
    ]
    note = results.words.clauses(others[:2])
    yield KeyFigure(_label(results, question, code), *_share(results, question, code, note))


def _lead(results: Results, code: str) -> KeyFigure:
    """Return a leading answer of the headline question, with its change under it."""
    note = change_line(results, code)
    return KeyFigure(_label(results, results.headline, code), *_share(results, results.headline, code, note))


def _label(results: Results, question: str, code: str) -> str:
    """Return what an answer's figure is called: its phrase, else its label, with that of another question."""
    if has_phrase(results, question, code):
        return capitalised(says(results, question, code))
    option = results.option_label(question, code)
    if question == results.headline:
        return option
    return results.words("page1.figure_of", question=results.question_label(question), option=option)


def _share(results: Results, question: str, code: str, note: str) -> tuple[str, str]:
    """Return the figure of an answer with the line under it, or that it is not published."""
    row = results.share(question, code)
    if row.suppressed:
        return results.words.mark("withheld"), results.words("page1.tile_withheld")
    return results.flagged(row, percent(row.estimate)), note


def _fee(results: Results) -> Iterator[KeyFigure]:
    """Yield the median of the fee of [demand], else of the first amount."""
    demand, amounts = demand_of(results), read_estimate_plan(results.study).amounts
    name = demand.plan.fee if demand is not None else next(iter(amounts), "")
    row = results.row("quantile", name, "0.5") if name else None
    if row is None:
        return
    question, words = results.study.questionnaire[name], results.words
    if row.suppressed:
        yield KeyFigure(results.question_label(name), words.mark("withheld"), words("page1.tile_withheld"))
        return
    unit = question.unit.in_(results.language) if question.unit is not None else ""
    text = words("demand.amount", amount=amount(row.estimate), unit=unit).strip()
    place = "page1.figure_median_asked" if question.asked_if else "page1.figure_median"
    yield KeyFigure(results.question_label(name), results.flagged(row, text), words(place))


def _official(results: Results) -> Iterator[KeyFigure]:
    """Yield the official figure that the study file puts on page 1."""
    for fact in facts_of(results.study):
        if fact.key and fact.label is not None and fact.value is not None:
            unit = fact.unit.in_(results.language) if fact.unit is not None else ""
            text = results.words("demand.amount", amount=as_given(fact.value), unit=unit).strip()
            note = results.words.text("page1.figure_official")
            yield KeyFigure(fact.label.in_(results.language), text, note, "official")


def change_line(results: Results, code: str) -> str:
    """Return the line under a leading answer: the share before it clearly changed, or that it did not."""
    words, row = results.words, results.row("change", results.headline, code)
    previous = results.wave_label(results.previous)
    if row is not None and row.note == "not_comparable":
        return words("page1.tile_unlike", previous=previous)
    before = results.printed("share", results.headline, code, wave=results.previous)
    if row is None or row.suppressed or before is None:
        return ""
    if not row.clear:
        return results.flagged(row, words("page1.tile_unclear", previous=previous))
    place = "page1.tile_rose" if row.estimate > 0 else "page1.tile_fell"
    earlier = words("page1.before", previous=previous)
    when = words.text("page1.a_year_before") if a_year_apart(results) else earlier
    return results.flagged(row, words(place, before=when, share=percent(before.estimate)))
