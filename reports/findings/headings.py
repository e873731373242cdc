"""The heading of each page as a claim made from its findings, and what the page is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.plans.estimates import read_estimate_plan
from reports.findings.choice import Choice
from reports.findings.finding import Finding
from reports.language.line_breaks import within
from reports.language.numbers import percent, plain_points
from reports.language.words import capitalised
from reports.results import facts
from reports.results.alternatives import moved
from reports.results.demand import demand_of
from reports.results.naming import called, groups_noun, says
from reports.results.results import Results

Page = Literal["demand", "where", "trust"]


@dataclass(frozen=True, slots=True)
class PartHeading:
    """The head of a page after the first.

    Attributes
    ----------
    heading : str
        What was found, as a claim; the subject alone where nothing is clear.
    subtitle : str
        What the page is about.
    """

    heading: str
    subtitle: str


def part_headings(results: Results, choice: Choice) -> dict[Page, PartHeading]:
    """Return the headings of the pages by their parts of the document."""
    claims: dict[Page, str] = {
        "demand": _demand(results, choice),
        "where": _where(results, choice),
        "trust": _trust(results),
    }
    priced = demand_of(results) is not None or read_estimate_plan(results.study).amounts
    subjects = {page: "answers" if page == "demand" and not priced else page for page in claims}
    return {
        page: PartHeading(
            capitalised(claim or results.words(f"part_headings.{subjects[page]}")),
            results.words(f"part_headings.{subjects[page]}_subtitle", by=results.by_noun),
        )
        for page, claim in claims.items()
    }


def _demand(results: Results, choice: Choice) -> str:
    """Return the share at an official fee, else who intend to use a place, else the first finding."""
    found = (*choice.front, *choice.also)
    demand = demand_of(results)
    at_fee = next((finding for finding in found if finding.kind == "demand"), None)
    if demand is not None and at_fee is not None:
        row = results.table[at_fee.keys[0]]
        fee = demand.fee(float(at_fee.keys[0][2].rpartition("@")[2]))
        return results.words(
            "part_headings.at_fee", share=results.flagged(row, percent(row.estimate)), fee=fee
        )
    if demand is not None:
        code = demand.plan.willing[0]
        share = results.printed("share", demand.plan.intent, code)
        if share is not None:
            who = results.words(
                "fraction.of", phrase=results.flagged(share, percent(share.estimate)), people=results.people()
            )
            return results.words("page1.headline", who=who, says=says(results, demand.plan.intent, code))
    return _first(found, results.headline)


def _first(found: tuple[Finding, ...], but: str) -> str:
    """Return the first finding of another question than that of page 1, without its stop."""
    sentences = (
        f.sentence for f in found if f.question != but and f.kind in ("change", "since_base", "groups")
    )
    return next(sentences, "").rstrip("。.")


def _where(results: Results, choice: Choice) -> str:
    """Return which groups are above and below the rest on the leading answers, or that none clearly is."""
    if not results.by or not facts.groups_compared(results):
        return ""
    words = results.words
    told = [text for code in results.lead if (text := _apart(results, code))]
    if told:
        return within(words.clauses(told[:2]), told[0])
    others = (f.sentence for f in (*choice.front, *choice.also) if f.kind == "groups" and _of(results, f))
    if other := next(others, ""):
        return other.rstrip("。.")
    if len(facts.suppressed_groups(results)) == len(results.groups()):
        return ""
    return words("part_headings.undivided", by=groups_noun(results, results.by) or results.by_noun)


def _of(results: Results, finding: Finding) -> bool:
    """Say whether a finding is of the last wave and the groups that have a page."""
    return finding.wave == results.latest and finding.keys[0][3] == results.by


def _apart(results: Results, code: str) -> str:
    """Return which groups are clearly above and below the rest on an answer, "" where none is."""
    words, phrase, parts = results.words, says(results, results.headline, code), list[str]()
    for way, sign in (("more", 1), ("fewer", -1)):
        groups = []
        for group in results.groups():
            row = results.printed("difference_from_rest", results.headline, code, by=results.by, group=group)
            if row is not None and row.clear and sign * row.estimate > 0:
                groups.append((group, results.flagged(row, "{name}")))
        if groups:
            place = f"part_headings.{way}" + ("" if parts else "_first")
            parts.append(words(place, group=called(results, results.by, groups), says=phrase))
    joined = words.text("finding.parts_join").join(parts)
    return words("part_headings.where_one", parts=joined, says=phrase) if parts else ""


def _trust(results: Results) -> str:
    """Return how far other choices move the first leading answer; "" where nothing else was tried."""
    code = results.lead[0]
    effect = moved(results, code)
    if effect is None:
        return ""
    place = "part_headings.moves_more" if effect.matters_more else "part_headings.moves_less"
    return results.words(
        place, option=results.quoted(results.headline, code), move=plain_points(effect.largest_move)
    )
