"""The [briefing] table of a study file, matched with what was estimated."""

from __future__ import annotations

from dataclasses import dataclass

from analysis import Estimates
from reports.results.declared import convention_of, elsewhere_of, facts_of, sections_of, status_of, tiles_of
from survey.errors import ReportError, StudyError, listing
from survey.study.questionnaire import Question
from survey.study.questions import known_code, known_question
from survey.study.study import Study

TILES = 3
LABELS = ("people", "headline_text")
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
        raise ReportError("briefing", "there are no shares to print", "estimate at least one question")
    found = dict.fromkeys(str(w) for w in shares["wave"])
    waves = tuple(w.id for w in study.waves if w.id in found) or tuple(found)
    headline = _headline(study, tuple(dict.fromkeys(shares.loc[shares["by"] == "", "question"].astype(str))))
    lead = _lead(study, estimates, headline, waves[-1])
    grouped = tuple(
        by for by in dict.fromkeys(shares.loc[shares["question"] == headline, "by"].astype(str)) if by
    )
    settings = Settings(waves, headline, lead, _grouping(study, grouped))
    for key in LABELS:
        if study.briefing.has(key):
            study.briefing.label(key)
    _check_declared(study)
    study.briefing.done()
    return settings


def _headline(study: Study, estimated: tuple[str, ...]) -> str:
    table, known = study.briefing, study.questionnaire.questions
    if not estimated:
        raise ReportError(
            "briefing", "there are no shares of the whole sample", "estimate a question without by as well"
        )
    if not table.has("headline"):
        return estimated[0]
    wanted = known_question(table.text("headline"), known, table.where("headline")).id
    if wanted not in estimated:
        raise ReportError(
            table.where("headline"),
            f'"{wanted}" is not among the estimates of the whole sample ({listing(estimated)})',
            "estimate it too, or name another question",
        )
    return wanted


def _lead(study: Study, estimates: Estimates, headline: str, wave: str) -> tuple[str, ...]:
    table = study.briefing
    rows = estimates.rows(wave=wave, question=headline, measure="share", by="")
    if table.has("lead"):
        chosen = table.texts("lead")
        if not chosen:
            raise StudyError(table.where("lead"), "is empty", "name one to four options, or leave it out")
        for code in chosen:
            known_code(study.questionnaire[headline], code, table.where("lead"))
        return chosen
    largest = rows.sort_values("estimate", ascending=False, kind="stable")
    return tuple(str(c) for c in largest["option"][:TILES])


def _grouping(study: Study, grouped: tuple[str, ...]) -> str:
    """Return what groups page 2: as named, else the first there is; "" where nothing is grouped."""
    table, known = study.briefing, study.questionnaire.questions
    if not table.has("by") or not grouped:
        return grouped[0] if grouped else ""
    wanted = known_question(table.text("by"), known, table.where("by")).id
    if wanted not in grouped:
        raise ReportError(
            table.where("by"),
            f'the headline question was not estimated by "{wanted}" (only by {listing(grouped)})',
            "estimate it so, or name another question",
        )
    return wanted


def check_tables(study: Study) -> None:
    """Refuse mistakes in the [briefing] and [disclosure] tables before any work is done.

    Raises
    ------
    StudyError
        Naming table and key.
    """
    table, known = study.briefing, study.questionnaire.questions
    for key in ("headline", "by"):
        if table.has(key):
            known_question(table.text(key), known, table.where(key))
    if table.has("lead"):
        if not table.has("headline"):
            raise StudyError(table.where("lead"), "needs headline beside it", "add headline = a question")
        for code in table.texts("lead"):
            known_code(known[table.text("headline")], code, table.where("lead"))
    for one, keys in ((table, LABELS), (study.disclosure, DISCLOSED)):
        for key in keys:
            if one.has(key):
                one.label(key)
        if one is table:
            _check_declared(study)
        one.done()


def _by(study: Study) -> Question | None:
    """Return the question that groups the results where the study file names it."""
    table, known = study.briefing, study.questionnaire.questions
    return known_question(table.text("by"), known, table.where("by")) if table.has("by") else None


def _check_declared(study: Study) -> None:
    """Read what the [briefing] table declares; a final one needs every required item of disclosure."""
    sections_of(study)
    facts_of(study)
    elsewhere_of(study)
    convention_of(study)
    tiles_of(study, _by(study))
    table = study.briefing
    if not table.has("status"):
        return
    if status_of(study) is None:
        table.label("status")
    if status_of(study) != "final":
        return
    absent = [f"[disclosure] {key}" for key in REQUIRED if not study.disclosure.has(key)]
    absent += [f'fieldwork of wave "{wave.id}"' for wave in study.waves if wave.fieldwork is None]
    if absent:
        raise StudyError(
            table.where("status"),
            f'is "final" while these are empty: {listing(absent, 20)}',
            'fill them in, or say status = "draft"',
        )
