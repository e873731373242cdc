"""Variables derived from answers: age in completed months, bands, groups of options; and conditions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey.errors import ExportError, StudyError
from survey.exports.export import Export
from survey.numeric.array_types import Bools, Ints
from survey.responses.answers import Answers
from survey.study.questionnaire import Condition, Missing, Question


def derive(question: Question, source: Answers, export: Export) -> tuple[np.ndarray, Ints]:
    """Return values and kinds of missing of a derived variable.

    Raises
    ------
    StudyError
        If an age needs a time of submission that the export lacks, or an option is in no group.
    ExportError
        If a value is outside all bands, or a respondent has no time of submission.
    """
    if question.kind == "number":
        return _completed_months(question, source, export), source.missing
    if source.question.kind == "number":
        values = np.full(source.values.shape[0], -1, dtype=np.int64)
        for i, option in enumerate(question.options):
            if option.between is not None:
                low, high = option.between
                values[(source.values >= low) & (source.values <= high)] = i
        outside = np.flatnonzero((values < 0) & (source.missing == Missing.ANSWERED))
        if outside.size:
            first = int(outside[0])
            raise ExportError(
                export.place(first, source.question.id),
                key="derived.no_band",
                found=float(source.values[first]),
                derived=question.id,
            )
        return values, source.missing
    place = {code: i for i, option in enumerate(question.options) for code in option.of}
    ungrouped = [code for code in source.question.codes if code not in place]
    if ungrouped:
        used = np.unique(source.values[source.missing == Missing.ANSWERED])
        for i in used:
            if source.question.codes[i] in ungrouped and not source.question.options[i].ineligible:
                raise StudyError(
                    f"[derived.{question.id}]",
                    key="derived.no_group",
                    place=("derived", question.id),
                    option=source.question.codes[i],
                )
    groups = np.array([place.get(code, -1) for code in source.question.codes], dtype=np.int64)
    values = np.where(source.values >= 0, groups[source.values], -1)
    missing = np.where((values < 0) & (source.missing == 0), int(Missing.BLANK), source.missing)
    return values.astype(np.int64), missing.astype(np.int64)


def _completed_months(question: Question, source: Answers, export: Export) -> np.ndarray:
    """Return completed months between birth and submission (methods 7.1).

    Where the day of birth was not asked, the first of the month is assumed, so the age may be one
    month too high, never too low.
    """
    submitted = export.paradata.submitted
    if submitted is None:
        raise StudyError(
            f"[derived.{question.id}]",
            key="derived.no_times",
            place=("derived", question.id),
            file=export.file,
        )
    unknown = np.flatnonzero(np.isnat(submitted) & (source.missing == Missing.ANSWERED))
    if unknown.size:
        raise ExportError(export.place(int(unknown[0])), key="derived.no_time", question=question.id)
    months = submitted.astype("datetime64[M]").astype(np.int64) + 12 * 1970
    born = np.floor(source.values)
    day = np.round(32 * (source.values - born))
    today = (submitted - submitted.astype("datetime64[M]")).astype("timedelta64[D]")
    before = today.astype(np.int64) + 1 < day
    return np.where(source.missing == Missing.ANSWERED, months - born - before, np.nan)


def without_days(answers: Answers) -> Answers:
    """Return answers of kind month without the day of the month, others as they are (methods 7.4)."""
    if answers.question.kind != "month":
        return answers
    return replace(answers, values=np.floor(answers.values))


def holds(condition: Condition, answers: Answers) -> tuple[Bools, Bools]:
    """Return who meets a condition, and who has a known answer to it, both of shape (n,)."""
    known = answers.missing == Missing.ANSWERED
    if condition.between is not None:
        low, high = condition.between
        return known & (answers.values >= low) & (answers.values <= high), known
    codes = condition.codes or condition.not_codes
    chosen = np.array([code in codes for code in answers.question.codes], dtype=bool)
    if answers.question.kind == "multiple":
        among = (answers.values & chosen).any(axis=1)
    else:
        among = known & chosen[answers.values]
    return known & (among if condition.codes else ~among), known
