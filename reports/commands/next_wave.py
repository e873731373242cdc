"""The page on the next wave: how many answers, and from where, for a stated precision or change."""

from __future__ import annotations

from dataclasses import asdict
from math import ceil, inf, isnan
from pathlib import Path

import pandas as pd

from analysis import Estimates
from analysis.study.next_wave import (
    THIN,
    EmptyRisk,
    Goal,
    Need,
    detectable_change,
    half_width_now,
    most_answers,
    next_wave,
    risks_around,
)
from analysis.study.random_names import random_names
from reports.folder.results import write_together
from reports.language.numbers import decimal, percent, percent_number, plain_points, whole
from reports.language.words import Words
from reports.page.fonts import find_fonts
from reports.page.typeset import Briefing, typeset
from reports.results.declared import issue_date
from reports.results.facts import primary_option
from reports.results.results import Results, results_of
from reports.sections.document import document_texts
from reports.sections.section import table_block
from reports.sections.table import Group, PrintedTable
from survey.messages.lines import Line, Say, line
from survey.study.study import Study

COLUMNS = {
    "by": "by",
    "group": "group",
    "option": "option",
    "n": "answers",
    "share": "share",
    "deff": "design_effect",
    "for_half": "needed_for_interval",
    "for_change": "needed_for_change",
    "family": "changes_tested",
    "most_power": "most_power",
    "suppressed": "withheld",
}


def plan_next_wave(study: Study, estimates: Estimates, out: Path, *, goal: Goal, say: Say) -> list[Path]:
    """Return the paths written: plan.csv and a page plan-LANGUAGE.pdf for each language.

    Raises
    ------
    EstimateError, ReportError
        If a goal is out of range, or no share of the headline question may be printed.
    """
    fonts, issued = find_fonts(), issue_date(study)
    in_languages = [results_of(study, estimates, language) for language in study.languages]
    results = in_languages[-1]
    primary = primary_option(results)
    needs = next_wave(estimates, results.headline, results.lead, by=results.by, goal=goal, primary=primary)
    history = estimates.histories.get(results.latest)
    risks = risks_around(history.weighting, needs) if history is not None else []
    files = {
        f"plan-{of_one.language}.pdf": typeset(
            _page(of_one, needs, risks, goal), fonts, issued=issued, warn=say
        )
        for of_one in in_languages
    }
    table = pd.DataFrame(map(asdict, needs))[[*COLUMNS]].rename(columns=COLUMNS)
    table["withheld"] = table["withheld"].map({True: "yes", False: ""})
    files["plan.csv"] = table.to_csv(index=False, lineterminator="\n").encode("utf-8")
    for need in needs:
        if not need.by:
            say(_line(study, results.headline, need, goal))
    return write_together(out, files)


def _line(study: Study, question: str, need: Need, goal: Goal) -> Line:
    """Return what an option needs, for the screen."""
    change = (
        line("plan.number", n=whole(need.for_change))
        if need.for_change < inf
        else line("plan.never", power=percent_number(need.most_power))
    )
    return line(
        "plan.needed",
        option=study.questionnaire[question].option(need.option).label,
        half=plain_points(goal.half),
        n=whole(need.for_half),
        change=plain_points(goal.change),
        m=change,
    )


def _for_change(need: Need, words: Words) -> str:
    """Return the answers needed for the change, or that no number is enough and what it would show."""
    if need.for_change < inf:
        return whole(need.for_change)
    return words("plan.never", power=percent(need.most_power))


def _page(results: Results, needs: list[Need], risks: list[EmptyRisk], goal: Goal) -> Briefing:
    words, study, language = results.words, results.study, results.language
    shares = tuple(
        (
            results.option_label(results.headline, need.option),
            whole(need.n),
            percent_number(need.share),
            plain_points(half_width_now(need, goal.confidence)),
            decimal(need.deff),
            whole(need.for_half),
            _for_change(need, words),
        )
        for need in needs
        if not need.by
    )
    columns = words.columns("plan.columns", half=plain_points(goal.half), change=plain_points(goal.change))
    widths = (1.5, 0.8, 0.7, 0.9, 0.8, 1.1, 1.1)
    tables = [PrintedTable(words("plan.caption"), columns, (Group("", shares),), (), widths)]
    tables += [_groups(results, needs, goal)] if results.by else []
    if risks:
        rows = tuple((whole(risk.n), percent(risk.empty), percent(risk.thin)) for risk in risks)
        caption, columns = words("plan.risk_caption"), words.columns("plan.risk_columns", few=whole(THIN))
        tables.append(PrintedTable(caption, columns, (Group("", rows),), (), (1, 1.2, 1.2)))
    blocks = [
        {"kind": "text", "texts": [_text(results, needs, goal)]},
        *(table_block(table, keep_together=True, number=str(i)) for i, table in enumerate(tables, 1)),
        {"kind": "text", "texts": [words(f"plan.limits_{study.sample}"), *_names(results)]},
    ]
    texts = {
        **document_texts(study, language, words("plan.title", study=study.title.in_(language))),
        "subtitle": words("plan.subtitle", wave=results.wave_label(results.latest)),
        "sections": [{"name": "plan", "heading": words("plan.heading"), "blocks": blocks}],
    }
    return Briefing(language, f"plan-{language}", "appendix", texts, {})


def _names(results: Results) -> list[str]:
    """Return how large a random sample would have to be to halve what is not known of the leading share."""
    words, option = results.words, results.lead[0]
    found = random_names(results.estimates, results.latest, results.headline, option)
    if not found:
        return []
    least, most = found[0], found[-1]
    place = "plan.names_measured" if least.group == "reference" else "plan.names"
    fields = {"option": results.quoted(results.headline, option), "half": plain_points(least.half)}
    fields |= {"n": whole(ceil(most.n)), "most_half": plain_points(most.half), "most_n": whole(ceil(least.n))}
    return [words(place, **fields)]


def _text(results: Results, needs: list[Need], goal: Goal) -> str:
    """Return what the figures assume, and which tests they are planned for: those of the briefing."""
    words, primary = results.words, primary_option(results)
    families = [need.family for need in needs if not need.by and need.option != primary]
    sentences = [words("plan.text", power=percent(goal.power))]
    if primary in {need.option for need in needs if not need.by}:
        sentences.append(words("plan.primary", option=results.quoted(results.headline, primary)))
    if families:
        sentences.append(words("plan.family", n=max(families)))
    return words.sentences(sentences)


def _groups(results: Results, needs: list[Need], goal: Goal) -> PrintedTable:
    words, rows = results.words, []
    mark = words.mark("withheld")
    for group in results.groups():
        of_group = [need for need in needs if need.group == group and need.by]
        if not of_group:
            continue
        n = max((need.n for need in of_group if not need.suppressed), default=None)
        change = detectable_change(of_group, group, goal)
        rows.append(
            (
                results.option_label(results.by, group),
                mark if n is None else whole(n),
                whole(most_answers(of_group, group)),
                mark if isnan(change) else plain_points(change),
            )
        )
    columns = words.columns(
        "plan.group_columns", by=results.question_label(results.by), half=plain_points(goal.group_half)
    )
    groups, notes = (Group("", tuple(rows)),), (words("plan.group_note"),)
    return PrintedTable(words("plan.group_caption"), columns, groups, notes, (1.5, 0.9, 1.3, 1.3))
