"""Official figures that the study file declares."""

from __future__ import annotations

from collections.abc import Iterator

from reports.results.declared import facts_of
from reports.sections.section import Block, Printing, Section, bullets


def texts(printing: Printing) -> Iterator[Block]:
    """Yield each figure with its source."""
    words, language = printing.results.words, printing.results.language
    yield from bullets(
        [
            words("context.fact", text=fact.text.in_(language), source=fact.source.in_(language))
            for fact in facts_of(printing.results.study)
        ]
    )


SECTION = Section("context", texts=texts)
