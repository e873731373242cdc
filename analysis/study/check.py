"""What a run would read, exclude, merge and suppress, wave by wave, before any estimate is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates import Estimates, combine
from analysis.plans.demand import read_demand
from analysis.plans.estimates import read_estimate_plan
from analysis.plans.sensitivity import other_margins, read_sensitivity
from analysis.publication.published import published
from analysis.study.check_words import merged_categories, on_ticks, suppressed_cell, thin_category
from analysis.study.diagnostics import MEASURES, as_data, wave_diagnostics
from analysis.study.estimate import estimate, ties_of
from analysis.study.reference import reference_note
from analysis.study.wording_notes import wording_notes
from survey.errors import ExportError, SeveralErrors, SurveyError
from survey.history import CopiesSeen, Flow
from survey.messages.lines import Line, plain
from survey.numeric.array_types import Ints
from survey.responses.answers import Answers
from survey.responses.responses import Responses
from survey.screening.screen import screen
from survey.sources.reading import check_order_of_waves, middle_day, read_responses, unreadable
from survey.study.questionnaire import Label, Missing, Order
from survey.study.study import Study
from survey.weighting.run import weigh
from survey.weighting.sample import WeightedSample

LABELS = {kind.key: kind for kind in Missing if kind != Missing.ANSWERED}


@dataclass(frozen=True, slots=True)
class QuestionCheck:
    """Answers to one question as read: the count of each option, and of each kind of missing answer.

    Attributes
    ----------
    options : dict of str to int
        Count of each option by its code; of a number the smallest, median and largest instead.
    labels : dict of str to str
        The options as the questionnaire words them.
    missing : dict of str to int
        Count of each kind of missing answer.
    odd : dict of str to int
        Count of answers a person should look at: texts on no list, answers to questions not asked, "none"
        beside another option.
    order : {"questionnaire", "meaning", "unknown"}
        See `survey.study.questionnaire.Question`.
    """

    id: str
    kind: str
    answered: int
    options: dict[str, float]
    labels: dict[str, Label]
    missing: dict[str, int]
    odd: dict[str, int]
    order: Order


@dataclass(frozen=True, slots=True)
class WaveCheck:
    """What was read of a wave, what screening and weighting do with it, and what will be suppressed.

    Attributes
    ----------
    notes : list of Line
        Remarks on the file.
    unread, own : list of str
        The columns that no question reads, and the platform's own columns.
    left_out : list of (header, reason)
        Columns with answers that cannot be read.
    flow : list of (rule, removed, met, judged)
        `judged` is false where the rule is not applicable to the file.
    flags : list of (name, met, judged)
        Marks that exclude nobody by themselves.
    copies : CopiesSeen or None
        What was seen of near copies; None where a row stands for several people.
    merged, thin : list of Line
        Margin categories that were merged, and those that stay small.
    unknown : dict of str to float
        Share of the respondents with an unknown category, for each margin.
    withheld : dict of str to list of Line
        For each table with suppressed cells, those cells with the reason.
    cells : dict of str to int
        Number of cells of those tables.
    quality : list of dict
        Rows of its diagnostics as they may be published (methods 4.9); none where a wave cannot be weighted.
    problem : SurveyError or None
        Why it cannot be weighted; weights and cells are then not known.
    """

    wave: str
    file: str
    platform: str
    encoding: str
    returned: int
    analysed: int
    notes: list[Line]
    unread: list[str]
    own: list[str]
    left_out: list[tuple[str, str]]
    questions: list[QuestionCheck]
    flow: list[tuple[str, int, int, bool]]
    flags: list[tuple[str, int, bool]]
    copies: CopiesSeen | None
    n_eff: float | None
    merged: list[Line]
    thin: list[Line]
    unknown: dict[str, float]
    withheld: dict[str, list[Line]]
    cells: dict[str, int]
    quality: list[dict[str, object]]
    problem: SurveyError | None


def check_study(study: Study) -> list[WaveCheck]:
    """Return for each wave what a run would read, exclude, merge and suppress; nothing is written.

    Raises
    ------
    SurveyError
        Of the first mistake that would stop the run; of answers that cannot be read, all. A mistake that
        only stops the weighting is in the check of its wave.
    """
    read_estimate_plan(study)
    if study.asks_demand:
        read_demand(study)
    read_sensitivity(study)
    other_margins(study)
    waves: dict[str, tuple[Responses, Flow, WeightedSample | SurveyError]] = {}
    diagnosed: list[Estimates] = []
    days: dict[str, np.datetime64 | None] = {}
    for wave in study.waves:
        try:
            responses = read_responses(study, wave.id)
        except ExportError:
            errors = unreadable(study, wave.id)
            if not errors:
                raise
            raise SeveralErrors(errors) from None
        days[wave.id] = middle_day(responses)
        check_order_of_waves(study, days)
        kept, flow = screen(responses, study)
        try:
            sample = weigh(kept, study)
            waves[wave.id] = responses, flow, sample
            diagnosed.append(wave_diagnostics(study, sample, responses, kept))
        except SurveyError as error:
            waves[wave.id] = responses, flow, error
    weighted = {name: s for name, (_, _, s) in waves.items() if not isinstance(s, SurveyError)}
    shares, quality = None, pd.DataFrame()
    if len(weighted) == len(waves):
        ties = ties_of(study, weighted)
        estimates = estimate(study, weighted, ties=ties)
        shares = estimates.rows(measure="share")
        together = published(combine([estimates, *diagnosed]), ties).frame
        quality = together[together["measure"].isin(MEASURES)]
    wording = wording_notes({name: responses for name, (responses, _, _) in waves.items()})
    last = waves[study.waves[-1].id][2]
    if study.reference is not None and not isinstance(last, SurveyError):
        wording[study.waves[-1].id].append(reference_note(study, last))
    return [
        _checked_wave(
            *parts,
            None if shares is None else shares[shares["wave"] == name],
            as_data(quality[quality["wave"] == name]) if len(quality) else [],
            wording[name],
        )
        for name, parts in waves.items()
    ]


def _checked_wave(
    responses: Responses,
    flow: Flow,
    sample: WeightedSample | SurveyError,
    shares: pd.DataFrame | None,
    quality: list[dict[str, object]],
    wording: list[Line],
) -> WaveCheck:
    problem = sample if isinstance(sample, SurveyError) else None
    weighting = None if isinstance(sample, SurveyError) else sample.history.weighting
    margins = () if weighting is None else weighting.margins
    suppressed: dict[str, list[Line]] = {}
    sizes: dict[str, int] = {}
    for row in [] if shares is None else shares.to_dict("records"):
        table = f"{row['question']} by {row['by']}" if row["by"] else str(row["question"])
        sizes[table] = sizes.get(table, 0) + 1
        if row["flag"] == "suppress":
            suppressed.setdefault(table, []).append(suppressed_cell(row, responses.questionnaire))
    people = responses.paradata.count
    unknown = {
        m.name: float(sum(c.unweighted or 0.0 for c in m.categories if c.codes == ("",)) + m.shared_out)
        for m in margins
    }
    return WaveCheck(
        wave=responses.wave.id,
        file=responses.wave.responses.name,
        platform=responses.platform,
        encoding=responses.encoding,
        returned=flow.returned,
        analysed=flow.analysed,
        notes=[*map(plain, responses.notes), *map(on_ticks, responses.ticks), *wording],
        unread=list(responses.unread),
        own=list(responses.own),
        left_out=list(responses.left_out),
        questions=[_checked_question(answers, people) for answers in responses.answers.values()],
        flow=[(step.rule, step.removed, step.met, step.judged) for step in flow.steps],
        flags=[(flag.name, flag.met, flag.judged) for flag in flow.flags],
        copies=flow.copies,
        n_eff=None if weighting is None else weighting.n_eff,
        merged=merged_categories(margins, responses),
        thin=[thin_category(text, margins, responses) for text in (weighting.thin if weighting else ())],
        unknown={name: share for name, share in unknown.items() if share > 0},
        withheld=suppressed,
        cells={table: sizes[table] for table in suppressed},
        quality=quality,
        problem=problem,
    )


def _checked_question(answers: Answers, people: Ints) -> QuestionCheck:
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
        "unlisted": answers.unlisted,
        "out_of_turn": answers.out_of_turn,
        "contradicted": answers.contradicted,
    }
    return QuestionCheck(
        question.id,
        question.kind,
        int(people[answered].sum()),
        options,
        {option.code: option.label for option in question.options},
        {name: n for name, n in missing.items() if n},
        {name: int(people[marks].sum()) for name, marks in odd.items() if marks is not None},
        question.order,
    )
