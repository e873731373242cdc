"""The work of the desk, done in its child process: each function calls what the command calls."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.study.check import WaveCheck, check_study
from reports.commands import verify as verification
from reports.commands.left import ToDo, left_to_do
from reports.commands.report import run_report
from reports.commands.study_file import read_whole_study
from survey.errors import SeveralErrors, SurveyError
from survey.messages.lines import Line, Say
from survey.study.study import Study

STUDY, OUT = "study.toml", "out"


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
    problems = {str(wave.problem): wave.problem for wave in waves if wave.problem is not None}
    return Checked(tuple(problems.values()), tuple(left_to_do(study, waves)), waves)


def report(folder: Path, *, say: Say) -> None:
    """Estimate and print a study into its folder out/, as the command does; raises SurveyError."""
    run_report(read_whole_study(folder / STUDY), folder / OUT, say=say)


def verify(folder: Path, *, say: Say) -> list[Line]:
    """Return a line for each thing that differs where the report is made again; raises SurveyError."""
    return verification.verify(folder / OUT, folder / STUDY, say=say)


def _study(folder: Path) -> Study:
    return read_whole_study(folder / STUDY, margins="later")


def _each(error: SurveyError) -> tuple[SurveyError, ...]:
    return error.errors if isinstance(error, SeveralErrors) else (error,)
