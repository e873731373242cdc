"""The [briefing] table of a study file, matched with what was estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from analysis import Estimates
from analysis.plans.estimates import read_estimate_plan
from reports.results.declared import elsewhere_of, extras_of, facts_of, margins_of, status_of
from reports.results.issue import issue_of, recommendations_of
from reports.results.outlines import outlines_of
from survey.errors import Keys, ReportError, StudyError, note, noting
from survey.study.placeholders import placeholders
from survey.study.questionnaire import Question
from survey.study.references import known_codes, known_question
from survey.study.study import Study

TILES = 3
LABELS = ("people", "headline_text", "unlicensed")
DISCLOSED = ("sponsor", "conductor", "recruitment", "mode", "incentives", "quality", "limits", "contact")
# What a final briefing may not be without: the items of AAPOR's disclosure standards (2021) that a study
# file has to supply. The others (publisher, population, wording, sizes, weighting) are always there.
REQUIRED = ("sponsor", "conductor", "recruitment", "mode", "quality", "limits", "contact")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the briefing is about: waves in order, question of page 1, its leading options, groups."""

    waves: tuple[str, ...]
    headline: str
    lead: tuple[str, ...]
    by: str


def read_settings(study: Study, estimates: Estimates) -> Settings:
    """Return the settings, with defaults taken from the estimates.

    Raises
    ------
    StudyError
        If the table names what is not in the questionnaire.
    ReportError
        If there is no share to print.
    """
    shares = estimates.rows(measure="share")
    if shares.empty:
        raise ReportError("briefing", key="briefing.no_shares")
    found = dict.fromkeys(shares["wave"].astype(str))
    waves = tuple(wave.id for wave in study.waves if wave.id in found) or tuple(found)
    estimated = [*dict.fromkeys(shares.loc[shares["by"] == "", "question"].astype(str))]
    if not estimated:
        raise ReportError("briefing", key="briefing.no_whole_shares")
    headline = _chosen(study, "headline", estimated)
    if study.briefing.has("lead"):
        lead = _lead(study, study.questionnaire[headline])
    else:
        rows = estimates.rows(wave=waves[-1], question=headline, measure="share", by="")
        largest = rows.sort_values("estimate", ascending=False, kind="stable")
        lead = tuple(str(code) for code in largest["option"][:TILES])
    groupings = dict.fromkeys(shares.loc[shares["question"] == headline, "by"].astype(str))
    groupings.pop("", None)
    by = _chosen(study, "by", [*groupings]) if groupings else ""
    return Settings(waves, headline, lead, by)


def _named_question(study: Study, key: str) -> Question | None:
    """Return the question that a key of the [briefing] table names; None where it is left out."""
    table = study.briefing
    if not table.has(key):
        return None
    return known_question(table.text(key), study.questionnaire.questions, table.where(key))


def _chosen(study: Study, key: Literal["headline", "by"], estimated: list[str]) -> str:
    """Return the question that a key names, which must be among those estimated; else the first of these."""
    question = _named_question(study, key)
    if question is None:
        return estimated[0]
    if question.id not in estimated:
        name = "briefing.headline_not_estimated" if key == "headline" else "briefing.by_not_estimated"
        place = study.briefing.where(key)
        raise ReportError(place, key=name, question=question.id, estimated=estimated)
    return question.id


def check_tables(study: Study) -> None:
    """Refuse mistakes in the [briefing] and [disclosure] tables before any work is done.

    The questions of page 1 are among those that [estimates] names.

    Raises
    ------
    StudyError
        Naming table and key.
    """
    table = study.briefing
    with_lead = table.has("lead")
    table.has("headline")
    with noting():
        by = _named_question(study, "by")
        _check_estimated(study, "by", by)
        if table.has("tiles"):
            table.spoilt("tiles", StudyError(table.where("tiles"), key="study.map_tiles"))
        outlines_of(study, by)
    _check_briefing(study)
    with noting():
        headline = _named_question(study, "headline")
        _check_estimated(study, "headline", headline)
        if with_lead and headline is not None:
            _lead(study, headline)
        elif with_lead and table.sound("headline"):
            raise StudyError(table.where("lead"), key="study.no_headline")
    for key in DISCLOSED:
        if study.disclosure.has(key):
            study.disclosure.label(key)
    study.disclosure.done()


def _check_estimated(study: Study, key: Literal["headline", "by"], question: Question | None) -> None:
    """Note a question of page 1 that [estimates] does not name."""
    plan, place, table = read_estimate_plan(study), study.briefing.where(key), study.estimates
    listed, names = ("shares", plan.shares) if key == "headline" else ("by", plan.by)
    if question is None or question.id in names or not table.sound(listed):
        return
    edit: dict[Keys, object] = {table.where(listed).path: [*names, question.id]}
    if key == "headline":
        error = StudyError(
            place, key="study.not_in_shares", remedies=edit, question=question.id, shares=names
        )
    else:
        error = StudyError(place, key="study.not_in_by", remedies=edit, question=question.id, by=names)
    note(error)


def check_grouping(study: Study, by: str) -> None:
    """Refuse a question of which the groups are to have pages, "" for none, by which nothing is estimated.

    Raises
    ------
    ReportError
        Naming the groupings there are.
    """
    known = read_estimate_plan(study).by
    if by and by not in known:
        raise ReportError(f"--group {by}", key="briefing.no_grouping", question=by, by=known)


def _lead(study: Study, headline: Question) -> tuple[str, ...]:
    """Return the options shown as key figures."""
    table = study.briefing
    texts = table.texts("lead")
    _refuse_foreign(study, headline, texts)
    lead = known_codes(headline, texts, table.where("lead"))
    if not table.values["lead"]:
        table.spoilt("lead", StudyError(table.where("lead"), key="study.empty_lead"))
    return lead


def _refuse_foreign(study: Study, headline: Question, texts: Sequence[str]) -> None:
    """Refuse options that are all of one other question: the headline is another than was meant."""
    if not texts or any(headline.spelt(text) for text in texts):
        return
    for other in study.questionnaire:
        if other.options and all(other.spelt(text) for text in texts):
            raise StudyError(
                study.briefing.where("lead"),
                key="study.lead_of_other",
                remedies={study.briefing.where("headline").path: other.id},
                options=texts,
                other=other.id,
                headline=headline.id,
            )


def _check_briefing(study: Study) -> None:
    """Read what else the [briefing] table declares; a final one needs every required item of disclosure."""
    table = study.briefing
    for key in LABELS:
        if table.has(key):
            table.label(key)
    table.has("sections")  # which `sections.contents` reads
    facts_of(study)
    issue_of(study)
    recommendations_of(study)
    elsewhere_of(study)
    margins_of(study)
    extras_of(study)
    status = status_of(study)
    if table.has("status") and status is None:
        table.label("status")
    if status == "final":
        absent = [f"[disclosure] {key}" for key in REQUIRED if not study.disclosure.has(key)]
        absent += [f'fieldwork of wave "{wave.id}"' for wave in study.waves if wave.fieldwork is None]
        amounts = study.estimates.values.get("amounts", [])
        absent += [
            f'unit of question "{q.id}"'
            for q in study.questionnaire
            if q.kind == "number" and q.id in amounts and q.unit is None
        ]
        absent += [f"{left.where} ({left.problem})" for left in placeholders(study)]
        if absent:
            note(StudyError(table.where("status"), key="study.final_gaps", keys=absent))
    table.done()
