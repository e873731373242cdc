"""What a run would do with a study, in an analyst's words, before any estimate is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from analysis import Estimates, estimate
from analysis.plan import read_plan
from reports.number_format import as_given, month_text, percent_tenth, whole
from reports.settings import check_tables
from survey import Responses, Study, read_responses, screen, weigh
from survey.answers import Answers
from survey.questionnaire import Missing
from survey.record import Flow, MarginRecord, WeightingRecord
from survey.weighted_sample import WeightedSample

LABELS = {"blank": Missing.BLANK, "not asked": Missing.NOT_ASKED}


@dataclass(frozen=True, slots=True)
class QuestionCheck:
    """Answers to one question as read: how many of each option, and why others are missing.

    Attributes
    ----------
    options : dict of str to int
        Answers of each option by its code; of a number its smallest, median and largest instead.
    missing : dict of str to int
        Kinds of missing answers and how many of each.
    """

    id: str
    kind: str
    answered: int
    options: dict[str, float]
    missing: dict[str, int]


@dataclass(frozen=True, slots=True)
class WaveCheck:
    """What was read of a wave, what screening and weighting do with it, and what will be withheld.

    Attributes
    ----------
    flow : list of (rule, removed, met)
    merged, thin : list of str
        Margin categories that were merged, and those left small.
    unknown : dict of str to float
        Share of the answers whose category is not known, for each margin.
    withheld : dict of str to list of str
        For a table, the cells that will not be printed, with the reason.
    """

    wave: str
    file: str
    platform: str
    encoding: str
    returned: int
    analysed: int
    questions: list[QuestionCheck]
    flow: list[tuple[str, int, int]]
    n_eff: float
    merged: list[str]
    thin: list[str]
    unknown: dict[str, float]
    withheld: dict[str, list[str]]


def check_study(study: Study, *, say: Callable[[str], None] = lambda _: None) -> list[WaveCheck]:
    """Return for each wave what a run would read, set aside, merge and withhold; nothing is written.

    Raises
    ------
    SurveyError
        Of the first mistake that would stop the run.
    """
    read_plan(study)
    check_tables(study)
    returned: dict[str, Responses] = {}
    flows: dict[str, Flow] = {}
    samples: dict[str, WeightedSample] = {}
    for wave in study.waves:
        say(f"reading {wave.responses.name}")
        returned[wave.id] = read_responses(study, wave.id)
        kept, flows[wave.id] = screen(returned[wave.id], study)
        samples[wave.id] = weigh(kept, study)
    estimates = estimate(study, samples)
    return [
        _wave(returned[name], flows[name], samples[name].record.weighting, _withheld(estimates, name))
        for name in samples
    ]


def _wave(
    responses: Responses, flow: Flow, weighting: WeightingRecord, withheld: dict[str, list[str]]
) -> WaveCheck:
    return WaveCheck(
        wave=responses.wave.id,
        file=responses.wave.responses.name,
        platform=responses.platform,
        encoding=responses.encoding,
        returned=flow.returned,
        analysed=flow.analysed,
        questions=[_question(answers) for answers in responses.answers.values()],
        flow=[(step.rule, step.removed, step.met) for step in flow.steps if step.judged],
        n_eff=weighting.n_eff,
        merged=[
            f"{m.name}: {' + '.join(c.codes)}"
            for m in weighting.margins
            for c in m.categories
            if len(c.codes) > 1
        ],
        thin=list(weighting.thin),
        unknown={m.name: share for m in weighting.margins if (share := _unknown(m)) > 0},
        withheld=withheld,
    )


def _question(answers: Answers) -> QuestionCheck:
    question, answered = answers.question, answers.missing == Missing.ANSWERED
    options: dict[str, float] = {}
    if question.kind == "single":
        counts = np.bincount(answers.values[answered], minlength=len(question.codes))
        options = {code: int(n) for code, n in zip(question.codes, counts, strict=True)}
    elif question.kind == "multiple":
        ticks = answers.values.sum(axis=0)
        options = {code: int(n) for code, n in zip(question.codes, ticks, strict=True)}
    elif question.kind in ("number", "month") and answered.any():
        numbers = answers.values[answered]
        names = ("smallest", "median", "largest")
        options = dict(zip(names, map(float, np.quantile(numbers, (0, 0.5, 1))), strict=True))
    missing = {name: int((answers.missing == kind).sum()) for name, kind in LABELS.items()}
    return QuestionCheck(
        question.id, question.kind, int(answered.sum()), options, {k: n for k, n in missing.items() if n}
    )


def _merged(margin: MarginRecord) -> list[str]:
    return [f"{margin.name}: {' + '.join(c.codes)}" for c in margin.categories if len(c.codes) > 1]


def _unknown(margin: MarginRecord) -> float:
    own = sum(category.unweighted for category in margin.categories if category.codes == ("",))
    return float(own + margin.shared_out)


def _withheld(estimates: Estimates, wave: str) -> dict[str, list[str]]:
    """Return for each table of shares of a wave the cells withheld, "group option (reason)"."""
    rows = estimates.rows(wave=wave, measure="share")
    rows = rows[rows["flag"] == "suppress"]
    found: dict[str, list[str]] = {}
    for row in rows.to_dict("records"):
        table = f"{row['question']} by {row['by']}" if row["by"] else str(row["question"])
        reason = str(row["note"]).replace("_", " ")
        found.setdefault(table, []).append(f"{row['group']} {row['option']} ({reason})".strip())
    return found


def as_json(checks: list[WaveCheck]) -> str:
    """Return the checks as JSON, for scripts."""
    return json.dumps({"waves": [asdict(check) for check in checks]}, ensure_ascii=False, indent=1)


def as_text(checks: list[WaveCheck]) -> str:
    """Return the checks in words, wave by wave."""
    return "\n\n".join("\n".join(_lines(check)) for check in checks)


def _lines(check: WaveCheck) -> list[str]:
    encoding = f", {check.encoding}" if check.encoding else ""
    lines = [f"{check.wave}: {check.file}, read as {check.platform}{encoding}", "", "Answers as they came"]
    for q in check.questions:
        lines.append(f"  {q.id} ({q.kind}): {whole(q.answered)} answered" + _listed(q.missing, ", "))
        if q.options:
            lines.append("    " + ", ".join(f"{code} {_shown(n, q.kind)}" for code, n in q.options.items()))
    lines += ["", f"Screening: {whole(check.returned)} returned"]
    for rule, removed, met in check.flow:
        alone = f" ({whole(met)} by this rule alone)" if met != removed else ""
        lines.append(f"  {rule}: {whole(removed)} set aside{alone}")
    lines.append(f"  {whole(check.analysed)} analysed")
    lines += ["", f"Weighting: effective number of answers {whole(check.n_eff)}"]
    lines += [f"  merged: {text}" for text in check.merged]
    lines += [f"  few answers, and no partner to merge with: {text}" for text in check.thin]
    lines += [
        f"  {name} not known: {percent_tenth(share)}% of the answers" for name, share in check.unknown.items()
    ]
    total = sum(len(cells) for cells in check.withheld.values())
    lines += ["", f"Will be withheld: {whole(total)} cells" if total else "Nothing will be withheld"]
    for table, cells in check.withheld.items():
        lines += [f"  {table}:", *(f"    {cell}" for cell in cells)]
    return lines


def _shown(number: float, kind: str) -> str:
    """Return a count or number in figures, a month as year and month."""
    if kind == "month":
        return month_text(int(number))
    return as_given(number)


def _listed(counts: dict[str, int], before: str) -> str:
    return "".join(f"{before}{whole(n)} {name}" for name, n in counts.items())
