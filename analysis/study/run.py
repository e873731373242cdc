"""A study from its files to its estimates: every wave read, screened, weighted and estimated."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.estimates import Estimates, combine
from analysis.plans.demand import read_demand
from analysis.plans.estimates import read_estimate_plan
from analysis.plans.sensitivity import other_margins, read_sensitivity
from analysis.publication.published import shortened, without_leaks
from analysis.statistics.testing.adjust import adjust_families
from analysis.study.diagnostics import wave_diagnostics
from analysis.study.estimate import estimate, ties_of
from analysis.study.reference import measured_bias, reference_tables
from analysis.study.sensitivity import sensitivity_analysis, wave_alternatives, without_copies
from survey.messages.lines import Say, line, unsaid
from survey.screening.screen import screen, screening_flags
from survey.sources.reading import check_order_of_waves, middle_day, read_responses
from survey.study.study import Study
from survey.weighting.person_weights import keyed_weights
from survey.weighting.run import weigh


@dataclass(frozen=True, slots=True)
class StudyRun:
    """All estimates of a study.

    Attributes
    ----------
    estimates : Estimates
        As published: in files and on pages.
    full : Estimates
        The same rows with all their digits, from which suppressed numbers can be worked out.
    weights : dict of str to DataFrame
        For each wave the key and the weight of each respondent, where a key was named.
    """

    estimates: Estimates
    full: Estimates
    weights: dict[str, pd.DataFrame]


def run_study(study: Study, *, say: Say = unsaid, key: str = "") -> StudyRun:
    """Return all estimates of a study, with the sensitivity analysis of its last wave.

    Parameters
    ----------
    say : callable
        Called with a line on what is being done, to show progress.
    key : str
        "row" or a column by which each respondent's weight is given too; "" for none.

    Raises
    ------
    SurveyError
        Of the first mistake.
    """
    primary = read_estimate_plan(study).primary
    if study.asks_demand:
        read_demand(study)
    read_sensitivity(study)
    other_margins(study)
    samples, weights, days = {}, {}, {}
    beside: list[Estimates] = []
    alternatives: list[dict[str, Estimates]] = []
    for wave in study.waves:
        say(line("run.reading", wave=wave.id, file=wave.responses.name))
        returned = read_responses(study, wave.id)
        days[wave.id] = middle_day(returned)
        check_order_of_waves(study, days)
        flags = screening_flags(returned, study.screening)
        kept, flow = screen(returned, study, flags=flags)
        say(line("run.kept", wave=wave.id, returned=flow.returned, kept=flow.analysed))
        if study.weighting.method == "raking":
            say(line("run.weighting", wave=wave.id))
        samples[wave.id] = weigh(kept, study)
        beside += without_copies(study, returned, kept, flags)
        beside.append(wave_diagnostics(study, samples[wave.id], returned, kept))
        if wave in study.waves[-2:]:
            alternatives.append(wave_alternatives(study, samples[wave.id], returned, flags=flags, say=say))
        if key:
            weights[wave.id] = keyed_weights(samples[wave.id], kept, key)
    ties = ties_of(study, samples)
    estimates = estimate(study, samples, ties=ties, say=say)
    random = [] if study.reference is None else reference_tables(study, samples[wave.id], say=say)
    sensitivity = sensitivity_analysis(
        study,
        samples[wave.id],
        estimates=estimates,
        alternatives=alternatives,
        measured=measured_bias(random) if random else None,
        say=say,
    )
    others = [*beside, *random, *sensitivity]
    everything = combine([estimates, *others]) if others else estimates
    # What is withheld in the end is not tested, and does not count in its family.
    full = adjust_families(without_leaks(everything, ties), primary)
    return StudyRun(shortened(full, ties), full, weights)
