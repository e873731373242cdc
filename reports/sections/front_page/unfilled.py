"""Page 1 before there is a result: names, order, days and sizes of the study file, without an estimate.

It is made of the study file alone, so that nothing in it can tell what the answers say: no share, no sentence
on one, no order but the questionnaire's, no axis that fits the data.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis import Estimates
from analysis.plans.estimates import read_estimate_plan
from reports.charts.overall import shown_unfilled, unfilled
from reports.language.numbers import whole
from reports.language.words import words_of
from reports.results import facts
from reports.results.issue import issue_of
from reports.results.results import Results
from reports.sections.document import Document, document_texts
from reports.sections.front_page.front_page import FrontPage, citation, masthead
from reports.sections.front_page.key_figures import KeyFigure
from reports.sections.section import Chart, Printing, sourced
from survey.errors import ReportError
from survey.study.references import known_codes, known_question
from survey.study.study import Study

TILES = 3


def unfilled_document(study: Study, language: str, *, analysed: int | None = None) -> Document:
    """Return the document of page 1 without its figures.

    Parameters
    ----------
    analysed : int, optional
        Answers of the last wave that screening keeps, where that is known.

    Raises
    ------
    StudyError, ReportError
        If the [briefing] or [estimates] table is wrong, or no question has shares.
    """
    results = _results(study, language)
    names = {**document_texts(study, language, study.title.in_(language)), "status": ""}
    front = _front(results, analysed)
    return Document(language, names, front, (), Printing(results, "", {}), {})


def _results(study: Study, language: str) -> Results:
    """Return results in which nothing is estimated."""
    plan, table, known = read_estimate_plan(study), study.briefing, study.questionnaire.questions
    if not plan.shares:
        raise ReportError("briefing", key="briefing.no_shares")
    headline = plan.shares[0]
    if table.has("headline"):
        headline = known_question(table.text("headline"), known, table.where("headline")).id
    lead: tuple[str, ...] = ()
    if table.has("lead"):
        lead = known_codes(study.questionnaire[headline], table.texts("lead"), table.where("lead"))
    nothing = Estimates(pd.DataFrame({"confidence": [plan.confidence]}))
    waves = tuple(wave.id for wave in study.waves)
    return Results(study, nothing, words_of(language), {}, waves, headline, "", lead)


def _front(results: Results, analysed: int | None) -> FrontPage:
    words, study, language = results.words, results.study, results.language
    question, issue = study.questionnaire[results.headline], issue_of(study)
    kind = "opt-in_unweighted" if study.sample == "opt-in" and _unweighted(study) else study.sample
    return FrontPage(
        subtitle=_subtitle(results, analysed),
        headline=words("unfilled.headline"),
        headline_note=words(
            "page1.note_multiple" if question.kind == "multiple" else "page1.note_single",
            text=question.text.in_(language),
        ),
        key_figures=_key_figures(results),
        findings_heading=words("headings.findings"),
        findings=(words("unfilled.finding"),),
        caution=words(f"caution.{kind}", people=results.people()),
        chart=sourced(_chart(results), results),
        masthead=masthead(results, issue),
        citation=citation(results, issue),
        contact=issue.contact.in_(language) if issue.contact is not None else "",
    )


def _unweighted(study: Study) -> bool:
    return study.weighting.method == "none"


def _subtitle(results: Results, analysed: int | None) -> str:
    """Return the days of the last wave, and how many answers are kept where that is known."""
    parts = [facts.fielded(results)]
    if analysed is not None:
        parts.append(results.words(f"page1.deck_{results.study.sample}", n=whole(analysed)))
    return results.words.text("page1.deck_join").join(parts)


def _key_figures(results: Results) -> tuple[KeyFigure, ...]:
    """Return a tile for each leading option that the study file names, else tiles that name none."""
    words, codes = results.words, results.lead[:TILES]
    labels = [results.option_label(results.headline, code) for code in codes]
    labels = labels or [words("unfilled.leading")] * TILES
    return tuple(KeyFigure(label, words("unfilled.figure"), "") for label in labels)


def _chart(results: Results) -> Chart:
    words = results.words
    labels = [results.option_label(results.headline, code) for code in shown_unfilled(results)]
    title = words("page1.chart_title", finding="", interval=facts.interval_name(results))
    alt = words("unfilled.chart_alt", options=words.clauses(labels))
    # Whether it is weighted is not said, as it is not known yet.
    source = words.clauses([results.study.publisher.in_(results.language), facts.fielded(results)])
    foot = words("picture.foot", parts=source)
    return Chart("overall", partial(unfilled, results), title, alt, foot=foot)
