"""The sections of a briefing after page 1: which there are, which a study chooses, and their tables."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from reports.results.results import Results
from reports.sections import (
    comparison,
    groups,
    sensitivity,
)
from reports.sections.about import disclosure, flow, marks, methods, quality, questionnaire, respondents
from reports.sections.decisions import demand, places
from reports.sections.front_page import also_found
from reports.sections.questions import amounts, answers, change, crosstabs, ranks, topline
from reports.sections.section import PrintedSection, Printing, Section, printed_section
from reports.sections.table import PrintedTable
from reports.sections.trust import reference
from survey.errors import StudyError, note
from survey.study.study import Study

APPENDIX = "A"  # before the numbers of its tables and figures
# In the order in which they are printed where a study file lists none.
SECTIONS: tuple[Section, ...] = (
    answers.SECTION,
    amounts.SECTION,
    demand.SECTION,
    places.SECTION,
    groups.SECTION,
    change.SECTION,
    also_found.SECTION,
    topline.SECTION,
    crosstabs.SECTION,
    ranks.SECTION,
    methods.SECTION,
    flow.SECTION,
    respondents.SECTION,
    sensitivity.SECTION,
    comparison.SECTION,
    reference.SECTION,
    comparison.CONTEXT,
    quality.SECTION,
    disclosure.SECTION,
    marks.SECTION,
    questionnaire.SECTION,
)


def chosen_sections(study: Study) -> tuple[Section, ...]:
    """Return the sections of a study in the order printed.

    Raises
    ------
    StudyError
        If the study file names an unknown section, or leaves out a required one.
    """
    table = study.briefing
    if not table.has("sections"):
        return tuple(section for section in SECTIONS if section.usual and _has_table(study, section))
    known = {section.name: section for section in SECTIONS}
    chosen = table.choices("sections", tuple(known))
    absent = [section.name for section in SECTIONS if section.required and section.name not in chosen]
    if absent and table.sound("sections"):
        note(StudyError(table.where("sections"), key="study.absent_sections", sections=absent))
    return tuple(known[name] for name in chosen if _has_table(study, known[name]))


def _has_table(study: Study, section: Section) -> bool:
    """Say whether the study file has the table that a section needs."""
    if section.needs == "reference":
        return study.reference is not None
    tables = {"demand": study.demand, "supply": study.supply}
    return section.needs is None or bool(tables[section.needs].values)


def printing_of(results: Results, inputs: str = "", *, behind: Collection[str] = ()) -> Printing:
    """Return what the sections of a study are printed from, the tables numbered as they are printed.

    Parameters
    ----------
    inputs : str
        How to recognise the input files, for the disclosure list.
    behind : collection of str
        Sections that the pages have no room for, which stand in the appendix.
    """
    on_pages, away = dict[str, PrintedTable](), dict[str, PrintedTable]()
    for section in chosen_sections(results.study):
        first = section.table(results)
        if first is not None:
            tables = on_pages if section.name not in behind and section.beside(first) else away
            tables[section.name] = first
            tables |= {f"{section.name}-{i}": table for i, table in enumerate(section.more(results), 2)}
    numbers = {name: str(i) for i, name in enumerate(on_pages, 1)}
    numbers |= {name: f"{APPENDIX}{i}" for i, name in enumerate(away, 1)}
    return Printing(results, inputs, on_pages | away, numbers, frozenset(behind))


def printed_sections(printing: Printing) -> list[PrintedSection]:
    """Return the sections in which anything is printed."""
    sections = [
        printed_section(
            replace(section, part="appendix") if section.name in printing.behind else section, printing
        )
        for section in chosen_sections(printing.results.study)
    ]
    return [section for section in sections if section.blocks]
