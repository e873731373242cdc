"""The authors' recommendations, each held against the results it rests on."""

from __future__ import annotations

from analysis.plans.demand import curve_option
from analysis.plans.estimates import read_estimate_plan
from reports.results.demand import demand_of
from reports.results.issue import recommendations_of
from reports.results.results import Results, Row
from survey.errors import StudyError


def recommendations(results: Results) -> tuple[str, ...]:
    """Return the recommendations as the study file words them.

    Raises
    ------
    StudyError
        If one rests on what was not estimated, is withheld, is to be used with care or is not clear.
    """
    printed = []
    for i, recommendation in enumerate(recommendations_of(results.study)):
        for j, name in enumerate(recommendation.rests_on):
            place = results.study.briefing.where("recommendations", i, "rests_on", j)
            rows, compared = _rows(results, name)
            if not rows and _planned(results, name):
                break  # only some of what the study estimates is printed
            if not rows:
                raise StudyError(place, key="briefing.rests_on_unknown", result=name)
            shown = [row for row in rows if not row.suppressed]
            if not shown:
                raise StudyError(place, key="briefing.rests_on_withheld", result=name)
            if compared and not any(row.clear for row in shown):
                raise StudyError(place, key="briefing.rests_on_unclear", result=name)
            if all(row.doubtful for row in shown if row.clear or not compared):
                raise StudyError(place, key="briefing.rests_on_doubtful", result=name)
        else:
            printed.append(recommendation.text.in_(results.language))
    return tuple(printed)


def _planned(results: Results, name: str) -> bool:
    """Say whether the study estimates what a result is named after, and these estimates hold none of it."""
    study, first = results.study, name.split(".")[0]
    plan, there = read_estimate_plan(study), {name for key in results.table for name in (key[1], key[3])}
    if first == "demand":
        return study.asks_demand and demand_of(results) is None
    if first == "by":
        first = name.split(".")[1] if name.count(".") else ""
        return first in plan.by and first not in there
    return first in (*plan.shares, *plan.amounts) and first not in there


def _rows(results: Results, name: str) -> tuple[list[Row], bool]:
    """Return the rows that a result's name means, and whether they are differences, of which one is clear."""
    match name.split("."):
        case ["demand", fee] if (demand := demand_of(results)) is not None:
            options = [curve_option(demand.plan.willing[:1], at) for at in demand.plan.at if f"{at:g}" == fee]
            found = [results.row("demand", demand.plan.fee, option) for option in options]
            return [row for row in found if row is not None], False
        case ["by", by, group]:
            rest = (results.latest, by, group, "difference_from_rest")
            return [row for key, row in results.table.items() if (key[0], *key[3:]) == rest], True
        case [question, option, "change"]:
            found = [results.row("change", question, option)]
        case [question, option, by, group]:
            found = [results.row("difference_from_rest", question, option, by=by, group=group)]
        case [question, option]:
            return [row for row in [results.row("share", question, option)] if row is not None], False
        case [question]:
            return [row for row in [results.row("quantile", question, "0.5")] if row is not None], False
        case _:
            found = []
    return [row for row in found if row is not None], True
