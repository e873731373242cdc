"""Figures from elsewhere: what other surveys found, with their designs, and official figures."""

from __future__ import annotations

from collections.abc import Iterator

from reports.language.numbers import percent_number
from reports.results.declared import elsewhere_of, facts_of
from reports.results.results import Results
from reports.sections.section import Block, Printing, Section, bullets
from reports.sections.table import Group, PrintedTable, marks_of, share_cells


def table(results: Results) -> PrintedTable | None:
    """Return what other surveys found beside this one, designs named; None where none is declared."""
    declared, language = elsewhere_of(results.study), results.language
    if not declared:
        return None
    words, groups = results.words, []
    for question, option in dict.fromkeys((survey.question, survey.option) for survey in declared):
        rows: list[tuple[str, ...]] = []
        if (own := results.row("share", question, option)) is not None:
            design = words(f"comparison.design_{results.study.sample}")
            wave = results.wave_label(results.latest)
            rows.append((words("comparison.own"), design, wave, share_cells(results, own)[0]))
        rows += [
            (
                survey.name.in_(language),
                survey.design.in_(language),
                survey.date,
                percent_number(survey.share),
            )
            for survey in declared
            if (survey.question, survey.option) == (question, option)
        ]
        label = f"{results.question_heading(question)} — {results.option_label(question, option)}"
        groups.append(Group(label, tuple(rows)))
    sources = dict.fromkeys(
        f"{survey.name.in_(language)}{words.text('term_separator')}{survey.source.in_(language)}"
        for survey in declared
    )
    return PrintedTable(
        words("comparison.caption"),
        words.columns("comparison.columns"),
        tuple(groups),
        (words("comparison.note"), *sources, *marks_of(results, groups)),
        (1.6, 2.0, 0.9, 0.8),
        texts=3,
    )


def official_figures(printing: Printing) -> Iterator[Block]:
    """Yield each official figure that the study file declares, with its source."""
    words, language = printing.results.words, printing.results.language
    yield from bullets(
        [
            words("context.fact", text=fact.text.in_(language), source=fact.source.in_(language))
            for fact in facts_of(printing.results.study)
        ]
    )


CONTEXT = Section("context", texts=official_figures)
SECTION = Section("comparison", table=table, keep_together=True, part="trust", compact=8)
