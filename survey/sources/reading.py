"""A wave read as its study file says: an export, or a table that an engine holds."""

from __future__ import annotations

import numpy as np

from survey.errors import ExportError, StudyError
from survey.exports.export import Export
from survey.exports.platforms import read_export
from survey.responses.responses import Responses, coded_answers, responses_of
from survey.sources.tables import is_table
from survey.study.study import Study, Wave


def read_responses(study: Study, wave: str | None = None) -> Responses:
    """Return the answers of one wave of a study as its export holds them, not yet screened.

    Raises
    ------
    StudyError
        If there is no such wave, or most answers were sent outside its days of fieldwork.
    ExportError
        Naming file, row, question and value of the first answer that fits no option, with
        what was expected.
    """
    chosen = study.wave(wave)
    export = wave_export(study, chosen)
    submitted, grouped = export.paradata.submitted, export.paradata.grouped
    if chosen.fieldwork is not None and (submitted is not None or grouped is not None):
        if grouped is not None:
            days = np.array([day for day, _ in grouped.sent], dtype="datetime64[D]")
            people = np.array([n for _, n in grouped.sent], dtype=np.int64)
        elif submitted is not None:
            days = submitted[~np.isnat(submitted)].astype("datetime64[D]")
            people = np.ones(len(days), dtype=np.int64)
        first, last = (np.datetime64(day) for day in chosen.fieldwork)
        # The days are printed on page 1.
        if people[(days < first) | (days > last)].sum() > people.sum() / 2:
            raise StudyError(
                f'{study.path.name}, [[waves]] "{chosen.id}" fieldwork',
                f"is {chosen.fieldwork[0]} to {chosen.fieldwork[1]}, but most answers in {export.file} were "
                f"sent between {days.min()} and {days.max()}",
                "correct the days, or the file under responses",
            )
    return responses_of(export, study.questionnaire, chosen)


def wave_export(study: Study, wave: Wave) -> Export:
    """Return the export of a wave, read as its table says; raises ExportError."""
    if is_table(wave):
        from survey.sources.grouping import grouped_export

        return grouped_export(study, wave)
    return file_export(wave)


def file_export(wave: Wave) -> Export:
    """Return the export that one file holds, each row a person; raises ExportError."""
    return read_export(wave.responses, wave.export, encoding=wave.encoding, sheet=wave.sheet)


def unreadable(study: Study, wave: str | None = None) -> list[ExportError]:
    """Return an error for every question of a wave that cannot be read, in the questionnaire's order.

    Raises
    ------
    ExportError
        If the file cannot be read at all.
    """
    chosen = study.wave(wave)
    export = wave_export(study, chosen)
    return [*coded_answers(export, study.questionnaire, chosen.id)[1].values()]
