"""The leading shares of the last waves in words, and the clear results that page 1 has no room for."""

from __future__ import annotations

from collections.abc import Iterator

from reports.sections.front_page.findings import findings_of
from reports.sections.front_page.headline import wave_in_words
from reports.sections.section import Block, Printing, Section, bullets, paragraphs


def texts(printing: Printing) -> Iterator[Block]:
    """Yield the leading shares of the last two waves, then the findings, those of everybody first."""
    results = printing.results
    yield from paragraphs([text for wave in results.waves[-2:] if (text := wave_in_words(results, wave))])
    yield from bullets([finding.sentence for finding in findings_of(results).also])


SECTION = Section("also_found", texts=texts)
