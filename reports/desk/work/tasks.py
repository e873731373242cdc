"""The work of the desk, done in its child process: each function calls what the command calls."""

from __future__ import annotations

import json
import time
import tomllib
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.study.check import WaveCheck, check_study
from reports.commands import verify as verification
from reports.commands.init import init
from reports.commands.left import ToDo, left_to_do
from reports.commands.report import run_report
from reports.commands.study_file import read_whole_study
from reports.desk.edits import edited
from reports.desk.root import STUDY
from reports.desk.work.pictures import picture
from reports.folder.results import write_together
from reports.page.fonts import find_fonts
from reports.page.preview import compose_unfilled
from reports.page.typeset import typeset
from reports.results.declared import issue_date
from survey.drafting.downloads.newer import Differences, differences
from survey.errors import Keys, ReportError, SeveralErrors, SurveyError
from survey.messages.lines import Line, Say
from survey.screening.screen import screen
from survey.sources.reading import file_export, read_responses
from survey.study.placeholders import HEAD, UNFILLED
from survey.study.study import Study

OUT, ANSWERS, LAST_RUN = "out", "answers", "last-run.json"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found of a study.

    Attributes
    ----------
    mistakes : tuple of SurveyError
        What stops a report: of the study file, of margins, of answers.
    left : tuple of ToDo
        What is left to do, in order.
    waves : tuple of WaveCheck
        What was read of each; none where the study file has mistakes.
    """

    mistakes: tuple[SurveyError, ...]
    left: tuple[ToDo, ...] = ()
    waves: tuple[WaveCheck, ...] = ()


def draft(folder: Path, *names: str, say: Say) -> str:
    """Draft the study of downloads in answers/, as `init` does, and return the year of its answers.

    What `init` leaves to be filled in is left out: what is missing is missing, and is on the list of what is
    left to do.

    Raises
    ------
    SurveyError
        If they are not one questionnaire: a file, or two downloads of the same answers.
    """
    if len(names) > 2:
        raise ReportError(", ".join(names), key="desk.upload_two", files=len(names))
    first, *others = [folder / ANSWERS / name for name in names]
    path = folder / STUDY
    init(first, path, numbers=others[0] if others else None, say=say)
    text = path.read_text(encoding="utf-8")
    values = tomllib.loads(text)
    blank: dict[Keys, object] = {
        ("study", key): None for key in HEAD if UNFILLED.search(str(values["study"].get(key, "")))
    }
    write_together(folder, {STUDY: edited(text, blank).encode("utf-8")})
    return str(values["waves"][0]["id"])


def compare(folder: Path, wave: int, file: str, *, say: Say) -> Differences:
    """Return how a newer file differs from that of a wave, read in the same way; raises SurveyError."""
    study = _study(folder)
    used = study.waves[wave]
    newer = replace(used, responses=Path(file), fieldwork=None)
    return differences(study, used.id, file_export(used), file_export(newer))


def check(folder: Path, *, say: Say) -> Checked:
    """Return what a check finds; mistakes are part of it and not raised."""
    try:
        study = _study(folder)
    except SurveyError as error:
        return Checked(_each(error))
    try:
        waves = tuple(check_study(study))
    except SurveyError as error:
        return Checked(_each(error), tuple(left_to_do(study)))
    problems = {str(e): e for wave in waves if wave.problem is not None for e in _each(wave.problem)}
    return Checked(tuple(problems.values()), tuple(left_to_do(study, waves)), waves)


def preview(folder: Path, language: str, *, say: Say) -> bytes:
    """Return page 1 without its figures as a PNG, in a language of the study; raises SurveyError."""
    study, analysed = _study(folder), None
    with suppress(SurveyError):  # which the check tells
        last = study.waves[-1].id
        analysed = screen(read_responses(study, last), study)[1].analysed
    language = language if language in study.languages else study.languages[0]
    fonts = find_fonts()
    page = compose_unfilled(study, language, fonts=fonts, analysed=analysed)
    return picture(typeset(page, fonts, issued=issue_date(study), warn=say))


def report(folder: Path, *, say: Say) -> None:
    """Estimate and print a study into its folder out/, as the command does; raises SurveyError."""
    begun, said = time.monotonic(), 0

    def counted(line: Line) -> None:
        nonlocal said
        said += 1
        say(line)

    run_report(read_whole_study(folder / STUDY), folder / OUT, say=counted)
    told = {"seconds": round(time.monotonic() - begun, 1), "lines": said}
    write_together(folder / ".desk", {LAST_RUN: json.dumps(told).encode("ascii")})


def verify(folder: Path, *, say: Say) -> list[Line]:
    """Return a line for each thing that differs where the report is made again; raises SurveyError."""
    return verification.verify(folder / OUT, folder / STUDY, say=say)


def _study(folder: Path) -> Study:
    return read_whole_study(folder / STUDY, margins="later")


def _each(error: SurveyError) -> tuple[SurveyError, ...]:
    return error.errors if isinstance(error, SeveralErrors) else (error,)
