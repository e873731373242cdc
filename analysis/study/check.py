"""What a run would read, set aside, merge and withhold, wave by wave, before any estimate is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.plans.estimates import read_estimate_plan
from analysis.plans.sensitivity import other_margins, read_sensitivity
from analysis.study.estimate import estimate
from analysis.study.wording_notes import wording_notes
from survey.errors import ExportError, SeveralErrors, SurveyError
from survey.history import Flow, MarginHistory
from survey.numeric.array_types import Ints
from survey.responses.answers import Answers
from survey.responses.responses import Responses
from survey.screening.screen import screen
from survey.sources.reading import read_responses, unreadable
from survey.study.questionnaire import Missing
from survey.study.study import Study
from survey.weighting.run import weigh
from survey.weighting.sample import WeightedSample

LABELS = {kind.key.replace("_", " "): kind for kind in Missing if kind != Missing.ANSWERED}


@dataclass(frozen=True, slots=True)
class QuestionCheck:
    """Answers to one question as read: how many of each option, and why others are missing.

    Attributes
    ----------
    options : dict of str to int
        Answers of each option by its code; of a number its smallest, median and largest instead.
    labels : dict of str to str
        The options as the questionnaire words them.
    missing : dict of str to int
        Kinds of missing answers and how many of each.
    odd : dict of str to int
        What a person should look at: words on no list, answers given out of turn, "none" beside a tick.
    """

    id: str
    kind: str
    answered: int
    options: dict[str, float]
    labels: dict[str, str]
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
    cells : dict of str to int
        For those tables, how many cells they have.
    problem : SurveyError or None
        Why it cannot be weighted; nothing is then said of weights and cells.
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
    n_eff: float | None
    merged: list[str]
    thin: list[str]
    unknown: dict[str, float]
    withheld: dict[str, list[str]]
    cells: dict[str, int]
    problem: SurveyError | None


def check_study(study: Study) -> list[WaveCheck]:
    """Return for each wave what a run would read, set aside, merge and withhold; nothing is written.

    Raises
    ------
    SurveyError
        Of the first mistake that would stop the run; of answers that cannot be read, all. What stops
        the weighting alone is in the check of its wave.
    """
    read_estimate_plan(study)
    read_sensitivity(study)
    other_margins(study)
    returned: dict[str, Responses] = {}
    flows: dict[str, Flow] = {}
    samples: dict[str, WeightedSample | SurveyError] = {}
    for wave in study.waves:
        returned[wave.id] = _read(study, wave.id)
        kept, flows[wave.id] = screen(returned[wave.id], study)
        samples[wave.id] = _weighted(kept, study)
    shares = _shares(study, samples)
    wording = wording_notes(returned)
    return [
        _wave(
            returned[name],
            flows[name],
            sample,
            shares if shares is None else shares[shares["wave"] == name],
            wording[name],
        )
        for name, sample in samples.items()
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


def _weighted(kept: Responses, study: Study) -> WeightedSample | SurveyError:
    """Return the weighted answers, or what stops the weighting: what was read is worth seeing even so."""
    try:
        return weigh(kept, study)
    except SurveyError as error:
        return error


def _wave(
    responses: Responses,
    flow: Flow,
    sample: WeightedSample | SurveyError,
    shares: pd.DataFrame | None,
    wording: list[str],
) -> WaveCheck:
    problem = sample if isinstance(sample, SurveyError) else None
    weighting = None if isinstance(sample, SurveyError) else sample.history.weighting
    margins = () if weighting is None else weighting.margins
    withheld, cells = ({}, {}) if shares is None else _withheld(shares)
    return WaveCheck(
        wave=responses.wave.id,
        file=responses.wave.responses.name,
        platform=responses.platform,
        encoding=responses.encoding,
        returned=flow.returned,
        analysed=flow.analysed,
        notes=[*responses.notes, *wording],
        unread=list(responses.unread),
        questions=[_question(answers, responses.paradata.count) for answers in responses.answers.values()],
        flow=[(step.rule, step.removed, step.met, step.judged) for step in flow.steps],
        flags=[(flag.name, flag.met, flag.judged) for flag in flow.flags],
        n_eff=None if weighting is None else weighting.n_eff,
        merged=[
            f"{m.name}: {' + '.join(c.codes)}" for m in margins for c in m.categories if len(c.codes) > 1
        ],
        thin=[] if weighting is None else list(weighting.thin),
        unknown={m.name: share for m in margins if (share := _unknown(m)) > 0},
        withheld=withheld,
        cells=cells,
        problem=problem,
    )


def _question(answers: Answers, people: Ints) -> QuestionCheck:
    question, answered = answers.question, answers.missing == Missing.ANSWERED
    options: dict[str, float] = {}
    if question.kind == "single":
        counts = np.bincount(
            answers.values[answered], weights=people[answered], minlength=len(question.codes)
        )
        options = {code: int(n) for code, n in zip(question.codes, counts, strict=True)}
    elif question.kind == "multiple":
        ticks = people @ answers.values
        options = {code: int(n) for code, n in zip(question.codes, ticks, strict=True)}
    elif question.kind in ("number", "month") and answered.any():
        numbers = np.repeat(answers.values[answered], people[answered])
        names = ("smallest", "median", "largest")
        options = dict(zip(names, map(float, np.quantile(numbers, (0, 0.5, 1))), strict=True))
    missing = {name: int(people[answers.missing == kind].sum()) for name, kind in LABELS.items()}
    odd = {
        "on no list, taken as typed": answers.unlisted,
        "answered though not asked": answers.out_of_turn,
        '"none of these" beside a tick': answers.contradicted,
    }
    return QuestionCheck(
        question.id,
        question.kind,
        int(people[answered].sum()),
        options,
        {option.code: option.label.in_("zh") for option in question.options},
        {name: n for name, n in missing.items() if n},
        {name: int(people[marks].sum()) for name, marks in odd.items() if marks is not None},
    )


def _unknown(margin: MarginHistory) -> float:
    own = sum(category.unweighted for category in margin.categories if category.codes == ("",))
    return float(own + margin.shared_out)


def _shares(study: Study, samples: dict[str, WeightedSample | SurveyError]) -> pd.DataFrame | None:
    """Return the shares as a run would make them; None where a wave cannot be weighted."""
    weighted = {name: one for name, one in samples.items() if not isinstance(one, SurveyError)}
    if len(weighted) < len(samples):
        return None
    return estimate(study, weighted).rows(measure="share")


def _withheld(shares: pd.DataFrame) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Return for each table with cells withheld those cells, "group option (reason)", and its size."""
    found: dict[str, list[str]] = {}
    sizes: dict[str, int] = {}
    for row in shares.to_dict("records"):
        table = f"{row['question']} by {row['by']}" if row["by"] else str(row["question"])
        sizes[table] = sizes.get(table, 0) + 1
        if row["flag"] == "suppress":
            reason = str(row["note"]).replace("_", " ")
            found.setdefault(table, []).append(f"{row['group']} {row['option']} ({reason})".strip())
    return found, {table: sizes[table] for table in found}
