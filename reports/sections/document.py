"""All that is printed of a study in one language, before it is set as pages, Word, slides or a web page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from analysis import Estimates
from reports.findings.headings import Page, PartHeading, part_headings
from reports.language.line_breaks import wrapped
from reports.language.words import synthetic_mark, words_of
from reports.results.declared import margins_of, printed_status
from reports.results.results import results_of
from reports.sections.contents import printed_sections, printing_of
from reports.sections.front_page.findings import findings_of
from reports.sections.front_page.front_page import FrontPage, front_page
from reports.sections.section import Chart, Part, PrintedSection, Printing
from reports.sections.table import PrintedTable
from survey.study.study import Study

PARTS: tuple[Part, ...] = get_args(Part)
# Ems of a title that leave the line below each page its other texts.
FOOTER = {"brief": 33.0, "gb9704": 28.0}


@dataclass(frozen=True, slots=True)
class Document:
    """One description of content, which every printed form is made from.

    Attributes
    ----------
    names : mapping
        The names of the study and the fixed words of its pages.
    parts : mapping
        The heading of each page after the first, by its part.
    sections : tuple of PrintedSection
        Those in which anything is printed, in order; each says its part.
    """

    language: str
    names: Mapping[str, Any]
    front: FrontPage
    sections: tuple[PrintedSection, ...]
    printing: Printing
    parts: Mapping[Page, PartHeading]

    @property
    def tables(self) -> list[tuple[str, PrintedTable]]:
        """All tables with the names they are printed under, such as "Table A1"."""
        words, printing = self.printing.results.words, self.printing
        return [
            (words.numbered("table", printing.number(name)), table) for name, table in printing.tables.items()
        ]

    @property
    def on_pages(self) -> list[PrintedSection]:
        """The sections of the pages after page 1, in the order of their parts."""
        sections = sorted(self.sections, key=lambda section: PARTS.index(section.part))
        return [section for section in sections if section.on_page]

    @property
    def behind(self) -> list[PrintedSection]:
        """The sections of the appendix, in the order of the study file."""
        return [section for section in self.sections if section.behind]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All charts, that of page 1 first."""
        return (self.front.chart, *(chart for section in self.sections for chart in section.charts))


def document_of(study: Study, estimates: Estimates, language: str, *, inputs: str) -> Document:
    """Return what is printed of a study in one language.

    Parameters
    ----------
    inputs : str
        How to recognise the input files, for the disclosure list.

    Raises
    ------
    StudyError, ReportError
        If the [briefing] or [disclosure] table is wrong or there is nothing to print.
    """
    results = results_of(study, estimates, language)
    printing = printing_of(results, inputs)
    state = printed_status(study)
    status = results.words(f"status.{state}") if state is not None else ""
    if state is None and study.briefing.has("status"):
        status = study.briefing.label("status").in_(language)
    names = {**document_texts(study, language, study.title.in_(language)), "status": status}
    sections = tuple(printed_sections(printing))
    parts = part_headings(results, findings_of(results))
    return Document(language, names, front_page(printing), sections, printing, parts)


def with_behind(document: Document, sections: Collection[str]) -> Document:
    """Return a document with sections in the appendix, its tables numbered so."""
    printing = printing_of(document.printing.results, document.printing.inputs, behind=sections)
    printed = tuple(printed_sections(printing))
    return replace(document, front=front_page(printing), sections=printed, printing=printing)


def watermark(study: Study, language: str) -> str:
    """Return what stands across every page and chart of a draft, "" where the study is none."""
    return words_of(language).text("status.watermark") if printed_status(study) == "draft" else ""


def document_texts(study: Study, language: str, title: str) -> dict[str, Any]:
    """Return what stands on the pages of any document of a study: its names, and the fixed words."""
    words = words_of(language)
    return {
        **words.page(),
        "title": title,
        "short_title": wrapped(title, FOOTER[margins_of(study)], 1),
        "publisher": study.publisher.in_(language),
        "status": "",
        "watermark": watermark(study, language),
        "margins": margins_of(study),
        "synthetic": synthetic_mark(study, language),
    }
