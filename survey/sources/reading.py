"""A wave read as its study file says: an export, or a table that an engine holds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from survey.errors import ExportError, Place, StudyError
from survey.exports.dates import Dates
from survey.exports.export import Export, Paradata
from survey.exports.extras import extra_package
from survey.exports.plain import PLATFORM, check_last_row
from survey.exports.platforms import read_export
from survey.responses.responses import Responses, coded_answers, responses_of
from survey.sources.tables import is_table
from survey.study.study import EngineName, Study, Wave

# Packages by engine; what it needs beside them, it names itself.
NEEDED: Mapping[EngineName, tuple[str, ...]] = {
    "duckdb": ("duckdb", "narwhals"),
    "postgresql": ("duckdb", "narwhals"),
    "spark": ("narwhals",),
}


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
    return read_wave(study, wave)[1]


def read_wave(study: Study, wave: str | None = None) -> tuple[Export, Responses]:
    """Return the export of a wave and the answers it holds; raises as `read_responses`."""
    chosen = study.wave(wave)
    export = wave_export(study, chosen)
    days, people = _days_sent(export.paradata)
    if chosen.fieldwork is not None and len(days):
        first, last = (np.datetime64(day) for day in chosen.fieldwork)
        # The days are printed on page 1.
        if people[(days < first) | (days > last)].sum() > people.sum() / 2:
            raise StudyError(
                Place(study.path.name, ("waves", study.waves.index(chosen)), ("fieldwork",)),
                key="study.fieldwork",
                first=chosen.fieldwork[0],
                last=chosen.fieldwork[1],
                export=export.file,
                sent_first=str(days.min()),
                sent_last=str(days.max()),
            )
    return export, responses_of(export, study.questionnaire, chosen)


def wave_export(study: Study, wave: Wave) -> Export:
    """Return the export of a wave, read as its table says; raises ExportError."""
    try:
        if is_table(wave):
            if wave.header:
                raise ExportError(wave.responses.name, key="header.no_rows")
            for package in NEEDED[study.engine]:
                extra_package(package, wave.responses.name)
            from survey.sources.grouping import grouped_export

            return grouped_export(study, wave)
        export = file_export(wave)
        if export.platform == PLATFORM:
            options = (text for q in study.questionnaire for o in q.options for text in o.spellings)
            check_last_row(export, options)
    except ExportError as error:
        raise error.of_wave(study.waves.index(wave)) from None
    return export


def file_export(wave: Wave) -> Export:
    """Return the export that one file holds, each row a person; raises ExportError."""
    return read_export(
        wave.responses,
        wave.export,
        encoding=wave.encoding,
        sheet=wave.sheet,
        header=wave.header,
        dates=Dates(wave.dates, wave.fieldwork),
    )


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


def _days_sent(paradata: Paradata) -> tuple[np.ndarray, np.ndarray]:
    """Return days on which answers were sent, and how many on each; empty where no times are known."""
    if paradata.grouped is not None:
        days = np.array([day for day, _ in paradata.grouped.sent], dtype="datetime64[D]")
        return days, np.array([n for _, n in paradata.grouped.sent], dtype=np.int64)
    if paradata.submitted is None:
        return np.array([], dtype="datetime64[D]"), np.array([], dtype=np.int64)
    known = paradata.submitted[~np.isnat(paradata.submitted)].astype("datetime64[D]")
    return known, np.ones(len(known), dtype=np.int64)


def middle_day(responses: Responses) -> np.datetime64 | None:
    """Return the day by which half of the answers were sent, None where no times are known."""
    days, people = _days_sent(responses.paradata)
    if not len(days):
        return None
    order = np.argsort(days)
    day: np.datetime64 = days[order][np.searchsorted(np.cumsum(people[order]), people.sum() / 2)]
    return day


def check_order_of_waves(study: Study, days: Mapping[str, np.datetime64 | None]) -> None:
    """Refuse waves that are listed against the order in which their answers were sent.

    Parameters
    ----------
    days : mapping of str to datetime64 or None
        For each wave read so far its `middle_day`, in the order of the study file.

    Raises
    ------
    StudyError
        Naming the two waves and the days.
    """
    known = {wave: day for wave, day in days.items() if day is not None}
    for (first, earlier), (second, later) in pairwise(known.items()):
        if earlier > later:
            raise StudyError(
                Place(study.path.name, ("waves",)),
                key="study.wave_order_of_answers",
                first=first,
                second=second,
                earlier=str(earlier),
                later=str(later),
            )
