"""The pages of groups as the files they are set in."""

from __future__ import annotations

from collections.abc import Iterator

from reports.page.typeset import Briefing
from reports.sections.document import Document, document_texts
from reports.sections.group_page import group_pages

LONGEST = 40  # characters of a code in the name of a file


def group_briefings(document: Document, by: str) -> Iterator[Briefing]:
    """Yield the page of each group before typesetting, named by its place and its code.

    Codes are letters, digits and underscores; the place keeps those apart that differ in their case, or late.
    """
    results = document.printing.results
    names = {**document.names, **document_texts(results.study, results.language, document.names["title"])}
    for place, page in enumerate(group_pages(results, by), 1):
        texts = {
            **names,
            "status": document.names["status"],
            "title": page.title,
            "subtitle": page.subtitle,
            "numbers": "",
            "sections": [
                {"name": f"group-{i}", "heading": heading, "blocks": blocks}
                for i, (heading, blocks) in enumerate(page.sections)
            ],
        }
        name = f"groups/{by[:LONGEST]}-{place:02}-{page.code[:LONGEST]}-{results.language}"
        yield Briefing(results.language, name, "appendix", texts, {})
