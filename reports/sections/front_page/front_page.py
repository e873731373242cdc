"""All that is printed on page 1 beside the names of the study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from reports.charts.overall import overall, shown_first
from reports.charts.trend import trend
from reports.language.numbers import percent, whole
from reports.language.words import capitalised
from reports.results import facts
from reports.results.issue import Issue, issue_of
from reports.results.results import Results
from reports.sections import sensitivity_text
from reports.sections.front_page.findings import findings
from reports.sections.front_page.headline import headline, headline_note
from reports.sections.front_page.key_figures import KeyFigure, key_figures
from reports.sections.front_page.own_headline import first_clearly
from reports.sections.front_page.recommendations import recommendations
from reports.sections.section import Chart, Printing, sourced

# From so many waves on, page 1 shows lines.
LINES = 3


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The texts of page 1.

    Attributes
    ----------
    masthead : tuple of str
        Series and issue, date of issue, to whom it goes: what the study file gives of them.
    recommendations : tuple of str
        The authors' own, never a result of the survey.
    citation, contact, address : str
        How to cite it, whom to ask, and where it is found; "" where the study file does not say.
    """

    subtitle: str
    headline: str
    headline_note: str
    key_figures: tuple[KeyFigure, ...]
    findings_heading: str
    findings: tuple[str, ...]
    caution: str
    chart: Chart
    masthead: tuple[str, ...] = ()
    recommendations_heading: str = ""
    recommendations: tuple[str, ...] = ()
    citation: str = ""
    contact: str = ""
    address: str = ""


def front_page(printing: Printing) -> FrontPage:
    """Return what is printed on page 1."""
    results, words = printing.results, printing.results.words
    issue, language = issue_of(results.study), results.language
    page = FrontPage(
        subtitle=_deck(results),
        headline=headline(results),
        headline_note=headline_note(results),
        key_figures=key_figures(results),
        findings_heading=words("headings.findings"),
        findings=tuple(findings(results)),
        caution=caution(results),
        chart=sourced(chart(printing), results),
        masthead=masthead(results, issue),
        recommendations_heading=words("headings.recommendations"),
        recommendations=recommendations(results),
        citation=citation(results, issue),
        contact=issue.contact.in_(language) if issue.contact is not None else "",
        address=issue.address,
    )
    mark, rows = words.mark("caution"), [results.share(results.headline, c) for c in shown_first(results)]
    printed = (page.headline, page.caution, *page.findings, *(str(figure) for figure in page.key_figures))
    if any(mark in text for text in printed) or any(row.doubtful for row in rows):
        meaning = words("page1.note_caution", mark=mark)
        return replace(page, headline_note=words.sentences([page.headline_note, meaning]))
    return page


def chart(printing: Printing) -> Chart:
    """Return the chart of page 1: options of the headline question, most often chosen first."""
    results, words = printing.results, printing.results.words
    codes, number = shown_first(results), printing.number("results")
    first, more = codes[0], len(results.options(results.headline)) - len(codes)
    finding = ""
    if first_clearly(results, results.headline, first):
        finding = words("page1.chart_lead", first=results.option_label(results.headline, first))
    title = words("page1.chart_title", finding=finding, interval=facts.interval_name(results))
    if more:
        title += words("page1.chart_more", n=more, table=number)
    previous = ""
    if results.previous:
        previous = words("page1.chart_alt_previous", previous=results.wave_label(results.previous))
    values = []
    for code in codes:
        row, option = results.share(results.headline, code), results.option_label(results.headline, code)
        if row.suppressed:
            values.append(words("page1.alt_withheld", option=option))
        else:
            share = results.flagged(row, percent(row.estimate))
            fields = {"share": share, "range": words.range("percent", row.low, row.high)}
            values.append(words("page1.alt_value", option=option, **fields))
    alt = words("page1.chart_alt", values=words.clauses(values), previous=previous, table=number)
    if len(results.waves) < LINES:
        return Chart("overall", partial(overall, results), title, alt)
    return Chart("overall", partial(trend, results), *over_the_waves(results))


def over_the_waves(results: Results) -> tuple[str, str]:
    """Return title and alternative text of the leading shares over the waves."""
    words, told = results.words, []
    for code in results.lead:
        rows = [results.row("share", results.headline, code, wave=wave) for wave in results.waves]
        values = [
            words(
                "change.alt_wave",
                wave=results.wave_label(wave),
                share=results.flagged(row, percent(row.estimate)),
            )
            for wave, row in zip(results.waves, rows, strict=True)
            if row is not None and not row.suppressed
        ]
        option = results.option_label(results.headline, code)
        told.append(words("change.alt_line", option=option, values=words.listed(values)) if values else "")
    fields = {"interval": facts.interval_name(results), "told": words.clauses(list(filter(None, told)))}
    return words("change.chart_title", **fields), words("change.chart_alt", **fields)


def _deck(results: Results) -> str:
    """Return how many answered and how they were weighted; the foot of the chart says when."""
    words, history = results.words, results.estimates.histories.get(results.latest)
    parts = list[str]()
    if history is not None:
        parts.append(words(f"page1.deck_{results.study.sample}", n=whole(history.weighting.n)))
        margins = [facts.margin_name(results, margin.questions) for margin in history.weighting.margins]
        place = "page1.deck_weighted" if margins else "page1.deck_unweighted"
        parts.append(words(place, margins=words.listed(margins)))
    return words.text("page1.deck_join").join(parts or [results.wave_label(results.latest)])


def masthead(results: Results, issue: Issue) -> tuple[str, ...]:
    """Return series, issue, day of issue and to whom it goes, those the study file gives."""
    words, language = results.words, results.language
    parts = [label.in_(language) for label in (issue.series, issue.issue) if label is not None]
    if issue.released is not None:
        parts.append(words.days((issue.released, issue.released)))
    if issue.distribution is not None:
        parts.append(words("page1.distribution", to=issue.distribution.in_(language)))
    return tuple(parts)


def citation(results: Results, issue: Issue) -> str:
    """Return how to cite the briefing, by the year of issue; "" where no series, issue or day is given."""
    words, language, study = results.words, results.language, results.study
    where = [label.in_(language) for label in (issue.series, issue.issue) if label is not None]
    where += [words("page1.year", year=issue.released.year)] if issue.released is not None else []
    if not where:
        return ""
    parts = [*where, *([issue.address] if issue.address else [])]
    names = {"publisher": study.publisher.in_(language), "title": study.title.in_(language)}
    return words("page1.citation", parts=words.text("page1.citation_join").join(parts), **names)


def caution(results: Results) -> str:
    """Return the line on what the figures stand for, and what moves them by more than chance."""
    words, sentences = results.words, [what_they_stand_for(results)]
    if facts.other_populations(results):
        sentences.append(words("caution.margins"))
    return words.sentences([*sentences, sensitivity_text.warning(results)])


def what_they_stand_for(results: Results) -> str:
    """Return whom the figures describe and what is called clear."""
    alone = not facts.weighted(results)
    kind = "opt-in_unweighted" if results.study.sample == "opt-in" and alone else results.study.sample
    return capitalised(results.words(f"caution.{kind}", people=results.people()))
