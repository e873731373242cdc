"""The findings of page 1, and what is withheld."""

from __future__ import annotations

from reports.findings.choice import Choice, choose
from reports.results.facts import suppressed_groups
from reports.results.results import Results
from reports.sections.front_page.headline import said_in_headline


def findings_of(results: Results) -> Choice:
    """Return the findings that page 1 says and those left for the appendix."""
    return choose(results, said_in_headline(results))


def findings(results: Results) -> list[str]:
    """Return the findings of page 1, at most six sentences: the last names groups that are not published."""
    return [*(finding.sentence for finding in findings_of(results).front), *_withheld(results)]


def _withheld(results: Results) -> list[str]:
    """Return the sentence on groups that are suppressed."""
    suppressed = suppressed_groups(results) if results.by else []
    if not suppressed:
        return []
    if len(suppressed) == len(results.groups()):
        return [results.words("finding.withheld_all", by=results.by_noun)]
    return [results.words("finding.withheld", names=results.words.few(suppressed))]
