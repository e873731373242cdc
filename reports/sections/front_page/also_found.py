"""The clear results that page 1 has no room for, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from reports.sections.front_page.findings import findings_of
from reports.sections.section import Block, Printing, Section, bullets


def texts(printing: Printing) -> Iterator[Block]:
    """Yield the sentences, those of the last wave and of everybody first."""
    yield from bullets([finding.sentence for finding in findings_of(printing.results).also])


SECTION = Section("also_found", texts=texts)
