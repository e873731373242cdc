"""A wave read as its study file says: an export, or a table that an engine holds."""

from __future__ import annotations

import numpy as np

from survey.errors import ExportError, StudyError
from survey.exports.export import Export, Paradata
from survey.exports.platforms import read_export
from survey.numeric.array_types import Ints
from survey.responses.responses import Responses, coded_answers, responses_of
from survey.sources.tables import is_table
from survey.study.study import Study, Wave


def read_responses(study: Study, wave: str | None = None) -> Responses:
    """Return the answers of one wave of a study as its export holds them, not yet screened.

    Raises
    ------
    StudyError
        If there is no such wave.
    ExportError
        Naming file, row, question and value of the first answer that fits no option, with
        what was expected.
    """
    chosen = study.wave(wave)
    export = wave_export(study, chosen)
    _check_fieldwork(export, chosen, study)
    return responses_of(export, study.questionnaire, chosen)


def wave_export(study: Study, wave: Wave) -> Export:
    """Return the export of a wave, read as its table says; raises ExportError."""
    if is_table(wave):
        from survey.sources.pooling import pooled_export

        return pooled_export(study, wave)
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


def _check_fieldwork(export: Export, wave: Wave, study: Study) -> None:
    """Refuse days of fieldwork that most answers lie outside: they are printed on page 1."""
    paradata = export.paradata
    if wave.fieldwork is None or (paradata.submitted is None and paradata.grouped is None):
        return
    days, people = _days(paradata)
    first, last = (np.datetime64(day) for day in wave.fieldwork)
    if people[(days < first) | (days > last)].sum() > people.sum() / 2:
        raise StudyError(
            f'{study.path.name}, [[waves]] "{wave.id}" fieldwork',
            f"is {wave.fieldwork[0]} to {wave.fieldwork[1]}, but most answers in {export.file} were sent "
            f"between {days.min()} and {days.max()}",
            "correct the days, or the file under responses",
        )


def _days(paradata: Paradata) -> tuple[np.ndarray, Ints]:
    """Return the days on which answers were sent, and how many on each."""
    if paradata.grouped is not None:
        days = np.array([day for day, _ in paradata.grouped.sent], dtype="datetime64[D]")
        return days, np.array([n for _, n in paradata.grouped.sent], dtype=np.int64)
    assert paradata.submitted is not None
    days = paradata.submitted[~np.isnat(paradata.submitted)].astype("datetime64[D]")
    return days, np.ones(len(days), dtype=np.int64)
