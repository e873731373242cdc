"""All that is printed on page 1 beside the names of the study."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from reports.charts.overall import overall, shown_first
from reports.charts.trend import trend
from reports.language.numbers import percent, points, whole
from reports.language.words import capitalised
from reports.results import facts
from reports.results.results import Results, Row
from reports.sections import sensitivity_text
from reports.sections.front_page.findings import findings
from reports.sections.front_page.headline import headline, headline_note, movement
from reports.sections.front_page.own_headline import first_clearly
from reports.sections.section import Chart, Printing, sourced

# From so many waves on, page 1 shows lines.
LINES = 3


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number at the head of page 1, with the line under it and where it comes from."""

    label: str
    share: str
    interval: str
    change: str
    origin: Literal["survey", "official"] = "survey"


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
    subtitle = [facts.fielded(results)]
    history = results.estimates.histories.get(results.latest)
    if history is not None:
        subtitle.append(words("page1.subtitle_n", n=whole(history.weighting.n)))
    level, key_figures = words("interval_short", level=facts.level(results)), []
    for code in results.lead:
        row = results.share(results.headline, code)
        interval = "" if row.suppressed else f"{level} {words.range('percent', row.low, row.high)}"
        share = words.mark("withheld") if row.suppressed else results.flagged(row, percent(row.estimate))
        label, change = results.option_label(results.headline, code), key_figure_change(results, code)
        key_figures.append(KeyFigure(label, share, interval, change))
    page = FrontPage(
        subtitle=" · ".join(filter(None, subtitle)),
        headline=headline(results),
        headline_note=headline_note(results),
        key_figures=tuple(key_figures),
        findings_heading=words("headings.findings"),
        findings=tuple(findings(results)),
        caution=caution(results),
        chart=sourced(chart(printing), results),
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


def _share(results: Results, row: Row) -> str:
    return results.flagged(row, percent(row.estimate))


def caution(results: Results) -> str:
    """Return the box on how to read the intervals."""
    alone = results.study.sample == "opt-in" and not facts.weighted(results)
    others, option = facts.other_populations(results), results.quoted(results.headline, results.lead[0])
    kind = "opt-in_unweighted" if alone else results.study.sample
    sentences = [
        results.words(f"caution.{kind}", people=results.people()),
        results.words("caution.margins", option=option, parts=results.words.clauses(others))
        if others
        else "",
        sensitivity_text.quotable(results),
        sensitivity_text.warning(results),
    ]
    return results.words.sentences([sentence for sentence in sentences if sentence])


def key_figure_change(results: Results, code: str) -> str:
    """Return the line under a key figure: the change, or that it is not clear."""
    words, row = results.words, results.row("change", results.headline, code)
    if results.share(results.headline, code).suppressed:
        return words("page1.tile_withheld")
    if row is not None and row.note == "not_comparable":
        return words("page1.tile_unlike", previous=results.wave_label(results.previous))
    if row is None or row.suppressed:
        return words("page1.tile_new")
    previous, range_ = results.wave_label(results.previous), words.range("points", row.low, row.high)
    if not row.clear:
        signed = points(row.estimate)
        return results.flagged(
            row, words("page1.tile_unclear", signed=signed, previous=previous, range=range_)
        )
    fields = movement(results, row)
    return results.flagged(
        row, capitalised(words("page1.tile_change", previous=previous, range=range_, **fields))
    )
