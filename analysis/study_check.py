"""What a run would read, set aside, merge and withhold, wave by wave, before any estimate is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.estimates import Estimates
from analysis.plan import estimate, read_plan
from analysis.wording_notes import wording_notes
from survey.answers import Answers
from survey.errors import ExportError, SeveralErrors
from survey.questionnaire import Missing
from survey.record import Flow, MarginRecord, WeightingRecord
from survey.responses import Responses, read_responses, unreadable
from survey.screening import screen
from survey.study import Study
from survey.weighted_sample import WeightedSample
from survey.weighting import weigh

LABELS = {kind.key.replace("_", " "): kind for kind in Missing if kind != Missing.ANSWERED}


@dataclass(frozen=True, slots=True)
class QuestionCheck:
    """Answers to one question as read: how many of each option, and why others are missing.

    Attributes
    ----------
    options : dict of str to int
        Answers of each option by its code; of a number its smallest, median and largest instead.
    missing : dict of str to int
        Kinds of missing answers and how many of each.
    odd : dict of str to int
        What a person should look at: words on no list, answers given out of turn, "none" beside a tick.
    """

    id: str
    kind: str
    answered: int
    options: dict[str, float]
    missing: dict[str, int]
    odd: dict[str, int]


@dataclass(frozen=True, slots=True)
class WaveCheck:
    """What was read of a wave, what screening and weighting do with it, and what will be withheld.

    Attributes
    ----------
    notes, unread : list of str
        What to know of the file, and the columns that no question reads.
    flow : list of (rule, removed, met, judged)
        `judged` is false where the file has nothing to judge the rule by.
    flags : list of (name, met, judged)
        Marks that set nobody aside alone.
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
    notes: list[str]
    unread: list[str]
    questions: list[QuestionCheck]
    flow: list[tuple[str, int, int, bool]]
    flags: list[tuple[str, int, bool]]
    n_eff: float
    merged: list[str]
    thin: list[str]
    unknown: dict[str, float]
    withheld: dict[str, list[str]]


def check_study(study: Study) -> list[WaveCheck]:
    """Return for each wave what a run would read, set aside, merge and withhold; nothing is written.

    Raises
    ------
    SurveyError
        Of the first mistake that would stop the run; of answers that cannot be read, all.
    """
    read_plan(study)
    returned: dict[str, Responses] = {}
    flows: dict[str, Flow] = {}
    samples: dict[str, WeightedSample] = {}
    for wave in study.waves:
        returned[wave.id] = _read(study, wave.id)
        kept, flows[wave.id] = screen(returned[wave.id], study)
        samples[wave.id] = weigh(kept, study)
    estimates = estimate(study, samples)
    wording = wording_notes(returned)
    return [
        _wave(
            returned[name],
            flows[name],
            samples[name].record.weighting,
            _withheld(estimates, name),
            wording[name],
        )
        for name in samples
    ]


def _read(study: Study, wave: str) -> Responses:
    """Return the answers of a wave; raises ExportError of every question that cannot be read."""
    try:
        return read_responses(study, wave)
    except ExportError:
        found = unreadable(study, wave)
        if not found:
            raise
        raise SeveralErrors(found) from None


def _wave(
    responses: Responses,
    flow: Flow,
    weighting: WeightingRecord,
    withheld: dict[str, list[str]],
    wording: list[str],
) -> WaveCheck:
    return WaveCheck(
        wave=responses.wave.id,
        file=responses.wave.responses.name,
        platform=responses.platform,
        encoding=responses.encoding,
        returned=flow.returned,
        analysed=flow.analysed,
        notes=[*responses.notes, *wording],
        unread=list(responses.unread),
        questions=[_question(answers) for answers in responses.answers.values()],
        flow=[(step.rule, step.removed, step.met, step.judged) for step in flow.steps],
        flags=[(flag.name, flag.met, flag.judged) for flag in flow.flags],
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
    odd = {
        "on no list, taken as typed": answers.unlisted,
        "answered though not asked": answers.out_of_turn,
        '"none of these" beside a tick': answers.contradicted,
    }
    return QuestionCheck(
        question.id,
        question.kind,
        int(answered.sum()),
        options,
        {name: n for name, n in missing.items() if n},
        {name: int(marks.sum()) for name, marks in odd.items() if marks is not None},
    )


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
