"""The symbols used in the tables."""

from __future__ import annotations

from collections.abc import Iterator

from reports.language.words import capitalised
from reports.results.facts import rule_fields
from reports.sections.section import Block, Printing, Section, terms
from reports.sections.table import MARKS


def texts(printing: Printing) -> Iterator[Block]:
    """Yield every mark of the tables with what it means."""
    words = printing.results.words
    yield from terms(
        (words.mark(key), capitalised(words(f"groups.note_{key}", mark="", **rule_fields()).strip()))
        for key in MARKS
    )


SECTION = Section("marks", texts=texts, usual=False)
