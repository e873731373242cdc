"""The page on the next wave: how many answers, and from where, for a stated precision or change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from math import inf, isnan
from pathlib import Path

from analysis import Estimates
from analysis.study.next_wave import (
    EmptyRisk,
    Goal,
    Need,
    empty_risks,
    half_now,
    most_answers,
    next_wave,
    sizes_around,
    told_again,
)
from reports.folder.writing import write_together
from reports.language.line_breaks import wrapped
from reports.language.numbers import decimal, percent, percent_number, plain_points, whole
from reports.language.words import synthetic_mark
from reports.page.briefing import FOOTER, Briefing
from reports.page.fonts import find_fonts
from reports.page.typeset import typeset
from reports.results.declared import convention_of, issue_date
from reports.results.results import Results, results_of
from reports.sections.table import Group, PrintedTable
from survey.errors import ReportError
from survey.study.study import Study

Say = Callable[[str], None]
COLUMNS = "by,group,option,answers,share,design_effect,needed_for_interval,needed_for_change,withheld"


def plan_next_wave(study: Study, estimates: Estimates, out: Path, *, goal: Goal, say: Say) -> list[Path]:
    """Return the paths written: plan.csv and a page plan-LANGUAGE.pdf for each language.

    Raises
    ------
    EstimateError, ReportError
        If a goal is out of range, or no share of the headline question may be printed.
    """
    fonts = find_fonts()
    made: dict[str, bytes] = {}
    for language in study.languages:
        results = results_of(study, estimates, language)
        needs = next_wave(estimates, results.headline, results.lead, by=results.by, goal=goal)
        page = _page(results, needs, risks_of(results, needs), goal)
        made[f"plan-{language}.pdf"] = typeset(page, fonts, issued=issue_date(study), warn=say)
        made["plan.csv"] = _csv(needs)
    for line in lines(results_of(study, estimates, study.languages[-1]), needs, goal):
        say(line)
    return write_together(out, made)


def risks_of(results: Results, needs: list[Need]) -> list[EmptyRisk]:
    """Return the risks of an empty category for sizes around this wave's; none without margins."""
    history = results.estimates.histories.get(results.latest)
    if history is None or not history.weighting.margins:
        return []
    return empty_risks(history.weighting.margins, sizes_around(needs, history.weighting.n))


def lines(results: Results, needs: list[Need], goal: Goal) -> list[str]:
    """Return the needs of the whole sample in words, for the screen."""
    words = results.words
    return [
        words(
            "plan.line",
            option=results.option_label(results.headline, need.option),
            n=_number(need.for_half, results),
            half=plain_points(goal.half),
            change=plain_points(goal.change),
            m=_number(need.for_change, results),
        )
        for need in needs
        if not need.by
    ]


def _page(results: Results, needs: list[Need], risks: list[EmptyRisk], goal: Goal) -> Briefing:
    words, study, language = results.words, results.study, results.language
    made = (_shares(results, needs, goal), _groups(results, needs, goal), _risks(results, risks))
    tables = [table for table in made if table is not None]
    blocks: list[dict[str, object]] = [
        {"kind": "text", "texts": [words("plan.text", power=percent(goal.power))]}
    ]
    blocks += [{"kind": "table", "table": asdict(table), "breakable": False} for table in tables]
    blocks.append({"kind": "text", "texts": [words(f"plan.limits_{study.sample}")]})
    title = words("plan.title", study=study.title.in_(language))
    texts = {
        **words.page(),
        "title": title,
        "short_title": wrapped(title, FOOTER[convention_of(study)], 1),
        "publisher": study.publisher.in_(language),
        "status": "",
        "watermark": "",
        "convention": convention_of(study),
        "synthetic": synthetic_mark(study, language),
        "subtitle": words("plan.subtitle", wave=results.wave_label(results.latest)),
        "front": False,
        "sections": [{"name": "plan", "heading": words("plan.heading"), "blocks": blocks}],
    }
    return Briefing(language, texts, {})


def _number(value: float, results: Results) -> str:
    return words_never(results) if value == inf else whole(value)


def words_never(results: Results) -> str:
    """Return what stands where no number of answers would do."""
    return results.words.text("plan.never")


def _shares(results: Results, needs: list[Need], goal: Goal) -> PrintedTable:
    rows = [
        (
            results.option_label(results.headline, need.option),
            whole(need.n),
            percent_number(need.share),
            plain_points(half_now(need, goal.confidence)),
            decimal(need.deff),
            _number(need.for_half, results),
            _number(need.for_change, results),
        )
        for need in needs
        if not need.by
    ]
    fields = {"half": plain_points(goal.half), "change": plain_points(goal.change)}
    columns = results.words.columns("plan.columns", **fields)
    caption = results.words("plan.caption")
    return PrintedTable(caption, columns, (Group("", tuple(rows)),), (), (1.5, 0.8, 0.7, 0.9, 0.8, 1.1, 1.1))


def _groups(results: Results, needs: list[Need], goal: Goal) -> PrintedTable | None:
    if not results.by:
        return None
    rows = []
    for group in results.groups():
        own = [need for need in needs if need.group == group and need.by]
        if not own:
            continue
        n = max((need.n for need in own if not need.withheld), default=None)
        told = told_again(own, group, goal)
        mark = results.words.mark("withheld")
        rows.append(
            (
                results.option_label(results.by, group),
                mark if n is None else whole(n),
                whole(most_answers(own, group)),
                mark if isnan(told) else plain_points(told),
            )
        )
    fields = {"half": plain_points(goal.group_half)}
    columns = results.words.columns("plan.group_columns", by=results.question_label(results.by), **fields)
    caption, note = results.words("plan.group_caption"), results.words("plan.group_note")
    return PrintedTable(caption, columns, (Group("", tuple(rows)),), (note,), (1.5, 0.9, 1.3, 1.3))


def _risks(results: Results, risks: list[EmptyRisk]) -> PrintedTable | None:
    if not risks:
        return None
    rows = tuple((whole(risk.n), percent(risk.empty), percent(risk.thin)) for risk in risks)
    words = results.words
    return PrintedTable(
        words("plan.risk_caption"),
        words.columns("plan.risk_columns"),
        (Group("", rows),),
        (),
        (1, 1.2, 1.2),
    )


def _csv(needs: list[Need]) -> bytes:
    rows = [COLUMNS]
    for need in needs:
        values = asdict(need)
        numbers = [values[k] for k in ("n", "share", "deff", "for_half", "for_change")]
        cells = ["" if isnan(v) else repr(float(v)) for v in numbers]
        held = "yes" if need.withheld else ""
        rows.append(",".join([need.by, need.group, need.option, *cells, held]))
    codes = [text for need in needs for text in (need.by, need.group, need.option)]
    if any(sign in code for code in codes for sign in ',"\n'):
        raise ReportError("plan.csv", "a code holds a comma or a quote", "rename it in the study file")
    return ("\n".join(rows) + "\n").encode("utf-8")
