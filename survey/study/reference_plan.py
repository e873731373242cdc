"""The [reference] table of a study file: a random sample beside the open questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from survey.errors import StudyError, note, noting
from survey.study.questionnaire import Label, Question
from survey.study.references import check_kind, known_question, known_questions
from survey.study.toml_table import Table

# How volunteers are joined with a random sample (methods 9).
JoiningMethod = Literal["ipw", "ipw_calibrated", "mass_imputation", "doubly_robust", "nearest_neighbour"]
USUAL: tuple[JoiningMethod, ...] = ("ipw", "doubly_robust")


@dataclass(frozen=True, slots=True)
class ReferencePlan:
    """A random sample: its file, its design, and how it is joined with the volunteers.

    Attributes
    ----------
    path : Path
    export, encoding, sheet : str or None
        As for a wave.
    weight, probability, strata : str or None
        Columns of the file.
    clusters, fpc : tuple of str
        Columns, a stage each.
    source : Label
        What it was drawn from and how, in words that are printed.
    response_rate : float or None
        0-1.
    covariates, outcome_covariates : tuple of str
        Questions that both have; none where the samples are not joined.
    methods : tuple of str
    columns : tuple of (question, column)
        Where the file has a question under another header.
    """

    path: Path
    export: str | None
    encoding: str | None
    sheet: str | None
    weight: str | None
    probability: str | None
    strata: str | None
    clusters: tuple[str, ...]
    fpc: tuple[str, ...]
    source: Label
    response_rate: float | None
    covariates: tuple[str, ...]
    outcome_covariates: tuple[str, ...]
    methods: tuple[JoiningMethod, ...]
    columns: tuple[tuple[str, str], ...]


def read_reference(table: Table, folder: Path, known: Mapping[str, Question], sample: str) -> ReferencePlan:
    """Return the [reference] table checked; raises StudyError naming the key.

    Parameters
    ----------
    sample : {"opt-in", "probability"}
        Of the study.
    """
    if sample != "opt-in":
        note(StudyError(table.where(), key="study.reference_of_random"))
    columns = []
    for name, entry in table.table("questions").named_tables():
        with noting():
            question = known_question(name, known, entry.where())
            columns.append((question.id, entry.text("column")))
            entry.done()
    covariates = _plain_questions(table, "covariates", known)
    outcome = _plain_questions(table, "outcome_covariates", known)
    plan = ReferencePlan(
        path=folder / table.text("file"),
        export=table.optional(table.text, "export"),
        encoding=table.optional(table.text, "encoding"),
        sheet=table.optional(table.text, "sheet"),
        weight=table.optional(table.text, "weight"),
        probability=table.optional(table.text, "probability"),
        strata=table.optional(table.text, "strata"),
        clusters=_one_or_several(table, table.raw("clusters", []), "clusters"),
        fpc=_one_or_several(table, table.raw("fpc", []), "fpc"),
        source=table.label("source"),
        response_rate=table.optional(table.number, "response_rate"),
        covariates=covariates,
        outcome_covariates=outcome or covariates,
        methods=table.choices("methods", get_args(JoiningMethod)) or (USUAL if covariates else ()),
        columns=tuple(columns),
    )
    table.done()
    if plan.response_rate is not None and not 0 < plan.response_rate <= 1:
        table.spoilt("response_rate", table.refuse("response_rate", "share"))
    if plan.methods and not covariates and table.sound("covariates"):
        table.spoilt("methods", StudyError(table.where("methods"), key="study.no_covariates"))
    if not (plan.weight or plan.probability or plan.fpc) and table.sound("weight", "probability", "fpc"):
        table.spoilt("weight", StudyError(table.where("weight"), key="study.no_reference_weight"))
    return plan


def _plain_questions(table: Table, key: str, known: Mapping[str, Question]) -> tuple[str, ...]:
    """Return the questions of a key, single questions and numbers; notes any other."""
    names = known_questions(table, key, known)
    for name in names:
        question = known[name]
        error = StudyError(
            table.where(key),
            key="study.wrong_kind",
            question=name,
            kind=question.kind,
            kinds=("single", "number"),
        )
        with noting():
            check_kind(question, ("single", "number"), error)
    return names


def _one_or_several(table: Table, value: object, key: str) -> tuple[str, ...]:
    """Return one column or a list of them, a stage each; none where the key is absent."""
    return (table.text(key),) if isinstance(value, str) else table.texts(key)
