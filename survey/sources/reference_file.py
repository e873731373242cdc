"""The file of a random sample beside the open questionnaire: the questions it has, and its design."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.errors import ExportError, StudyError
from survey.exports.export import Column, Export
from survey.exports.platforms import read_export
from survey.numeric.array_types import Floats, Ints
from survey.responses.responses import Responses, responses_of
from survey.study.questionnaire import Label, Question, Questionnaire, WaveForm
from survey.study.reference_plan import ReferencePlan
from survey.study.study import Study, Wave
from survey.text import normalised

REFERENCE = "reference"


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceFile:
    """A random sample as its file holds it.

    Attributes
    ----------
    responses : Responses
        Questions that the file lacks are marked as not asked.
    asked : tuple of str
        Questions that it has.
    weight, probability : float array, shape (n,), or None
    strata : int array, shape (n,), or None
    clusters : tuple of int arrays
    fpc : tuple of float arrays
    """

    responses: Responses
    asked: tuple[str, ...]
    weight: Floats | None
    probability: Floats | None
    strata: Ints | None
    clusters: tuple[Ints, ...]
    fpc: tuple[Floats, ...]


def read_reference_file(study: Study) -> ReferenceFile:
    """Return the random sample that a study file declares.

    A question is looked for under the header that [reference.questions] names, else under its own name,
    else under the header or wording it has in the questionnaire.

    Raises
    ------
    StudyError
        If the study has no [reference], or a covariate is not in the file.
    ExportError
        Naming file, row, question and value of the first answer that fits no option; a column of the
        design that the file lacks, or that has a cell that is not a number.
    """
    plan = study.reference
    if plan is None:
        raise StudyError(study.path.name, key="study.no_reference")
    export = read_export(plan.path, plan.export, encoding=plan.encoding, sheet=plan.sheet)
    questions: dict[str, Question] = {}
    asked: list[str] = []
    for question in study.questionnaire:  # derived ones come after those they are derived from
        put = _as_put(question, export, plan)
        if put.derived_from is not None and put.derived_from not in asked:
            put = _not_asked(put)
        questions[put.id] = put
        asked += [put.id] if put.form(REFERENCE).asked else []
    for name in (*plan.covariates, *plan.outcome_covariates):
        if name not in asked:
            raise ExportError(
                export.file, key="answer.no_covariate", place=("reference", "covariates"), question=name
            )
    wave = Wave(REFERENCE, Label((("en", REFERENCE),)), plan.path, None, plan.export, plan.encoding)
    return ReferenceFile(
        responses=responses_of(export, Questionnaire(questions), wave),
        asked=tuple(asked),
        weight=_numbers(plan.weight, export),
        probability=_numbers(plan.probability, export),
        strata=_groups(plan.strata, export),
        clusters=tuple(codes for name in plan.clusters if (codes := _groups(name, export)) is not None),
        fpc=tuple(sizes for name in plan.fpc if (sizes := _numbers(name, export)) is not None),
    )


def _as_put(question: Question, export: Export, plan: ReferencePlan) -> Question:
    """Return a question with its column in the file of the random sample, or as not asked there."""
    named = dict(plan.columns).get(question.id)
    # As it is put here it is derived from nothing, and has no forms of other waves.
    plain = replace(question, derived_from=None, forms=(), row=None)
    if named is not None:
        return _in_column(plain, named)
    if _headed(export, question.id):
        return _in_column(plain, question.id)
    own = [f"{question.id}.{option.code}" for option in question.options]
    if question.kind == "multiple" and all(_headed(export, text) for text in own):
        options = tuple(
            replace(option, column=text) for option, text in zip(question.options, own, strict=True)
        )
        return replace(plain, column=None, options=options)
    if question.derived_from is not None:
        return replace(question, forms=())
    if _by_own_header(question, export):
        return replace(question, forms=())
    wording = next((text for _, text in question.text.texts if _headed(export, text)), None)
    if wording is not None:
        return _in_column(plain, wording)
    return _not_asked(question)


def _not_asked(question: Question) -> Question:
    return replace(question, derived_from=None, forms=((REFERENCE, WaveForm(asked=False)),))


def _in_column(question: Question, header: str) -> Question:
    options = tuple(replace(option, column=None) for option in question.options)
    return replace(question, column=header, options=options)


def _by_own_header(question: Question, export: Export) -> bool:
    """Say whether the file has the question under the headers it has in the questionnaire."""
    if question.column is None:
        return all(_headed(export, str(option.column)) for option in question.options)
    return isinstance(question.column, str) and _headed(export, question.column)


def _headed(export: Export, text: str) -> bool:
    return bool(_under(export, text))


def _under(export: Export, text: str) -> list[Column]:
    wanted = normalised(text)
    return [c for c in export.columns if wanted in (normalised(c.header), normalised(c.name))]


def _column(name: str, export: Export) -> Column:
    columns = _under(export, name)
    if len(columns) != 1:
        headers = [column.header for column in export.columns if column.header]
        key = "answer.no_design_column" if not columns else "answer.design_column_twice"
        raise ExportError(export.file, key=key, place=(REFERENCE,), header=name, headers=headers)
    return columns[0]


def _numbers(name: str | None, export: Export) -> Floats | None:
    """Return a column of the design as numbers; refuses a cell that is none."""
    if name is None:
        return None
    column = _column(name, export)
    values = np.full(len(column.texts), np.nan)
    for i, text in enumerate(column.texts):
        try:
            values[i] = float(str(text).strip())
        except ValueError:
            values[i] = np.nan
    numbers: Floats = values[column.codes]
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if wrong.size:
        place = export.place(int(wrong[0]), column=name)
        raise ExportError(place, key="answer.no_design_number", found=str(column.cells[wrong[0]]))
    return numbers


def _groups(name: str | None, export: Export) -> Ints | None:
    """Return a column of strata or clusters as numbers from 0; refuses an empty cell."""
    if name is None:
        return None
    column = _column(name, export)
    empty = np.flatnonzero(np.array([not str(text).strip() for text in column.texts])[column.codes])
    if empty.size:
        raise ExportError(export.place(int(empty[0]), column=name), key="answer.no_design_group")
    return np.unique(column.codes, return_inverse=True)[1].reshape(-1).astype(np.int64)
