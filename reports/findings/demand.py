"""Demand at the fees that official figures name, as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plans.demand import curve_option
from reports.findings.finding import Finding
from reports.language.numbers import percent
from reports.results.declared import facts_of
from reports.results.demand import demand_of
from reports.results.results import Results


def demand_findings(results: Results) -> Iterator[Finding]:
    """Yield a sentence on demand at each official fee that the study estimates it at."""
    demand = demand_of(results)
    if demand is None:
        return
    plan, words = demand.plan, results.words
    for fact in facts_of(results.study):
        if not fact.fee or fact.label is None or fact.value not in plan.at:
            continue
        options = [curve_option(answers, fact.value) for answers in plan.curves]
        rows = [results.printed("demand", plan.fee, option) for option in options]
        shown = [row for row in rows if row is not None and row.note != "bounds_only"]
        if len(shown) < len(rows):
            continue
        shares = [results.flagged(row, percent(row.estimate)) for row in shown]
        rest = [results.quoted(plan.intent, code) for code in plan.willing[1:]]
        text = words(
            "finding.demand_two" if len(rows) > 1 else "finding.demand",
            estimate=shares[0],
            most=shares[-1],
            people=results.people(),
            label=words.noun(fact.label.in_(results.language)),
            fee=demand.fee(fact.value),
            ceiling=words.text("demand.or").join(rest),
        )
        keys = tuple((results.latest, plan.fee, option, "", "", "demand") for option in options)
        yield Finding("demand", keys, shown[0].estimate, text, any(row.doubtful for row in shown))
